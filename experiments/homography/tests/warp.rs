//! Warped pictures against what must hold for any picture.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use homography::dlt::normalized;
use homography::warp::{
    Frame, Picture, Pixel8, Sampling, WarpError, push_forward, warp, warp_picture,
};
use homography::{Homography, Pair, Point};
use image::{DynamicImage, GrayImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

const ALL: [Sampling; 4] = [
    Sampling::Truncated,
    Sampling::Nearest,
    Sampling::Bilinear,
    Sampling::Bicubic,
];

/// A picture of noise, the same for the same size.
fn noise<P: Pixel8>(width: u32, height: u32) -> Picture<P> {
    Picture::from_fn(width, height, |x, y| {
        let mixed = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b))
            .wrapping_mul(0xc2b2_ae35)
            .rotate_left(13);
        *P::from_slice(&mixed.to_le_bytes()[..usize::from(P::CHANNEL_COUNT)])
    })
}

fn of_size(width: u32, height: u32) -> Frame {
    Frame::of_size(width, height).unwrap()
}

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

fn assert_keeps_identity<P: Pixel8 + PartialEq>() {
    for (width, height) in [(1, 1), (31, 5), (64, 40), (200, 33)] {
        let picture = noise::<P>(width, height);
        for sampling in ALL {
            let frame = of_size(width, height);
            let warped = warp(&picture, &Homography::IDENTITY, frame, sampling).unwrap();
            assert!(warped == picture, "{sampling:?} {width}x{height}");
        }
    }
}

#[test]
fn the_identity_leaves_every_byte_as_it_is_in_all_formats() {
    assert_keeps_identity::<Luma<u8>>();
    assert_keeps_identity::<LumaA<u8>>();
    assert_keeps_identity::<Rgb<u8>>();
    assert_keeps_identity::<Rgba<u8>>();
}

#[test]
fn all_channels_are_sampled_alike() {
    let grey = noise::<Luma<u8>>(97, 61);
    let rgb = RgbImage::from_fn(97, 61, |x, y| {
        let Luma([v]) = *grey.get_pixel(x, y);
        Rgb([v, 255 - v, v])
    });
    let rgba = RgbaImage::from_fn(97, 61, |x, y| {
        let Luma([v]) = *grey.get_pixel(x, y);
        Rgba([v, v, v, 255])
    });
    let matrix = [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-3, 1e-3, 1.0]];
    let (homography, frame) = (Homography::new(matrix).unwrap(), of_size(97, 61));
    for sampling in ALL {
        let grey = warp(&grey, &homography, frame, sampling).unwrap();
        let rgb = warp(&rgb, &homography, frame, sampling).unwrap();
        let rgba = warp(&rgba, &homography, frame, sampling).unwrap();
        for (x, y, Luma([v])) in grey.enumerate_pixels() {
            let Rgb([r, g, b]) = *rgb.get_pixel(x, y);
            let Rgba([s, _, _, alpha]) = *rgba.get_pixel(x, y);
            assert_eq!((r, b), (*v, *v));
            // Halves are rounded to even on both sides, and weights in single precision.
            assert!(alpha == 0 || (i32::from(g) + i32::from(*v) - 255).abs() <= 1);
            assert!(s.abs_diff(*v) <= 1, "{sampling:?}");
            assert!(alpha == 0 || alpha == 255);
        }
    }
}

#[test]
fn clear_pixels_do_not_stain_their_neighbours() {
    // Opaque red beside clear green: in between the red fades, and nothing of it turns green.
    let picture = RgbaImage::from_fn(8, 8, |x, _| {
        if x < 4 {
            Rgba([200, 0, 0, 255])
        } else {
            Rgba([0, 255, 0, 0])
        }
    });
    let half = Homography::translation(0.5, 0.0).unwrap();
    for sampling in [Sampling::Bilinear, Sampling::Bicubic] {
        let warped = warp(&picture, &half, of_size(8, 8), sampling).unwrap();
        assert_eq!(
            warped.get_pixel(4, 4),
            &Rgba([200, 0, 0, 128]),
            "{sampling:?}"
        );
    }
}

#[test]
fn a_run_time_format_keeps_its_channels() {
    let (identity, frame) = (Homography::IDENTITY, of_size(9, 7));
    for picture in [
        DynamicImage::ImageLuma8(noise(9, 7)),
        DynamicImage::ImageLumaA8(noise(9, 7)),
        DynamicImage::ImageRgb8(noise(9, 7)),
        DynamicImage::ImageRgba8(noise(9, 7)),
    ] {
        let warped = warp_picture(&picture, &identity, frame, Sampling::Bicubic).unwrap();
        assert_eq!(warped, picture);
    }
    let deep = DynamicImage::ImageLuma8(noise(9, 7)).to_luma16();
    let warped = warp_picture(&deep.into(), &identity, frame, Sampling::Nearest).unwrap();
    assert_eq!(warped, DynamicImage::ImageLuma8(noise(9, 7)));
}

#[test]
fn the_frame_of_a_mapped_picture_is_worked_out_by_hand() {
    let frame = |h: [[f64; 3]; 3]| {
        let frame = Frame::of_mapped(&Homography::new(h).unwrap(), 100, 50)?;
        Ok((frame.left(), frame.top(), frame.width(), frame.height()))
    };
    let scale = |s: f64| [[s, 0.0, 0.0], [0.0, s, 0.0], [0.0, 0.0, 1.0]];
    assert_eq!(frame(scale(1.0)), Ok((0, 0, 100, 50)));
    // The picture's border, -0.5 to 99.5, becomes -1 to 199; centres on the border are left out.
    assert_eq!(frame(scale(2.0)), Ok((0, 0, 199, 99)));
    assert_eq!(frame(scale(-1.0)), Ok((-99, -49, 100, 50)));
    assert_eq!(
        frame([[1.0, 0.0, 7.0], [0.0, 1.0, -9.0], [0.0, 0.0, 1.0]]),
        Ok((7, -9, 100, 50))
    );
    // Less than a pixel is still one.
    assert_eq!(frame(scale(1e-6)), Ok((0, 0, 1, 1)));
    assert!(matches!(frame(scale(1e6)), Err(WarpError::TooLarge { .. })));
    assert_eq!(
        frame([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.02, 0.0, 1.0]]),
        Err(WarpError::Horizon)
    );
    assert!(matches!(
        Frame::of_size(1 << 20, 1 << 20),
        Err(WarpError::TooLarge { .. })
    ));
    assert!(matches!(Frame::of_size(0, 5), Err(WarpError::Empty { .. })));
}

#[test]
fn pushing_forward_leaves_the_holes_that_doubling_must_leave() {
    let picture = noise::<Rgb<u8>>(10, 6);
    let matrix = [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]];
    let doubling = Homography::new(matrix).unwrap();
    let frame = Frame::of_mapped(&doubling, 10, 6).unwrap();
    let pushed = push_forward(&picture, &doubling, frame).unwrap();
    // 19 x 11 pixels, of which those at even places are hit.
    assert_eq!(
        (pushed.filled, pushed.hole_count(), pushed.collisions),
        (60, 149, 0)
    );
    assert!((pushed.hole_share() - 149.0 / 209.0).abs() < 1e-12);
    for (x, y, Luma([hole])) in pushed.holes.enumerate_pixels() {
        let hit = x % 2 == 0 && y % 2 == 0;
        assert_eq!(*hole, if hit { 0 } else { 255 });
        let expected = if hit {
            *picture.get_pixel(x / 2, y / 2)
        } else {
            Rgb([0; 3])
        };
        assert_eq!(*pushed.picture.get_pixel(x, y), expected);
    }
}

#[test]
fn pushing_forward_counts_collisions_and_drops_what_leaves_the_frame() {
    let picture = noise::<Luma<u8>>(8, 8);
    let matrix = [[0.5, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let halving = Homography::new(matrix).unwrap();
    // Columns 0, 1 | 2 | 3, 4 ... : x / 2 + 1/2 rounded down gives 0 1 1 2 2 3 3 4.
    let pushed = push_forward(&picture, &halving, of_size(4, 4)).unwrap();
    assert_eq!(
        (pushed.filled, pushed.hole_count(), pushed.collisions),
        (16, 0, 12)
    );
    assert_eq!(pushed.picture.get_pixel(1, 0), picture.get_pixel(2, 0));
}

/// Maps between two quadrangles with corners near those of a picture of 64 x 48.
fn mild() -> impl Strategy<Value = Homography> {
    let corner = |x: f64, y: f64| {
        (0.0..10.0_f64, 0.0..8.0_f64).prop_map(move |(dx, dy)| Point::new(x + dx, y + dy))
    };
    let quadrangle = move || {
        (
            corner(0.0, 0.0),
            corner(54.0, 0.0),
            corner(54.0, 40.0),
            corner(0.0, 40.0),
        )
    };
    (quadrangle(), quadrangle()).prop_map(|(f, t)| {
        let pairs = [(f.0, t.0), (f.1, t.1), (f.2, t.2), (f.3, t.3)];
        normalized(&pairs.map(|(from, to)| Pair::new(from, to))).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_mild_map_is_drawn_by_the_definition(homography in mild()) {
        let frame = Frame::new(-8, -6, 80, 60).unwrap();
        assert_warps_by_the_definition(&noise(64, 48), &homography, frame);
    }

    #[test]
    fn a_shift_by_whole_pixels_moves_every_byte_and_changes_none(
        right in -40..40_i32,
        down in -30..30_i32,
    ) {
        let picture = noise::<Rgb<u8>>(40, 30);
        let shift = Homography::translation(f64::from(right), f64::from(down)).unwrap();
        for sampling in ALL {
            let warped = warp(&picture, &shift, of_size(40, 30), sampling).unwrap();
            for (x, y, pixel) in warped.enumerate_pixels() {
                let (column, row) = (x as i32 - right, y as i32 - down);
                let inside = (0..40).contains(&column) && (0..30).contains(&row);
                let expected = match inside {
                    true => *picture.get_pixel(column as u32, row as u32),
                    false => Rgb([0; 3]),
                };
                prop_assert_eq!(*pixel, expected);
            }
            let frame = Frame::of_mapped(&shift, 40, 30).unwrap();
            prop_assert_eq!((frame.left(), frame.top()), (right, down));
            prop_assert!(warp(&picture, &shift, frame, sampling).unwrap() == picture);
        }
    }

    #[test]
    fn a_frame_is_a_window_on_the_same_picture(
        homography in mild(),
        left in -20..20_i32,
        top in -20..20_i32,
    ) {
        // Where a run of pixels begins differs between the two, and must not matter but for the
        // last digit of a position.
        let picture = noise::<Luma<u8>>(64, 48);
        let whole = Frame::new(-20, -20, 120, 100).unwrap();
        let part = Frame::new(left, top, 50, 40).unwrap();
        let whole = warp(&picture, &homography, whole, Sampling::Bilinear).unwrap();
        let part = warp(&picture, &homography, part, Sampling::Bilinear).unwrap();
        for (x, y, Luma([found])) in part.enumerate_pixels() {
            let (column, row) = (x as i32 + left + 20, y as i32 + top + 20);
            let Luma([expected]) = *whole.get_pixel(column as u32, row as u32);
            prop_assert!(found.abs_diff(expected) <= 1 || *found == 0 || expected == 0);
        }
    }

    #[test]
    fn a_plain_picture_stays_plain(homography in mild(), value in 1..=255_u8) {
        let picture = RgbImage::from_pixel(64, 48, Rgb([value, 255 - value, 7]));
        for sampling in ALL {
            let warped = warp(&picture, &homography, of_size(64, 48), sampling).unwrap();
            for pixel in warped.pixels() {
                let plain = [[value, 255 - value, 7], [0, 0, 0]].contains(&pixel.0);
                prop_assert!(plain, "{sampling:?} {pixel:?}");
            }
        }
    }

    #[test]
    fn what_was_pushed_and_the_holes_make_the_covered_picture(homography in mild()) {
        let picture = noise::<Luma<u8>>(64, 48);
        let frame = Frame::of_mapped(&homography, 64, 48).unwrap();
        let pushed = push_forward(&picture, &homography, frame).unwrap();
        let values = picture.pixels().count() as u64;
        prop_assert!(pushed.filled + pushed.collisions <= values);
        for (pixel, hole) in pushed.picture.pixels().zip(pushed.holes.pixels()) {
            prop_assert!(hole[0] == 0 || pixel[0] == 0);
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let picture = noise::<Rgb<u8>>(300, 200);
    let matrix = [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-4, 1e-4, 1.0]];
    let homography = Homography::new(matrix).unwrap();
    let warped = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| warp(&picture, &homography, of_size(300, 200), Sampling::Bicubic).unwrap())
    };
    assert!(warped(1) == warped(3));
}
