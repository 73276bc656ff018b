//! From planes to rows of (column, channel), and back.
//!
//! Burn keeps a picture as planes, `[channel][row][column]`. The products want the channels of a
//! pixel side by side, `[row][column][channel]`: then the pixels that a kernel's row covers are
//! one run of numbers, and the next pixel's run starts one pixel further. Blocks of 16 x 16 are
//! turned in registers.
#![allow(unsafe_code)] // parallel writes to the result

use crate::memory::Output;
use crate::shape::Shape;
use crate::simd::{LANES, Simd};

/// Pictures as planes: numbers `[picture][channel][row][column]`.
#[derive(Clone, Copy)]
pub(crate) struct Planes<'a> {
    pub numbers: &'a [f32],
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    /// Of the same axes: where it is not positive, the number counts as 0 (ReLU's gradient).
    pub sign: Option<&'a [f32]>,
}

/// A part of a picture; it may reach over the border, where there are zeros.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    pub first_row: isize,
    pub rows: usize,
    pub first_column: isize,
    pub columns: usize,
}

/// The part of `0..limit` that lies in `first..first + count`, counted from `first`.
fn inside(first: isize, count: usize, limit: usize) -> (usize, usize) {
    let from = (-first).clamp(0, count as isize) as usize;
    let to = (limit as isize - first).clamp(from as isize, count as isize) as usize;
    (from, to)
}

impl<'a> Planes<'a> {
    /// The input of a convolution.
    pub(crate) fn of_input(shape: &Shape, numbers: &'a [f32]) -> Self {
        Self {
            numbers,
            channels: shape.inputs,
            height: shape.height,
            width: shape.width,
            sign: None,
        }
    }

    /// The gradient by its output.
    pub(crate) fn of_output(shape: &Shape, numbers: &'a [f32], sign: Option<&'a [f32]>) -> Self {
        Self {
            numbers,
            channels: shape.outputs,
            height: shape.output_height(),
            width: shape.output_width(),
            sign,
        }
    }

    /// Copies a window of one picture to `rows`, `stride` numbers per pixel, zeros after the last
    /// channel. Gives back the larger of `largest` and the magnitudes that it met.
    #[inline(always)]
    pub(crate) fn to_rows<S: Simd>(
        self,
        simd: S,
        picture: usize,
        window: Window,
        rows: &mut [f32],
        stride: usize,
        mut largest: S::Vector,
    ) -> S::Vector {
        let row_len = window.columns * stride;
        let (top, bottom) = inside(window.first_row, window.rows, self.height);
        let (left, right) = inside(window.first_column, window.columns, self.width);
        rows[..top * row_len].fill(0.0);
        rows[bottom * row_len..window.rows * row_len].fill(0.0);
        for row in top..bottom {
            let to = &mut rows[row * row_len..(row + 1) * row_len];
            to[..left * stride].fill(0.0);
            to[right * stride..].fill(0.0);
            let y = (window.first_row + row as isize) as usize;
            let x = (window.first_column + left as isize) as usize;
            let start = (picture * self.channels * self.height + y) * self.width + x;
            let to = &mut to[left * stride..right * stride];
            largest = self.row(simd, start, right - left, to, stride, largest);
        }
        largest
    }

    /// One row of `columns` pixels, the first channel of the first at `start`.
    #[inline(always)]
    fn row<S: Simd>(
        &self,
        simd: S,
        start: usize,
        columns: usize,
        to: &mut [f32],
        stride: usize,
        mut largest: S::Vector,
    ) -> S::Vector {
        let plane = self.height * self.width;
        for x in (0..columns).step_by(LANES) {
            let width = LANES.min(columns - x);
            if stride == 1 {
                let numbers = self.numbers_at(simd, start + x, width);
                largest = simd.larger_magnitude(largest, numbers);
                simd.store_part(&mut to[x..x + width], numbers);
                continue;
            }
            for channel in (0..self.channels).step_by(LANES) {
                let channels = LANES.min(self.channels - channel);
                let mut block = [simd.zero(); LANES];
                for (i, numbers) in block.iter_mut().enumerate() {
                    if i < channels {
                        let at = start + (channel + i) * plane + x;
                        *numbers = self.numbers_at(simd, at, width);
                        largest = simd.larger_magnitude(largest, *numbers);
                    }
                }
                let block = simd.transpose(block);
                let stored = LANES.min(stride - channel);
                for (i, numbers) in block.iter().enumerate() {
                    if i < width {
                        let at = (x + i) * stride + channel;
                        simd.store_part(&mut to[at..at + stored], *numbers);
                    }
                }
            }
        }
        largest
    }

    #[inline(always)]
    fn numbers_at<S: Simd>(&self, simd: S, at: usize, count: usize) -> S::Vector {
        let numbers = simd.load_part(&self.numbers[at..at + count]);
        match self.sign {
            Some(sign) => simd.keep_positive(numbers, simd.load_part(&sign[at..at + count])),
            None => numbers,
        }
    }
}

/// Where the pixels of a result go, and what is done to them on the way.
#[derive(Clone, Copy)]
pub(crate) struct ToPlanes<'a> {
    pub output: &'a Output,
    pub channels: usize,
    /// Numbers in a plane of the output.
    pub plane: usize,
    /// Added to each pixel, in whole vectors; nothing where empty.
    pub bias: &'a [f32],
    /// Negative numbers become 0.
    pub relu: bool,
}

impl ToPlanes<'_> {
    /// Writes `count` pixels that follow each other, `stride` numbers each (whole vectors), to
    /// `picture`, from place `start` of each plane on.
    ///
    /// # Safety
    /// Nobody else writes these pixels.
    #[inline(always)]
    pub(crate) unsafe fn write<S: Simd>(
        &self,
        simd: S,
        picture: usize,
        start: usize,
        count: usize,
        pixels: &[f32],
        stride: usize,
    ) {
        for x in (0..count).step_by(LANES) {
            let width = LANES.min(count - x);
            for channel in (0..self.channels).step_by(LANES) {
                let bias = match self.bias.get(channel..channel + LANES) {
                    Some(bias) => simd.load_part(bias),
                    None => simd.zero(),
                };
                let mut block = [simd.zero(); LANES];
                for (i, numbers) in block.iter_mut().enumerate() {
                    if i < width {
                        let at = (x + i) * stride + channel;
                        let sum = simd.add(simd.load_part(&pixels[at..at + LANES]), bias);
                        *numbers = if self.relu {
                            simd.keep_positive(sum, sum)
                        } else {
                            sum
                        };
                    }
                }
                let block = simd.transpose(block);
                for (i, numbers) in block.iter().enumerate() {
                    if i < LANES.min(self.channels - channel) {
                        let plane = picture * self.channels + channel + i;
                        // Safety: the caller's promise.
                        unsafe {
                            self.output.store(
                                simd,
                                plane * self.plane + start + x,
                                width,
                                *numbers,
                            );
                        }
                    }
                }
            }
        }
        self.output.wrote(count * self.channels);
    }
}

/// Whether the largest magnitude met is finite and so small that no sum of a transform can
/// overflow: up to 2^40, which infinities and what is not a number are above.
#[inline(always)]
pub(crate) fn finite_and_small<S: Simd>(simd: S, largest: S::Vector) -> bool {
    let mut lanes = [0.0; LANES];
    simd.store(&mut lanes, largest);
    lanes.iter().all(|magnitude| *magnitude <= LARGEST)
}

/// 2^40
const LARGEST: f32 = 1_099_511_627_776.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::with_all;

    #[test]
    fn one_number_above_two_to_the_fortieth_is_found_in_any_lane() {
        let more = LARGEST.next_up();
        let (inf, nan) = (f32::INFINITY, f32::NAN);
        with_all!(simd => for lane in 0..LANES {
            let found = |number: f32| {
                let mut lanes = [1.0; LANES];
                lanes[lane] = number;
                let largest = simd.larger_magnitude(simd.zero(), simd.load(&lanes));
                let largest = simd.larger_magnitude(largest, simd.splat(3.0));
                !finite_and_small(simd, largest)
            };
            assert_eq!([LARGEST, -LARGEST].map(found), [false; 2], "lane {lane}");
            assert_eq!([more, -more, inf, -inf, nan, -nan].map(found), [true; 6], "lane {lane}");
        });
    }
}
