//! Gradients of the weight and the bias: sums over the whole batch.
//!
//! Jobs lay out their strips of the two pictures (input, and gradient of the output) as parts of
//! one chunk of memory, side by side on all threads; then the sums grow by what the chunk holds,
//! each block of them on one thread, part after part. So no thread has sums of its own that would
//! have to be added at the end, in an order that depends on their number.

use rayon::prelude::*;

use crate::jobs::Jobs;
use crate::product::{Left, Product, Result, Right};
use crate::simd::{LANES, Simd, Task, whole_vectors};

/// Numbers in a chunk: 4 MiB, unless the threads need more to have two parts each.
const CHUNK_NUMBERS: usize = 1024 * 1024;

/// Tasks that the sums are cut into, where there are fewer points: enough for many threads, but
/// a task reads its part of the chunk anew.
const TASKS: usize = 16;

/// What a part gives to the sums of one point: the product of two matrices in it.
pub(crate) struct Factors<'a> {
    pub segments: usize,
    pub steps: usize,
    pub left: Left<'a>,
    pub right: Right<'a>,
}

/// Sums over a batch of the products of parts, and of their bias.
pub(crate) struct Sums {
    /// `[point][row][column]`
    pub weight: Vec<f32>,
    pub bias: Vec<f64>,
    rows: usize,
    /// Whole vectors.
    columns: usize,
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
    /// it is too large for a transform.
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
    /// Zeros for `points` sums of `rows` rows and a column an output channel; no points for the
    /// bias alone.
    pub(crate) fn new(points: usize, rows: usize, channels: usize) -> Self {
        let columns = whole_vectors(channels);
        Self {
            weight: vec![0.0; points * rows * columns],
            bias: vec![0.0; channels],
            rows,
            columns,
        }
    }

    /// Numbers of a row of the sums for the weight: the output channels in whole vectors.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Adds up all jobs; `None` as soon as a part was not fit for a transform.
    pub(crate) fn add_up<S: Simd>(
        mut self,
        simd: S,
        jobs: &Jobs,
        parts: &impl Parts,
    ) -> Option<Self> {
        let part_len = parts.part_len();
        let stride = part_len + self.columns;
        let at_once = (CHUNK_NUMBERS / stride).max(2 * rayon::current_num_threads());
        let at_once = at_once.clamp(1, jobs.count().max(1));
        let mut chunk = vec![0.0; at_once * stride];
        for first in (0..jobs.count()).step_by(at_once) {
            let count = at_once.min(jobs.count() - first);
            let chunk = &mut chunk[..count * stride];
            let fit = chunk.par_chunks_mut(stride).enumerate().map_init(
                || parts.buffers(),
                |buffers, (i, part)| {
                    let (part, bias) = part.split_at_mut(part_len);
                    parts.fill(simd, first + i, buffers, part, bias)
                },
            );
            if !fit.reduce(|| true, |all, fit| all & fit) {
                return None;
            }
            self.add(simd, first, chunk, stride, parts);
        }
        Some(self)
    }

    fn add<S: Simd>(
        &mut self,
        simd: S,
        first: usize,
        chunk: &[f32],
        stride: usize,
        parts: &impl Parts,
    ) {
        let (rows, columns, part_len) = (self.rows, self.columns, parts.part_len());
        for part in chunk.chunks_exact(stride) {
            for (sum, number) in self.bias.iter_mut().zip(&part[part_len..]) {
                *sum += f64::from(*number);
            }
        }
        if rows == 0 {
            return;
        }
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
                    simd.run(Add {
                        factors,
                        first_row,
                        columns,
                        sums: &mut *sums,
                    });
                }
            });
        });
    }
}

/// Adds what one part gives to one block of the sums.
struct Add<'a> {
    factors: Factors<'a>,
    first_row: usize,
    columns: usize,
    sums: &'a mut [f32],
}

impl Task for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Factors {
            segments,
            steps,
            left,
            right,
        } = self.factors;
        let left = Left {
            numbers: &left.numbers[self.first_row * left.row..],
            ..left
        };
        let product = Product {
            groups: 1,
            rows: self.sums.len() / self.columns,
            columns: self.columns,
            segments,
            steps,
            left,
            right,
            accumulate: true,
        };
        product.compute(
            simd,
            &mut Result {
                numbers: self.sums,
                group: 0,
                row: self.columns,
            },
        );
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
