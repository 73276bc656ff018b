//! The post's figures, and those of what is measured beyond it.

mod bins;
mod categories;
mod curves;
mod gallery;
mod histogram;
mod pictures;
mod results;
mod scores;
mod seeds;
mod style;
mod temperatures;
mod weights;

use retrace_lab::{Drawing, Outcomes, Result};

use crate::Colorization;

/// All figures whose numbers are there.
///
/// # Errors
/// Arrays of another shape than they were kept in.
pub fn all(outcomes: &Outcomes<Colorization>) -> Result<Vec<Drawing>> {
    let figures = [
        histogram::figure(outcomes),
        bins::figure(outcomes),
        weights::figure(outcomes),
        Some(curves::figure(outcomes)),
        Some(scores::figure(outcomes)),
        results::figure(outcomes),
        pictures::triples(outcomes),
        pictures::extremes(outcomes),
        gallery::figure(outcomes),
        temperatures::figure(outcomes),
        seeds::figure(outcomes),
        categories::figure(outcomes),
    ];
    Ok(figures.into_iter().flatten().map(Drawing::from).collect())
}
