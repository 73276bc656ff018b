//! Warped pictures against the definition, and against what must hold for any picture.

mod definition;
mod formats;
mod forward;
mod laws;

use homography::dlt::normalized;
use homography::warp::{Frame, Picture, Pixel8, Sampling};
use homography::{Homography, Pair, Point};
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
