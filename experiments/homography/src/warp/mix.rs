//! The weighted means of the pixels around the positions of a run.
//!
//! Plain loops over the pixels of the run, without a branch or a call, so that the compiler turns
//! them into vector code. There is no fused multiply-add: the result is the same on all machines.

// Iterators over the taps hide the loops from the vectoriser.
#![allow(clippy::needless_range_loop)]

use super::positions::{Positions, RUN};
use super::sampling::Kernel;
use super::taps::Taps;

/// Added to a number from 0 to 2^22, this leaves its nearest whole number in the lowest bits.
const ROUNDER: f32 = 8_388_608.0;

/// Target pixels: the first channel in the lowest byte.
pub(super) type Pixels = [u32; RUN];

/// The pixels around one position, and what each row and column weighs.
struct Window<const CHANNELS: usize, const TAPS: usize, const WORDS: usize> {
    words: [[u64; WORDS]; TAPS],
    right: [f32; TAPS],
    down: [f32; TAPS],
}

/// Mixes the fetched pixels. With `ALPHA` the last channel is the opacity, and a colour counts by
/// how opaque it is: else the invisible colours of clear pixels would stain their neighbours.
#[inline(always)]
pub(super) fn mix<
    K: Kernel<TAPS>,
    const CHANNELS: usize,
    const ALPHA: bool,
    const TAPS: usize,
    const WORDS: usize,
>(
    taps: &Taps<TAPS, WORDS>,
    positions: &Positions,
    pixels: &mut Pixels,
) {
    for k in 0..RUN {
        if TAPS == 1 {
            pixels[k] = taps[0][0][k] as u32;
            continue;
        }
        let mut window = Window::<CHANNELS, TAPS, WORDS> {
            words: [[0; WORDS]; TAPS],
            right: K::weights(positions.right[k]),
            down: K::weights(positions.down[k]),
        };
        for row in 0..TAPS {
            for word in 0..WORDS {
                window.words[row][word] = taps[row][word][k];
            }
        }
        let mut packed = 0;
        for channel in 0..CHANNELS {
            let colour = ALPHA && channel + 1 < CHANNELS;
            let value = if colour {
                window.colour(channel)
            } else {
                window.mean(channel)
            };
            packed |= rounded(value) << (8 * channel);
        }
        pixels[k] = packed;
    }
}

impl<const CHANNELS: usize, const TAPS: usize, const WORDS: usize> Window<CHANNELS, TAPS, WORDS> {
    /// The mean of a channel.
    #[inline(always)]
    fn mean(&self, channel: usize) -> f32 {
        let mut sum = 0.0;
        for row in 0..TAPS {
            let mut along = 0.0;
            for tap in 0..TAPS {
                along += self.right[tap] * self.value(row, tap, channel);
            }
            sum += self.down[row] * along;
        }
        sum
    }

    /// The mean of a channel, each pixel weighted with its opacity as well; the plain mean where
    /// all is clear.
    #[inline(always)]
    fn colour(&self, channel: usize) -> f32 {
        let mut sum = 0.0;
        for row in 0..TAPS {
            let mut along = 0.0;
            for tap in 0..TAPS {
                let opacity = self.value(row, tap, CHANNELS - 1);
                along += self.right[tap] * (opacity * self.value(row, tap, channel));
            }
            sum += self.down[row] * along;
        }
        let opacity = self.mean(CHANNELS - 1);
        if opacity > 0.0 {
            sum / opacity
        } else {
            self.mean(channel)
        }
    }

    #[inline(always)]
    fn value(&self, row: usize, tap: usize, channel: usize) -> f32 {
        let byte = tap * CHANNELS + channel;
        let word = self.words[row][byte / 8] >> (8 * (byte % 8));
        // Through i32: processors convert signed numbers faster.
        (word & 255) as i32 as f32
    }
}

/// The nearest whole number from 0 to 255; halves go to the even one.
#[inline(always)]
fn rounded(value: f32) -> u32 {
    (value.clamp(0.0, 255.0) + ROUNDER).to_bits() & 255
}
