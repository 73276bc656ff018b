//! Laws that hold to the bit: on any number of threads, with or without ReLU in the pass, for
//! numbers too large for a transform; and sizes with nothing in them.

use rayon::ThreadPoolBuilder;
use retrace_conv::slices::{Wanted, backward, forward};
use retrace_conv::{Algorithm, Shape};

use super::{BOTH, Numbers, bits, gradient_bits, shape, shapes};

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
                    let y = bits(&numbers.forward(&shape, algorithm, true));
                    let gradients = numbers.backward(&shape, algorithm, Wanted::ALL);
                    (y, gradient_bits(&gradients))
                })
            });
            for threads in 1..3 {
                let same = results[threads] == results[0];
                assert!(same, "{threads}: {algorithm:?}, {shape:?}");
            }
        }
    }
}

/// ReLU: what is not positive becomes 0, what is not a number stays.
fn relu(number: f32) -> f32 {
    if number.is_nan() || number > 0.0 {
        number
    } else {
        0.0
    }
}

fn assert_fused_is_unfused(shape: &Shape, algorithm: Algorithm, numbers: &Numbers) {
    let y = numbers.forward(shape, algorithm, true);
    let unfused = numbers.forward(shape, algorithm, false);
    let unfused: Vec<f32> = unfused.into_iter().map(relu).collect();
    assert!(bits(&y) == bits(&unfused), "y, {algorithm:?}, {shape:?}");

    let Numbers { x, weight, dy, .. } = numbers;
    let fused = backward(shape, algorithm, x, weight, dy, Some(&y), Wanted::ALL);
    let mut masked = numbers.clone();
    for (dy, y) in masked.dy.iter_mut().zip(&y) {
        *dy = if *y > 0.0 || y.is_nan() { *dy } else { 0.0 };
    }
    let unfused = masked.backward(shape, algorithm, Wanted::ALL);
    assert!(
        gradient_bits(&fused) == gradient_bits(&unfused),
        "gradients, {algorithm:?}, {shape:?}"
    );
    assert!(masked.dy != *dy, "no output is negative in {shape:?}");
}

#[test]
fn relu_in_the_pass_gives_the_bits_of_relu_after_it() {
    for shape in shapes() {
        // Of a single pixel the sign is chance.
        if shape.output_len() > 10 {
            for algorithm in BOTH {
                assert_fused_is_unfused(&shape, algorithm, &Numbers::new(&shape, 7));
            }
        }
    }
}

#[test]
fn outputs_that_are_no_numbers_pass_their_gradient_on() {
    for shape in [shapes()[2], shapes()[3], shapes()[6], shapes()[9]] {
        let mut numbers = Numbers::new(&shape, 8);
        let middle = numbers.x.len() / 2;
        numbers.x[middle] = f32::NAN;
        for algorithm in BOTH {
            assert_fused_is_unfused(&shape, algorithm, &numbers);
        }
    }
}

#[test]
fn outputs_of_zero_of_either_sign_take_no_gradient() {
    let shape = shapes()[2];
    let numbers = Numbers::new(&shape, 9);
    let Numbers { x, weight, dy, .. } = &numbers;
    for zero in [0.0, -0.0] {
        let y = vec![zero; shape.output_len()];
        for algorithm in BOTH {
            let gradients = backward(&shape, algorithm, x, weight, dy, Some(&y), Wanted::ALL);
            let [dx, dw, db] = [gradients.input, gradients.weight, gradients.bias];
            for gradient in [dx, dw, db].map(|gradient| gradient.expect("wanted")) {
                assert!(
                    gradient.iter().all(|number| *number == 0.0),
                    "{algorithm:?}"
                );
            }
        }
    }
}

/// The largest magnitude that is transformed.
const LARGEST: f32 = 1_099_511_627_776.0;

/// A shape for each kind of transform, with several strips, and channels that are no whole vector.
fn shapes_to_transform() -> [Shape; 3] {
    [
        shape((2, 5, 19), (40, 37), (3, 3), [1; 4]),
        shape((2, 25, 41), (40, 37), (3, 3), [1, 0, 2, 1]),
        shape((2, 3, 17), (40, 37), (7, 7), [3; 4]),
    ]
}

type Array = fn(&mut Numbers) -> &mut Vec<f32>;

/// Where a number can stand.
const ARRAYS: [(&str, Array); 3] = [
    ("x", |numbers| &mut numbers.x),
    ("the weight", |numbers| &mut numbers.weight),
    ("the gradient", |numbers| &mut numbers.dy),
];

/// Whether output and gradients have the same bits by both algorithms.
fn same(shape: &Shape, numbers: &Numbers) -> [bool; 2] {
    let y = |algorithm| bits(&numbers.forward(shape, algorithm, false));
    let gradients = |algorithm| gradient_bits(&numbers.backward(shape, algorithm, Wanted::ALL));
    [
        y(Algorithm::Auto) == y(Algorithm::Exact),
        gradients(Algorithm::Auto) == gradients(Algorithm::Exact),
    ]
}

/// Calls `check` with `number` at the first, the last and a middle place of each array.
fn everywhere(number: f32, check: impl Fn(&str, &Shape, &Numbers)) {
    for shape in shapes_to_transform() {
        let clean = Numbers::new(&shape, 11);
        for (name, array) in ARRAYS {
            let mut numbers = clean.clone();
            let len = array(&mut numbers).len();
            for place in [0, len / 2 + 5, len - 1] {
                let mut numbers = clean.clone();
                array(&mut numbers)[place] = number;
                check(
                    &format!("{number} in {name}, at {place} of {len}"),
                    &shape,
                    &numbers,
                );
            }
        }
    }
}

#[test]
fn numbers_up_to_the_largest_are_transformed() {
    for number in [0.5, LARGEST, -LARGEST] {
        everywhere(number, |what, shape, numbers| {
            assert_eq!(same(shape, numbers), [false; 2], "{what}, {shape:?}");
        });
    }
}

#[test]
fn larger_ones_and_what_is_not_finite_give_the_bits_of_the_direct_sum() {
    let large = [LARGEST.next_up(), -LARGEST.next_up(), 1e30];
    let not_finite = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
    for number in large.into_iter().chain(not_finite) {
        everywhere(number, |what, shape, numbers| {
            // In the gradient it cannot reach the output.
            let direct = [!what.contains("gradient"), true];
            assert_eq!(same(shape, numbers), direct, "{what}, {shape:?}");
        });
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
            let [y, dx, dw, db] = Numbers::new(&shape, 12).results(&shape, algorithm);
            assert!(y.is_empty());
            assert_eq!(dx, vec![0.0; shape.input_len()]);
            assert_eq!(dw, vec![0.0; shape.weight_len()]);
            assert_eq!(db, vec![0.0; shape.outputs]);
        }
    }
}

#[test]
#[should_panic = "an output of nothing"]
fn a_frame_around_nothing_panics() {
    let shape = shape((2, 3, 2), (0, 5), (3, 3), [5; 4]);
    forward(&shape, Algorithm::Auto, &[], &[0.0; 54], None, false);
}

#[test]
#[should_panic = "an output of nothing"]
fn an_input_without_channels_panics() {
    let shape = shape((2, 0, 2), (5, 5), (3, 3), [1; 4]);
    forward(&shape, Algorithm::Auto, &[], &[], None, false);
}

#[test]
#[should_panic = "numbers in the input"]
fn an_input_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    forward(&shape, Algorithm::Auto, &[0.0; 8], &[0.0; 9], None, false);
}

#[test]
#[should_panic = "numbers in the bias"]
fn a_bias_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    let bias = Some([0.0; 2].as_slice());
    forward(&shape, Algorithm::Auto, &[0.0; 9], &[0.0; 9], bias, false);
}

#[test]
#[should_panic = "numbers in the gradient"]
fn a_gradient_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    let (x, w, dy) = ([0.0; 9], [0.0; 9], [0.0; 10]);
    backward(&shape, Algorithm::Auto, &x, &w, &dy, None, Wanted::ALL);
}
