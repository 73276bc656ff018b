//! Pairs of pictures and their matrices: the drawn pair, files that hold no matrix, and, with
//! `RETRACE_DATA`, the published pairs.

use std::error::Error;
use std::path::PathBuf;

use homography::data::{MatrixError, Views, load, read_matrix};
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, HomographyError, Point};
use image::{Rgb, RgbImage};
use retrace_lab::{DataSets, InputKind};

const XML: &str = "<?xml version=\"1.0\"?>\n<opencv_storage>\n<H13 type_id=\"opencv-matrix\">\n  \
                   <rows>3</rows>\n  <cols>3</cols>\n  <dt>d</dt>\n  <data>\n\t1. 0. 20.\n 0. 1. \
                   -3e1\n 0. 0. 1. </data></H13>\n</opencv_storage>\n";

fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("H1to2p");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn error(content: &[u8]) -> MatrixError {
    let (_folder, path) = file(content);
    let error = read_matrix(&path).unwrap_err();
    assert!(error.to_string().contains("H1to2p"), "{error}");
    error
}

#[test]
fn nine_numbers_are_a_matrix_as_text_and_as_xml() {
    for text in ["1 0 20\n0 1 -30\n0 0 1\n", "2 0 40 0 2 -60 0 0 2", XML] {
        let (_folder, path) = file(text.as_bytes());
        let moved = read_matrix(&path)
            .unwrap()
            .homography
            .apply(Point::new(1.0, 2.0));
        assert_eq!(moved, Some(Point::new(21.0, -28.0)), "{text}");
    }
}

#[test]
fn files_without_a_matrix_are_refused_each_in_its_own_words() {
    use MatrixError::{Count, NotAMap, NotANumber, NotText, Xml};
    assert!(matches!(error(b""), Count { found: 0, .. }));
    assert!(matches!(error(b"1 2 3 4 5 6 7 8"), Count { found: 8, .. }));
    assert!(matches!(error(b"1 2 3 4 5 6 7 8 nine"), NotANumber { word, .. } if word == "nine"));
    assert!(matches!(error(&[0xff; 20]), NotText { .. }));
    assert!(matches!(error(&[b' '; 100_000]), NotText { .. }));
    let rows = XML.replace("<rows>3", "<rows>4");
    assert!(matches!(error(rows.as_bytes()), Xml { tag: "rows", .. }));
    let cut = &XML[..XML.find("</data>").unwrap()];
    assert!(matches!(error(cut.as_bytes()), Xml { tag: "data", .. }));
    assert!(matches!(error(b"<html>"), Xml { .. }));
    let folder = tempfile::tempdir().unwrap();
    let missing = read_matrix(&folder.path().join("no-such-file")).unwrap_err();
    assert!(matches!(missing, MatrixError::Io { .. }));
    let singular = error(b"1 0 0 0 1 0 1 1 0");
    assert!(matches!(
        singular,
        NotAMap {
            source: HomographyError::Singular,
            ..
        }
    ));
    assert!(singular.source().is_some());
    assert!(matches!(error(b"1 0 0 0 1 0 0 0 nan"), NotAMap { .. }));
}

#[test]
fn the_drawn_pair_is_named_synthetic_and_always_the_same() {
    let [first, second] = [(); 2].map(|()| load(&DataSets::synthetic()).unwrap());
    assert_eq!(first.inputs, second.inputs);
    assert_eq!(first.inputs[0].kind, InputKind::Synthetic);
    assert_eq!(first.data.len(), 1);
    assert_ne!(first.data[0].first, first.data[0].second);
}

#[test]
fn the_published_pairs_are_read_with_their_matrices() {
    let Some(folder) = std::env::var_os("RETRACE_DATA") else {
        return;
    };
    let loaded = load(&DataSets::real(folder)).unwrap();
    assert_eq!(loaded.inputs[0].kind, InputKind::Real);
    let sizes: Vec<_> = loaded
        .data
        .iter()
        .map(|pair| pair.first.dimensions())
        .collect();
    assert_eq!(sizes, [(800, 640), (1000, 700), (900, 600)]);
    // First numbers of the three files, over their last.
    let expected = [0.762_858_98, 1.012_940_6, 0.573_866_5 / 0.574_895_65];
    for (pair, expected) in loaded.data.iter().zip(expected) {
        let first = pair.known.matrix()[0][0];
        assert!((first - expected).abs() < 1e-6, "{}: {first}", pair.name);
    }
}

/// Correlation of the grey values of `second` and of `first` warped over it, where the warped
/// picture is not black.
fn correlation(first: &RgbImage, second: &RgbImage, homography: &Homography) -> f64 {
    let frame = Frame::of_size(second.width(), second.height()).unwrap();
    let warped = warp(first, homography, frame, Sampling::Bilinear).unwrap();
    let grey = |pixel: &Rgb<u8>| pixel.0.iter().map(|value| f64::from(*value)).sum::<f64>();
    let both: Vec<(f64, f64)> = warped
        .pixels()
        .zip(second.pixels())
        .map(|(a, b)| (grey(a), grey(b)))
        .filter(|(a, _)| *a > 0.0)
        .collect();
    let mean = |of: fn(&(f64, f64)) -> f64| both.iter().map(of).sum::<f64>() / both.len() as f64;
    let (a, b) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| both.iter().map(|(x, y)| of(x - a, y - b)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

/// The pairs to be checked: the drawn one, and the published ones where they are.
fn pairs() -> Vec<Views> {
    let mut pairs = load(&DataSets::synthetic()).unwrap().data;
    if let Some(folder) = std::env::var_os("RETRACE_DATA") {
        pairs.extend(load(&DataSets::real(folder)).unwrap().data);
    }
    pairs
}

#[test]
fn each_known_matrix_lays_the_first_picture_over_the_second() {
    for Views {
        name,
        first,
        second,
        known,
    } in pairs()
    {
        let right = correlation(&first, &second, &known);
        let shifted = Homography::translation(5.0, 0.0)
            .unwrap()
            .after(&known)
            .unwrap();
        let backwards = known.inverse().unwrap();
        assert!(right > 0.8, "{name}: {right}");
        assert!(
            right > correlation(&first, &second, &shifted) + 0.05,
            "{name}"
        );
        assert!(
            right > correlation(&first, &second, &backwards) + 0.1,
            "{name}"
        );
    }
}

#[test]
fn a_published_folder_without_its_files_is_an_error_that_names_it() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("homography")).unwrap();
    let error = load(&DataSets::real(root.path())).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    assert!(
        error.chain().contains("fetch homography"),
        "{}",
        error.chain()
    );
}
