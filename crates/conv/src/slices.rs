//! The convolution and its gradients on plain slices, without Burn.

use crate::algorithm::{Algorithm, Method};
use crate::direct::{self, Correlation};
use crate::layout::Planes;
use crate::shape::Shape;
use crate::simd::{Instructions, Simd, whole_vectors};
use crate::weights::{Direction, Taps};
use crate::winograd::{self, Axes, Four3, Four7, Plan};

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
/// When a slice has not the length that the shape tells, or the processor has no vector
/// instructions that serve, see [`served_here`](crate::served_here).
pub fn forward(
    shape: &Shape,
    algorithm: Algorithm,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
) -> Vec<f32> {
    assert_eq!(input.len(), shape.input_len(), "numbers in the input");
    assert_eq!(weight.len(), shape.weight_len(), "numbers in the weight");
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
        algorithm,
        input,
        weight,
        bias: &vectors,
        relu,
    };
    match Instructions::detect() {
        Some(Instructions::Avx512(simd)) => pass.run(simd),
        Some(Instructions::Avx2(simd)) => pass.run(simd),
        None => panic!("{UNSERVED}"),
    }
}

const UNSERVED: &str = "this processor has neither AVX-512F nor AVX2 with FMA";

struct Forward<'a> {
    shape: &'a Shape,
    algorithm: Algorithm,
    input: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    relu: bool,
}

impl Forward<'_> {
    fn run<S: Simd>(&self, simd: S) -> Vec<f32> {
        let Self {
            shape,
            algorithm,
            bias,
            relu,
            ..
        } = *self;
        let input = planes(shape, self.input);
        let taps = Taps::new(simd, shape, self.weight, Direction::Forward);
        let by_transform = match Method::of(algorithm, shape) {
            Method::Direct => None,
            Method::Rows3 => {
                let plan = Plan::<Four3>::new(shape, Axes::Rows);
                winograd::forward(simd, &plan, input, &taps, bias, relu)
            }
            Method::Both3 => {
                let plan = Plan::<Four3>::new(shape, Axes::Both);
                winograd::forward(simd, &plan, input, &taps, bias, relu)
            }
            Method::Rows7 => {
                let plan = Plan::<Four7>::new(shape, Axes::Rows);
                winograd::forward(simd, &plan, input, &taps, bias, relu)
            }
        };
        by_transform.unwrap_or_else(|| {
            direct::correlate(simd, &Correlation::forward(shape), input, &taps, bias, relu)
        })
    }
}

fn planes<'a>(shape: &Shape, input: &'a [f32]) -> Planes<'a> {
    let Shape {
        inputs: channels,
        height,
        width,
        ..
    } = *shape;
    Planes {
        numbers: input,
        channels,
        height,
        width,
        sign: None,
    }
}

/// The gradients of a loss, from its gradient `grad` by the output.
///
/// `rectified` is the output of a forward pass with ReLU: where it is not positive, the gradient
/// is 0.
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
    assert_eq!(input.len(), shape.input_len(), "numbers in the input");
    assert_eq!(weight.len(), shape.weight_len(), "numbers in the weight");
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
        algorithm,
        input,
        weight,
        grad,
        wanted,
    };
    match Instructions::detect() {
        Some(Instructions::Avx512(simd)) => pass.run(simd),
        Some(Instructions::Avx2(simd)) => pass.run(simd),
        None => panic!("{UNSERVED}"),
    }
}

struct Backward<'a> {
    shape: &'a Shape,
    algorithm: Algorithm,
    input: &'a [f32],
    weight: &'a [f32],
    grad: Planes<'a>,
    wanted: Wanted,
}

impl Backward<'_> {
    fn run<S: Simd>(&self, simd: S) -> Gradients {
        let Self {
            shape,
            algorithm,
            weight,
            grad,
            wanted,
            ..
        } = *self;
        let input = planes(shape, self.input);
        let by_transform = match Method::of(algorithm, shape) {
            Method::Direct => None,
            Method::Rows3 => {
                let plan = Plan::<Four3>::new(shape, Axes::Rows);
                winograd::backward(simd, &plan, input, weight, grad, wanted)
            }
            Method::Both3 => {
                let plan = Plan::<Four3>::new(shape, Axes::Both);
                winograd::backward(simd, &plan, input, weight, grad, wanted)
            }
            Method::Rows7 => {
                let plan = Plan::<Four7>::new(shape, Axes::Rows);
                winograd::backward(simd, &plan, input, weight, grad, wanted)
            }
        };
        by_transform.unwrap_or_else(|| direct::backward(simd, shape, input, weight, grad, wanted))
    }
}
