//! Forward and backward on slices against the convolution as it is written.
//!
//! On x86-64 only. On a processor without AVX2 and FMA all of these tests fail, with that as the
//! reason.

use proptest::prelude::*;
use retrace_conv::slices::Wanted;
use retrace_conv::{Algorithm, Padding, Shape};

use crate::reference::{BOTH, Numbers, Results, assert_right, bits, channel, shape, shapes};

#[test]
fn shapes_of_every_kind_agree_with_the_sum_as_it_is_written() {
    for shape in shapes() {
        let numbers = Numbers::new(&shape, 0);
        let expected = numbers.expected(&shape);
        for algorithm in BOTH {
            let found = numbers.results(&shape, algorithm, false);
            assert_right(&shape, algorithm, &found, &expected);
        }
    }
}

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

/// Gradients that are not wanted are not there, the others have the bits that they have when all
/// are wanted.
fn assert_subsets_are_the_same(shape: &Shape, algorithm: Algorithm, numbers: &Numbers) {
    let bits_of = |wanted: [bool; 3]| {
        let [input, weight, bias] = wanted;
        let wanted = Wanted {
            input,
            weight,
            bias,
        };
        let gradients = numbers.backward(shape, algorithm, None, wanted);
        let all = [gradients.input, gradients.weight, gradients.bias];
        all.map(|gradient| gradient.as_deref().map(bits))
    };
    let all = bits_of([true; 3]);
    for subset in 0..7 {
        let wanted = [1, 2, 4].map(|bit| subset & bit != 0);
        let mut expected = all.clone();
        for (gradient, wanted) in expected.iter_mut().zip(wanted) {
            gradient.take_if(|_| !wanted);
        }
        let same = bits_of(wanted) == expected;
        assert!(same, "{wanted:?}, {algorithm:?}, {shape:?}");
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
            let found = numbers.results(&shape, algorithm, false);
            assert_right(&shape, algorithm, &found, &expected);
            assert_subsets_are_the_same(&shape, algorithm, &numbers);
        }
    }
}

/// The largest error of each result, as a share of its largest number; of the bias, whose sums may
/// cancel, as a share of the largest sum of magnitudes.
fn errors(shape: &Shape, numbers: &Numbers, found: &Results) -> [f64; 4] {
    let mut magnitudes = vec![0.0; shape.outputs];
    for (y, dy) in numbers.dy.iter().enumerate() {
        magnitudes[channel(shape, y)] += f64::from(dy.abs());
    }
    let expected = numbers.expected(shape);
    std::array::from_fn(|i| {
        let sizes = if i == 3 { &magnitudes } else { &expected[i] };
        let largest = sizes
            .iter()
            .fold(0.0, |most: f64, size| most.max(size.abs()));
        let pairs = found[i].iter().zip(&expected[i]);
        let differences = pairs.map(|(found, expected)| (f64::from(*found) - expected).abs());
        differences.fold(0.0, f64::max) / largest
    })
}

#[test]
#[ignore = "prints the table of the README, takes half a minute"]
#[expect(clippy::print_stdout, reason = "a table")]
fn errors_of_both_algorithms() {
    let (large, frame, small) = ((150, 100), [3; 4], (26, 26));
    for (name, shape) in [
        (
            "autoencoder 1-32, 7x7",
            shape((1, 1, 32), large, (7, 7), frame),
        ),
        (
            "autoencoder 32-16, 7x7",
            shape((1, 32, 16), large, (7, 7), frame),
        ),
        (
            "autoencoder 8-8, 7x7",
            shape((1, 8, 8), large, (7, 7), frame),
        ),
        (
            "MNIST CNN 32-64, 3x3",
            shape((4, 32, 64), small, (3, 3), [0; 4]),
        ),
        (
            "colorization 210-240, 3x3",
            shape((4, 210, 240), (18, 18), (3, 3), [0; 4]),
        ),
    ] {
        let numbers = Numbers::new(&shape, 0);
        for algorithm in BOTH {
            let found = numbers.results(&shape, algorithm, false);
            let [y, dx, dw, db] = errors(&shape, &numbers, &found);
            println!("| {name} | `{algorithm:?}` | {y:.1e} | {dx:.1e} | {dw:.1e} | {db:.1e} |");
        }
    }
}
