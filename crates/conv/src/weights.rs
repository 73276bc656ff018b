//! The weight, with the channels of the result side by side.

use crate::layout::finite_and_small;
use crate::memory::Scratch;
use crate::product::panel_place;
use crate::shape::Shape;
use crate::simd::{LANES, Simd, vectorized, whole_vectors};

/// Which channels the product runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the input's channels to the output's.
    Forward,
    /// From the output's channels to the input's: the gradient.
    Backward,
}

/// A weight as `[from][tap][to]`: `from` the channels that are summed over, `tap` a place of the
/// kernel (row by row), `to` the channels of the result, filled up with zeros to whole vectors.
pub(crate) struct Taps {
    pub direction: Direction,
    pub numbers: Scratch,
    pub from: usize,
    pub taps: usize,
    /// Channels of the result in whole vectors.
    pub to: usize,
    /// Whether no transform of them can overflow.
    pub finite_and_small: bool,
}

impl Taps {
    /// Turns `weight`, `[output][input][tap]`.
    pub(crate) fn new<S: Simd>(
        simd: S,
        shape: &Shape,
        weight: &[f32],
        direction: Direction,
    ) -> Self {
        let taps = shape.kernel.0 * shape.kernel.1;
        let (from, channels) = match direction {
            Direction::Forward => (shape.inputs, shape.outputs),
            Direction::Backward => (shape.outputs, shape.inputs),
        };
        let to = whole_vectors(channels);
        let mut numbers = Scratch::new(from * taps * to);
        let finite_and_small = match direction {
            Direction::Forward => {
                let weight = Matrix::new(weight, channels, from * taps);
                transpose(simd, weight, &mut numbers, to)
            }
            // One output channel after the other, else the taps would not stay together.
            Direction::Backward => weight
                .chunks_exact(channels * taps)
                .zip(numbers.chunks_exact_mut(taps * to))
                .map(|(weight, numbers)| {
                    let weight = Matrix::new(weight, channels, taps);
                    transpose(simd, weight, numbers, to)
                })
                .fold(true, |all, small| all & small),
        };
        Self {
            direction,
            numbers,
            from,
            taps,
            to,
            finite_and_small,
        }
    }

    /// All vectors of the tap `tap` of channel `from`.
    #[inline(always)]
    pub(crate) fn row(&self, from: usize, tap: usize) -> &[f32] {
        &self.numbers[(from * self.taps + tap) * self.to..][..self.to]
    }

    /// In panels for a product whose depth runs over (tap, channel), for the gradient from the last
    /// tap to the first.
    pub(crate) fn panels<S: Simd>(&self, simd: S) -> Scratch {
        let mut panels = Scratch::new(self.numbers.len());
        let depth = self.taps * self.from;
        for from in 0..self.from {
            for tap in 0..self.taps {
                let place = match self.direction {
                    Direction::Forward => tap,
                    Direction::Backward => self.taps - 1 - tap,
                };
                let place = place * self.from + from;
                for (column, vector) in self.row(from, tap).chunks_exact(LANES).enumerate() {
                    let at = panel_place(simd, self.to, depth, place, column * LANES);
                    panels[at..at + LANES].copy_from_slice(vector);
                }
            }
        }
        panels
    }
}

/// A matrix whose rows start every `stride` numbers.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub numbers: &'a [f32],
    pub rows: usize,
    pub columns: usize,
    pub stride: usize,
}

impl<'a> Matrix<'a> {
    fn new(numbers: &'a [f32], rows: usize, columns: usize) -> Self {
        Self {
            numbers,
            rows,
            columns,
            stride: columns,
        }
    }
}

/// The gradient of a weight, `[output][input][tap]`, from `[input][tap][output]` with the outputs
/// in whole vectors.
pub(crate) fn weight_from_taps<S: Simd>(simd: S, shape: &Shape, taps: &[f32]) -> Vec<f32> {
    let rows = shape.inputs * shape.kernel.0 * shape.kernel.1;
    let mut weight = vec![0.0; shape.weight_len()];
    let stride = whole_vectors(shape.outputs);
    let from = Matrix {
        numbers: taps,
        rows,
        columns: shape.outputs,
        stride,
    };
    transpose(simd, from, &mut weight, rows);
    weight
}

/// Writes the columns of a matrix as rows, one every `to_stride` numbers; tells whether all
/// numbers are [finite and small](finite_and_small).
pub(crate) fn transpose<S: Simd>(simd: S, from: Matrix, to: &mut [f32], to_stride: usize) -> bool {
    vectorized!(simd, transpose_blocks(simd, from, to, to_stride))
}

#[inline(always)]
fn transpose_blocks<S: Simd>(simd: S, from: Matrix, to: &mut [f32], to_stride: usize) -> bool {
    let mut largest = simd.zero();
    for row in (0..from.rows).step_by(LANES) {
        let height = LANES.min(from.rows - row);
        for column in (0..from.columns).step_by(LANES) {
            let width = LANES.min(from.columns - column);
            let mut block = [simd.zero(); LANES];
            for (i, vector) in block.iter_mut().enumerate().take(height) {
                let at = (row + i) * from.stride + column;
                *vector = simd.load_part(&from.numbers[at..at + width]);
                largest = simd.larger_magnitude(largest, *vector);
            }
            for (i, vector) in simd.transpose(block).iter().enumerate().take(width) {
                let at = (column + i) * to_stride + row;
                simd.store_part(&mut to[at..at + height], *vector);
            }
        }
    }
    finite_and_small(simd, largest)
}
