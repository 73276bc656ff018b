//! Laws that hold to the bit: on any number of threads, with or without ReLU in the pass, for
//! numbers too large for a transform; sizes with nothing in them, and slices of wrong lengths.

use rayon::ThreadPoolBuilder;
use retrace_conv::slices::{Wanted, backward, forward};
use retrace_conv::{Algorithm, Error, Shape};

use crate::layer::ours;
use crate::reference::{BOTH, Numbers, Results, bits, shape, shapes};

fn all_bits(results: &Results) -> [Vec<u32>; 4] {
    results.each_ref().map(|result| bits(result))
}

/// Jobs of several pictures and of parts of one, strips with borders between them, the sums of a
/// batch in several chunks; the fourth has so many channels that a chunk is as large as the
/// number of threads demands.
fn shapes_of_many_jobs() -> [Shape; 8] {
    [
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((24, 5, 19), (70, 60), (3, 3), [1; 4]),
        shape((5, 40, 48), (70, 60), (3, 3), [1; 4]),
        shape((5, 200, 150), (34, 33), (3, 3), [1; 4]),
        shape((8, 32, 16), (60, 100), (7, 7), [3; 4]),
        shape((3, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((12, 12, 20), (90, 90), (5, 5), [2; 4]),
        shape((6, 8, 1), (150, 100), (4, 4), [1, 2, 1, 2]),
    ]
}

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    for shape in shapes_of_many_jobs() {
        let numbers = Numbers::new(&shape, 5);
        for algorithm in BOTH {
            let results = [1, 2, 4].map(|threads| {
                let pool = ThreadPoolBuilder::new().num_threads(threads).build();
                pool.expect("threads").install(|| {
                    assert_eq!(rayon::current_num_threads(), threads);
                    all_bits(&numbers.results(&shape, algorithm, true))
                })
            });
            let same = results.iter().all(|result| *result == results[0]);
            assert!(same, "{algorithm:?}, {shape:?}");
        }
    }
}

/// What is known of the slices is known of the layer.
#[test]
fn the_layer_has_the_bits_of_the_slices() {
    for (seed, shape) in shapes().iter().enumerate() {
        let mut numbers = Numbers::new(shape, 13);
        numbers.bias = numbers.bias.filter(|_| seed % 3 > 0);
        for (algorithm, with_relu) in BOTH.into_iter().flat_map(|a| [(a, false), (a, true)]) {
            let mut expected = numbers.results(shape, algorithm, with_relu);
            if numbers.bias.is_none() {
                expected[3].clear();
            }
            let found = ours(shape, &numbers, algorithm, with_relu);
            assert!(
                found == expected,
                "{algorithm:?}, ReLU {with_relu}, {shape:?}"
            );
        }
    }
}

/// Whether ReLU lets a number pass: what is not positive becomes 0, what is not a number stays.
fn passes(number: f32) -> bool {
    number.is_nan() || number > 0.0
}

fn assert_fused_is_unfused(shape: &Shape, algorithm: Algorithm, numbers: &Numbers) {
    let kept = |number, sign| if passes(sign) { number } else { 0.0 };
    let fused = numbers.results(shape, algorithm, true);
    let mut masked = numbers.clone();
    for (dy, y) in masked.dy.iter_mut().zip(&fused[0]) {
        *dy = kept(*dy, *y);
    }
    let mut unfused = masked.results(shape, algorithm, false);
    for y in &mut unfused[0] {
        *y = kept(*y, *y);
    }
    let same = all_bits(&fused) == all_bits(&unfused);
    assert!(same, "{algorithm:?}, {shape:?}");
    assert!(
        masked.dy != numbers.dy,
        "no output is negative in {shape:?}"
    );
}

#[test]
fn relu_in_the_pass_gives_the_bits_of_relu_after_it() {
    // Of a single pixel the sign is chance.
    for shape in shapes().iter().filter(|shape| shape.output_len() > 10) {
        let clean = Numbers::new(shape, 7);
        let mut poisoned = clean.clone();
        poisoned.x[clean.x.len() / 2] = f32::NAN;
        for algorithm in BOTH {
            assert_fused_is_unfused(shape, algorithm, &clean);
            assert_fused_is_unfused(shape, algorithm, &poisoned);
        }
    }
}

#[test]
fn outputs_of_zero_of_either_sign_take_no_gradient() {
    let shape = shapes()[2];
    let numbers = Numbers::new(&shape, 9);
    for zero in [0.0, -0.0] {
        let y = vec![zero; shape.output_len()];
        for algorithm in BOTH {
            let gradients = numbers.backward(&shape, algorithm, Some(&y), Wanted::ALL);
            let all = [gradients.input, gradients.weight, gradients.bias];
            let mut numbers = all.into_iter().flatten().flatten();
            assert!(numbers.all(|number| number == 0.0), "{algorithm:?}");
        }
    }
}

/// The largest magnitude that is transformed.
const LARGEST: f32 = 1_099_511_627_776.0;

type Array = fn(&mut Numbers) -> &mut Vec<f32>;

/// Where a number can stand.
const ARRAYS: [(&str, Array); 3] = [
    ("x", |numbers| &mut numbers.x),
    ("the weight", |numbers| &mut numbers.weight),
    ("the gradient", |numbers| &mut numbers.dy),
];

/// Whether output and gradients have the same bits by both algorithms, with `number` at the first,
/// the last and a middle place of each array, for a shape of each kind of transform, with several
/// strips, and channels that are no whole vector.
fn assert_direct(number: f32, expected: impl Fn(&str) -> [bool; 2]) {
    for shape in [
        shape((2, 5, 19), (40, 37), (3, 3), [1; 4]),
        shape((2, 25, 41), (40, 37), (3, 3), [1, 0, 2, 1]),
        shape((2, 3, 17), (40, 37), (7, 7), [3; 4]),
    ] {
        let mut numbers = Numbers::new(&shape, 11);
        for (name, array) in ARRAYS {
            let len = array(&mut numbers).len();
            for place in [0, len / 2 + 5, len - 1] {
                let clean = std::mem::replace(&mut array(&mut numbers)[place], number);
                let [exact, auto] =
                    BOTH.map(|algorithm| all_bits(&numbers.results(&shape, algorithm, false)));
                array(&mut numbers)[place] = clean;
                let same = [auto[0] == exact[0], auto[1..] == exact[1..]];
                assert_eq!(same, expected(name), "{number} in {name}, {shape:?}");
            }
        }
    }
}

#[test]
fn numbers_up_to_the_largest_are_transformed() {
    for number in [0.5, LARGEST, -LARGEST] {
        assert_direct(number, |_| [false; 2]);
    }
}

#[test]
fn larger_ones_and_what_is_not_finite_give_the_bits_of_the_direct_sum() {
    let large = [LARGEST.next_up(), -LARGEST.next_up(), 1e30];
    let not_finite = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    for number in large.into_iter().chain(not_finite) {
        // In the gradient it cannot reach the output.
        assert_direct(number, |name| [name != "the gradient", true]);
    }
}

#[test]
fn an_empty_output_has_gradients_of_zero() {
    let empty_batch = [(3, 3), (7, 7), (4, 2)].map(|k| shape((0, 3, 2), (9, 8), k, [1; 4]));
    let too_small = [(2, 9), (9, 2), (1, 1)].map(|size| shape((1, 2, 3), size, (3, 3), [0; 4]));
    let deep = too_small.map(|shape| Shape {
        inputs: 30,
        outputs: 40,
        ..shape
    });
    for shape in empty_batch.into_iter().chain(too_small).chain(deep) {
        for algorithm in BOTH {
            let [y, dx, dw, db] = Numbers::new(&shape, 12).results(&shape, algorithm, false);
            assert!(y.is_empty());
            assert_eq!(dx, vec![0.0; shape.input_len()]);
            assert_eq!(dw, vec![0.0; shape.weight_len()]);
            assert_eq!(db, vec![0.0; shape.outputs]);
        }
    }
}

#[test]
fn slices_of_wrong_lengths_and_outputs_of_nothing_are_refused() {
    let one = shape((1, 1, 1), (3, 3), (3, 3), [0; 4]);
    let output = |shape: Shape, x: usize, w: usize, b: usize| {
        let (x, w, b) = (vec![0.0; x], vec![0.0; w], vec![0.0; b]);
        forward(&shape, Algorithm::Auto, &x, &w, Some(&b), false).map(drop)
    };
    let gradients = |dy: usize, rectified: usize| {
        let (x, dy, y) = ([0.0; 9], vec![0.0; dy], vec![0.0; rectified]);
        let algorithm = Algorithm::Auto;
        backward(&one, algorithm, &x, &x, &dy, Some(&y), Wanted::ALL).map(drop)
    };
    let wrong = |array, expected, found| Error::Length {
        array,
        expected,
        found,
    };
    let framed_nothing = shape((2, 3, 2), (0, 5), (3, 3), [5; 4]);
    let without_channels = shape((2, 0, 2), (5, 5), (3, 3), [1; 4]);
    let huge = usize::MAX / 2;
    for (outcome, error) in [
        (output(one, 8, 9, 1), wrong("input", 9, 8)),
        (output(one, 9, 8, 1), wrong("weight", 9, 8)),
        (output(one, 9, 9, 2), wrong("bias", 1, 2)),
        (gradients(10, 10), wrong("gradient", 1, 10)),
        (gradients(1, 2), wrong("output", 1, 2)),
        (output(framed_nothing, 0, 54, 2), Error::OutputOfNothing),
        (output(without_channels, 0, 0, 2), Error::OutputOfNothing),
        (
            output(shape((huge, 1, 1), (3, 3), (3, 3), [0; 4]), 0, 0, 1),
            Error::TooLarge,
        ),
        (
            output(shape((1, 1, huge), (3, 3), (3, 3), [0; 4]), 9, 0, 1),
            Error::TooLarge,
        ),
        (
            output(shape((0, 1, 1), (huge, 4), (3, 3), [0; 4]), 0, 9, 1),
            Error::TooLarge,
        ),
        (
            output(shape((1, 1, 1), (3, 3), (huge, huge), [0; 4]), 9, 0, 1),
            Error::TooLarge,
        ),
        (
            output(shape((1, 1, 1), (3, 3), (3, 3), [usize::MAX; 4]), 9, 9, 1),
            Error::TooLarge,
        ),
    ] {
        assert_eq!(outcome, Err(error));
    }
}
