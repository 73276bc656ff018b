//! The gradient of the input when the weight holds what is not finite.
//!
//! As a correlation, it multiplies the zeros around the gradient of the output by the weight, and
//! zero times infinity is not a number. Burn adds up the output pixels that exist and no others;
//! so does this, row by row.

use rayon::prelude::*;

use crate::layout::Planes;
use crate::shape::Shape;

/// The gradient of the input.
pub(crate) fn input_gradient(shape: &Shape, weight: &[f32], grad: Planes) -> Vec<f32> {
    let taps = shape.kernel.0 * shape.kernel.1;
    let mut input = vec![0.0; shape.input_len()];
    let planes = input
        .par_chunks_mut((shape.height * shape.width).max(1))
        .enumerate();
    planes.for_each(|(plane, sums)| {
        let (picture, channel) = (plane / shape.inputs, plane % shape.inputs);
        for output in 0..shape.outputs {
            let weight = &weight[(output * shape.inputs + channel) * taps..][..taps];
            let plane = picture * shape.outputs + output;
            for row in 0..grad.height {
                let start = (plane * grad.height + row) * grad.width;
                for (tap, weight) in weight.iter().enumerate() {
                    let (tap_row, tap_column) = (tap / shape.kernel.1, tap % shape.kernel.1);
                    let to = (row + tap_row).checked_sub(shape.padding.top);
                    let Some(to) = to.filter(|to| *to < shape.height) else {
                        continue;
                    };
                    let sums = &mut sums[to * shape.width..][..shape.width];
                    add_row(sums, *weight, &grad, start, tap_column, shape.padding.left);
                }
            }
        }
    });
    input
}

/// Adds `weight` times a row of the gradient, shifted by the tap's column.
fn add_row(
    sums: &mut [f32],
    weight: f32,
    grad: &Planes,
    start: usize,
    tap_column: usize,
    left: usize,
) {
    let first = left.saturating_sub(tap_column);
    let shift = (tap_column + first) - left;
    let count = grad
        .width
        .saturating_sub(first)
        .min(sums.len().saturating_sub(shift));
    for (i, sum) in sums.iter_mut().skip(shift).take(count).enumerate() {
        let at = start + first + i;
        let kept = grad
            .sign
            .is_none_or(|sign| sign[at].is_nan() || sign[at] > 0.0);
        *sum += weight * if kept { grad.numbers[at] } else { 0.0 };
    }
}
