//! What must hold for any picture: shifts, frames, plain pictures, threads, and input of any size.

use homography::Homography;
use homography::warp::{Frame, Sampling, WarpError, warp};
use image::{Luma, Rgb, RgbImage};
use proptest::prelude::*;

use super::{ALL, mild, noise, of_size};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
            for sampling in ALL {
                prop_assert!(warp(&picture, &homography, frame, sampling).is_ok());
            }
            let _ = Frame::of_mapped(&homography, size.0, size.1);
        }
    }

    #[test]
    fn a_picture_far_from_the_origin_is_drawn_as_near_it(right in -(1 << 30)..(1 << 30)) {
        // Half a pixel to the side of a picture a thousand million pixels away.
        let picture = noise::<Rgb<u8>>(40, 30);
        let map = |x: f64| Homography::translation(x + 0.5, x).unwrap();
        let near = Frame::new(0, 0, 40, 30).unwrap();
        let far = Frame::new(right, right, 40, 30).unwrap();
        for sampling in ALL {
            let near = warp(&picture, &map(0.0), near, sampling).unwrap();
            let far = warp(&picture, &map(f64::from(right)), far, sampling).unwrap();
            prop_assert!(near == far);
        }
    }
}
