//! Lab against scikit-image's numbers, and the way back.

use image::{DynamicImage, GrayImage, ImageBuffer, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use ndarray::{Array3, Axis};
use retrace_data::colour::{
    is_in_gamut, lab_from_picture, lab_from_rgb, picture_from_lab, rgb_from_lab,
};

/// From `scripts/lab_oracle.py`.
#[rustfmt::skip]
const LAB: [([u8; 3], [f64; 3]); 16] = [
    ([0, 0, 0], [0.000000, 0.000000, 0.000000]),
    ([255, 255, 255], [100.000000, -0.002455, 0.004653]),
    ([128, 128, 128], [53.585013, -0.001473, 0.002791]),
    ([1, 1, 1], [0.274173, -0.000017, 0.000033]),
    ([255, 0, 0], [53.240588, 80.092308, 67.202751]),
    ([0, 255, 0], [87.735099, -86.183030, 83.179703]),
    ([0, 0, 255], [32.295673, 79.185591, -107.857300]),
    ([255, 255, 0], [97.139507, -21.554681, 94.478122]),
    ([0, 255, 255], [91.113301, -48.090596, -14.126330]),
    ([255, 0, 255], [60.323507, 98.233054, -60.821015]),
    ([12, 200, 77], [70.815745, -66.543544, 48.873178]),
    ([135, 206, 235], [79.207067, -14.841745, -21.272052]),
    ([34, 85, 34], [31.698013, -28.871847, 24.397392]),
    ([194, 178, 128], [72.806223, -1.750707, 27.679319]),
    ([3, 0, 9], [0.353008, 2.035892, -3.129396]),
    ([250, 128, 114], [67.264007, 45.225537, 29.096489]),
];

/// Colours that sRGB does not have, and what scikit-image makes of them; the same script.
const OUTSIDE: [([f32; 3], [u8; 3]); 7] = [
    ([50.0, 100.0, -100.0], [180, 0, 255]),
    ([50.0, -110.0, 110.0], [0, 150, 0]),
    ([100.0, 60.0, 20.0], [255, 206, 219]),
    ([30.0, 0.0, 110.0], [92, 69, 0]),
    ([80.0, 20.0, 30.0], [252, 183, 144]),
    ([0.0, 40.0, 0.0], [50, 0, 2]),
    ([62.0, 9.0, -110.0], [0, 160, 255]),
];

/// 32 bits against 64, and constants of the definition that the two libraries round differently.
const TOLERANCE: f64 = 1e-3;

/// L, a and b of the pixel in row `y` and column `x`.
fn pixel(lab: &Array3<f32>, x: usize, y: usize) -> [f32; 3] {
    [0, 1, 2].map(|plane| lab[[plane, y, x]])
}

fn close(found: [f32; 3], expected: [f64; 3]) -> bool {
    let pairs = found.iter().zip(expected);
    pairs
        .into_iter()
        .all(|(f, e)| (f64::from(*f) - e).abs() < TOLERANCE)
}

#[test]
fn lab_agrees_with_scikit_image() {
    for (rgb, expected) in LAB {
        let found = lab_from_rgb(rgb);
        assert!(close(found, expected), "{rgb:?}: {found:?}");
        let theirs = expected.map(|value| value as f32);
        assert_eq!(rgb_from_lab(theirs), rgb);
        assert!(is_in_gamut(theirs), "{rgb:?}");
    }
}

#[test]
fn a_colour_outside_the_gamut_is_clipped_as_scikit_image_does() {
    for (lab, expected) in OUTSIDE {
        let found = rgb_from_lab(lab);
        let near = found.iter().zip(expected).all(|(f, e)| f.abs_diff(e) <= 1);
        assert!(near, "{lab:?}: {found:?}");
    }
    let inside = OUTSIDE.map(|(lab, _)| is_in_gamut(lab));
    assert_eq!(inside, [false, false, false, false, true, false, false]);
}

#[test]
fn every_rgb_comes_back_from_lab() {
    let steps = || (0..=255).step_by(5);
    for (r, g, b) in
        steps().flat_map(|r| steps().flat_map(move |g| steps().map(move |b| (r, g, b))))
    {
        let lab = lab_from_rgb([r, g, b]);
        assert_eq!(rgb_from_lab(lab), [r, g, b]);
        assert!(is_in_gamut(lab), "{lab:?}");
    }
}

#[test]
fn a_picture_becomes_planes_and_a_picture_again() {
    let image = RgbImage::from_fn(7, 5, |x, y| Rgb([30 * x as u8, 50 * y as u8, 90]));
    let lab = lab_from_picture(&DynamicImage::from(image.clone()));
    assert_eq!(lab.dim(), (3, 5, 7));
    for (x, y, rgb) in image.enumerate_pixels() {
        let found = pixel(&lab, x as usize, y as usize);
        assert_eq!(found, lab_from_rgb(rgb.0));
    }
    let back = picture_from_lab(&lab);
    assert_eq!((back.image, back.clipped), (image, 0));
}

#[test]
fn pixels_outside_the_gamut_are_counted() {
    let mut lab = Array3::zeros((3, 2, 3));
    lab.index_axis_mut(Axis(0), 0).fill(50.0);
    lab[[1, 0, 1]] = 100.0;
    lab[[2, 0, 1]] = -100.0;
    lab[[2, 1, 2]] = 110.0;
    let back = picture_from_lab(&lab);
    assert_eq!(back.clipped, 2);
    assert_eq!(back.image.get_pixel(1, 0).0, [180, 0, 255]);
}

#[test]
fn other_kinds_of_pictures_are_taken_for_what_they_show() {
    let grey = GrayImage::from_pixel(2, 3, Luma([128]));
    let lab = lab_from_picture(&grey.into());
    assert_eq!(lab.dim(), (3, 3, 2));
    assert!(close(pixel(&lab, 1, 2), LAB[2].1));
    let glass = RgbaImage::from_pixel(1, 1, Rgba([12, 200, 77, 9]));
    let lab = lab_from_picture(&glass.into());
    assert_eq!(pixel(&lab, 0, 0), lab_from_rgb([12, 200, 77]));
    let deep: ImageBuffer<Rgb<u16>, _> =
        ImageBuffer::from_pixel(1, 1, Rgb([30_000, 4_097, 65_535]));
    let lab = lab_from_picture(&deep.into());
    let found = pixel(&lab, 0, 0);
    assert!(close(found, [40.164356, 80.510033, -94.560894]));
}
