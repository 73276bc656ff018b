//! Each pixel against the definition of its sampling, written down without regard for speed.

use homography::warp::{Frame, Sampling, WarpError, warp};
use homography::{Homography, Point};
use image::{GrayImage, Luma};
use proptest::prelude::*;

use super::{ALL, mild, noise};

/// What a point of the picture is worth by the definition: in double precision, a pixel at a
/// time, with no regard for speed.
fn sampled(picture: &GrayImage, x: f64, y: f64, sampling: Sampling) -> f64 {
    let at = |column: f64, row: f64| {
        let column = column.clamp(0.0, f64::from(picture.width()) - 1.0) as u32;
        let row = row.clamp(0.0, f64::from(picture.height()) - 1.0) as u32;
        f64::from(picture.get_pixel(column, row)[0])
    };
    let near = |d: f64| (1.25 * d - 2.25) * d * d + 1.0;
    let far = |d: f64| ((-0.75 * d + 3.75) * d - 6.0) * d + 3.0;
    let weight = |d: f64| match (sampling, d.abs()) {
        (Sampling::Bilinear, d) => (1.0 - d).max(0.0),
        (_, d) if d <= 1.0 => near(d),
        (_, d) if d <= 2.0 => far(d),
        _ => 0.0,
    };
    match sampling {
        Sampling::Truncated => at(x.trunc(), y.trunc()),
        Sampling::Nearest => at((x + 0.5).floor(), (y + 0.5).floor()),
        Sampling::Bilinear | Sampling::Bicubic => {
            let around = |p: f64| (-1..=2).map(move |k| p.floor() + f64::from(k));
            let rows = around(y).flat_map(|row| around(x).map(move |column| (column, row)));
            let terms = rows.map(|(c, r)| weight(x - c) * weight(y - r) * at(c, r));
            terms.sum::<f64>().clamp(0.0, 255.0)
        }
    }
}

fn is_inside(picture: &GrayImage, p: Point) -> bool {
    (-0.5..f64::from(picture.width()) - 0.5).contains(&p.x)
        && (-0.5..f64::from(picture.height()) - 0.5).contains(&p.y)
}

/// Whether a rounding could put the point beside the picture, or on another pixel.
fn is_close_call(picture: &GrayImage, p: Point) -> bool {
    let near_edge = |v: f64, size: u32| v.abs() < 0.51 || (v - f64::from(size) + 0.5).abs() < 0.01;
    let near_half = |v: f64| ((2.0 * v).round() - 2.0 * v).abs() < 1e-5;
    near_edge(p.x, picture.width()) && near_half(p.x)
        || near_edge(p.y, picture.height()) && near_half(p.y)
        || near_half(p.x)
        || near_half(p.y)
}

fn assert_warps_by_the_definition(picture: &GrayImage, homography: &Homography, frame: Frame) {
    let inverse = homography.inverse().unwrap();
    for sampling in ALL {
        let warped = warp(picture, homography, frame, sampling).unwrap();
        for (x, y, Luma([found])) in warped.enumerate_pixels() {
            let target = Point::new(
                f64::from(x) + f64::from(frame.left()),
                f64::from(y) + f64::from(frame.top()),
            );
            let Some(source) = inverse.apply(target) else {
                continue;
            };
            if is_close_call(picture, source) {
                continue;
            }
            let expected = match is_inside(picture, source) {
                true => sampled(picture, source.x, source.y, sampling),
                false => 0.0,
            };
            // Half a level of rounding, and a hundredth for positions to 2^-20 of a pixel and
            // weights in single precision.
            let off = (f64::from(*found) - expected).abs();
            assert!(
                off < 0.51,
                "{sampling:?} ({x}, {y}) from {source:?}: {found} {expected}"
            );
        }
    }
}

#[test]
fn each_pixel_is_what_the_definition_says() {
    let picture = noise::<Luma<u8>>(97, 61);
    let perspective = [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-3, 1e-3, 1.0]];
    let turned = [[0.3, -1.1, 60.0], [1.2, 0.4, -20.0], [0.0, 0.0, 1.0]];
    let enlarged = [[7.3, 0.2, -31.0], [0.1, 6.9, 13.0], [1e-4, -2e-4, 1.0]];
    let mirrored = [[-1.0, 0.02, 99.0], [0.01, 1.0, 0.5], [0.0, 0.0, 1.0]];
    for matrix in [perspective, turned, enlarged, mirrored] {
        let homography = Homography::new(matrix).unwrap();
        let frame = Frame::new(-40, -30, 230, 180).unwrap();
        assert_warps_by_the_definition(&picture, &homography, frame);
    }
}

#[test]
fn a_map_whose_horizon_crosses_the_picture_is_drawn_by_the_definition_too() {
    let picture = noise::<Luma<u8>>(97, 61);
    let matrix = [[1.0, 0.1, 3.0], [0.0, 1.0, 2.0], [-0.02, 0.001, 1.0]];
    let homography = Homography::new(matrix).unwrap();
    assert_eq!(
        Frame::of_mapped(&homography, 97, 61),
        Err(WarpError::Horizon)
    );
    let frame = Frame::new(-150, -100, 400, 300).unwrap();
    assert_warps_by_the_definition(&picture, &homography, frame);
}

#[test]
fn pictures_of_every_small_size_have_an_edge_and_perhaps_an_inside() {
    let matrix = [[2.1, 0.3, 1.0], [-0.2, 1.9, 2.0], [0.001, 0.002, 1.0]];
    let homography = Homography::new(matrix).unwrap();
    for (width, height) in [(1, 1), (1, 9), (9, 1), (2, 2), (3, 5), (8, 4), (33, 7)] {
        let frame = Frame::new(-3, -3, 90, 40).unwrap();
        assert_warps_by_the_definition(&noise(width, height), &homography, frame);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_mild_map_is_drawn_by_the_definition(homography in mild()) {
        let frame = Frame::new(-8, -6, 80, 60).unwrap();
        assert_warps_by_the_definition(&noise(64, 48), &homography, frame);
    }
}
