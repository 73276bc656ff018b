//! The gradients against differences of a loss, which know nothing of the backward pass.
//!
//! The loss is half the sum of the squares of the output. Along one number of input, weight or
//! bias the output is linear and the loss a parabola, whose difference over a step to both sides
//! is its slope *exactly*, for any step: a step of 1 leaves nothing but the rounding of the two
//! outputs.

use retrace_conv::{Algorithm, Shape};

use super::{ALL, Numbers, shape};

/// `(L(after) - L(before)) / 2`, the slope over a step of 1 to both sides, by third binomial; what
/// does not depend on the number has the same bits on both sides and cancels.
fn slope(before: &[f32], after: &[f32]) -> f64 {
    let pairs = before.iter().zip(after);
    let pairs = pairs.map(|(before, after)| (f64::from(*before), f64::from(*after)));
    let differences = pairs.map(|(before, after)| (after - before) * (after + before) / 2.0);
    differences.sum::<f64>() / 2.0
}

/// Checks the gradient by the numbers that `array` gives, at some places.
fn check(
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
        let gradients = numbers.backward(&shape, Algorithm::Exact, ALL);
        let [dx, dw, db] = [gradients.input, gradients.weight, gradients.bias];
        let wanted = |gradient: Option<Vec<f32>>| gradient.expect("wanted");
        check(&shape, &numbers, &wanted(dx), "dx", |n| &mut n.x);
        check(&shape, &numbers, &wanted(dw), "dw", |n| &mut n.weight);
        check(&shape, &numbers, &wanted(db), "db", |n| {
            n.bias.as_mut().expect("a bias")
        });
    }
}
