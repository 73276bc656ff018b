//! The gradients of a convolution, and how those of the weight and the bias, which are sums over
//! the whole batch, are added up.
//!
//! Each job lays out its strips of the two pictures (input, and gradient of the output) as a part,
//! side by side on all threads. What a part gives to the sums is the product of the two. Where that
//! is smaller than the part, the thread multiplies at once, while the part is in its cache, and
//! keeps the product; else it keeps the part. Then the sums grow by what was kept in a chunk of
//! memory, each block of them on one thread, part after part. So no thread has sums of its own that
//! would have to be added at the end, in an order that depends on their number.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::jobs::{Jobs, in_parallel};
use crate::memory::Scratch;
use crate::product::{Left, Product, Result, Right};
use crate::simd::{LANES, Simd, vectorized, whole_vectors};
use crate::weights::{Matrix, transpose};

/// Which gradients the backward pass shall compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// That of the input.
    pub input: bool,
    /// That of the weight.
    pub weight: bool,
    /// That of the bias.
    pub bias: bool,
}

impl Wanted {
    /// All three.
    pub const ALL: Self = Self {
        input: true,
        weight: true,
        bias: true,
    };
}

/// The gradients of a convolution; `None` where not wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gradients {
    /// Of the input, with the input's axes.
    pub input: Option<Vec<f32>>,
    /// Of the weight, with the weight's axes.
    pub weight: Option<Vec<f32>>,
    /// Of the bias, one number per output channel.
    pub bias: Option<Vec<f32>>,
}

/// Numbers in a chunk: 4 MiB, unless the threads need more to have two parts each.
const CHUNK_NUMBERS: usize = 1024 * 1024;

/// Tasks that the sums are cut into, where there are fewer points: enough for many threads, but
/// a task reads its part of the chunk anew.
const TASKS: usize = 16;

/// Numbers of the sums that one task adds.
const BLOCK: usize = 4096;

/// What a part gives to the sums of one point: over its pixels, numbers of the input's times
/// those of the gradient's.
pub(crate) struct Factors<'a> {
    pub segments: usize,
    pub steps: usize,
    pub input: Pixels<'a>,
    pub grad: Pixels<'a>,
}

/// The numbers of pixel `(s, l)` lie side by side, from `s * segment + l * step` on. What lies
/// behind them is read as well, up to whole vectors.
#[derive(Clone, Copy)]
pub(crate) struct Pixels<'a> {
    pub numbers: &'a [f32],
    pub segment: usize,
    pub step: usize,
}

/// Sums over a batch of the products of parts, and of their bias.
pub(crate) struct Sums {
    /// `[point][row][column]`
    weight: Vec<f32>,
    bias: Vec<f64>,
    /// Numbers of a pixel of the input.
    inputs: usize,
    /// Channels of the gradient.
    outputs: usize,
    /// Whether a row is a channel of the gradient, and a column a number of the input.
    exchanged: bool,
}

/// How the parts are made and what they give.
pub(crate) trait Parts: Sync {
    /// The working memory of a thread.
    type Buffers;

    /// Fresh working memory.
    fn buffers(&self) -> Self::Buffers;

    /// Numbers of one part, without its bias.
    fn part_len(&self) -> usize;

    /// Fills the part of a job, and the sums of its gradient by channel; `false` when a number in
    /// it is too large for a transform. Implementations are `#[inline(always)]`.
    fn fill<S: Simd>(
        &self,
        simd: S,
        job: usize,
        buffers: &mut Self::Buffers,
        part: &mut [f32],
        bias: &mut [f32],
    ) -> bool;

    /// What a part gives to the sums of `point`.
    fn factors<'a>(&self, job: usize, point: usize, part: &'a [f32]) -> Factors<'a>;
}

impl Sums {
    /// Zeros for the sums of `points`, `inputs` times `outputs` numbers each; no points for the
    /// bias alone.
    ///
    /// Columns are whole vectors: of the two sides that wastes fewer lanes.
    pub(crate) fn new(points: usize, inputs: usize, outputs: usize) -> Self {
        let plain = inputs * whole_vectors(outputs);
        let exchanged = outputs * whole_vectors(inputs);
        Self {
            weight: vec![0.0; points * plain.min(exchanged)],
            bias: vec![0.0; outputs],
            inputs,
            outputs,
            exchanged: exchanged < plain,
        }
    }

    /// Rows of the sums at a point, and columns in whole vectors.
    fn sizes(&self) -> (usize, usize) {
        if self.exchanged {
            (self.outputs, whole_vectors(self.inputs))
        } else {
            (self.inputs, whole_vectors(self.outputs))
        }
    }

    /// The sums for the weight, `[point][input][output]`, outputs in whole vectors.
    pub(crate) fn weight<S: Simd>(&self, simd: S) -> Cow<'_, [f32]> {
        if !self.exchanged {
            return Cow::Borrowed(&self.weight);
        }
        let (rows, stride) = self.sizes();
        let columns = whole_vectors(self.outputs);
        let points = self.weight.len() / (rows * stride);
        let mut weight = vec![0.0; points * self.inputs * columns];
        let exchanged = self.weight.chunks_exact(rows * stride);
        for (exchanged, weight) in exchanged.zip(weight.chunks_exact_mut(self.inputs * columns)) {
            let exchanged = Matrix {
                numbers: exchanged,
                rows,
                columns: self.inputs,
                stride,
            };
            transpose(simd, exchanged, weight, columns);
        }
        Cow::Owned(weight)
    }

    /// The gradient of the bias.
    pub(crate) fn bias(&self) -> Vec<f32> {
        self.bias.iter().map(|sum| *sum as f32).collect()
    }

    /// Adds up all jobs; `None` as soon as a part was not fit for a transform.
    pub(crate) fn add_up<S: Simd>(
        mut self,
        simd: S,
        jobs: &Jobs,
        parts: &impl Parts,
    ) -> Option<Self> {
        let part_len = parts.part_len();
        // Where a part is larger than what it gives, only that is kept: other threads read less.
        let multiplied = 2 * self.weight.len() <= part_len;
        let (kept_len, own_len) = if multiplied {
            (self.weight.len(), part_len)
        } else {
            (part_len, 0)
        };
        let stride = kept_len + whole_vectors(self.outputs);
        let at_once = (CHUNK_NUMBERS / stride).max(2 * rayon::current_num_threads());
        let at_once = at_once.clamp(1, jobs.count().max(1));
        let mut chunk = vec![0.0; at_once * stride];
        for first in (0..jobs.count()).step_by(at_once) {
            let count = at_once.min(jobs.count() - first);
            let chunk = &mut chunk[..count * stride];
            let fit = in_parallel(
                chunk.chunks_mut(stride).enumerate(),
                || (parts.buffers(), Scratch::new(own_len)),
                |(buffers, own), (i, kept)| {
                    let job = first + i;
                    let (kept, bias) = kept.split_at_mut(kept_len);
                    if !multiplied {
                        return vectorized!(simd, parts.fill(simd, job, buffers, kept, bias));
                    }
                    let fit = vectorized!(simd, parts.fill(simd, job, buffers, own, bias));
                    if fit {
                        self.multiply(simd, parts, job, own, kept);
                    }
                    fit
                },
            );
            if !fit.reduce(|| true, |all, fit| all & fit) {
                return None;
            }
            for kept in chunk.chunks_exact(stride) {
                for (sum, number) in self.bias.iter_mut().zip(&kept[kept_len..]) {
                    *sum += f64::from(*number);
                }
            }
            if multiplied {
                self.add_products(chunk, stride);
            } else {
                self.add_parts(simd, first, chunk, stride, parts);
            }
        }
        Some(self)
    }

    /// What a part gives to the sums, `[point][row][column]`.
    fn multiply<S: Simd>(
        &self,
        simd: S,
        parts: &impl Parts,
        job: usize,
        part: &[f32],
        numbers: &mut [f32],
    ) {
        let (rows, columns) = self.sizes();
        let points = numbers.chunks_exact_mut((rows * columns).max(1));
        for (point, numbers) in points.enumerate() {
            let factors = parts.factors(job, point, part);
            factors.multiply(simd, self.exchanged, 0, columns, numbers, false);
        }
    }

    /// Adds what parts give, one after the other.
    fn add_products(&mut self, products: &[f32], stride: usize) {
        let blocks = self.weight.par_chunks_mut(BLOCK).enumerate();
        blocks.for_each(|(block, sums)| {
            for product in products.chunks_exact(stride) {
                let product = &product[block * BLOCK..][..sums.len()];
                for (sum, number) in sums.iter_mut().zip(product) {
                    *sum += number;
                }
            }
        });
    }

    /// Adds what is to be multiplied of parts, one after the other.
    fn add_parts<S: Simd>(
        &mut self,
        simd: S,
        first: usize,
        chunk: &[f32],
        stride: usize,
        parts: &impl Parts,
    ) {
        let ((rows, columns), part_len) = (self.sizes(), parts.part_len());
        let exchanged = self.exchanged;
        let points = self.weight.len() / (rows * columns);
        let block_rows = rows
            .div_ceil(TASKS.div_ceil(points))
            .next_multiple_of(S::TILE_ROWS);
        let points = self.weight.par_chunks_mut(rows * columns).enumerate();
        points.for_each(|(point, sums)| {
            let blocks = sums.par_chunks_mut(block_rows * columns).enumerate();
            blocks.for_each(|(block, sums)| {
                for (i, part) in chunk.chunks_exact(stride).enumerate() {
                    let factors = parts.factors(first + i, point, &part[..part_len]);
                    let first_row = block * block_rows;
                    factors.multiply(simd, exchanged, first_row, columns, sums, true);
                }
            });
        });
    }
}

impl Factors<'_> {
    /// Writes or adds rows of what the factors give, from `first_row` on, to `sums`.
    fn multiply<S: Simd>(
        self,
        simd: S,
        exchanged: bool,
        first_row: usize,
        columns: usize,
        sums: &mut [f32],
        accumulate: bool,
    ) {
        let (left, right) = if exchanged {
            (self.grad, self.input)
        } else {
            (self.input, self.grad)
        };
        let product = Product {
            groups: 1,
            rows: sums.len() / columns,
            columns,
            segments: self.segments,
            steps: self.steps,
            left: Left {
                numbers: &left.numbers[first_row..],
                group: 0,
                row: 1,
                segment: left.segment,
                step: left.step,
            },
            right: Right::Rows {
                numbers: right.numbers,
                segment: right.segment,
                step: right.step,
            },
            accumulate,
        };
        let mut result = Result {
            numbers: sums,
            group: 0,
            row: columns,
        };
        vectorized!(simd, product.compute(simd, &mut result));
    }
}

/// The sum of `count` pixels, `stride` numbers each, channel by channel.
#[inline(always)]
pub(crate) fn sum_pixels<S: Simd>(
    simd: S,
    pixels: &[f32],
    count: usize,
    stride: usize,
    sums: &mut [f32],
) {
    for (block, sums) in sums.chunks_exact_mut(LANES).enumerate() {
        let channel = block * LANES;
        let width = LANES.min(stride.saturating_sub(channel));
        let mut sum = simd.load_part(sums);
        for pixel in 0..count {
            let at = pixel * stride + channel;
            sum = simd.add(sum, simd.load_part(&pixels[at..at + width]));
        }
        simd.store_part(sums, sum);
    }
}
