//! Values between the layers, taken in three ways.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::{ArrayD, IxDyn};
use retrace_inspect::{record, trace};
use retrace_lab::{Error, Result};

use super::unseen;
use crate::hand::{Maps, flatten_channels_last};
use crate::network::{FLAT, MAPS, Network, POOLED, TAPS, input};
use crate::outcome::{Agreement, Check};

/// What goes from layer to layer for one image.
pub(super) struct Values {
    taps: Vec<TensorData>,
    /// The same by the recorded graph, which is run again: by the taps' names and, as it needs no
    /// taps, by the names of operations and layers.
    pub(super) agreement: Agreement,
}

/// Operations and layers of the recorded graph whose results are taps, too.
const UNTAPPED: [(&str, &str); 7] = [
    ("conv1/conv2d", "conv1/before"),
    ("conv1", "conv1/after"),
    ("conv2/conv2d", "conv2/before"),
    ("conv2", "conv2/after"),
    ("max_pool2d", "pool"),
    ("dense1", "dense1/after"),
    ("dense2", "dense2/after"),
];

impl Values {
    /// Those of `network` in its testing phase, on its device.
    pub(super) fn of(network: &Network, pixels: &[f32]) -> Result<Self> {
        let network = network.valid();
        let taps = recorded(&network, pixels)?;
        Ok(Self {
            agreement: agreement(&network, pixels)?,
            taps,
        })
    }

    /// The values of a tap, in Burn's order.
    pub(super) fn data(&self, tap: &str) -> Result<&TensorData> {
        let found = TAPS.iter().position(|name| *name == tap);
        let found = found.and_then(|index| self.taps.get(index));
        found.ok_or_else(|| Error::Usage(format!("there is no tap {tap}")))
    }

    /// The same as a list.
    pub(super) fn numbers(&self, tap: &str) -> Result<Vec<f64>> {
        Ok(self.data(tap)?.iter::<f64>().collect())
    }

    /// The same as an array, without the batch.
    pub(super) fn array(&self, tap: &str) -> Result<ArrayD<f32>> {
        let data = self.data(tap)?;
        let shape = &data.shape().as_slice()[1..];
        ArrayD::from_shape_vec(IxDyn(shape), list(data)).map_err(|error| Error::Other(error.into()))
    }

    /// All taps against what came out by hand.
    pub(super) fn checks(&self, expected: &[Vec<f64>; TAPS.len()]) -> Result<Vec<Check>> {
        let check = |(tap, expected): (&&str, &Vec<f64>)| {
            Ok(Check::of(*tap, &self.numbers(tap)?, expected))
        };
        TAPS.iter().zip(expected).map(check).collect()
    }

    /// The pooled maps flattened as Keras does it, by Burn.
    pub(super) fn flattened_as_keras(&self) -> Result<Vec<f64>> {
        let pooled = self.data("pool")?.clone();
        let pooled = Tensor::<4>::from_data(pooled, &Device::flex());
        let flat: Tensor<1> = pooled.permute([0, 2, 3, 1]).flatten(0, 3);
        Ok(flat.into_data().iter::<f64>().collect())
    }
}

fn recorded(network: &Network, pixels: &[f32]) -> Result<Vec<TensorData>> {
    let x = input(pixels, &network.conv1.weight.device());
    record(network, x, Network::forward, &TAPS).map_err(unseen)
}

/// A direct forward pass against the recorded graph, which always runs on the CPU.
fn agreement(network: &Network, pixels: &[f32]) -> Result<Agreement> {
    let device = Device::flex();
    let network = network.clone().to_device(&device);
    let direct = recorded(&network, pixels)?;
    let x = input(pixels, &device);
    let trace = trace(&network, &x, Network::forward).map_err(unseen)?;
    let mut agreement = Agreement::default();
    let again = trace.values(x.clone(), &TAPS).map_err(unseen)?;
    for (direct, again) in direct.iter().zip(&again) {
        agreement.add(&list(direct), &list(again));
    }
    let names = UNTAPPED.map(|(operation, _)| operation);
    let untapped = trace.values(x, &names).map_err(unseen)?;
    for (found, (_, tap)) in untapped.iter().zip(UNTAPPED) {
        let direct = TAPS.iter().zip(&direct).find(|(name, _)| **name == tap);
        let direct = direct.map_or_else(Vec::new, |(_, data)| list(data));
        agreement.add(&list(found), &direct);
    }
    Ok(agreement)
}

/// Pooled maps, given in Burn's order, as the list that Keras makes of them.
pub(super) fn keras_order(pooled: &[f64]) -> Vec<f64> {
    flatten_channels_last(&Maps {
        channels: MAPS[1],
        height: POOLED,
        width: POOLED,
        values: pooled.to_vec(),
    })
}

/// How many of the [`FLAT`] positions hold different numbers in the two orders.
pub(super) fn orders_differ(first: &[f64], last: &[f64]) -> usize {
    let equal = first.iter().zip(last).filter(|(a, b)| a == b).count();
    FLAT - equal
}

pub(super) fn list(data: &TensorData) -> Vec<f32> {
    data.iter::<f32>().collect()
}
