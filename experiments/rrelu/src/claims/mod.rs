//! The post's claims and our answers. Thresholds were fixed before the first run.

mod activity;
mod normalisation;
mod overfitting;
mod readings;
mod verdict;

use retrace_lab::{Claim, Outcomes};

use crate::Rrelu;
use crate::arm::Function;

pub const POST: &str = "the post";
const OURS: &str = "ours, to explain the post";

/// Accuracies count as equal within this: on 10,000 images a share of 0.98 has a standard error
/// of 0.0014.
const NEGLIGIBLE: f64 = 0.002;

/// All claims.
pub fn all(outcomes: &Outcomes<Rrelu>) -> Vec<Claim> {
    let mut claims = verdict::claims(outcomes);
    claims.extend(readings::claims(outcomes));
    claims.extend(activity::claims(outcomes));
    claims.extend(normalisation::claims(outcomes));
    claims.extend(overfitting::claims(outcomes));
    claims
}

/// A reading of RReLU in a sentence.
fn told(reading: Function) -> &'static str {
    match reading {
        Function::RreluAsWritten => "RReLU as the post's code has it",
        Function::RreluLayer => "RReLU with the paper's slopes, one a layer",
        _ => "RReLU as the paper has it",
    }
}
