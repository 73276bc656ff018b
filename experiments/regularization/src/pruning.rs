//! Pruning by computation: which hidden units L1 has disconnected, and the network without them.
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

use serde::{Deserialize, Serialize};

use crate::model::{Layer, Layers};

/// Halvings of the threshold before nothing is removed any more.
const HALVINGS: u32 = 20;

/// A network without its disconnected units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pruning {
    /// The threshold at which the function stayed the same within the tolerance.
    pub threshold: f64,
    /// Units that were taken out: `removed[layer][unit]`, the input as layer 0.
    pub removed: Vec<Vec<bool>>,
    /// Largest change of the function over the range of x, in units of y.
    pub change: f64,
    /// The network that is left.
    pub layers: Layers,
}

/// Removes what is disconnected below `threshold`, or below the half of it, or a quarter ... until
/// the function over `range` of x changes by no more than `tolerance`.
pub fn prune(layers: &Layers, range: (f64, f64), threshold: f64, tolerance: f64) -> Pruning {
    let at = |threshold| prune_at(layers, range, threshold);
    let thresholds = (0..HALVINGS).map(|k| threshold / f64::from(1 << k));
    thresholds
        .map(at)
        .find(|pruning| pruning.change <= tolerance)
        .unwrap_or_else(|| at(0.0))
}

impl Pruning {
    /// How many hidden units were taken out.
    pub fn units_removed(&self) -> usize {
        self.removed.iter().flatten().filter(|gone| **gone).count()
    }
}

fn prune_at(layers: &Layers, (low, high): (f64, f64), threshold: f64) -> Pruning {
    let removed = disconnected(layers, threshold);
    let pruned = without(layers, &removed, f64::midpoint(low, high));
    let (before, after) = (layers.line(), pruned.line());
    // Both are lines, so they differ most at one of the ends.
    let change = [low, high]
        .map(|x| (before.at(x) - after.at(x)).abs())
        .into_iter()
        .fold(0.0, f64::max);
    Pruning {
        threshold,
        removed,
        change,
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
        largest(into, &removed[hidden - 1]),
        largest(out, &removed[hidden + 1]),
    )
}

fn largest(weights: impl Iterator<Item = f64>, removed: &[bool]) -> f64 {
    let left = weights.zip(removed).filter(|(_, gone)| !**gone);
    left.fold(0.0, |most: f64, (weight, _)| most.max(weight.abs()))
}

/// The unit through which most passes, of those that are left.
fn strongest(strengths: &[(f64, f64)], removed: &[bool]) -> Option<usize> {
    let passes = |unit: &usize| strengths[*unit].0 * strengths[*unit].1;
    (0..strengths.len())
        .filter(|unit| !removed[*unit])
        .max_by(|a, b| passes(a).total_cmp(&passes(b)))
}

/// The network without the removed units, their values at `middle` folded into the biases.
fn without(layers: &Layers, removed: &[Vec<bool>], middle: f64) -> Layers {
    let values = layers.values_at(middle);
    let numbered = layers.0.iter().enumerate();
    let pruned = numbered.map(|(place, layer)| {
        let (ins, outs) = (&removed[place], &removed[place + 1]);
        let constants: Vec<f64> = values[place]
            .iter()
            .zip(ins)
            .map(|(value, gone)| if *gone { *value } else { 0.0 })
            .collect();
        let rows = layer.weights.iter().zip(ins).filter(|(_, gone)| !**gone);
        Layer {
            weights: rows.map(|(row, _)| left(row, outs)).collect(),
            biases: left(&layer.forward(&constants), outs),
        }
    });
    Layers(pruned.collect())
}

/// The values of the units that are left.
fn left(values: &[f64], removed: &[bool]) -> Vec<f64> {
    let left = values.iter().zip(removed).filter(|(_, gone)| !**gone);
    left.map(|(value, _)| *value).collect()
}
