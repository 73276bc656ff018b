//! Reading a picture between its pixels.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How a picture is read at a point between the centres of its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// The pixel whose coordinates are those of the point with the fraction cut off, as in the
    /// post. The picture moves right and down by half a pixel on average.
    Truncated,
    /// The pixel with the nearest centre; halves go right and down.
    Nearest,
    /// The four pixels around the point, weighted linearly in x and in y.
    Bilinear,
    /// The sixteen pixels around it, by cubic convolution (Keys 1981) with a = -0.75.
    Bicubic,
}

/// The free number of cubic convolution, as in OpenCV, whose pictures we compare with. It keeps
/// edges a little crisper than Keys's -0.5, which is exact for parabolas, and overshoots more.
const CUBIC_A: f32 = -0.75;

/// The pixels that a sampling reads in a row or a column, and what they weigh.
///
/// `TAPS` is their number. At the position p the first of them is floor(p) + `FIRST`, and
/// p - floor(p) is the fraction.
pub(super) trait Kernel<const TAPS: usize> {
    /// Where the first pixel stands, from the whole part of the position.
    const FIRST: i32;

    /// The weights of the pixels at a fraction from 0 to 1; their sum is 1.
    fn weights(fraction: f32) -> [f32; TAPS];
}

/// One pixel as it is.
pub(super) struct One;
/// Two pixels, linearly.
pub(super) struct Linear;
/// Four pixels, by cubic convolution.
pub(super) struct Cubic;

impl Kernel<1> for One {
    const FIRST: i32 = 0;

    #[inline(always)]
    fn weights(_: f32) -> [f32; 1] {
        [1.0]
    }
}

impl Kernel<2> for Linear {
    const FIRST: i32 = 0;

    #[inline(always)]
    fn weights(fraction: f32) -> [f32; 2] {
        [1.0 - fraction, fraction]
    }
}

impl Kernel<4> for Cubic {
    const FIRST: i32 = -1;

    /// Keys, Cubic convolution interpolation for digital image processing, IEEE ASSP 29 (1981),
    /// equation 4, at the distances 1 + t, t, 1 - t and 2 - t.
    #[inline(always)]
    fn weights(t: f32) -> [f32; 4] {
        let near = |d: f32| ((CUBIC_A + 2.0) * d - (CUBIC_A + 3.0)) * d * d + 1.0;
        let far = |d: f32| ((CUBIC_A * d - 5.0 * CUBIC_A) * d + 8.0 * CUBIC_A) * d - 4.0 * CUBIC_A;
        [far(1.0 + t), near(t), near(1.0 - t), far(2.0 - t)]
    }
}
