//! The post's claims and our answers. Thresholds were fixed before the first run on
//! photographs. How the spread over seeds is measured ([`written`]) was changed once, after five seeds
//! of reduced photographs: pairs of seeds had been compared, which so few seeds cannot decide.

mod colourfulness;
mod colours;
mod learning;
mod written;

use retrace_lab::{Claim, Outcomes};

use crate::Colorization;

/// Source of what the post says.
pub const POST: &str = "the post";
const PAPER: &str = "the post, after Zhang et al. 2016";
const OURS: &str = "ours, to explain the post";

/// All claims.
pub fn all(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    let mut claims = colours::claims(outcomes);
    claims.extend(learning::claims(outcomes));
    claims.extend(colourfulness::claims(outcomes));
    claims.extend(written::claims(outcomes));
    claims
}
