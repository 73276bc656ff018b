//! Any shape that proptest thinks of.

use proptest::prelude::*;
use retrace_conv::slices::{Gradients, Wanted};
use retrace_conv::{Algorithm, Padding, Shape};

use super::tolerance::assert_right;
use super::{ALL, BOTH, Numbers, gradient_bits};

/// Products of the largest convolution, so that the sums in double precision take milliseconds.
const MOST_PRODUCTS: usize = 2_000_000;

/// In and out, with rows and columns: some channels on any picture, many on small ones, few on
/// long ones.
fn channels_and_picture() -> impl Strategy<Value = ([usize; 2], [usize; 2])> {
    prop_oneof![
        4 => ([1..41usize, 1..41usize], [1..41usize, 1..41usize]),
        1 => ([1..41usize, 1..301usize], [1..9usize, 1..9usize]),
        1 => ([1..301usize, 1..41usize], [1..9usize, 1..9usize]),
        1 => ([1..9usize, 1..9usize], [1..5usize, 40..400usize]),
        1 => ([1..9usize, 1..9usize], [40..400usize, 1..5usize]),
    ]
}

/// The two sizes that have transforms, and all others.
fn kernel() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![
        3 => Just((3, 3)),
        2 => Just((7, 7)),
        1 => (1..12usize).prop_map(|size| (size, size)),
        2 => (1..12usize, 1..12usize),
    ]
}

prop_compose! {
    fn any_shape()(
        batch in 1..6usize,
        (channels, picture) in channels_and_picture(),
        kernel in kernel(),
    )(
        batch in Just(batch),
        channels in Just(channels),
        picture in Just(picture),
        kernel in Just(kernel),
        rows in [0..kernel.0 + 3, 0..kernel.0 + 3],
        columns in [0..kernel.1 + 3, 0..kernel.1 + 3],
    ) -> Shape {
        cut(Shape {
            batch,
            inputs: channels[0],
            outputs: channels[1],
            height: picture[0],
            width: picture[1],
            kernel,
            padding: Padding { top: rows[0], bottom: rows[1], left: columns[0], right: columns[1] },
        })
    }
}

/// The shape with a smaller picture, batch, and last fewer channels, until it is small enough.
fn cut(mut shape: Shape) -> Shape {
    while shape.flops() > 2.0 * MOST_PRODUCTS as f64 {
        let Shape {
            batch,
            inputs,
            outputs,
            height,
            width,
            ..
        } = &mut shape;
        let largest = if (*height).max(*width) > 5 {
            height.max(width)
        } else if *batch > 1 {
            batch
        } else {
            inputs.max(outputs)
        };
        *largest /= 2;
    }
    shape
}

/// What is wanted, by the bits of a number.
fn wanted(subset: u8) -> Wanted {
    Wanted {
        input: subset & 1 != 0,
        weight: subset & 2 != 0,
        bias: subset & 4 != 0,
    }
}

/// Gradients that are not wanted are not there, the others have the bits that they have when all
/// are wanted.
fn assert_subsets_are_the_same(shape: &Shape, algorithm: Algorithm, numbers: &Numbers) {
    let all = numbers.backward(shape, algorithm, ALL);
    for subset in 0..7 {
        let wanted = wanted(subset);
        let all = all.clone();
        let expected = Gradients {
            input: all.input.filter(|_| wanted.input),
            weight: all.weight.filter(|_| wanted.weight),
            bias: all.bias.filter(|_| wanted.bias),
        };
        let found = numbers.backward(shape, algorithm, wanted);
        assert!(
            gradient_bits(&found) == gradient_bits(&expected),
            "{wanted:?}, {algorithm:?}, {shape:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn any_convolution_agrees_with_the_sum_as_it_is_written(
        shape in any_shape().prop_filter("an output", |shape| shape.output_len() > 0),
        bias in any::<bool>(),
        seed in 0..1000u64,
    ) {
        let mut numbers = Numbers::new(&shape, seed);
        numbers.bias = numbers.bias.filter(|_| bias);
        let expected = numbers.expected(&shape);
        for algorithm in BOTH {
            let found = numbers.results(&shape, algorithm);
            assert_right(&shape, algorithm, &found, &expected);
            assert_subsets_are_the_same(&shape, algorithm, &numbers);
        }
    }
}
