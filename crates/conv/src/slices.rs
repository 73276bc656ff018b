//! The convolution and its gradients on plain slices, without Burn.

use crate::algorithm::{Algorithm, Method};
use crate::layout::Planes;
use crate::pass::{Backward, Forward};
use crate::shape::Shape;
use crate::simd::{Instructions, whole_vectors};

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

/// The gradients of a convolution; `None` where not wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gradients {
    /// Of the input, with the input's axes.
    pub input: Option<Vec<f32>>,
    /// Of the weight, with the weight's axes.
    pub weight: Option<Vec<f32>>,
    /// Of the bias, one number an output channel.
    pub bias: Option<Vec<f32>>,
}

/// The convolution of `input` with `weight`, the bias added, and ReLU applied to it if `relu`.
///
/// # Panics
/// When a slice has not the length that the shape tells, when there is an output but no input or
/// no kernel, or when the processor has no vector
/// instructions that serve, see [`served_here`](crate::served_here).
pub fn forward(
    shape: &Shape,
    algorithm: Algorithm,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
) -> Vec<f32> {
    check(shape, input, weight);
    assert!(
        bias.is_none_or(|bias| bias.len() == shape.outputs),
        "numbers in the bias"
    );
    if shape.output_len() == 0 {
        return Vec::new();
    }
    let mut vectors = vec![0.0; whole_vectors(shape.outputs)];
    if let Some(bias) = bias {
        vectors[..shape.outputs].copy_from_slice(bias);
    }
    let pass = Forward {
        shape,
        method: Method::of(algorithm, shape),
        input,
        weight,
        bias: &vectors,
        relu,
    };
    instructions().run(&pass)
}

fn check(shape: &Shape, input: &[f32], weight: &[f32]) {
    assert_eq!(input.len(), shape.input_len(), "numbers in the input");
    assert_eq!(weight.len(), shape.weight_len(), "numbers in the weight");
    let something = !input.is_empty() && !weight.is_empty();
    assert!(something || shape.output_len() == 0, "an output of nothing");
}

fn instructions() -> Instructions {
    let Some(instructions) = Instructions::detect() else {
        panic!("this processor has neither AVX-512F nor AVX2 with FMA");
    };
    instructions
}

/// The gradients of a loss, from its gradient `grad` by the output.
///
/// `rectified` is the output of a forward pass with ReLU: where it is not positive, the gradient
/// is 0.
///
/// What is wanted does not change the bits of a gradient, unless numbers are not finite or above
/// 2^40: then only those that are read decide whether all is computed directly.
///
/// # Panics
/// As [`forward`] does.
pub fn backward(
    shape: &Shape,
    algorithm: Algorithm,
    input: &[f32],
    weight: &[f32],
    grad: &[f32],
    rectified: Option<&[f32]>,
    wanted: Wanted,
) -> Gradients {
    check(shape, input, weight);
    assert_eq!(grad.len(), shape.output_len(), "numbers in the gradient");
    assert!(
        rectified.is_none_or(|output| output.len() == grad.len()),
        "numbers in the output"
    );
    if grad.is_empty() {
        return Gradients {
            input: wanted.input.then(|| vec![0.0; input.len()]),
            weight: wanted.weight.then(|| vec![0.0; weight.len()]),
            bias: wanted.bias.then(|| vec![0.0; shape.outputs]),
        };
    }
    let grad = Planes {
        numbers: grad,
        channels: shape.outputs,
        height: shape.output_height(),
        width: shape.output_width(),
        sign: rectified,
    };
    let pass = Backward {
        shape,
        method: Method::of(algorithm, shape),
        input,
        weight,
        grad,
        wanted,
    };
    instructions().run(&pass)
}
