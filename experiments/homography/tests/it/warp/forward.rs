//! Pixels pushed forward: holes, collisions, what leaves the frame.

use homography::Homography;
use homography::warp::{Frame, push_forward};
use image::{Luma, Rgb};
use proptest::prelude::*;

use super::{mild, noise, of_size};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

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
