//! The network before and after pruning.

use std::collections::BTreeMap;

use retrace_figure::{Figure, Network};

use super::All;
use crate::arm::Work;
use crate::model::Layers;

/// The L1 network with its disconnected units marked, and what is left of it (seed 0).
pub fn network(outcomes: &All) -> Option<Figure> {
    let pruned = outcomes.get(Work::PRUNED, 0)?.outcome.pruned()?;
    let (pruning, before) = (pruned.pruning.as_ref()?, pruned.before.layers.as_ref()?);
    let sizes = |layers: &Layers| joined(&layers.sizes());
    let whole = Network::new(format!("Before: {}", sizes(before)), matrices(before))
        .removed(pruning.removed.clone())
        .layers(names(before))
        .reach(1.5);
    let left = Network::new(
        format!("After: {}", sizes(&pruning.layers)),
        matrices(&pruning.layers),
    )
    .layers(names(&pruning.layers))
    .reach(1.5);
    let figure = Figure::new("pruned-network", "The L1 network before and after pruning")
        .caption(format!(
            "Seed 0. Units whose weights in or out are all smaller than {} are dashed; what they \
             pass on is a constant and went into the biases. The line moved by at most {:.3} units \
             of y. Sizes found over all seeds: {}.",
            pruning.threshold,
            pruning.change,
            sizes_found(outcomes)
        ))
        .columns(2)
        .panel_sized(whole, 540, 420)
        .panel_sized(left, 540, 420);
    Some(figure)
}

/// The sizes after pruning and how many seeds have them: `1-1-1-1-1 (38 of 40)`; empty without
/// any.
pub fn sizes_found(outcomes: &All) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0;
    for cell in outcomes.of(Work::PRUNED) {
        if let Some(pruning) = cell.outcome.pruned().and_then(|p| p.pruning.as_ref()) {
            *counts.entry(joined(&pruning.layers.sizes())).or_default() += 1;
            all += 1;
        }
    }
    let texts: Vec<String> = counts
        .iter()
        .map(|(sizes, count)| format!("{sizes} ({count} of {all})"))
        .collect();
    texts.join(", ")
}

fn joined(sizes: &[usize]) -> String {
    sizes
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join("-")
}

fn matrices(layers: &Layers) -> Vec<Vec<Vec<f64>>> {
    layers.0.iter().map(|layer| layer.weights.clone()).collect()
}

fn names(layers: &Layers) -> Vec<String> {
    let last = layers.0.len();
    let name = |place: usize| match place {
        0 => "input".to_owned(),
        place if place == last => "output".to_owned(),
        place => format!("hidden {place}"),
    };
    (0..=last).map(name).collect()
}
