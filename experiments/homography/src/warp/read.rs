//! A picture read between the centres of its pixels.

// Channels are counted: a processor takes them in step when the compiler sees the number.
#![allow(clippy::needless_range_loop)]

use super::{Level, Picture, PlainPixel, Sampling};
use crate::homography::Point;

/// The free number of cubic convolution, as in OpenCV, whose pictures we compare with. It keeps
/// edges a little crisper than Keys's -0.5, which is exact for parabolas, and overshoots more.
const CUBIC_A: f32 = -0.75;

/// The pixels that a sampling reads in a row or a column, and what they weigh.
///
/// `TAPS` is their number. At the position p the first of them is floor(p) + `FIRST`, and
/// p - floor(p) is the fraction.
trait Kernel<const TAPS: usize> {
    /// Where the first pixel stands, from the whole part of the position.
    const FIRST: i32;

    /// The weights of the pixels at a fraction from 0 to 1; their sum is 1.
    fn weights(fraction: f32) -> [f32; TAPS];
}

/// Two pixels, linearly.
struct Linear;
/// Four pixels, by cubic convolution.
struct Cubic;

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

/// Binary digits that a fraction of a pixel keeps. What is lost is at most 255 / 2^21 of a grey
/// level, and positions that should be whole but for rounding become whole.
const FRACTION_BITS: u32 = 20;
/// Added to a number from -2^31 to 2^31, this leaves its whole part and its fraction side by side
/// in the lowest 52 bits, for a floor without a branch or a conversion.
const SPLITTER: f64 = 1.5 * (1_u64 << (52 - FRACTION_BITS)) as f64;

/// The floor of a position from -2^31 to 2^31, and what is above it.
#[inline(always)]
fn split(position: f64) -> (i32, f32) {
    let bits = (position + SPLITTER).to_bits();
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let whole = ((bits >> FRACTION_BITS) as i32).wrapping_sub(i32::MIN);
    (
        whole,
        fraction as i32 as f32 * (1.0 / (1_u32 << FRACTION_BITS) as f32),
    )
}

/// The picture that is read.
///
/// # Shapes
/// rows x columns x channels, one after the other.
pub(super) struct Source<'a, L, const CHANNELS: usize> {
    pixels: &'a [[L; CHANNELS]],
    width: usize,
    height: usize,
}

impl<'a, L: Level, const CHANNELS: usize> Source<'a, L, CHANNELS> {
    /// Whether the last channel is an opacity.
    const ALPHA: bool = CHANNELS.is_multiple_of(2);

    /// A picture of at least one pixel, with so many channels.
    pub fn new<P: PlainPixel<Subpixel = L>>(picture: &'a Picture<P>) -> Self {
        let (pixels, _) = picture.as_raw().as_chunks();
        let (width, height) = picture.dimensions();
        Self {
            pixels,
            width: width as usize,
            height: height as usize,
        }
    }

    /// Whether a point lies within the squares of the pixels, half a pixel around their centres.
    #[inline(always)]
    pub fn covers(&self, Point { x, y }: Point) -> bool {
        x >= -0.5 && x < self.width as f64 - 0.5 && y >= -0.5 && y < self.height as f64 - 0.5
    }

    /// The pixel at a point that is covered.
    #[inline(always)]
    pub fn read(&self, place: Point, sampling: Sampling) -> [L; CHANNELS] {
        match sampling {
            Sampling::Truncated => self.pixel(split(place.x).0, split(place.y).0),
            Sampling::Nearest => self.pixel(split(place.x + 0.5).0, split(place.y + 0.5).0),
            Sampling::Bilinear => self.mean::<Linear, 2>(place),
            Sampling::Bicubic => self.mean::<Cubic, 4>(place),
        }
    }

    /// The pixel in a column and a row; beyond the edge it is the one at the edge.
    #[inline(always)]
    fn pixel(&self, column: i32, row: i32) -> [L; CHANNELS] {
        let within = |place: i32, size: usize| (place.max(0) as usize).min(size - 1);
        self.pixels[within(row, self.height) * self.width + within(column, self.width)]
    }

    /// The weighted mean of the pixels around a point.
    ///
    /// With an opacity a colour counts by how opaque it is: else the invisible colours of clear
    /// pixels would stain their neighbours. Where all is clear the colours' plain mean is taken.
    #[inline(always)]
    fn mean<K: Kernel<TAPS>, const TAPS: usize>(&self, place: Point) -> [L; CHANNELS] {
        let ((column, right), (row, down)) = (split(place.x), split(place.y));
        let (right, down) = (K::weights(right), K::weights(down));
        let (mut plain, mut opaque) = ([0.0; CHANNELS], [0.0; CHANNELS]);
        for (row, down) in (row + K::FIRST..).zip(down) {
            let (mut along, mut along_opaque) = ([0.0; CHANNELS], [0.0; CHANNELS]);
            for (column, right) in (column + K::FIRST..).zip(right) {
                let pixel = self.pixel(column, row);
                for channel in 0..CHANNELS {
                    let value = pixel[channel].number();
                    along[channel] += right * value;
                    if Self::ALPHA {
                        let opacity = pixel[CHANNELS - 1].number();
                        along_opaque[channel] += right * (opacity * value);
                    }
                }
            }
            for channel in 0..CHANNELS {
                plain[channel] += down * along[channel];
                opaque[channel] += down * along_opaque[channel];
            }
        }
        let mut pixel = plain;
        if Self::ALPHA && plain[CHANNELS - 1] > 0.0 {
            for channel in 0..CHANNELS - 1 {
                pixel[channel] = opaque[channel] / plain[CHANNELS - 1];
            }
        }
        let mut levels = [L::nearest(0.0); CHANNELS];
        for channel in 0..CHANNELS {
            levels[channel] = L::nearest(pixel[channel]);
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_split_into_its_floor_and_its_fraction() {
        for (position, whole, fraction) in [
            (0.0, 0, 0.0),
            (7.25, 7, 0.25),
            (-0.25, -1, 0.75),
            (123_456.5, 123_456, 0.5),
            (2.0 - 1e-9, 2, 0.0),
        ] {
            assert_eq!(split(position), (whole, fraction), "{position}");
        }
    }
}
