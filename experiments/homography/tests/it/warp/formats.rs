//! All pixel formats: the identity, equal channels, opacity.

use homography::Homography;
use homography::warp::{Pixel8, Sampling, warp, warp_picture};
use image::{DynamicImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};

use super::{ALL, noise, of_size};

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
