//! JPEGs that are cut, and JPEGs with something after their end.

use std::fs;

use image::{DynamicImage, Rgb, RgbImage};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use retrace_data::{PictureError, PictureFile, encode_picture, read_picture};

const PROGRESSIVE: &[u8] = include_bytes!("../pictures/progressive.jpg");
const RESTARTS: &[u8] = include_bytes!("../pictures/restarts.jpg");

/// One scan, several that refine each other, and one in pieces.
fn pictures() -> [Vec<u8>; 3] {
    let pixel = |x: u32, y: u32| Rgb([(x * y) as u8, (7 * x) as u8, (x ^ (5 * y)) as u8]);
    let one: DynamicImage = RgbImage::from_fn(50, 41, pixel).into();
    let one = encode_picture(&one, "a.jpg".as_ref()).unwrap();
    [one, PROGRESSIVE.to_vec(), RESTARTS.to_vec()]
}

fn read(bytes: &[u8]) -> Result<PictureFile, PictureError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.jpg");
    fs::write(&path, bytes).unwrap();
    read_picture(&path)
}

/// Where the first scan begins.
fn scan(jpeg: &[u8]) -> usize {
    jpeg.windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap()
}

#[test]
fn a_picture_without_the_marker_of_its_end_is_read_and_noted() {
    for whole in pictures() {
        let picture = read(&whole).unwrap();
        assert!(picture.notes.is_empty());
        for missing in [1, 2] {
            let cut = read(&whole[..whole.len() - missing]).unwrap();
            assert_eq!(cut.image, picture.image);
            let [note] = &cut.notes[..] else {
                panic!("{:?}", cut.notes)
            };
            assert!(
                note.contains("photo.jpg: the marker of its end is missing"),
                "{note}"
            );
        }
    }
}

#[test]
fn a_picture_that_is_cut_anywhere_is_refused() {
    for whole in pictures() {
        let last = whole.len() - 4;
        for length in (0..last - 32).step_by(5).chain(last - 32..last) {
            for end in [&[][..], &[0xFF, 0xD9]] {
                let error = read(&[&whole[..length], end].concat()).unwrap_err();
                assert!(error.to_string().contains("photo.jpg"), "{error}");
            }
        }
    }
}

/// What may follow a picture: a film, a second picture, padding, anything; with markers in it.
fn tail() -> impl Strategy<Value = Vec<u8>> {
    let markers = prop_oneof![
        Just(vec![0xFF, 0xD9]),
        Just(vec![0xFF, 0xDA]),
        Just(vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 9]),
        Just(RESTARTS.to_vec()),
        Just(PROGRESSIVE[scan(PROGRESSIVE)..].to_vec()),
    ];
    let part = prop_oneof![
        3 => markers,
        2 => vec(any::<u8>(), 1..600),
        1 => (any::<u8>(), 1_usize..3000).prop_map(|(byte, count)| vec![byte; count]),
    ];
    vec(part, 0..6).prop_map(|parts| parts.concat())
}

#[test]
fn what_follows_a_picture_neither_spoils_nor_completes_it() {
    let config = ProptestConfig::with_cases(200);
    // The same tails each time: one in very many can be what the picture needs.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    for whole in pictures() {
        let picture = read(&whole).unwrap().image;
        let scan = scan(&whole);
        runner
            .run(&(tail(), 0.0..0.8), |(tail, part)| {
                let file = read(&[&whole[..], &tail].concat());
                let file = file.map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert!(file.image == picture && file.notes.is_empty());
                let cut = scan + ((whole.len() - scan) as f64 * part) as usize;
                prop_assert!(
                    read(&[&whole[..cut], &tail].concat()).is_err(),
                    "cut at {}",
                    cut
                );
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn few_bytes_may_stand_before_a_marker_and_no_more() {
    for whole in pictures() {
        let (pixels, end) = whole.split_at(whole.len() - 2);
        let with = |count| [pixels, &vec![0; count], end].concat();
        assert_eq!(read(&with(20)).unwrap().image, read(&whole).unwrap().image);
        assert!(matches!(read(&with(200)), Err(PictureError::Damaged(..))));
    }
}

#[test]
fn kinds_of_jpeg_that_are_not_read_are_named() {
    let whole = &pictures()[0];
    let frame = whole
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    for (place, byte, kind) in [
        (1, 0xC3, "a lossless JPEG"),
        (1, 0xC5, "a hierarchical JPEG"),
        (1, 0xC9, "a JPEG with arithmetic coding"),
        (4, 12, "a JPEG of 12 bits"),
    ] {
        let mut other = whole.clone();
        other[frame + place] = byte;
        let error = read(&other).unwrap_err().to_string();
        assert!(
            error.contains(&format!("photo.jpg: {kind} is not read")),
            "{error}"
        );
    }
}
