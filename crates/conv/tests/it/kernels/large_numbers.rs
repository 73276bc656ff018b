//! Numbers that are no good for a transform: `Auto` computes them as `Exact` does, to the bit.

use retrace_conv::{Algorithm, Shape};

use super::{ALL, Numbers, bits, gradient_bits, shape};

/// The largest magnitude that is transformed.
const TAME: f32 = 1_099_511_627_776.0;

/// A shape for each kind of transform, with several strips, and channels that are no whole vector.
fn shapes() -> [Shape; 3] {
    [
        shape((2, 5, 19), (40, 37), (3, 3), [1; 4]),
        shape((2, 25, 41), (40, 37), (3, 3), [1, 0, 2, 1]),
        shape((2, 3, 17), (40, 37), (7, 7), [3; 4]),
    ]
}

type Array = fn(&mut Numbers) -> &mut Vec<f32>;

/// Where a number can stand; in the gradient it cannot reach the output.
const ARRAYS: [(&str, Array); 3] = [
    ("x", |numbers| &mut numbers.x),
    ("the weight", |numbers| &mut numbers.weight),
    ("the gradient", |numbers| &mut numbers.dy),
];

/// Whether output and gradients have the same bits by both algorithms.
fn same(shape: &Shape, numbers: &Numbers) -> [bool; 2] {
    let y = |algorithm| bits(&numbers.forward(shape, algorithm, false));
    let gradients = |algorithm| gradient_bits(&numbers.backward(shape, algorithm, ALL));
    [
        y(Algorithm::Auto) == y(Algorithm::Exact),
        gradients(Algorithm::Auto) == gradients(Algorithm::Exact),
    ]
}

/// Calls `check` with `number` at the first, the last and a middle place of each array.
fn everywhere(number: f32, check: impl Fn(&str, &Shape, &Numbers)) {
    for shape in shapes() {
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
fn numbers_up_to_the_limit_are_transformed() {
    for number in [0.5, TAME, -TAME] {
        everywhere(number, |what, shape, numbers| {
            assert_eq!(same(shape, numbers), [false; 2], "{what}, {shape:?}");
        });
    }
}

#[test]
fn large_finite_numbers_give_the_bits_of_the_direct_sum() {
    for number in [TAME.next_up(), -TAME.next_up(), 1e30] {
        everywhere(number, |what, shape, numbers| {
            let in_the_gradient = what.contains("gradient");
            assert_eq!(
                same(shape, numbers),
                [!in_the_gradient, true],
                "{what}, {shape:?}"
            );
        });
    }
}

#[test]
fn what_is_not_finite_gives_the_bits_of_the_direct_sum() {
    for number in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        everywhere(number, |what, shape, numbers| {
            let in_the_gradient = what.contains("gradient");
            assert_eq!(
                same(shape, numbers),
                [!in_the_gradient, true],
                "{what}, {shape:?}"
            );
        });
    }
}
