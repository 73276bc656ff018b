//! The convolution and its gradients on plain slices, without Burn.

use crate::direct;
use crate::error::Error;
use crate::layout::Planes;
use crate::shape::{Algorithm, Axes, Shape};
use crate::simd::{Instructions, Simd, whole_vectors, with_instructions};
use crate::weights::{Direction, Taps};
use crate::winograd::{self, Four3, Four7, Plan};

pub use crate::gradients::{Gradients, Wanted};

/// The convolution of `input` with `weight`, the bias added, and ReLU applied to it if `relu`.
///
/// # Errors
/// A slice that has not the length that the shape tells, an output of no input or no kernel, and a
/// processor that has no vector instructions that the kernels are written in.
pub fn forward(
    shape: &Shape,
    algorithm: Algorithm,
    input: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    relu: bool,
) -> Result<Vec<f32>, Error> {
    check(shape, input, weight)?;
    if let Some(bias) = bias {
        check_length("bias", shape.outputs, bias)?;
    }
    let instructions = Instructions::detect().ok_or(Error::Processor)?;
    if shape.output_len() == 0 {
        return Ok(Vec::new());
    }
    let mut vectors = vec![0.0; whole_vectors(shape.outputs)];
    if let Some(bias) = bias {
        vectors[..shape.outputs].copy_from_slice(bias);
    }
    let axes = algorithm.axes(shape);
    Ok(with_instructions!(instructions, simd => {
        forward_by(simd, shape, axes, input, weight, &vectors, relu)
    }))
}

fn check(shape: &Shape, input: &[f32], weight: &[f32]) -> Result<(), Error> {
    if !shape.fits_memory() {
        return Err(Error::TooLarge);
    }
    check_length("input", shape.input_len(), input)?;
    check_length("weight", shape.weight_len(), weight)?;
    let something = !input.is_empty() && !weight.is_empty();
    if !something && shape.output_len() > 0 {
        return Err(Error::OutputOfNothing);
    }
    Ok(())
}

fn check_length(array: &'static str, expected: usize, numbers: &[f32]) -> Result<(), Error> {
    let found = numbers.len();
    if found == expected {
        return Ok(());
    }
    Err(Error::Length {
        array,
        expected,
        found,
    })
}

/// The gradients of a loss, from its gradient `grad` by the output.
///
/// `rectified` is the output of a forward pass with ReLU: where it is not positive, the gradient
/// is 0.
///
/// What is wanted does not change the bits of a gradient, unless numbers are not finite or above
/// 2^40: then only those that are read decide whether all is computed directly.
///
/// # Errors
/// As [`forward`].
pub fn backward(
    shape: &Shape,
    algorithm: Algorithm,
    input: &[f32],
    weight: &[f32],
    grad: &[f32],
    rectified: Option<&[f32]>,
    wanted: Wanted,
) -> Result<Gradients, Error> {
    check(shape, input, weight)?;
    check_length("gradient", shape.output_len(), grad)?;
    if let Some(output) = rectified {
        check_length("output", grad.len(), output)?;
    }
    let instructions = Instructions::detect().ok_or(Error::Processor)?;
    if grad.is_empty() {
        return Ok(Gradients {
            input: wanted.input.then(|| vec![0.0; input.len()]),
            weight: wanted.weight.then(|| vec![0.0; weight.len()]),
            bias: wanted.bias.then(|| vec![0.0; shape.outputs]),
        });
    }
    let grad = Planes::of_output(shape, grad, rectified);
    let axes = algorithm.axes(shape);
    Ok(with_instructions!(instructions, simd => {
        backward_by(simd, shape, axes, input, weight, grad, wanted)
    }))
}

/// The output by Winograd's method along these axes, where the numbers are fit for it, else by the
/// direct one. The bias is in whole vectors.
fn forward_by<S: Simd>(
    simd: S,
    shape: &Shape,
    axes: Option<Axes>,
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    relu: bool,
) -> Vec<f32> {
    let input = Planes::of_input(shape, input);
    let taps = Taps::new(simd, shape, weight, Direction::Forward);
    let output = axes.and_then(|axes| match shape.kernel.0 {
        3 => winograd::forward(
            simd,
            &Plan::<Four3>::new(shape, axes),
            input,
            &taps,
            bias,
            relu,
        ),
        _ => winograd::forward(
            simd,
            &Plan::<Four7>::new(shape, axes),
            input,
            &taps,
            bias,
            relu,
        ),
    });
    output.unwrap_or_else(|| direct::forward(simd, shape, input, &taps, bias, relu))
}

/// The gradients, likewise.
fn backward_by<S: Simd>(
    simd: S,
    shape: &Shape,
    axes: Option<Axes>,
    input: &[f32],
    weight: &[f32],
    grad: Planes,
    wanted: Wanted,
) -> Gradients {
    let input = Planes::of_input(shape, input);
    let gradients = axes.and_then(|axes| match shape.kernel.0 {
        3 => winograd::backward(
            simd,
            &Plan::<Four3>::new(shape, axes),
            input,
            weight,
            grad,
            wanted,
        ),
        _ => winograd::backward(
            simd,
            &Plan::<Four7>::new(shape, axes),
            input,
            weight,
            grad,
            wanted,
        ),
    });
    gradients.unwrap_or_else(|| direct::backward(simd, shape, input, weight, grad, wanted))
}

#[cfg(test)]
mod tests {
    //! Winograd's method on shapes that the rule of `Auto` would not give it, and the times that the
    //! rule was read off.

    use std::hint::black_box;
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;
    use crate::shape::Padding;

    /// Numbers from -1 to 1 in no visible order.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        let number = |i: usize| (i * 7919 + seed * 104_729 + i * i % 1009) % 2003;
        let numbers = (0..count).map(number);
        numbers.map(|i| i as f32 / 1001.0 - 1.0).collect()
    }

    /// Input, weight, bias in whole vectors, and the gradient by the output.
    fn given(shape: &Shape) -> [Vec<f32>; 4] {
        let mut bias = numbers(shape.outputs, 3);
        bias.resize(whole_vectors(shape.outputs), 0.0);
        let weight = numbers(shape.weight_len(), 2);
        let dy = numbers(shape.output_len(), 4);
        [numbers(shape.input_len(), 1), weight, bias, dy]
    }

    /// Forward and backward passes by these instructions.
    fn passes(
        instructions: Instructions,
        shape: &Shape,
        axes: Option<Axes>,
        [x, w, b, dy]: &[Vec<f32>; 4],
    ) -> (impl Fn() -> Vec<f32>, impl Fn() -> Gradients) {
        let forward = move || {
            with_instructions!(instructions, simd => {
                forward_by(simd, shape, axes, x, w, b, false)
            })
        };
        let backward = move || {
            let dy = Planes::of_output(shape, dy, None);
            with_instructions!(instructions, simd => {
                backward_by(simd, shape, axes, x, w, dy, Wanted::ALL)
            })
        };
        (forward, backward)
    }

    /// Output and gradients, which are the same by all instructions that there are.
    fn results(shape: &Shape, axes: Option<Axes>, given: &[Vec<f32>; 4]) -> [Vec<f32>; 4] {
        let [most, fewest] = ["avx512", "avx2"].map(|limit| {
            let instructions = Instructions::within(limit).expect("vector instructions");
            let (forward, backward) = passes(instructions, shape, axes, given);
            let Gradients {
                input,
                weight,
                bias,
            } = backward();
            [Some(forward()), input, weight, bias].map(|result| result.expect("wanted"))
        });
        assert!(most == fewest, "{axes:?}, {shape:?}");
        most
    }

    prop_compose! {
        /// Small pictures, and some large ones, which are cut into strips with borders between them.
        fn any_shape()(
            batch in 1..4usize,
            channels in [1..40usize, 1..40usize],
            picture in prop_oneof![
                5 => [1..14usize, 1..14usize],
                1 => [20..90usize, 20..90usize],
            ],
            kernel in prop_oneof![Just(3usize), Just(7)],
            padding in [0..9usize, 0..9usize, 0..9usize, 0..9usize],
        ) -> Shape {
            let [top, bottom, left, right] = padding.map(|zeros| zeros.min(kernel + 1));
            Shape {
                batch,
                inputs: channels[0],
                outputs: channels[1],
                height: picture[0],
                width: picture[1],
                kernel: (kernel, kernel),
                padding: Padding { top, bottom, left, right },
            }
        }
    }

    /// The axes that can be transformed for a kernel.
    fn transformable(shape: &Shape) -> &'static [Axes] {
        match shape.kernel.0 {
            3 => &[Axes::Rows, Axes::Both],
            _ => &[Axes::Rows],
        }
    }

    /// The largest error of Winograd's method that passes, as a share of the largest sum of
    /// magnitudes. The largest of 33,000 shapes was 8e-6, in a weight's gradient. A single wrong
    /// term of ordinary size makes more, unless the sum has eight thousand of them.
    const ERROR: f32 = 3e-5;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(240))]

        /// With the direct one, which is compared with double precision elsewhere.
        #[test]
        fn every_method_agrees_with_the_direct_one(
            shape in any_shape().prop_filter("an output", |shape| shape.output_len() > 0)
        ) {
            let given = given(&shape);
            let direct = results(&shape, None, &given);
            let magnitudes = given.each_ref().map(|array| array.iter().map(|n| n.abs()).collect());
            let largest = results(&shape, None, &magnitudes);
            let largest = largest.map(|sums| sums.into_iter().fold(0.0, f32::max));
            for axes in transformable(&shape) {
                let found = results(&shape, Some(*axes), &given);
                for (i, name) in ["y", "dx", "dw", "db"].iter().enumerate() {
                    assert_eq!(found[i].len(), direct[i].len());
                    for (place, (found, direct)) in found[i].iter().zip(&direct[i]).enumerate() {
                        let close = (found - direct).abs() <= ERROR * largest[i];
                        assert!(close, "{name}[{place}]: {found}, {direct}; {axes:?}, {shape:?}");
                    }
                }
            }
        }
    }

    /// Batch, and rows and columns of the pictures.
    const SIZES: [(usize, usize); 5] = [(8, 100), (32, 24), (64, 8), (128, 3), (256, 1)];

    /// Channels in and out.
    #[rustfmt::skip]
    const CHANNELS: [(usize, usize); 14] = [
        (1, 8), (1, 32), (3, 32), (4, 4), (8, 1), (8, 8), (8, 16),
        (16, 8), (16, 16), (16, 32), (24, 24), (32, 32), (32, 64), (128, 128),
    ];

    /// Milliseconds of a pass, the least of five.
    fn time<T>(pass: impl Fn() -> T) -> f64 {
        let times = (0..5).map(|_| {
            let start = Instant::now();
            drop(black_box(pass()));
            1e3 * start.elapsed().as_secs_f64()
        });
        times.fold(f64::INFINITY, f64::min)
    }

    #[test]
    #[ignore = "prints times, takes a minute"]
    #[expect(clippy::print_stdout, reason = "a table")]
    fn times_of_all_methods() {
        let instructions = Instructions::detect().expect("vector instructions");
        println!("kernel, batch, picture, channels: axes, forward, backward in ms");
        for (kernel, (batch, size)) in [3, 7].into_iter().flat_map(|k| SIZES.map(|s| (k, s))) {
            for (inputs, outputs) in CHANNELS {
                let products = (inputs * outputs).ilog2().min(12);
                let shape = Shape {
                    batch: batch.min(1 << 14 >> products).max(2),
                    inputs,
                    outputs,
                    height: size,
                    width: size,
                    kernel: (kernel, kernel),
                    padding: Padding::same((kernel, kernel)),
                };
                print!("{kernel}, {}, {size}, {inputs}-{outputs}:", shape.batch);
                let given = given(&shape);
                let transformed = transformable(&shape).iter().map(|axes| Some(*axes));
                for axes in std::iter::once(None).chain(transformed) {
                    let (forward, backward) = passes(instructions, &shape, axes, &given);
                    print!(" {axes:?} {:.2} {:.2}", time(forward), time(backward));
                }
                println!();
            }
        }
    }
}
