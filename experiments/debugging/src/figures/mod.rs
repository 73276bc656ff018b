//! The post's figures, and those of what is measured beyond it.

mod checks;
mod flatten;
mod kernels;
mod maps;
mod ones;
mod phases;
mod split;
mod style;
mod summary;
mod weights;

use retrace_lab::{Drawing, Outcomes};

pub(crate) use style::{grouped, sides};

use crate::Debugging;

/// All figures for which there are outcomes.
pub fn all(outcomes: &Outcomes<Debugging>) -> Vec<Drawing> {
    let figures = [
        summary::figure(outcomes),
        ones::figure(outcomes),
        flatten::figure(outcomes),
        checks::figure(outcomes),
        split::figure(outcomes),
        maps::figure(outcomes),
        kernels::figure(outcomes),
        weights::figure(outcomes),
        phases::table(outcomes),
        phases::values(outcomes),
    ];
    figures.into_iter().flatten().map(Drawing::from).collect()
}
