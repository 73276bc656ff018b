//! The post's first script: all weights one, six checks by hand.

use ndarray::{Axis, arr1};
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_lab::{Cell, Error, Result};

use super::values::{Values, orders_differ};
use crate::config::DebuggingConfig;
use crate::data::binary;
use crate::hand::{self, Softmaxes, repeated};
use crate::network::{CLASSES, MAPS, NetworkConfig, UNITS};
use crate::outcome::{Check, Ones};

/// The layers of the six checks: the tap behind each.
pub(crate) const SIX: [&str; 6] = [
    "conv1/after",
    "conv2/after",
    "pool",
    "flatten",
    "dense1/after",
    "dense2/after",
];

pub(super) fn run(config: &DebuggingConfig, digits: &Digits, cell: &mut Cell<'_>) -> Result<Ones> {
    let pixels = binary(config, digits);
    let network = NetworkConfig::ones().init(cell.device());
    let values = Values::of(&network, &pixels)?;
    keep(cell, &pixels, &values)?;
    let expected = hand::Ones::of(&pixels);
    let flattened = expected.flattened();
    let softmax = Softmaxes::of_equal(expected.dense2);
    let six = [
        repeated(&expected.conv1, MAPS[0]).values,
        repeated(&expected.conv2, MAPS[1]).values,
        repeated(&expected.pool, MAPS[1]).values,
        flattened[0].clone(),
        vec![expected.dense1; UNITS],
        vec![softmax.divided; CLASSES],
    ];
    let check = |(stage, expected): (&&str, &Vec<f64>)| {
        Ok(Check::of(*stage, &values.numbers(stage)?, expected))
    };
    let logits = values.numbers("dense2/before")?;
    let least = logits.iter().copied().fold(f64::INFINITY, f64::min);
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let finite = |value: f64| value.is_finite().then_some(value);
    Ok(Ones {
        ink: pixels.iter().filter(|pixel| **pixel > 0.0).count(),
        checks: SIX.iter().zip(&six).map(check).collect::<Result<_>>()?,
        flatten_keras: Check::of(
            "flatten, Keras' order",
            &values.flattened_as_keras()?,
            &flattened[1],
        ),
        orders_differ: orders_differ(&flattened[0], &flattened[1]),
        logit_spread: most - least,
        logit: expected.dense2,
        logit_found: most,
        softmax_plain32: finite(f64::from(softmax.plain32)),
        softmax_plain64: finite(softmax.plain64),
        softmax_divided: softmax.divided,
        softmax_subtracted: softmax.subtracted,
        agreement: values.agreement,
    })
}

/// What the figures show: the input, the first map of each layer and the flattened list.
fn keep(cell: &mut Cell<'_>, pixels: &[f32], values: &Values) -> Result<()> {
    let input = arr1(pixels).into_shape_with_order((DIGIT_SIDE, DIGIT_SIDE));
    let input = input.map_err(|error| Error::Other(error.into()))?;
    cell.keep_array("input", input.into_dyn());
    for (name, tap) in [
        ("conv1", "conv1/after"),
        ("conv2", "conv2/after"),
        ("pool", "pool"),
    ] {
        let first = values.array(tap)?.index_axis(Axis(0), 0).to_owned();
        cell.keep_array(name, first);
    }
    cell.keep_array("flatten", values.array("flatten")?);
    Ok(())
}
