//! The post's second script: the activation stands apart from its layer, and the layers have
//! weights and biases of their own.

use burn::module::Module;
use burn::tensor::Tensor;
use retrace_core::activation::sigmoid;
use retrace_data::Digits;
use retrace_lab::{Cell, Result};

use super::drawn;
use super::values::{Values, keras_order, list, orders_differ};
use crate::config::DebuggingConfig;
use crate::data::binary;
use crate::hand::Weights;
use crate::network::{Network, NetworkConfig};
use crate::outcome::{Agreement, Check, Split};

/// Layers with an activation function.
const ACTIVE: [(&str, &str); 3] = [
    ("conv1/before", "conv1/after"),
    ("conv2/before", "conv2/after"),
    ("dense1/before", "dense1/after"),
];

pub(super) fn run(config: &DebuggingConfig, digits: &Digits, cell: &mut Cell<'_>) -> Result<Split> {
    let pixels = binary(config, digits);
    let network = drawn(cell, |device| NetworkConfig::split().init(device))?;
    let values = Values::of(&network, &pixels)?;
    for tap in ["conv1/before", "conv1/after"] {
        cell.keep_array(tap.replace('/', "-"), values.array(tap)?);
    }
    let stages = Weights::of(&network).stages(&pixels, sigmoid::value);
    let pooled = &stages[4];
    let keras = keras_order(pooled);
    Ok(Split {
        checks: values.checks(&stages)?,
        orders_differ: orders_differ(pooled, &keras),
        flatten_keras: Check::of(
            "flatten, Keras' order",
            &values.flattened_as_keras()?,
            &keras,
        ),
        through: through(&network, &values)?,
        agreement: values.agreement,
    })
}

/// The values before the activation function, passed through it by themselves.
fn through(network: &Network, values: &Values) -> Result<Agreement> {
    let network = network.valid();
    let device = network.conv1.weight.device();
    let mut agreement = Agreement::default();
    for (before, after) in ACTIVE {
        let before = Tensor::<1>::from_floats(list(values.data(before)?).as_slice(), &device);
        let passed = network.activation.forward(before).into_data();
        agreement.add(&list(&passed), &list(values.data(after)?));
    }
    Ok(agreement)
}
