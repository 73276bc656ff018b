//! The 2x2 max-pool: the largest of each 2x2 pixels, half as many rows and columns.
//!
//! Rows are read in pairs and compared pixel pair by pixel pair without a branch, so that the
//! compiler turns the loops into vector instructions. The backward pass finds the winners again
//! from the input instead of keeping their places.

use burn::backend::Dispatch;
use burn::nn::pool::MaxPool2dConfig;
use burn::tensor::Tensor;
use rayon::prelude::*;

use crate::extension::FlexOps;
use crate::general::computable;

/// The least number of pixels that is worth a task of its own.
const TASK: usize = 1 << 14;

/// Max-pooling with a kernel of 2x2, a stride of 2 and no padding.
///
/// An odd last row or column is dropped. The gradient goes to the first of equal maxima in reading
/// order. NaN is larger than everything, and the last NaN of a window takes its gradient. All of
/// this as Burn's max-pool on flex; on other devices, and for other floats than of 32 bits, it is
/// Burn's max-pool.
///
/// # Shapes
/// `[batch, channels, height, width]` to `[batch, channels, height / 2, width / 2]`
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let x = Tensor::<4>::from_data([[[[1.0, 2.0, 9.0], [4.0, 3.0, 9.0]]]], &Device::flex());
/// let y = retrace_conv::max_pool_2x2(x);
/// assert_eq!(y.dims(), [1, 1, 1, 1]);
/// assert_eq!(y.into_scalar::<f32>(), 4.0);
/// ```
pub fn max_pool_2x2(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let is_empty = batch * channels * (height / 2) * (width / 2) == 0;
    if computable(&x) && !is_empty {
        Tensor::from_dispatch(Dispatch::max_pool_2x2(x.into_dispatch()))
    } else {
        MaxPool2dConfig::new([2, 2]).init().forward(x)
    }
}

/// The maxima of planes of `height` x `width` pixels, at least 2x2.
pub(crate) fn forward(x: &[f32], height: usize, width: usize) -> Vec<f32> {
    let (plane, pooled) = (height * width, (height / 2) * (width / 2));
    let mut y = vec![0.0; x.len() / plane * pooled];
    y.par_chunks_exact_mut(pooled)
        .zip(x.par_chunks_exact(plane))
        .with_min_len(TASK.div_ceil(plane))
        .for_each(|(y, x)| pool_plane(x, width, y));
    y
}

/// The gradient by `x`, from the gradient `grad` by the maxima.
pub(crate) fn backward(x: &[f32], grad: &[f32], height: usize, width: usize) -> Vec<f32> {
    let (plane, pooled) = (height * width, (height / 2) * (width / 2));
    let mut dx = vec![0.0; x.len()];
    dx.par_chunks_exact_mut(plane)
        .zip(x.par_chunks_exact(plane))
        .zip(grad.par_chunks_exact(pooled))
        .with_min_len(TASK.div_ceil(plane))
        .for_each(|((dx, x), grad)| unpool_plane(x, grad, width, dx));
    dx
}

fn pool_plane(x: &[f32], width: usize, y: &mut [f32]) {
    for (rows, y) in x.chunks_exact(2 * width).zip(y.chunks_exact_mut(width / 2)) {
        let (upper, lower) = rows.split_at(width);
        let windows = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        for (y, ([a, b], [c, d])) in y.iter_mut().zip(windows) {
            *y = larger(larger(larger(*a, *b), *c), *d);
        }
    }
}

fn unpool_plane(x: &[f32], grad: &[f32], width: usize, dx: &mut [f32]) {
    let row_pairs = dx
        .chunks_exact_mut(2 * width)
        .zip(x.chunks_exact(2 * width));
    for ((dx, x), grad) in row_pairs.zip(grad.chunks_exact(width / 2)) {
        let (upper, lower) = x.split_at(width);
        let (dx_upper, dx_lower) = dx.split_at_mut(width);
        let (upper, lower) = (upper.as_chunks().0, lower.as_chunks().0);
        let (dx_upper, dx_lower) = (dx_upper.as_chunks_mut().0, dx_lower.as_chunks_mut().0);
        unpool_rows(grad, upper, lower, dx_upper, dx_lower);
    }
}

/// Two neighbouring pixels of a row.
type Pair = [f32; 2];

/// Never inlined, and its slices not in tuples: only the slices that are a function's arguments
/// are known not to overlap, and else the loop would not become a vector loop.
#[inline(never)]
fn unpool_rows(
    grad: &[f32],
    upper: &[Pair],
    lower: &[Pair],
    dx_upper: &mut [Pair],
    dx_lower: &mut [Pair],
) {
    let windows = grad
        .iter()
        .zip(upper)
        .zip(lower)
        .zip(dx_upper)
        .zip(dx_lower);
    for ((((grad, upper), lower), dx_upper), dx_lower) in windows {
        (*dx_upper, *dx_lower) = to_winner(*grad, *upper, *lower);
    }
}

/// `grad` at the place of the window's maximum, zero elsewhere.
#[inline(always)]
fn to_winner(grad: f32, [a, b]: Pair, [c, d]: Pair) -> (Pair, Pair) {
    let first = larger(a, b);
    let (is_b, is_c, is_d) = (beats(b, a), beats(c, first), beats(d, larger(first, c)));
    // `&` computes both sides: `&&` would be a branch.
    let at = |wins: bool| if wins { grad } else { 0.0 };
    let upper = [at(!is_b & !is_c & !is_d), at(is_b & !is_c & !is_d)];
    (upper, [at(is_c & !is_d), at(is_d)])
}

/// Whether `later` takes the place of the largest number so far.
#[inline(always)]
fn beats(later: f32, best: f32) -> bool {
    (later > best) | later.is_nan()
}

#[inline(always)]
fn larger(best: f32, later: f32) -> f32 {
    if beats(later, best) { later } else { best }
}
