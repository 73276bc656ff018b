//! JPEGs of four channels, beside what Pillow makes of them.
//!
//! The pictures and the numbers are those of `scripts/picture_oracle.py`.

use std::fs;

use image::RgbImage;
use retrace_data::{PictureError, read_picture_up_to};

const ADOBE: &[u8] = include_bytes!("../cmyk/adobe.jpg");
const YCCK: &[u8] = include_bytes!("../cmyk/ycck.jpg");

const PLACES: [(u32, u32); 6] = [(0, 0), (23, 0), (0, 15), (23, 15), (12, 8), (5, 11)];
/// Pillow's `convert("RGB")` at [`PLACES`].
const CMYK_BY_PILLOW: [[u8; 3]; 6] = [
    [245, 245, 90],
    [46, 245, 245],
    [215, 38, 79],
    [40, 38, 215],
    [132, 128, 161],
    [184, 89, 113],
];
const YCCK_BY_PILLOW: [[u8; 3]; 6] = [
    [245, 242, 99],
    [55, 241, 243],
    [205, 42, 79],
    [41, 40, 206],
    [130, 129, 160],
    [185, 88, 112],
];

fn read(bytes: &[u8]) -> Result<RgbImage, PictureError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("print.jpg");
    fs::write(&path, bytes).unwrap();
    // A damaged header may ask for more, which takes its time.
    let file = read_picture_up_to(&path, 10_000)?;
    Ok(file.image.to_rgb8())
}

/// The largest difference at [`PLACES`], in steps of eight bits.
fn difference(picture: &RgbImage, pillow: [[u8; 3]; 6]) -> u8 {
    assert_eq!(picture.dimensions(), (24, 16));
    let pairs = PLACES.iter().zip(pillow);
    let differences = pairs.flat_map(|((x, y), expected)| {
        let found = picture.get_pixel(*x, *y).0;
        [0, 1, 2].map(|channel: usize| found[channel].abs_diff(expected[channel]))
    });
    differences.max().unwrap()
}

#[test]
fn inks_become_the_colours_that_pillow_shows() {
    // Two decoders' cosines and products, each rounded.
    assert!(difference(&read(ADOBE).unwrap(), CMYK_BY_PILLOW) <= 3);
}

#[test]
fn ycck_becomes_the_colours_that_pillow_shows() {
    // Colours are stored at half the size, and each decoder has its own way between them.
    assert!(difference(&read(YCCK).unwrap(), YCCK_BY_PILLOW) <= 6);
}

/// The whole marker of Adobe: two bytes, its length, and so many bytes.
fn marker(jpeg: &[u8]) -> std::ops::Range<usize> {
    let start = jpeg.windows(7).position(|bytes| bytes == b"\x00\x0eAdobe");
    let start = start.unwrap() - 2;
    start..start + 16
}

#[test]
fn a_cmyk_picture_that_does_not_say_what_its_values_are_is_refused() {
    for whole in [ADOBE, YCCK] {
        let place = marker(whole);
        let mut unmarked = whole.to_vec();
        unmarked.drain(place.clone());
        let mut unknown = whole.to_vec();
        // Adobe's number for three channels.
        unknown[place.end - 1] = 1;
        let mut other = whole.to_vec();
        other[place.start + 4..place.start + 9].copy_from_slice(b"Other");
        for bytes in [unmarked, unknown, other] {
            let error = read(&bytes).unwrap_err();
            assert!(
                matches!(error, PictureError::UnmarkedCmyk { .. }),
                "{error}"
            );
            let text = error.to_string();
            assert!(
                text.contains("print.jpg") && text.contains("save it as RGB"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_broken_cmyk_picture_is_an_error_or_another_picture_but_never_a_panic() {
    for whole in [ADOBE, YCCK] {
        for length in (0..whole.len()).step_by(3) {
            let cut = [&whole[..length], &[0xFF, 0xD9]].concat();
            let _ = read(&cut);
        }
        for bit in (0..200 * 8).step_by(5) {
            let mut damaged = whole.to_vec();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let _ = read(&damaged);
        }
    }
}
