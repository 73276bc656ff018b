//! The weight, with the channels of the result side by side.

use crate::layout::tame;
use crate::product::panel_place;
use crate::scratch::Scratch;
use crate::shape::Shape;
use crate::simd::{LANES, Simd, Task, whole_vectors};

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
    pub numbers: Scratch,
    pub from: usize,
    pub taps: usize,
    /// Channels of the result in whole vectors.
    pub to: usize,
    /// No number is so large that a transform could overflow.
    pub tame: bool,
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
        let tame = match direction {
            Direction::Forward => {
                let weight = Matrix::new(weight, channels, from * taps);
                simd.run(Transpose {
                    from: weight,
                    to: &mut numbers,
                    stride: to,
                })
            }
            // One output channel after the other, else the taps would not stay together.
            Direction::Backward => weight
                .chunks_exact(channels * taps)
                .zip(numbers.chunks_exact_mut(taps * to))
                .map(|(weight, numbers)| {
                    let weight = Matrix::new(weight, channels, taps);
                    simd.run(Transpose {
                        from: weight,
                        to: numbers,
                        stride: to,
                    })
                })
                .fold(true, |all, tame| all & tame),
        };
        Self {
            numbers,
            from,
            taps,
            to,
            tame,
        }
    }

    /// All vectors of the tap `tap` of channel `from`.
    #[inline(always)]
    pub(crate) fn row(&self, from: usize, tap: usize) -> &[f32] {
        &self.numbers[(from * self.taps + tap) * self.to..][..self.to]
    }

    /// In panels for a product whose depth runs over (tap, channel); `turned` from the last tap to
    /// the first, for the gradient.
    pub(crate) fn panels<S: Simd>(&self, simd: S, turned: bool) -> Scratch {
        let mut panels = Scratch::new(self.numbers.len());
        let depth = self.taps * self.from;
        for from in 0..self.from {
            for tap in 0..self.taps {
                let place = if turned { self.taps - 1 - tap } else { tap } * self.from + from;
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
    simd.run(Transpose {
        from,
        to: &mut weight,
        stride: rows,
    });
    weight
}

/// Writes the columns of a matrix as rows, one every `stride` numbers; tells whether all
/// magnitudes are small enough for a transform.
pub(crate) struct Transpose<'a> {
    pub from: Matrix<'a>,
    pub to: &'a mut [f32],
    pub stride: usize,
}

impl Task for Transpose<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        let Matrix {
            numbers,
            rows,
            columns,
            stride,
        } = self.from;
        let mut largest = simd.zero();
        for row in (0..rows).step_by(LANES) {
            let height = LANES.min(rows - row);
            for column in (0..columns).step_by(LANES) {
                let width = LANES.min(columns - column);
                let mut block = [simd.zero(); LANES];
                for (i, vector) in block.iter_mut().enumerate() {
                    if i < height {
                        let at = (row + i) * stride + column;
                        *vector = simd.load_part(&numbers[at..at + width]);
                        largest = simd.larger_magnitude(largest, *vector);
                    }
                }
                for (i, vector) in simd.transpose(block).iter().enumerate() {
                    if i < width {
                        let at = (column + i) * self.stride + row;
                        simd.store_part(&mut self.to[at..at + height], *vector);
                    }
                }
            }
        }
        tame(simd, largest)
    }
}
