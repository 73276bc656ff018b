//! Trainings that left the finite numbers: [`train()`](crate::train()) notes them, whatever the experiment, and a
//! run says which they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The trainings of a cell that diverged, by name: the step, counted from 0, whose loss or update was
/// not finite.
pub type DivergedAt = BTreeMap<String, u64>;

/// Arms that a summary names.
const SHOWN: usize = 6;

/// A training that diverged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// The arm of its cell.
    pub arm: String,
    /// The seed of its cell.
    pub seed: u64,
    /// Its name among the trainings of the cell.
    pub training: String,
    /// The step, counted from 0, whose loss or update was not finite.
    pub step: u64,
}

impl Divergence {
    /// Those of one cell.
    pub(crate) fn of_cell(arm: &str, seed: u64, diverged: &DivergedAt) -> Vec<Self> {
        let each = diverged.iter().map(|(training, step)| Self {
            arm: arm.to_owned(),
            seed,
            training: training.clone(),
            step: *step,
        });
        each.collect()
    }

    /// How many of `cells` diverged and where, an arm after the other: `3 of 8 cells diverged: relu
    /// (seeds 0, 1 at steps 2 to 5), elu (seed 0 at step 7)`. Nothing where none did.
    pub fn summary(all: &[Self], cells: usize) -> Option<String> {
        let mut arms: Vec<(&str, Vec<&Self>)> = Vec::new();
        for one in all {
            match arms.iter_mut().find(|(arm, _)| *arm == one.arm) {
                Some((_, of_arm)) => of_arm.push(one),
                None => arms.push((&one.arm, vec![one])),
            }
        }
        let (parts, counts): (Vec<String>, Vec<usize>) =
            arms.iter().map(|(arm, of_arm)| part(arm, of_arm)).unzip();
        let diverged: usize = counts.iter().sum();
        let more = match parts.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(", and {more} more arms (manifest.json has them)"),
        };
        let all_parts = parts[..parts.len().min(SHOWN)].join(", ") + &more;
        (diverged > 0).then(|| format!("{diverged} of {cells} cells diverged: {all_parts}"))
    }
}

/// The words for an arm, and how many of its cells diverged.
fn part(arm: &str, diverged: &[&Divergence]) -> (String, usize) {
    let mut seeds: Vec<u64> = diverged.iter().map(|one| one.seed).collect();
    seeds.dedup();
    let steps = || diverged.iter().map(|one| one.step);
    let (first, last) = (steps().min().unwrap_or(0), steps().max().unwrap_or(0));
    let steps = match first == last {
        true => format!("step {first}"),
        false => format!("steps {first} to {last}"),
    };
    let numbers: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let noun = if seeds.len() == 1 { "seed" } else { "seeds" };
    let words = format!("{arm} ({noun} {} at {steps})", numbers.join(", "));
    (words, seeds.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_cells_and_names_arms_seeds_and_steps() {
        let cell = |arm, seed, trainings: &[(&str, u64)]| {
            let at = trainings
                .iter()
                .map(|(name, step)| ((*name).to_owned(), *step));
            Divergence::of_cell(arm, seed, &at.collect())
        };
        let all = [
            cell("relu", 0, &[("all", 2), ("few", 5)]),
            cell("relu", 3, &[("all", 2)]),
            cell("elu", 1, &[("few", 7)]),
        ];
        let words =
            "3 of 8 cells diverged: relu (seeds 0, 3 at steps 2 to 5), elu (seed 1 at step 7)";
        assert_eq!(
            Divergence::summary(&all.concat(), 8).as_deref(),
            Some(words)
        );
        assert_eq!(Divergence::summary(&[], 8), None);
    }
}
