//! Claims about the functions themselves.

use retrace_lab::Claim;

use super::{POST, largest};
use crate::curves::PUBLISHED;
use crate::outcome::{Curve, Functions};

/// From this |x| on the sigmoid counts as saturated, and ELU on the negative side.
const FAR: f64 = 5.0;

/// A saturated unit passes on less than this share of the error.
const LITTLE: f64 = 0.01;

pub(super) fn claims(functions: &Functions) -> Vec<Claim> {
    let mut claims: Vec<Claim> = (0..PUBLISHED.len())
        .map(|case| softmax_case(functions, case))
        .collect();
    claims.extend([
        sigmoid_at_most_a_quarter(functions),
        sigmoid_saturates(functions),
        positive_side_passes_everything(functions),
        relu_negative_side_passes_nothing(functions),
        elu_saturates(functions),
        leaky_ones_do_not_saturate(functions),
    ]);
    claims
}

/// Rounded as the post rounds.
pub(crate) fn to_three_places(numbers: &[f64]) -> Vec<f64> {
    let rounded = |number: &f64| (number * 1000.0).round() / 1000.0;
    numbers.iter().map(rounded).collect()
}

fn softmax_case(functions: &Functions, case: usize) -> Claim {
    const IDS: [&str; 3] = ["softmax-case-1", "softmax-case-2", "softmax-case-3"];
    let published = PUBLISHED[case].probabilities;
    let found = functions.softmax.get(case);
    let found = found.map_or(&[][..], |softmax| &softmax.probabilities);
    let deviation = if found.len() == published.len() {
        let rounded = to_three_places(found);
        largest(rounded.iter().zip(published).map(|(p, q)| (p - q).abs()))
    } else {
        f64::NAN
    };
    Claim::says(
        IDS[case],
        POST,
        format!(
            "softmax of {:?} is {published:?}, to three places",
            PUBLISHED[case].logits
        ),
    )
    .measured_by("largest difference after rounding to three places", "")
    .largest_is_at_most(0.0, deviation, published.len())
    .shown_in("softmax-cases")
}

fn sigmoid_at_most_a_quarter(functions: &Functions) -> Claim {
    let slopes = &curve(functions, 0).derivative;
    Claim::says(
        "sigmoid-derivative-at-most-a-quarter",
        POST,
        "the sigmoid's derivative is small everywhere: at most 1/4",
    )
    .measured_by("largest derivative on the grid, above 1/4", "")
    .largest_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| s - 0.25)).max(0.0),
        slopes.len(),
    )
    .shown_in("sigmoid-derivative")
}

fn sigmoid_saturates(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 0, |x| x.abs() >= FAR);
    Claim::says(
        "sigmoid-saturates",
        POST,
        "for small and for large inputs the sigmoid's derivative is close to zero",
    )
    .measured_by(
        format!("largest derivative on the grid where |x| >= {FAR}"),
        "",
    )
    .largest_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
    .shown_in("sigmoid-derivative")
}

fn positive_side_passes_everything(functions: &Functions) -> Claim {
    let slopes: Vec<f64> = (1..6)
        .flat_map(|index| derivatives(functions, index, |x| x > 0.0))
        .collect();
    Claim::says(
        "positive-side-has-gradient-one",
        POST,
        "for positive inputs the gradient of ReLU and its relatives is 1, however large the input",
    )
    .measured_by(
        "largest difference of a derivative from 1 where x > 0, five functions",
        "",
    )
    .largest_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| (s - 1.0).abs())),
        slopes.len(),
    )
    .shown_in("functions")
}

fn relu_negative_side_passes_nothing(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 1, |x| x <= 0.0);
    Claim::says(
        "relu-negative-side-has-gradient-zero",
        POST,
        "at zero and below, ReLU's gradient is 0 and the unit is cut off",
    )
    .measured_by("largest absolute derivative on the grid where x <= 0", "")
    .largest_is_at_most(0.0, largest(slopes.iter().map(|s| s.abs())), slopes.len())
    .shown_in("functions")
}

fn elu_saturates(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 5, |x| x <= -FAR);
    Claim::says(
        "elu-saturates-below-zero",
        "the post, after Clevert et al. 2016",
        "ELU saturates for negative inputs: its gradient tends to 0",
    )
    .measured_by(
        format!("largest derivative on the grid where x <= -{FAR}"),
        "",
    )
    .largest_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
}

fn leaky_ones_do_not_saturate(functions: &Functions) -> Claim {
    let spreads = (2..5).map(|index| {
        let slopes = derivatives(functions, index, |x| x < 0.0);
        largest(slopes.iter().copied()) + largest(slopes.iter().map(|s| -s))
    });
    Claim::says(
        "leaky-ones-do-not-saturate",
        "the post, after Clevert et al. 2016",
        "LReLU, PReLU and RReLU keep a slope however negative the input is",
    )
    .measured_by(
        "largest change of a derivative over x < 0, three functions",
        "",
    )
    .largest_is_at_most(0.0, largest(spreads), 3)
    .shown_in("functions")
}

/// The curve of an activation by its place in [`ACTIVATIONS`](crate::ACTIVATIONS).
fn curve(functions: &Functions, index: usize) -> &Curve {
    &functions.curves[index]
}

fn derivatives(functions: &Functions, index: usize, at: impl Fn(f64) -> bool) -> Vec<f64> {
    let points = functions.x.iter().zip(&curve(functions, index).derivative);
    points
        .filter(|(x, _)| at(**x))
        .map(|(_, slope)| *slope)
        .collect()
}
