//! Every method on shapes that the rule of `Auto` would not give it: tiny pictures, single rows,
//! single channels.

use std::ops::Range;

use proptest::prelude::*;

use super::{Backward, Forward, planes};
use crate::algorithm::Method;
use crate::layout::Planes;
use crate::shape::{Padding, Shape};
use crate::simd::tests::again::not_tested;
use crate::simd::{Instructions, whole_vectors};
use crate::slices::{Gradients, Wanted};

/// Names of results.
const NAMES: [&str; 4] = ["y", "dx", "dw", "db"];

/// Numbers from -1 to 1 in no visible order.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    let number = |i: usize| (i * 7919 + seed * 104_729 + i * i % 1009) % 2003;
    (0..count)
        .map(|i| number(i) as f32 / 1001.0 - 1.0)
        .collect()
}

/// What a convolution and its backward pass are given.
struct Given {
    input: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    dy: Vec<f32>,
}

impl Given {
    fn new(shape: &Shape) -> Self {
        let mut bias = numbers(shape.outputs, 3);
        bias.resize(whole_vectors(shape.outputs), 0.0);
        Self {
            input: numbers(shape.input_len(), 1),
            weight: numbers(shape.weight_len(), 2),
            bias,
            dy: numbers(shape.output_len(), 4),
        }
    }

    /// The same without signs. Its results are the sums of the magnitudes of all terms.
    fn magnitudes(&self) -> Self {
        let magnitudes = |numbers: &[f32]| numbers.iter().map(|number| number.abs()).collect();
        Self {
            input: magnitudes(&self.input),
            weight: magnitudes(&self.weight),
            bias: magnitudes(&self.bias),
            dy: magnitudes(&self.dy),
        }
    }
}

/// Output and gradients by a method.
fn results(
    shape: &Shape,
    method: Method,
    instructions: Instructions,
    given: &Given,
) -> [Vec<f32>; 4] {
    let Given {
        input,
        weight,
        bias,
        dy,
    } = given;
    let y = instructions.run(&Forward {
        shape,
        method,
        input,
        weight,
        bias,
        relu: false,
    });
    let as_output = Shape {
        inputs: shape.outputs,
        height: shape.output_height(),
        width: shape.output_width(),
        ..*shape
    };
    let grad: Planes = planes(&as_output, dy);
    let gradients = instructions.run(&Backward {
        shape,
        method,
        input,
        weight,
        grad,
        wanted: Wanted {
            input: true,
            weight: true,
            bias: true,
        },
    });
    let Gradients {
        input,
        weight,
        bias,
    } = gradients;
    let all = [Some(y), input, weight, bias];
    all.map(|result| result.expect("wanted"))
}

prop_compose! {
    /// Pictures of so many rows and columns.
    fn any_shape(sizes: Range<usize>)(
        batch in 1..4usize,
        channels in [1..40usize, 1..40usize],
        picture in [sizes.clone(), sizes],
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

/// The largest error of Winograd's methods that passes, as a share of the largest sum of magnitudes.
/// The largest of 33,000 shapes was 8e-6, in a weight's gradient. A single wrong term of ordinary size
/// makes more, unless the sum has eight thousand of them.
const ERROR: f32 = 3e-5;

/// Compares each of Winograd's methods with the direct one, which is compared with double precision
/// elsewhere.
fn assert_methods_agree(shape: &Shape) {
    let Some(instructions) = Instructions::detect() else {
        return not_tested("the methods, as this processor has no AVX2");
    };
    let methods: &[Method] = if shape.kernel.0 == 3 {
        &[Method::Rows3, Method::Both3]
    } else {
        &[Method::Rows7]
    };
    let given = Given::new(shape);
    let direct = results(shape, Method::Direct, instructions, &given);
    let magnitudes = results(shape, Method::Direct, instructions, &given.magnitudes());
    let largest = magnitudes.map(|sums| sums.into_iter().fold(0.0, f32::max));
    for method in methods {
        let found = results(shape, *method, instructions, &given);
        for (((name, found), direct), largest) in NAMES.iter().zip(&found).zip(&direct).zip(largest)
        {
            assert_eq!(found.len(), direct.len());
            for (place, (found, direct)) in found.iter().zip(direct).enumerate() {
                let close = (found - direct).abs() <= ERROR * largest;
                assert!(
                    close,
                    "{name}[{place}]: {found}, {direct}; {method:?}, {shape:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_method_agrees_with_the_direct_one(
        shape in any_shape(1..14).prop_filter("an output", |shape| shape.output_len() > 0)
    ) {
        assert_methods_agree(&shape);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Strips with seams between them.
    #[test]
    fn every_method_agrees_with_the_direct_one_on_large_pictures(shape in any_shape(20..90)) {
        assert_methods_agree(&shape);
    }
}
