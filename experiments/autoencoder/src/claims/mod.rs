//! The post's claims and our answers.
//!
//! Of most claims the statistic is the share of the variance of new pictures that the answer
//! leaves, at most 1 ([`Outcome::left`](crate::outcome::Outcome::left)). *Trains* is below
//! [`TRAINS`], *does not train* above [`DOES_NOT`]. Where the post tried several learning rates,
//! the best of them is taken, by the training pictures.

mod copying;
mod first_attempt;
mod inverse;
mod longer;
mod losses;
mod reasons;

use retrace_lab::{Claim, Outcomes};

use crate::Autoencoder;
use crate::network::Answer;

const POST: &str = "the post";
const LATER: &str = "the author's later posts";
const OURS: &str = "ours, to explain the post";

/// More than half of what the best constant answer leaves is explained.
const TRAINS: f64 = 0.5;
/// Hardly anything is.
const DOES_NOT: f64 = 0.9;

/// All claims.
pub fn all(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    let mut claims = losses::claims(outcomes);
    claims.extend(inverse::claims(outcomes));
    claims.extend(longer::claims(outcomes));
    claims.extend(reasons::claims(outcomes));
    claims.extend(copying::claims(outcomes));
    claims.extend(first_attempt::claims(outcomes));
    claims
}

/// What is left, a seed each.
fn left(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Vec<f64> {
    outcomes.values(arm, |outcome| Some(outcome.left()))
}

/// The last layer in a sentence.
fn ending(answer: Answer) -> &'static str {
    match answer {
        Answer::Open => "without a ReLU at the end",
        Answer::Rectified => "with a ReLU at the end",
    }
}

/// An identifier from a table: the table of a claim names all of its cases.
fn id<Case: PartialEq>(table: &[(Case, &'static str)], case: &Case) -> &'static str {
    let found = table.iter().find(|(known, _)| known == case);
    found.map_or("unnamed", |(_, id)| id)
}
