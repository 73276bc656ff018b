//! Pairs of pictures and their matrices: the drawn pair, the published pairs, and files that hold no
//! matrix.

use std::path::PathBuf;

use homography::Point;
use homography::data::{MatrixError, MatrixFile, Views, load, read_matrix};
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, HomographyError};
use image::{Rgb, RgbImage};
use retrace_lab::{DataSets, InputKind};

use crate::correlation;

const XML: &str = "<?xml version=\"1.0\"?>\n<opencv_storage>\n<H13 type_id=\"opencv-matrix\">\n  \
                   <rows>3</rows>\n  <cols>3</cols>\n  <dt>d</dt>\n  <data>\n\t1. 0. 20.\n 0. 1. \
                   -3e1\n 0. 0. 1. </data></H13>\n</opencv_storage>\n";

fn read(content: &[u8]) -> Result<MatrixFile, MatrixError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("H1to2p");
    std::fs::write(&path, content).unwrap();
    read_matrix(&path)
}

#[test]
fn nine_numbers_are_a_matrix_as_text_as_xml_and_as_json() {
    for text in [
        "1 0 20\n0 1 -30\n0 0 1\n",
        "2 0 40 0 2 -60 0 0 2",
        XML,
        "[[1, 0, 20], [0, 1, -30], [0, 0, 1]]",
        "{\"inliers\": 4, \"matrix\": [[1, 0, 20], [0, 1, -30], [0, 0, 1]]}",
    ] {
        let homography = read(text.as_bytes()).unwrap().homography;
        let moved = homography.apply(Point::new(1.0, 2.0));
        assert_eq!(moved, Some(Point::new(21.0, -28.0)), "{text}");
    }
}

#[test]
fn files_without_a_matrix_are_refused_each_in_its_own_words() {
    let rows = XML.replace("<rows>3", "<rows>4");
    let cut = &XML[..XML.find("</data>").unwrap()];
    let cases: [(&[u8], &str); 13] = [
        (b"", "nine numbers of a 3x3 matrix, found 0 numbers"),
        (b"1 2 3 4 5 6 7 8", "found 8 numbers"),
        (b"1 2 3 4 5 6 7 8 nine", "found `nine`"),
        (&[0xff; 20], "found bytes that are no text"),
        (&[b' '; 2 << 20], "is larger than the 1024 KiB"),
        (rows.as_bytes(), "with <rows>3</rows>, found `4`"),
        (cut.as_bytes(), "with <data>, found none"),
        (b"<html>", "with <rows>3</rows>, found none"),
        (b"[[1,0,0],[0,1,0]]", "three rows of three numbers"),
        (b"{\"matrix\": 5}", "three rows of three numbers"),
        (b"[[1e999,0,0],[0,1,0],[0,0,1]]", "three rows of three"),
        (b"1 0 0 0 1 0 1 1 0", "the matrix is no homography"),
        (b"1 0 0 0 1 0 0 0 nan", "the matrix is no homography"),
    ];
    for (content, words) in cases {
        let error = read(content).unwrap_err().to_string();
        assert!(error.contains("H1to2p") && error.contains(words), "{error}");
    }
    let singular = read(b"1 0 0 0 1 0 1 1 0").unwrap_err();
    let source = HomographyError::Singular;
    assert!(
        matches!(singular, MatrixError::NotAHomography { source: found, .. } if found == source)
    );
    let missing = read_matrix(&PathBuf::from("no-such-file")).unwrap_err();
    assert_eq!(missing.to_string(), "cannot read no-such-file");
}

#[test]
fn the_drawn_pair_is_named_synthetic_and_always_the_same() {
    let [first, second] = [(); 2].map(|()| load(&DataSets::synthetic()).unwrap());
    assert_eq!(first.inputs, second.inputs);
    assert_eq!(first.inputs[0].kind, InputKind::Synthetic);
    assert_ne!(first.data[0].first, first.data[0].second);
    first.data.iter().for_each(assert_known_matrix);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_published_pairs_are_read_with_their_matrices() {
    let folder = std::env::var_os("RETRACE_DATA").expect("the folder with the data sets");
    let loaded = load(&DataSets::real(folder)).unwrap();
    assert_eq!(loaded.inputs[0].kind, InputKind::Real);
    let sizes = loaded.data.iter().map(|pair| pair.first.dimensions());
    let sizes: Vec<(u32, u32)> = sizes.collect();
    assert_eq!(sizes, [(800, 640), (1000, 700), (900, 600)]);
    // First numbers of the three files, over their last.
    let expected = [0.762_858_98, 1.012_940_6, 0.573_866_5 / 0.574_895_65];
    for (pair, expected) in loaded.data.iter().zip(expected) {
        let first = pair.known.matrix()[0][0];
        assert!((first - expected).abs() < 1e-6, "{}: {first}", pair.name);
        assert_known_matrix(pair);
    }
}

/// The known matrix draws the first picture over the second: better than a shifted one, and than
/// its inverse.
fn assert_known_matrix(pair: &Views) {
    let shift = Homography::translation(5.0, 0.0).unwrap();
    let right = overlay(&pair.first, &pair.second, &pair.known);
    let shifted = overlay(
        &pair.first,
        &pair.second,
        &shift.after(&pair.known).unwrap(),
    );
    let backwards = overlay(&pair.first, &pair.second, &pair.known.inverse().unwrap());
    assert!(right > 0.8, "{}: {right}", pair.name);
    assert!(right > shifted + 0.05, "{}", pair.name);
    assert!(right > backwards + 0.1, "{}", pair.name);
}

/// Correlation of the grey values of `second` and of `first` warped over it, where the warped
/// picture is not black.
fn overlay(first: &RgbImage, second: &RgbImage, homography: &Homography) -> f64 {
    let frame = Frame::of_size(second.width(), second.height()).unwrap();
    let warped = warp(first, homography, frame, Sampling::Bilinear).unwrap();
    let grey = |pixel: &Rgb<u8>| pixel.0.iter().map(|value| f64::from(*value)).sum::<f64>();
    let both = warped.pixels().zip(second.pixels());
    let both = both.map(|(a, b)| (grey(a), grey(b)));
    correlation(&both.filter(|(a, _)| *a > 0.0).collect::<Vec<_>>())
}

#[test]
fn a_published_folder_without_its_files_is_an_error_that_names_it() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("homography")).unwrap();
    let error = load(&DataSets::real(root.path())).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    let chain = error.chain();
    assert!(chain.contains("fetch homography"), "{chain}");
}
