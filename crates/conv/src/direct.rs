//! The direct method: the sum as it is written, as one matrix product.
//!
//! With the channels of a pixel side by side, the numbers that output pixel `x` of a row needs
//! from one row of the picture are a single run: `kernel width * channels` of them, starting at
//! pixel `x`. The next pixel's run starts one pixel further and overlaps it. So a row of the
//! picture *is* a matrix with a row a pixel, whose rows overlap in memory; nothing is copied (the
//! usual "im2col" copies each number as often as the kernel is large).
//!
//! ```text
//! picture row:   p0 p1 p2 p3 p4 p5 ...        (each p: all channels of a pixel)
//! matrix row 0: [p0 p1 p2]
//! matrix row 1:    [p1 p2 p3]
//! matrix row 2:       [p2 p3 p4]
//! ```
//!
//! The rows of the kernel are the segments of the product's depth. The gradient of the input is
//! the same with the kernel turned by half a turn and the channels exchanged; that of the weight
//! takes the matrix transposed, times the gradient of the output.

mod correlation;
mod plain;
mod weight_gradient;

pub(crate) use correlation::{Correlation, correlate};
use weight_gradient::weight_gradient;

use crate::layout::Planes;
use crate::shape::Shape;
use crate::simd::{Simd, whole_vectors};
use crate::slices::{Gradients, Wanted};
use crate::weights::{Direction, Taps, weight_from_taps};

/// Numbers of both pictures that a job works on: 512 KiB, about half of a second-level cache.
pub(crate) const JOB_NUMBERS: usize = 128 * 1024;

/// The gradients of the input, the weight and the bias.
pub(crate) fn backward<S: Simd>(
    simd: S,
    shape: &Shape,
    input: Planes,
    weight: &[f32],
    grad: Planes,
    wanted: Wanted,
) -> Gradients {
    let mut gradients = Gradients::default();
    if wanted.input {
        let taps = Taps::new(simd, shape, weight, Direction::Backward);
        gradients.input = Some(if taps.tame {
            correlate(simd, &Correlation::backward(shape), grad, &taps, &[], false)
        } else {
            plain::input_gradient(shape, weight, grad)
        });
    }
    if wanted.weight || wanted.bias {
        let sums = weight_gradient(simd, shape, input, grad, wanted.weight);
        gradients.weight = wanted.weight.then(|| {
            let taps = taps_from_sums(shape, &sums.weight(simd));
            weight_from_taps(simd, shape, &taps)
        });
        gradients.bias = wanted
            .bias
            .then(|| sums.bias.iter().map(|sum| *sum as f32).collect());
    }
    gradients
}

/// From `[kernel row][kernel column, input][output]` to `[input][tap][output]`.
fn taps_from_sums(shape: &Shape, sums: &[f32]) -> Vec<f32> {
    let columns = whole_vectors(shape.outputs);
    let taps = shape.kernel.0 * shape.kernel.1;
    let mut numbers = vec![0.0; sums.len()];
    for (row, sums) in sums.chunks_exact(columns).enumerate() {
        let (tap, input) = (row / shape.inputs, row % shape.inputs);
        numbers[(input * taps + tap) * columns..][..columns].copy_from_slice(sums);
    }
    numbers
}
