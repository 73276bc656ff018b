//! Forward and backward on slices against the convolution as it is written, and against the laws
//! that hold to the bit: on any number of threads, with or without ReLU in the pass, for numbers
//! too large for a transform.
//!
//! On x86-64 only. On a processor without AVX2 and FMA all of these tests fail, with that as the
//! reason.

mod any_shape;
mod differences;
mod instructions;
mod large_numbers;
mod relu;
mod sizes;
mod table;
mod threads;
mod tolerance;

use retrace_conv::slices::{Gradients, Wanted, backward, forward};
use retrace_conv::{Algorithm, Padding, Shape};

use crate::reference;

const ALL: Wanted = Wanted {
    input: true,
    weight: true,
    bias: true,
};

const BOTH: [Algorithm; 2] = [Algorithm::Exact, Algorithm::Auto];

/// What goes into a convolution and its backward pass.
#[derive(Clone)]
struct Numbers {
    x: Vec<f32>,
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    /// The gradient by the output.
    dy: Vec<f32>,
}

impl Numbers {
    fn new(shape: &Shape, seed: u64) -> Self {
        let some = |count, place| numbers(count, 4 * seed + place);
        Self {
            x: some(shape.input_len(), 1),
            weight: some(shape.weight_len(), 2),
            bias: Some(some(shape.outputs, 3)),
            dy: some(shape.output_len(), 4),
        }
    }

    fn forward(&self, shape: &Shape, algorithm: Algorithm, relu: bool) -> Vec<f32> {
        let bias = self.bias.as_deref();
        forward(shape, algorithm, &self.x, &self.weight, bias, relu)
    }

    fn backward(&self, shape: &Shape, algorithm: Algorithm, wanted: Wanted) -> Gradients {
        let Self { x, weight, dy, .. } = self;
        backward(shape, algorithm, x, weight, dy, None, wanted)
    }

    /// Output and gradients of input, weight and bias.
    fn results(&self, shape: &Shape, algorithm: Algorithm) -> [Vec<f32>; 4] {
        let gradients = self.backward(shape, algorithm, ALL);
        [
            self.forward(shape, algorithm, false),
            gradients.input.expect("wanted"),
            gradients.weight.expect("wanted"),
            gradients.bias.expect("wanted"),
        ]
    }

    /// The same in double precision.
    fn expected(&self, shape: &Shape) -> [Vec<f64>; 4] {
        let zeros = vec![0.0; shape.outputs];
        let bias = self.bias.as_ref().unwrap_or(&zeros);
        let y = reference::forward(shape, &self.x, &self.weight, bias);
        let [dx, dw, db] = reference::backward(shape, &self.x, &self.weight, &self.dy);
        [y, dx, dw, db]
    }
}

/// Numbers in [-1, 1), the same for the same seed (Steele et al. 2014, `SplitMix64`).
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// What distinguishes all numbers, the two zeros and NaN as well.
fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// The same for all gradients that there are.
fn gradient_bits(gradients: &Gradients) -> [Option<Vec<u32>>; 3] {
    let Gradients {
        input,
        weight,
        bias,
    } = gradients;
    [input, weight, bias].map(|gradient| gradient.as_deref().map(bits))
}

/// `padding`: top, bottom, left, right.
fn shape(
    (batch, inputs, outputs): (usize, usize, usize),
    (height, width): (usize, usize),
    kernel: (usize, usize),
    [top, bottom, left, right]: [usize; 4],
) -> Shape {
    Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel,
        padding: Padding {
            top,
            bottom,
            left,
            right,
        },
    }
}
