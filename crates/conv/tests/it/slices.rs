//! Forward and backward on slices against the convolution as it is written.
//!
//! On x86-64 only. On a processor without AVX2 and FMA all of these tests fail, with that as the
//! reason.
//!
//! # How far a result may be from the sum in double precision, and why
//!
//! All numbers are evenly spread over -1 to 1, so a product of two has the standard deviation
//! 1 / 3 and a sum of `n` of them `sqrt(n) / 3`: the *size* of a result.
//!
//! The bias is another number of that kind.
//!
//! **Direct.** A fused multiply-add rounds once, by at most half a unit in the last place: `u =
//! 2^-24` of what it gives. After `k` of `n` products the sum has the size `sqrt(k) / 3`, and the
//! signs of the roundings are as good as random, so their squares add up: `sum of k / n` over all
//! `k` is `n / 2`, and the error is below `u sqrt(n)` times the size of the result, by a small
//! factor for the largest of many results. `u n` times the size is what could happen and does not.
//!
//! **Winograd.** `y = A^T [(G g) * (B^T x)]` adds numbers larger than `y`. At a point `p` they
//! have the size `|A_p| |G_p| |B_p|` by the lengths of the rows, times that of the sum over
//! channels, and so have their errors. The squares add up over the points again:
//! `sqrt(sum over p of A_pk^2 |G_p|^2 |B_p|^2)`, over `sqrt(r)` for the `r` taps that the sum
//! itself has, is the *growth* of the error, at output `k`; for the gradients alike. The crate's own
//! tests compute it: below 6 for three taps, below 29 for seven, and the square of it for both
//! axes. The transforms add a few roundings to those of the sum: `STEPS`.

mod laws;

use proptest::prelude::*;
use retrace_conv::slices::{Gradients, Wanted, backward, forward};
use retrace_conv::{Algorithm, Padding, Shape};

use crate::against_flex::noise;
use crate::reference;

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
        let some = |count, place| noise(4 * seed + place, count);
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
        let gradients = self.backward(shape, algorithm, Wanted::ALL);
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

/// Half a unit in the last place of 1.
const U: f64 = 1.0 / (1 << 24) as f64;

/// The small factor. Seen in these tests: 3.4 for the direct sum, 1.1 for seven taps
/// and 0.7 for three, for which the growth is a bound.
const FACTOR: f64 = 6.0;

/// Roundings besides those of the products: the bias; the transforms.
const STEPS: [f64; 2] = [1.0, 32.0];

/// Names of results.
const NAMES: [&str; 4] = ["y", "dx", "dw", "db"];

/// The growth of the transforms that `Auto` may choose for a kernel; 1 where there are none.
fn growth(algorithm: Algorithm, shape: &Shape) -> f64 {
    match (algorithm, shape.kernel) {
        (Algorithm::Auto, (3, 3)) => 6.0 * 6.0,
        (Algorithm::Auto, (7, 7)) => 29.0,
        _ => 1.0,
    }
}

/// The products in the sums of output and gradients.
fn terms(shape: &Shape) -> [usize; 4] {
    let taps = shape.kernel.0 * shape.kernel.1;
    let pixels = shape.batch * shape.output_height() * shape.output_width();
    [shape.inputs * taps, shape.outputs * taps, pixels, pixels]
}

/// The allowed errors of output and gradients.
fn allowed(shape: &Shape, algorithm: Algorithm) -> [f64; 4] {
    let growth = growth(algorithm, shape);
    let steps = STEPS[usize::from(growth > 1.0)];
    let mut allowed = terms(shape).map(|terms| {
        let terms = terms as f64;
        // At least the size of a bias.
        let size = (terms.sqrt() / 3.0).max(1.0);
        FACTOR * U * growth * (terms + steps).sqrt() * size
    });
    // The bias is transformed by nobody.
    allowed[3] /= growth;
    allowed
}

/// Checks output and gradients.
fn assert_right(
    shape: &Shape,
    algorithm: Algorithm,
    found: &[Vec<f32>; 4],
    expected: &[Vec<f64>; 4],
) {
    let allowed = allowed(shape, algorithm);
    for (i, name) in NAMES.iter().enumerate() {
        assert_eq!(found[i].len(), expected[i].len(), "{name}, {shape:?}");
        for (place, (found, expected)) in found[i].iter().zip(&expected[i]).enumerate() {
            let error = (f64::from(*found) - expected).abs();
            // The comparison is false for NaN too.
            assert!(
                error <= allowed[i],
                "{name}[{place}]: {found}, is {expected}; {algorithm:?}, {shape:?}"
            );
        }
    }
}

/// Each kernel and method, strips of many sizes, channels on both sides of a vector, frames wider
/// than the kernel, pictures smaller than it.
fn shapes() -> [Shape; 21] {
    [
        shape((1, 1, 1), (1, 1), (1, 1), [0; 4]),
        shape((2, 3, 5), (5, 7), (1, 1), [0; 4]),
        shape((3, 5, 19), (13, 11), (3, 3), [0; 4]),
        shape((2, 33, 48), (12, 18), (3, 3), [1; 4]),
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((1, 25, 24), (40, 67), (3, 3), [1, 0, 2, 1]),
        shape((2, 32, 16), (30, 25), (7, 7), [3; 4]),
        shape((3, 8, 1), (30, 25), (7, 7), [3; 4]),
        shape((1, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((2, 8, 1), (20, 30), (4, 4), [1, 2, 1, 2]),
        shape((2, 3, 17), (9, 9), (5, 5), [2; 4]),
        shape((1, 2, 3), (15, 14), (11, 11), [5; 4]),
        shape((1, 2, 3), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 30, 30), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 2, 3), (7, 9), (2, 5), [0, 1, 2, 2]),
        shape((1, 300, 40), (4, 5), (3, 3), [1; 4]),
        shape((1, 1, 1), (1, 1), (7, 7), [3; 4]),
        shape((5, 4, 4), (1, 1), (3, 3), [1; 4]),
        shape((1, 8, 9), (200, 3), (3, 3), [1; 4]),
        shape((1, 8, 40), (80, 60), (3, 3), [1; 4]),
        shape((1, 3, 9), (90, 40), (7, 7), [0, 6, 0, 6]),
    ]
}

#[test]
fn shapes_of_every_kind_agree_with_the_sum_as_it_is_written() {
    for shape in shapes() {
        let numbers = Numbers::new(&shape, 0);
        let expected = numbers.expected(&shape);
        for algorithm in BOTH {
            let found = numbers.results(&shape, algorithm);
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
    let all = numbers.backward(shape, algorithm, Wanted::ALL);
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

/// `(L(after) - L(before)) / 2`, the slope of a loss over a step of 1 to both sides, by third
/// binomial; what does not depend on the number has the same bits on both sides and cancels.
fn slope(before: &[f32], after: &[f32]) -> f64 {
    let pairs = before.iter().zip(after);
    let pairs = pairs.map(|(before, after)| (f64::from(*before), f64::from(*after)));
    let differences = pairs.map(|(before, after)| (after - before) * (after + before) / 2.0);
    differences.sum::<f64>() / 2.0
}

/// Checks the gradient by the numbers that `array` gives, at some places.
fn check_slopes(
    shape: &Shape,
    numbers: &Numbers,
    gradient: &[f32],
    name: &str,
    array: fn(&mut Numbers) -> &mut Vec<f32>,
) {
    let largest = gradient.iter().fold(0.0f32, |most, g| most.max(g.abs()));
    let step = (gradient.len() / 40).max(1);
    for place in (0..gradient.len()).step_by(step) {
        let [before, after] = [-1.0, 1.0].map(|step| {
            let mut numbers = numbers.clone();
            array(&mut numbers)[place] += step;
            numbers.forward(shape, Algorithm::Exact, false)
        });
        let (found, expected) = (f64::from(gradient[place]), slope(&before, &after));
        assert!(
            (found - expected).abs() <= 2e-6 * f64::from(largest),
            "{name}[{place}] is {found}, the loss has the slope {expected}; {shape:?}"
        );
    }
}

/// The gradients against differences of a loss, which know nothing of the backward pass.
///
/// The loss is half the sum of the squares of the output. Along one number of input, weight or
/// bias the output is linear and the loss a parabola, whose difference over a step to both sides
/// is its slope *exactly*, for any step: a step of 1 leaves nothing but the rounding of the two
/// outputs.
#[test]
fn gradients_are_the_slopes_of_a_loss() {
    for shape in [
        shape((2, 3, 5), (7, 9), (3, 3), [1; 4]),
        shape((1, 20, 18), (6, 5), (3, 3), [0, 2, 1, 0]),
        shape((2, 2, 3), (11, 8), (7, 7), [3; 4]),
        shape((1, 4, 3), (9, 7), (4, 4), [1, 2, 1, 2]),
        shape((3, 6, 4), (3, 5), (1, 1), [0; 4]),
        shape((1, 2, 2), (12, 6), (2, 5), [1, 3, 0, 4]),
    ] {
        let mut numbers = Numbers::new(&shape, 10);
        // The gradient of the loss by the output.
        numbers.dy = numbers.forward(&shape, Algorithm::Exact, false);
        let gradients = numbers.backward(&shape, Algorithm::Exact, Wanted::ALL);
        let [dx, dw, db] = [gradients.input, gradients.weight, gradients.bias];
        let wanted = |gradient: Option<Vec<f32>>| gradient.expect("wanted");
        check_slopes(&shape, &numbers, &wanted(dx), "dx", |n| &mut n.x);
        check_slopes(&shape, &numbers, &wanted(dw), "dw", |n| &mut n.weight);
        check_slopes(&shape, &numbers, &wanted(db), "db", |n| {
            n.bias.as_mut().expect("a bias")
        });
    }
}
