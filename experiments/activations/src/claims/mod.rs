//! The post's claims and our answers. Thresholds were fixed before the first run.

mod deep;
mod functions;
mod learning;

use retrace_lab::{Claim, Outcomes};

use crate::Activations;
use crate::outcome::Network;

const POST: &str = "the post";

/// All claims, in the post's order of topics.
pub fn all(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    [
        functions::claims(outcomes),
        deep::claims(outcomes),
        learning::claims(outcomes),
    ]
    .concat()
}

/// A number of every seed of an activation's arm.
fn values(
    outcomes: &Outcomes<Activations>,
    arm: &str,
    number: impl Fn(&Network) -> Option<f64>,
) -> Vec<f64> {
    outcomes.values(arm, |outcome| number(outcome.network()?))
}

/// The same of arm `a` minus arm `b`, paired by seed.
fn differences(
    outcomes: &Outcomes<Activations>,
    (a, b): (&str, &str),
    number: impl Fn(&Network) -> Option<f64>,
) -> Vec<f64> {
    outcomes.differences(a, b, |outcome| number(outcome.network()?))
}

/// The largest of `values`; NaN of nothing, so that an exact claim without data fails.
fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::NAN, f64::max)
}
