//! Who is better than whom: places by accuracy on the test images, seed by seed.

use retrace_lab::{Outcomes, statistics};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::Outcome;

/// Accuracy (0-1) on the test images after the training on all images; nothing after a divergence.
pub fn accuracy(outcome: &Outcome) -> Option<f64> {
    Some(outcome.full.end.as_ref()?.test.accuracy)
}

/// The same after the training on few images.
pub fn accuracy_of_few(outcome: &Outcome) -> Option<f64> {
    Some(outcome.few.end.as_ref()?.test.accuracy)
}

/// A reading of RReLU among those that it is compared with, in the order of figures.
pub fn group(reading: Function) -> Vec<Function> {
    let belongs = |f: &Function| *f == reading || Function::OTHERS.contains(f);
    Function::ALL.into_iter().filter(belongs).collect()
}

/// The place of each network of `group`, a list a seed: 1 is the best, ties share the mean of
/// their places, and what diverged is last. A seed in which a network is missing is left out.
pub fn places(outcomes: &Outcomes<Rrelu>, norm: Norm, group: &[Function]) -> Vec<Vec<f64>> {
    let of_seed = |seed| -> Option<Vec<f64>> {
        let accuracy = |function: &Function| {
            let cell = outcomes.get(&norm.arm_of(*function), seed)?;
            Some(accuracy(&cell.outcome).unwrap_or(f64::NEG_INFINITY))
        };
        let accuracies: Option<Vec<f64>> = group.iter().map(accuracy).collect();
        Some(places_of(&accuracies?))
    };
    (0..outcomes.run().seeds).filter_map(of_seed).collect()
}

/// The place of `function` beside a reading of RReLU, one a seed; see [`group`] and [`places`].
pub fn places_beside(
    reading: Function,
    outcomes: &Outcomes<Rrelu>,
    norm: Norm,
    function: Function,
) -> Vec<f64> {
    let group = group(reading);
    let Some(index) = group.iter().position(|other| *other == function) else {
        return Vec::new();
    };
    let places = places(outcomes, norm, &group);
    places.into_iter().map(|places| places[index]).collect()
}

/// The place of each number, the largest first.
pub fn places_of(numbers: &[f64]) -> Vec<f64> {
    let place = |number: &f64| {
        let better = numbers.iter().filter(|other| *other > number).count();
        let equal = numbers.iter().filter(|other| *other == number).count();
        better as f64 + (equal as f64 + 1.0) / 2.0
    };
    numbers.iter().map(place).collect()
}

/// The network of `group` with the largest mean accuracy over seeds; nothing without outcomes.
pub fn best(outcomes: &Outcomes<Rrelu>, norm: Norm, group: &[Function]) -> Option<Function> {
    let mean =
        |function: &Function| statistics::mean(&outcomes.values(&norm.arm_of(*function), accuracy));
    let means = group.iter().map(|function| (mean(function), *function));
    let there = means.filter(|(mean, _)| mean.is_finite());
    let best = there.max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, function)| function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_is_first_and_ties_share_their_places() {
        assert_eq!(places_of(&[0.9, 0.7, 0.8]), [1.0, 3.0, 2.0]);
        assert_eq!(places_of(&[0.9, 0.9, 0.8, 0.9]), [2.0, 2.0, 4.0, 2.0]);
        // scipy.stats.rankdata([-3, -1, -4, -1, -5]) = [3, 4.5, 2, 4.5, 1]
        let scipy = [3.0, 4.5, 2.0, 4.5, 1.0];
        assert_eq!(places_of(&[3.0, 1.0, 4.0, 1.0, 5.0]), scipy);
    }

    #[test]
    fn what_diverged_is_last() {
        let places = places_of(&[f64::NEG_INFINITY, 0.1, 0.2]);
        assert_eq!(places, [3.0, 2.0, 1.0]);
    }
}
