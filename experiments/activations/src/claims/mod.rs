//! The post's claims and our answers. Thresholds were fixed before the first run; that each
//! claim about learning is asked for both initial weights was decided when Xavier's had answered.

pub(crate) mod activity;
pub(crate) mod functions;
mod gradients;
mod learning;
pub(crate) mod slopes;

use retrace_lab::{Claim, Outcomes};

use crate::Activations;
use crate::outcome::{Network, functions_of};

pub(crate) const POST: &str = "the post";

/// All claims, in the post's order of topics.
pub fn all(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    let mut claims = Vec::new();
    if let Some(functions) = functions_of(outcomes) {
        claims.extend(functions::claims(functions));
        claims.push(slopes::rrelu_test_line(functions));
    }
    claims.extend(slopes::rrelu_averages(outcomes));
    claims.push(slopes::prelu_gradient(outcomes));
    claims.extend(gradients::claims(outcomes));
    claims.extend(activity::claims(outcomes));
    claims.extend(learning::claims(outcomes));
    claims
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
