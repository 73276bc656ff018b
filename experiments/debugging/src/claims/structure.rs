//! The table of layers: exact numbers.

use retrace_lab::{Claim, Outcomes};

use super::{POST, largest};
use crate::Debugging;
use crate::arm;
use crate::outcome::Structure;
use crate::post::{LINES, PARAMETERS, channels_first};

const SIZES: [&str; 6] = [
    "conv1-has-320-parameters",
    "conv2-has-18496-parameters",
    "max-pool-has-no-parameters",
    "flatten-has-no-parameters",
    "dense1-has-1179776-parameters",
    "dense2-has-1290-parameters",
];
const SHAPES: [&str; 6] = [
    "conv1-shapes",
    "conv2-shapes",
    "max-pool-shapes",
    "flatten-shapes",
    "dense1-shapes",
    "dense2-shapes",
];

pub(super) fn claims(outcomes: &Outcomes<Debugging>) -> Vec<Claim> {
    let found = outcomes.get(arm::SUMMARY, 0);
    let found = found.and_then(|cell| cell.outcome.structure());
    let mut claims: Vec<Claim> = (0..LINES.len()).map(|at| size(found, at)).collect();
    claims.extend((0..LINES.len()).map(|at| shapes(found, at)));
    claims.push(total(found));
    claims.push(fixed(found));
    claims
        .into_iter()
        .map(|claim| claim.shown_in("summary"))
        .collect()
}

fn off(found: Option<u64>, expected: u64) -> (f64, usize) {
    largest(found.map(|found| found.abs_diff(expected) as f64))
}

fn size(structure: Option<&Structure>, at: usize) -> Claim {
    let line = LINES[at];
    let found = structure.and_then(|found| found.layers.get(at));
    let (off, n) = off(found.map(|layer| layer.parameters), line.parameters);
    let statement = format!("{} has {} parameters", line.name, line.parameters);
    Claim::says(SIZES[at], POST, statement)
        .measured_by("parameters too many or too few", "")
        .largest_is_at_most(0.0, off, n)
}

fn shapes(structure: Option<&Structure>, at: usize) -> Claim {
    let line = LINES[at];
    let found = structure.and_then(|found| found.layers.get(at));
    let sides = |expected: &[usize], found: &[usize]| {
        let expected = channels_first(expected);
        let equal = expected.iter().zip(found).filter(|(a, b)| a == b).count();
        (expected.len().max(found.len()) - equal) as f64
    };
    let found = found.into_iter().flat_map(|layer| {
        [
            sides(line.input, &layer.input),
            sides(line.output, &layer.output),
        ]
    });
    let (off, n) = largest(found);
    let statement = format!(
        "{} takes {:?} and gives {:?} (channels last)",
        line.name, line.input, line.output
    );
    Claim::says(SHAPES[at], POST, statement)
        .measured_by("sides of a shape that differ, in Burn's order of axes", "")
        .largest_is_at_most(0.0, off, n)
}

fn total(structure: Option<&Structure>) -> Claim {
    let found = structure.map(|found| found.trainable + found.fixed);
    let (off, n) = off(found, PARAMETERS);
    let statement = "the network has 1,199,882 parameters in all";
    Claim::says("1199882-parameters", POST, statement)
        .measured_by("parameters too many or too few", "")
        .largest_is_at_most(0.0, off, n)
}

fn fixed(structure: Option<&Structure>) -> Claim {
    let (off, n) = off(structure.map(|found| found.fixed), 0);
    Claim::says(
        "all-are-trainable",
        POST,
        "all parameters of the network are trainable",
    )
    .measured_by("parameters that are not", "")
    .largest_is_at_most(0.0, off, n)
}
