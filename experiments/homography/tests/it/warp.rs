//! Warped pictures against the definition, and against what must hold for any picture.

use homography::dlt::normalized;
use homography::warp::{
    Frame, Picture, PlainPixel, Sampling, WarpError, push_forward, warp, warp_picture,
};
use homography::{Homography, Matrix, Pair, Point};
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

const PERSPECTIVE: Matrix = [[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-3, 1e-3, 1.0]];

/// A picture of noise, the same for the same size.
fn noise<P: PlainPixel<Subpixel = u8>>(width: u32, height: u32) -> Picture<P> {
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

fn scaling(x: f64, y: f64) -> Homography {
    Homography::new([[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0]]).unwrap()
}

/// Maps between two quadrangles with corners near those of a picture of 64 x 48.
fn mild() -> impl Strategy<Value = Homography> {
    let corner = |x: f64, y: f64| {
        (0.0..10.0_f64, 0.0..8.0_f64).prop_map(move |(dx, dy)| Point::new(x + dx, y + dy))
    };
    let pair = move |x: f64, y: f64| {
        (corner(x, y), corner(x, y)).prop_map(|(from, to)| Pair::new(from, to))
    };
    let pairs = (
        pair(0.0, 0.0),
        pair(54.0, 0.0),
        pair(54.0, 40.0),
        pair(0.0, 40.0),
    );
    pairs.prop_map(|(a, b, c, d)| normalized(&[a, b, c, d]).unwrap())
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

fn assert_warps_by_the_definition(picture: &GrayImage, homography: &Homography, frame: Frame) {
    let inverse = homography.inverse().unwrap();
    let (width, height) = picture.dimensions();
    // Next to a half, a rounding could put a point on another pixel, or beside the picture.
    let near_half = |v: f64| ((2.0 * v).round() - 2.0 * v).abs() < 1e-5;
    for sampling in Sampling::ALL {
        let warped = warp(picture, homography, frame, sampling).unwrap();
        for (x, y, Luma([found])) in warped.enumerate_pixels() {
            let Some(source) = inverse.apply(frame.point_at(x, y)) else {
                continue;
            };
            if near_half(source.x) || near_half(source.y) {
                continue;
            }
            let is_inside = (-0.5..f64::from(width) - 0.5).contains(&source.x)
                && (-0.5..f64::from(height) - 0.5).contains(&source.y);
            let expected = match is_inside {
                true => sampled(picture, source.x, source.y, sampling),
                false => 0.0,
            };
            // Half a level of rounding, and a hundredth for positions to 2^-20 of a pixel and
            // weights in single precision.
            let off = (f64::from(*found) - expected).abs();
            let place = format!("{sampling:?} ({x}, {y}) from {source:?}");
            assert!(off < 0.51, "{place}: {found} {expected}");
        }
    }
}

#[test]
fn each_pixel_is_what_the_definition_says() {
    let picture = noise::<Luma<u8>>(97, 61);
    let turned = [[0.3, -1.1, 60.0], [1.2, 0.4, -20.0], [0.0, 0.0, 1.0]];
    let enlarged = [[7.3, 0.2, -31.0], [0.1, 6.9, 13.0], [1e-4, -2e-4, 1.0]];
    let mirrored = [[-1.0, 0.02, 99.0], [0.01, 1.0, 0.5], [0.0, 0.0, 1.0]];
    let frame = Frame::new(-40, -30, 230, 180).unwrap();
    for matrix in [PERSPECTIVE, turned, enlarged, mirrored] {
        assert_warps_by_the_definition(&picture, &Homography::new(matrix).unwrap(), frame);
    }
    let crossed = [[1.0, 0.1, 3.0], [0.0, 1.0, 2.0], [-0.02, 0.001, 1.0]];
    let crossed = Homography::new(crossed).unwrap();
    let infinite = Frame::of_mapped(&crossed, 97, 61);
    assert_eq!(infinite, Err(WarpError::Horizon));
    let frame = Frame::new(-150, -100, 400, 300).unwrap();
    assert_warps_by_the_definition(&picture, &crossed, frame);
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    let mixed = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, mixed)
}

#[test]
fn the_bytes_are_those_of_earlier_versions() {
    // Of version 0.3.0, which computed rows in runs of 32 pixels, with vector code.
    let homography = Homography::new(PERSPECTIVE).unwrap();
    let frame = Frame::new(-9, -7, 150, 90).unwrap();
    for (sampling, rgb, rgba) in [
        (
            Sampling::Truncated,
            0x4d52_00ce_7264_678c,
            0x87ec_0bcd_aa81_fe58,
        ),
        (
            Sampling::Nearest,
            0x4690_7d0e_022f_8cda,
            0x1b3a_e133_18f8_8336,
        ),
        (
            Sampling::Bilinear,
            0x2ae5_2f48_c802_d0f2,
            0x3148_6a7b_1b8c_5606,
        ),
        (
            Sampling::Bicubic,
            0xce6d_8a31_5297_930a,
            0xf763_1dcc_8a0a_78d4,
        ),
    ] {
        let of_rgb = warp(&noise::<Rgb<u8>>(97, 61), &homography, frame, sampling).unwrap();
        let of_rgba = warp(&noise::<Rgba<u8>>(97, 61), &homography, frame, sampling).unwrap();
        let found = (hash(of_rgb.as_raw()), hash(of_rgba.as_raw()));
        assert_eq!(found, (rgb, rgba), "{sampling:?}");
    }
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

fn assert_keeps_identity<P: PlainPixel<Subpixel = u8> + PartialEq>() {
    for (width, height) in [(1, 1), (31, 5), (64, 40), (200, 33)] {
        let picture = noise::<P>(width, height);
        for sampling in Sampling::ALL {
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
    let (identity, frame) = (Homography::IDENTITY, of_size(9, 7));
    let warped =
        |picture: &DynamicImage, sampling| warp_picture(picture, &identity, frame, sampling);
    for picture in [
        DynamicImage::ImageLuma8(noise(9, 7)),
        DynamicImage::ImageLumaA8(noise(9, 7)),
        DynamicImage::ImageRgb8(noise(9, 7)),
        DynamicImage::ImageRgba8(noise(9, 7)),
    ] {
        assert_eq!(warped(&picture, Sampling::Bicubic).unwrap(), picture);
    }
    // Levels that eight bits do not have.
    let deep = |x: u32, y: u32| (x * 7919 + y * 104_729) as u16;
    let grey = ImageBuffer::from_fn(9, 7, |x, y| Luma([deep(x, y)]));
    let colour = ImageBuffer::from_fn(9, 7, |x, y| Rgba([x, y, x * y, 9].map(|v| deep(v, y))));
    let deep = [
        DynamicImage::ImageLuma16(grey),
        DynamicImage::ImageRgba16(colour),
    ];
    for deep in deep
        .iter()
        .chain(&[deep[1].to_luma_alpha16().into(), deep[1].to_rgb16().into()])
    {
        for sampling in Sampling::ALL {
            assert!(warped(deep, sampling).unwrap() == *deep, "{sampling:?}");
        }
    }
}

#[test]
fn sixteen_bits_are_read_as_eight_are_and_finer() {
    let grey = noise::<Luma<u8>>(97, 61);
    let deep = DynamicImage::ImageLuma8(grey.clone()).to_luma16();
    let (homography, frame) = (Homography::new(PERSPECTIVE).unwrap(), of_size(97, 61));
    for sampling in Sampling::ALL {
        let grey = warp(&grey, &homography, frame, sampling).unwrap();
        let deep = warp(&deep, &homography, frame, sampling).unwrap();
        for (Luma([level]), Luma([fine])) in grey.pixels().zip(deep.pixels()) {
            let off = f64::from(*level) - f64::from(*fine) / 257.0;
            assert!(off.abs() <= 0.501, "{sampling:?}: {level} {fine}");
        }
    }
    // A slope of 40 levels a pixel, half a pixel to the side: between two levels of eight bits.
    let slope = ImageBuffer::from_fn(50, 4, |x, _| Luma([40 * x as u16]));
    let half = Homography::translation(0.5, 0.0).unwrap();
    for sampling in [Sampling::Bilinear, Sampling::Bicubic] {
        let warped = warp(&slope, &half, of_size(50, 4), sampling).unwrap();
        assert_eq!(
            warped.get_pixel(30, 2),
            &Luma([40 * 30 - 20]),
            "{sampling:?}"
        );
    }
}

#[test]
fn all_channels_are_sampled_alike() {
    let grey = noise::<Luma<u8>>(97, 61);
    let value = |x, y| grey.get_pixel(x, y)[0];
    let rgb = RgbImage::from_fn(97, 61, |x, y| {
        Rgb([value(x, y), 255 - value(x, y), value(x, y)])
    });
    let rgba = RgbaImage::from_fn(97, 61, |x, y| {
        let v = value(x, y);
        Rgba([v, v, v, 255])
    });
    let (homography, frame) = (Homography::new(PERSPECTIVE).unwrap(), of_size(97, 61));
    for sampling in Sampling::ALL {
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
        let is_red = x < 4;
        Rgba(if is_red {
            [200, 0, 0, 255]
        } else {
            [0, 255, 0, 0]
        })
    });
    let half = Homography::translation(0.5, 0.0).unwrap();
    for sampling in [Sampling::Bilinear, Sampling::Bicubic] {
        let warped = warp(&picture, &half, of_size(8, 8), sampling).unwrap();
        let between = warped.get_pixel(4, 4);
        assert_eq!(between, &Rgba([200, 0, 0, 128]), "{sampling:?}");
    }
}

#[test]
fn pushing_forward_leaves_the_holes_that_doubling_must_leave() {
    let picture = noise::<Rgb<u8>>(10, 6);
    let doubling = scaling(2.0, 2.0);
    let frame = Frame::of_mapped(&doubling, 10, 6).unwrap();
    let pushed = push_forward(&picture, &doubling, frame).unwrap();
    // 19 x 11 pixels, of which those at even places are hit.
    let counts = (pushed.filled, pushed.hole_count(), pushed.collisions);
    assert_eq!(counts, (60, 149, 0));
    for (x, y, Luma([hole])) in pushed.holes.enumerate_pixels() {
        let is_hit = x % 2 == 0 && y % 2 == 0;
        let (expected_hole, expected) = match is_hit {
            true => (0, *picture.get_pixel(x / 2, y / 2)),
            false => (255, Rgb([0; 3])),
        };
        assert_eq!(*hole, expected_hole);
        assert_eq!(*pushed.picture.get_pixel(x, y), expected);
    }
}

#[test]
fn pushing_forward_counts_collisions_and_drops_what_leaves_the_frame() {
    let picture = noise::<Luma<u8>>(8, 8);
    // Columns 0, 1 | 2 | 3, 4 ... : x / 2 + 1/2 rounded down gives 0 1 1 2 2 3 3 4.
    let pushed = push_forward(&picture, &scaling(0.5, 1.0), of_size(4, 4)).unwrap();
    let counts = (pushed.filled, pushed.hole_count(), pushed.collisions);
    assert_eq!(counts, (16, 0, 12));
    assert_eq!(pushed.picture.get_pixel(1, 0), picture.get_pixel(2, 0));
}

#[test]
fn the_frame_of_a_mapped_picture_is_worked_out_by_hand() {
    let frame = |homography: &Homography| {
        let frame = Frame::of_mapped(homography, 100, 50)?;
        Ok((frame.left(), frame.top(), frame.width(), frame.height()))
    };
    for (homography, expected) in [
        (scaling(1.0, 1.0), (0, 0, 100, 50)),
        // The picture's border, -0.5 to 99.5, becomes -1 to 199; centres on the border are left out.
        (scaling(2.0, 2.0), (0, 0, 199, 99)),
        (scaling(-1.0, -1.0), (-99, -49, 100, 50)),
        (
            Homography::translation(7.0, -9.0).unwrap(),
            (7, -9, 100, 50),
        ),
        // Less than a pixel is still one.
        (scaling(1e-6, 1e-6), (0, 0, 1, 1)),
    ] {
        assert_eq!(frame(&homography), Ok(expected));
    }
    let crossed = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-0.02, 0.0, 1.0]];
    let crossed = frame(&Homography::new(crossed).unwrap());
    assert_eq!(crossed, Err(WarpError::Horizon));
    let large = frame(&scaling(1e6, 1e6));
    assert!(matches!(large, Err(WarpError::TooLarge { .. })));
    let large = Frame::of_size(1 << 20, 1 << 20);
    assert!(matches!(large, Err(WarpError::TooLarge { .. })));
    assert!(matches!(Frame::of_size(0, 5), Err(WarpError::Empty { .. })));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let picture = noise::<Rgb<u8>>(300, 200);
    let homography = Homography::new(PERSPECTIVE).unwrap();
    let warped = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let warped = || warp(&picture, &homography, of_size(300, 200), Sampling::Bicubic);
        pool.build().unwrap().install(warped).unwrap()
    };
    assert!(warped(1) == warped(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_mild_map_is_drawn_by_the_definition(homography in mild()) {
        let frame = Frame::new(-8, -6, 80, 60).unwrap();
        assert_warps_by_the_definition(&noise(64, 48), &homography, frame);
    }

    #[test]
    fn what_was_pushed_and_the_holes_make_the_covered_picture(homography in mild()) {
        let picture = noise::<Luma<u8>>(64, 48);
        let frame = Frame::of_mapped(&homography, 64, 48).unwrap();
        let pushed = push_forward(&picture, &homography, frame).unwrap();
        prop_assert!(pushed.filled + pushed.collisions <= 64 * 48);
        for (pixel, hole) in pushed.picture.pixels().zip(pushed.holes.pixels()) {
            prop_assert!(hole[0] == 0 || pixel[0] == 0);
        }
    }

    #[test]
    fn a_shift_by_whole_pixels_moves_every_byte_and_changes_none(
        right in -40..40_i32,
        down in -30..30_i32,
    ) {
        let picture = noise::<Rgb<u8>>(40, 30);
        let shift = Homography::translation(f64::from(right), f64::from(down)).unwrap();
        for sampling in Sampling::ALL {
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
        let picture = noise::<Luma<u8>>(64, 48);
        let whole = Frame::new(-20, -20, 120, 100).unwrap();
        let part = Frame::new(left, top, 50, 40).unwrap();
        let whole = warp(&picture, &homography, whole, Sampling::Bilinear).unwrap();
        let part = warp(&picture, &homography, part, Sampling::Bilinear).unwrap();
        for (x, y, Luma([found])) in part.enumerate_pixels() {
            let (column, row) = (x as i32 + left + 20, y as i32 + top + 20);
            let Luma([expected]) = *whole.get_pixel(column as u32, row as u32);
            prop_assert_eq!(*found, expected);
        }
    }

    #[test]
    fn a_plain_picture_stays_plain(homography in mild(), value in 1..=255_u8) {
        let picture = RgbImage::from_pixel(64, 48, Rgb([value, 255 - value, 7]));
        for sampling in Sampling::ALL {
            let warped = warp(&picture, &homography, of_size(64, 48), sampling).unwrap();
            for pixel in warped.pixels() {
                let plain = [[value, 255 - value, 7], [0, 0, 0]].contains(&pixel.0);
                prop_assert!(plain, "{sampling:?} {pixel:?}");
            }
        }
    }

    #[test]
    fn maps_and_frames_of_any_size_are_drawn_somehow(
        entries in prop::array::uniform9((-1.0..1.0_f64, -9..=9_i32)),
        corner in (-(1 << 30)..(1 << 30), -(1 << 30)..(1 << 30)),
        far in any::<bool>(),
        size in (1..40_u32, 1..40_u32),
    ) {
        // Near a horizon, and a thousand million pixels from the origin, rounding moves positions
        // by whole pixels: nothing is promised but that the program survives.
        let entry = |k: usize| entries[k].0 * 10.0_f64.powi(entries[k].1);
        let matrix = [0, 3, 6].map(|k| [entry(k), entry(k + 1), entry(k + 2)]);
        let corner = if far { corner } else { (corner.0 % 50, corner.1 % 50) };
        let frame = Frame::new(corner.0, corner.1, 70, 20).unwrap();
        if let Ok(homography) = Homography::new(matrix) {
            let picture = noise::<Rgb<u8>>(size.0, size.1);
            for sampling in Sampling::ALL {
                prop_assert!(warp(&picture, &homography, frame, sampling).is_ok());
            }
            let _ = Frame::of_mapped(&homography, size.0, size.1);
        }
    }

    #[test]
    fn a_picture_far_from_the_origin_is_drawn_as_near_it(right in -(1 << 30)..(1 << 30)) {
        // Half a pixel to the side of a picture a thousand million pixels away.
        let picture = noise::<Rgb<u8>>(40, 30);
        let drawn = |at: i32, sampling| {
            let map = Homography::translation(f64::from(at) + 0.5, f64::from(at)).unwrap();
            warp(&picture, &map, Frame::new(at, at, 40, 30).unwrap(), sampling).unwrap()
        };
        for sampling in Sampling::ALL {
            prop_assert!(drawn(0, sampling) == drawn(right, sampling));
        }
    }
}
