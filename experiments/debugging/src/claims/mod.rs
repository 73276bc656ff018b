//! The post's claims and our answers.

mod checks;
mod phases;
mod structure;

use retrace_lab::{Claim, Outcomes};

use crate::{Debugging, outcome};

const POST: &str = "the post";
const OURS: &str = "ours, beside the post";

/// All claims.
pub fn all(outcomes: &Outcomes<Debugging>) -> Vec<Claim> {
    let mut claims = structure::claims(outcomes);
    claims.extend(checks::ones(outcomes));
    claims.extend(checks::own_weights(outcomes));
    claims.extend(phases::claims(outcomes));
    claims
}

/// The largest of what was found, and in how many cases; not a number where there is none, so that
/// nothing is reproduced without data.
fn largest(values: impl IntoIterator<Item = f64>) -> (f64, usize) {
    let values: Vec<f64> = values.into_iter().collect();
    let largest = outcome::largest(&mut values.iter().copied());
    (largest.unwrap_or(f64::NAN), values.len())
}
