//! What a threshold does that accepts most unseen pictures of known persons.

use retrace_lab::statistics::mean;

use super::detection::{Tried, by};
use crate::distances::{Criterion, Distances};
use crate::outcome::Threshold;
use crate::roc;

/// What is known of pictures that should be refused, beside their distances.
pub struct Refusable {
    /// Contrast of each thing.
    pub contrasts: Vec<f64>,
    /// Distances of a picture that is grey all over.
    pub flat: Distances,
}

/// Sets the least threshold that accepts this share of the unseen pictures of known persons, and
/// looks what else it accepts.
pub fn threshold(
    share: f64,
    criterion: Criterion,
    tried: &Tried<Vec<Distances>>,
    refusable: &Refusable,
) -> Threshold {
    let threshold = roc::threshold(&by(&tried.known, criterion), share);
    let accepted = |distances: &[Distances]| roc::accepted(&by(distances, criterion), threshold);
    let contrast = |accepted: bool| {
        let things = tried.things.iter().zip(&refusable.contrasts);
        let side: Vec<f64> = things
            .filter(|(thing, _)| (thing.by(criterion) <= threshold) == accepted)
            .map(|(_, contrast)| *contrast)
            .collect();
        (!side.is_empty()).then(|| mean(&side))
    };
    Threshold {
        training_rejected: 1.0 - accepted(&tried.training),
        things_accepted: accepted(&tried.things),
        unknown_accepted: accepted(&tried.unknown),
        flat_accepted: refusable.flat.by(criterion) <= threshold,
        contrast_accepted: contrast(true),
        contrast_refused: contrast(false),
    }
}
