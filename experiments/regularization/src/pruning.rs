//! **Does L1 disconnect units, and can they be spared?** The L1 network is trained, its disconnected
//! units are taken out by computation (the author did it by hand), and what is left is trained again,
//! from fresh weights as he did and from its own.
//!
//! A hidden unit j is disconnected when all weights into it or all weights out of it are below a
//! threshold; weights from and to units that are gone no longer count, so the rule is applied until
//! nothing changes. Seen from the next layer such a unit is a constant, and constants belong into
//! biases:
//!
//! ```text
//! b'_k = b_k + sum over removed j of a_j(m) w_jk
//! ```
//!
//! `a_j(m)` is the unit's value at the middle m of the range of x. Where the weights are exactly zero
//! this is the unit's bias, passed on; where they are only small it is the constant that moves the
//! function least. At m the pruned network equals the whole one; elsewhere the check tells by how
//! much it does not.

use std::collections::BTreeMap;

use retrace_figure::{Colour, Figure, Network};
use retrace_lab::{Cell, Claim, Drawing, Reported, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::lines::of_seed;
use crate::network::{Layer, Layers, network};
use crate::penalties::Method;
use crate::points::Source;
use crate::training::{Fit, Training};
use crate::{ERROR_UNIT, OURS, POST, Regularization};

/// The question.
pub struct Pruning;

/// Its only arm.
pub const PRUNED: Single = Single::new("l1-pruned", "L1, pruned");
/// Colour of the pruned network in every figure.
pub(crate) const COLOUR: Colour = Colour::series(3);

/// A network pruned and trained again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pruned {
    /// The L1 training before; the same as in arm `l1`.
    pub before: Training,
    /// What was taken out; absent when the training diverged.
    pub pruning: Option<PrunedNetwork>,
    /// The smaller network trained from fresh weights, as the author did.
    pub retrained: Option<Training>,
    /// The smaller network trained on from the weights that it has.
    pub continued: Option<Training>,
}

/// A network without its disconnected units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrunedNetwork {
    /// The threshold at which the function stayed the same within the tolerance.
    pub threshold: f64,
    /// Units that were taken out: `removed[layer][unit]`, the input as layer 0.
    pub removed: Vec<Vec<bool>>,
    /// Largest change of the function over the range of x, in units of y.
    pub change: f64,
    /// The network that is left.
    pub layers: Layers,
}

impl PrunedNetwork {
    /// How many hidden units were taken out.
    pub fn units_removed(&self) -> usize {
        self.removed.iter().flatten().filter(|gone| **gone).count()
    }
}

impl Study<Regularization> for Pruning {
    type Arm = Single;
    type Outcome = Pruned;

    fn arms(_: &Config) -> Vec<Single> {
        vec![PRUNED]
    }

    fn run(_: &Single, config: &Config, source: &Source, cell: &mut Cell) -> Result<Pruned> {
        let samples = source.samples(config, cell.seed());
        let (train, test) = (samples.train(), samples.test());
        let (penalty, device) = (Method::L1.penalty(config), cell.device().clone());
        let fit = |name| Fit::new(name, config, penalty, &train, &device);
        let (before, _) = fit("l1").run(cell, &test)?;
        let Some(layers) = &before.layers else {
            return Ok(Pruned {
                before,
                pruning: None,
                retrained: None,
                continued: None,
            });
        };
        let (threshold, tolerance) = (config.pruning_threshold, config.pruning_tolerance);
        let pruning = prune(layers, samples.points.range(), threshold, tolerance);
        let sizes = pruning.layers.sizes();
        let fresh = cell.network("weights after pruning", 0, |device| network(&sizes, device))?;
        let (retrained, _) = fit("retrained").run_from(cell, fresh, &test)?;
        let own = pruning.layers.network(&device.clone().autodiff())?;
        let (continued, _) = fit("continued").run_from(cell, own, &test)?;
        Ok(Pruned {
            before,
            pruning: Some(pruning),
            retrained: Some(retrained),
            continued: Some(continued),
        })
    }

    fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
        let figure = figure(results).map(Drawing::from);
        Ok(figure.into_iter().collect())
    }

    fn claims(results: &Results<Regularization>) -> Vec<Claim> {
        let removal = removal(results).into_iter();
        removal.chain(second_training(results)).collect()
    }
}

/// Halvings of the threshold before nothing is removed any more.
const HALVINGS: u32 = 20;

/// Removes what is disconnected below `threshold`, or below the half of it, or a quarter ... until
/// the function over `range` of x changes by no more than `tolerance`.
pub fn prune(layers: &Layers, range: (f64, f64), threshold: f64, tolerance: f64) -> PrunedNetwork {
    let at = |threshold| prune_at(layers, range, threshold);
    let thresholds = (0..HALVINGS).map(|k| threshold / f64::from(1 << k));
    thresholds
        .map(at)
        .find(|pruning| pruning.change <= tolerance)
        .unwrap_or_else(|| at(0.0))
}

fn prune_at(layers: &Layers, (low, high): (f64, f64), threshold: f64) -> PrunedNetwork {
    let removed = disconnected(layers, threshold);
    let pruned = without(layers, &removed, f64::midpoint(low, high));
    let (before, after) = (layers.line(), pruned.line());
    // Both are lines, so they differ most at one of the ends.
    let changes = [low, high].map(|x| (before.at(x) - after.at(x)).abs());
    PrunedNetwork {
        threshold,
        removed,
        change: changes.into_iter().fold(0.0, f64::max),
        layers: pruned,
    }
}

/// The units to remove; at least one stays in every layer, and input and output always do.
fn disconnected(layers: &Layers, threshold: f64) -> Vec<Vec<bool>> {
    let sizes = layers.sizes();
    let mut removed: Vec<Vec<bool>> = sizes.iter().map(|size| vec![false; *size]).collect();
    loop {
        let before = removed.clone();
        for hidden in 1..sizes.len() - 1 {
            let strength = |unit| strength(layers, &removed, hidden, unit);
            let strengths: Vec<(f64, f64)> = (0..sizes[hidden]).map(strength).collect();
            let strongest = strongest(&strengths, &removed[hidden]);
            for (unit, (into, out)) in strengths.into_iter().enumerate() {
                let gone = into < threshold || out < threshold;
                removed[hidden][unit] |= gone && Some(unit) != strongest;
            }
        }
        if removed == before {
            return removed;
        }
    }
}

/// The largest weight from a unit that is left, and the largest to one.
fn strength(layers: &Layers, removed: &[Vec<bool>], hidden: usize, unit: usize) -> (f64, f64) {
    let into = layers.0[hidden - 1].weights.iter().map(|row| row[unit]);
    let out = layers.0[hidden].weights[unit].iter().copied();
    (
        largest(remaining(into, &removed[hidden - 1])),
        largest(remaining(out, &removed[hidden + 1])),
    )
}

fn largest(weights: impl Iterator<Item = f64>) -> f64 {
    weights.fold(0.0, |most: f64, weight| most.max(weight.abs()))
}

/// The unit through which most passes, of those that are left.
fn strongest(strengths: &[(f64, f64)], removed: &[bool]) -> Option<usize> {
    let passes = |unit: &usize| strengths[*unit].0 * strengths[*unit].1;
    remaining(0..strengths.len(), removed).max_by(|a, b| passes(a).total_cmp(&passes(b)))
}

/// The network without the removed units, their values at `middle` folded into the biases.
fn without(layers: &Layers, removed: &[Vec<bool>], middle: f64) -> Layers {
    let values = layers.values_at(middle);
    let numbered = layers.0.iter().enumerate();
    let pruned = numbered.map(|(place, layer)| {
        let (ins, outs) = (&removed[place], &removed[place + 1]);
        let inputs = values[place].iter().zip(ins);
        let constants: Vec<f64> = inputs
            .map(|(value, gone)| if *gone { *value } else { 0.0 })
            .collect();
        let rows = remaining(&layer.weights, ins);
        Layer {
            weights: rows
                .map(|row| remaining(row.iter().copied(), outs).collect())
                .collect(),
            biases: remaining(layer.forward(&constants), outs).collect(),
        }
    });
    Layers(pruned.collect())
}

/// What belongs to the units that are left.
fn remaining<T>(units: impl IntoIterator<Item = T>, removed: &[bool]) -> impl Iterator<Item = T> {
    let units = units.into_iter().zip(removed);
    units.filter(|(_, gone)| !**gone).map(|(unit, _)| unit)
}

/// The L1 network with its disconnected units marked, and what is left of it (seed 0).
fn figure(results: &Results<Regularization>) -> Option<Figure> {
    let pruned = &results.of::<Pruning>().get(&PRUNED, 0)?.outcome;
    let (pruning, before) = (pruned.pruning.as_ref()?, pruned.before.layers.as_ref()?);
    let whole = diagram("Before", before).removed(pruning.removed.clone());
    let figure = Figure::new("pruned-network", "The L1 network before and after pruning")
        .caption(format!(
            "Seed 0. Units whose weights in or out are all smaller than {} are dashed; what they \
             pass on is a constant and went into the biases. The line moved by at most {:.3} units \
             of y. Sizes found over all seeds: {}.",
            pruning.threshold,
            pruning.change,
            sizes_found(results)
        ))
        .columns(2)
        .panel_sized(whole, 540, 420)
        .panel_sized(diagram("After", &pruning.layers), 540, 420);
    Some(figure)
}

fn diagram(when: &str, layers: &Layers) -> Network {
    let title = format!("{when}: {}", sizes(layers));
    let matrices: Vec<_> = layers.0.iter().map(|layer| layer.weights.clone()).collect();
    let last = layers.0.len();
    let name = |place: usize| match place {
        0 => "input".to_owned(),
        place if place == last => "output".to_owned(),
        place => format!("hidden {place}"),
    };
    let names: Vec<String> = (0..=last).map(name).collect();
    Network::new(title, matrices).layers(names).reach(1.5)
}

/// `1-10-10-10-1`.
fn sizes(layers: &Layers) -> String {
    let sizes: Vec<String> = layers.sizes().iter().map(usize::to_string).collect();
    sizes.join("-")
}

/// The sizes after pruning and how many seeds have them: `1-1-1-1-1 (38 of 40)`; empty without
/// any.
fn sizes_found(results: &Results<Regularization>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let pruned = results.of::<Pruning>().cells().iter();
    for pruning in pruned.filter_map(|cell| cell.outcome.pruning.as_ref()) {
        *counts.entry(sizes(&pruning.layers)).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let counts = counts.iter();
    let texts: Vec<String> = counts
        .map(|(sizes, count)| format!("{sizes} ({count} of {all})"))
        .collect();
    texts.join(", ")
}

/// The sizes to which the author pruned the network by hand.
const AUTHOR_SIZES: &str = "1-10-10-1-1";

/// The author's sizes beside ours.
pub(crate) fn reported(results: &Results<Regularization>) -> Option<Reported> {
    let sizes = sizes_found(results);
    let is_found = !sizes.is_empty();
    let quantity = "units a layer after pruning";
    is_found.then(|| Reported::text(quantity, POST, AUTHOR_SIZES, sizes))
}

/// L1 disconnects units, and taking them out leaves the line where it is.
fn removal(results: &Results<Regularization>) -> [Claim; 2] {
    let values = |number: fn(&PrunedNetwork) -> f64| {
        let pruned = results.of::<Pruning>();
        pruned.values(&PRUNED, |pruned| pruned.pruning.as_ref().map(number))
    };
    let removed = values(|pruning| pruning.units_removed() as f64);
    let changes = values(|pruning| pruning.change);
    let largest = changes.iter().copied().fold(0.0, f64::max);
    [
        Claim::says(
            "l1-disconnects-units",
            POST,
            "L1 disconnects several hidden units altogether.",
        )
        .measured_by("hidden units without weights into or out of them", "units")
        .mean_is_above(1.0, &removed),
        Claim::says(
            "pruning-keeps-the-function",
            OURS,
            "Taking the disconnected units out leaves the fitted line where it is.",
        )
        .measured_by(
            "largest change of the line over the range of x",
            "units of y",
        )
        .largest_is_at_most(results.config().pruning_tolerance, largest, changes.len()),
    ]
    .map(|claim| claim.shown_in("pruned-network"))
}

/// What is left is no worse when it is trained again.
fn second_training(results: &Results<Regularization>) -> [Claim; 2] {
    let no_worse = |id, source, statement: &str, after: fn(&Pruned) -> Option<&Training>| {
        let differences = results.of::<Pruning>().values(&PRUNED, |pruned| {
            Some(after(pruned)?.total_error? - pruned.before.total_error?)
        });
        Claim::says(id, source, statement)
            .measured_by(
                "total error after minus before, against what the noise alone leaves",
                ERROR_UNIT,
            )
            .mean_is_below(margin(results), &differences)
            .shown_in("total-errors")
    };
    [
        no_worse(
            "pruned-no-worse",
            POST,
            "The network without the disconnected units, trained again from fresh weights, is no \
             worse than before.",
            |pruned| pruned.retrained.as_ref(),
        ),
        no_worse(
            "pruned-and-continued-no-worse",
            OURS,
            "The network without the disconnected units, trained on from the weights that it \
             kept, is no worse than before.",
            |pruned| pruned.continued.as_ref(),
        ),
    ]
}

/// How much worse a total error may be and still count as no worse: what the noise alone leaves,
/// a mean |error| of a quarter of its width at each test point. 5 with the author's settings.
fn margin(results: &Results<Regularization>) -> f64 {
    let config = results.config();
    let lines = of_seed(results, 0);
    let points = lines.map_or(config.samples, |lines| lines.samples.points.len());
    config.test_points(points) as f64 * config.noise / 4.0
}
