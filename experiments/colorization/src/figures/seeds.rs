//! The author's "a bit random" results: the same picture from seed to seed.

use retrace_figure::{Figure, Images};
use retrace_lab::Outcomes;

use super::style::{kept, of_colours, of_truth, truths};
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, AS_WRITTEN, FORESTS, FORESTS_AS_WRITTEN, Setup};

/// Seeds that are shown.
const SEEDS: u64 = 5;
const SETUPS: [Setup; 4] = [FORESTS_AS_WRITTEN, FORESTS, AS_WRITTEN, AS_DESCRIBED];

/// A row an arm, a column a seed.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let seeds = outcomes.run().seeds.min(SEEDS);
    let mut images = Images::new("", seeds as usize + 1);
    for setup in SETUPS {
        let truths = truths(outcomes, setup)?;
        let middle = truths.len() / 2;
        let lab = truths.get(middle)?;
        for seed in 0..seeds {
            let cell = outcomes.get(setup.name, seed)?;
            let error = cell.outcome.end()?.scores.rmse;
            let colours = kept(cell, "shown")?;
            let label = format!("{}, seed {seed} ({error:.1})", short(setup));
            images = images.with(of_colours(label, lab, colours.get(middle)?));
        }
        images = images.with(of_truth("true", lab));
    }
    Some(
        Figure::new(
            "seeds",
            "One picture from seed to seed: the author's code and his text",
        )
        .caption(
            "A row an arm, a column a seed: the same picture coloured by networks that differ in \
             their seed alone, trained on forests by the author's code and by his text, then on all \
             scenes. The code's colours are the plain mean (T = 1), the text's the annealed one. In \
             brackets the RMSE (root of the mean squared error) of a and b over all test pictures \
             of that network, which `scores` shows as dots.",
        )
        .panel(images),
    )
}

fn short(setup: Setup) -> &'static str {
    match setup.name {
        "forests" => "forests, text",
        "forests-as-written" => "forests, code",
        "as-described" => "all, text",
        _ => "all, code",
    }
}
