//! Values between the layers: by a direct forward pass, by the recorded graph, and compared with
//! what comes out by hand.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::{ArrayD, IxDyn};
use retrace_inspect::{record, trace};
use retrace_lab::{Claim, Error, Result};
use serde::{Deserialize, Serialize};

use crate::network::{FLAT, Network, TAPS, input};
use crate::{failed, none_above};

/// The limit for weights that are no whole numbers, as a share: dense1 adds up 9,216 rounded
/// products, whose errors grow with the root of their number, to about a hundred times 6e-8.
pub(crate) const ROUNDED: f64 = 1e-5;

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

/// Values of a network against the same by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What is compared: a tap's name.
    pub stage: String,
    /// How many values.
    pub values: usize,
    /// The largest by hand, without its sign; absent where that is not a number.
    pub largest: Option<f64>,
    /// The largest difference; absent where a value is missing or not a number.
    pub difference: Option<f64>,
}

impl Check {
    /// `found` against `expected`.
    pub fn new(stage: impl Into<String>, found: &[f64], expected: &[f64]) -> Self {
        let pairs = found.iter().zip(expected);
        let difference = largest(pairs.map(|(a, b)| (a - b).abs())).unwrap_or(0.0);
        let most = largest(expected.iter().map(|value| value.abs())).unwrap_or(0.0);
        let whole = found.len() == expected.len() && difference.is_finite();
        Self {
            stage: stage.into(),
            values: expected.len(),
            largest: Some(most).filter(|most| most.is_finite()),
            difference: whole.then_some(difference),
        }
    }

    /// The largest difference as a share of the largest value; infinite where there is none.
    pub fn relative(&self) -> f64 {
        match (self.difference, self.largest) {
            (Some(0.0), Some(_)) => 0.0,
            (Some(difference), Some(largest)) => difference / largest,
            _ => f64::INFINITY,
        }
    }

    /// The claim that all `checks` are within `limit`, as a share of the largest value.
    pub(crate) fn within<'a>(
        (id, source, statement): (String, &'static str, &str),
        limit: f64,
        checks: impl IntoIterator<Item = &'a Self>,
    ) -> Claim {
        let claim = Claim::says(id, source, statement)
            .measured_by("largest difference, as a share of the largest value", "");
        none_above(claim, limit, checks.into_iter().map(Self::relative))
    }
}

/// The largest; not a number where one of them is not, and none where there are none.
pub(crate) fn largest(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let values = values.into_iter();
    values.reduce(|a, b| if a.is_nan() || b <= a { a } else { b })
}

/// Values found in two ways, bit by bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// How many were compared.
    pub compared: usize,
    /// How many differ in a bit.
    pub differing: usize,
}

impl Agreement {
    /// Adds a comparison; what has no partner differs.
    pub fn add(&mut self, a: &[f32], b: &[f32]) {
        let pairs = a.iter().zip(b);
        let equal = pairs.filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        let compared = a.len().max(b.len());
        self.compared += compared;
        self.differing += compared - equal;
    }
}

/// What goes from layer to layer for one image.
pub(crate) struct Values {
    taps: Vec<TensorData>,
    /// These values against those of the recorded graph, which is run again: by the taps' names and,
    /// as it needs no taps, by the names of operations and layers.
    pub agreement: Agreement,
}

impl Values {
    /// The values of `network` in its testing phase, on its device.
    pub fn record(network: &Network, pixels: &[f32]) -> Result<Self> {
        let network = network.valid();
        Ok(Self {
            agreement: agreement(&network, pixels)?,
            taps: direct(&network, pixels)?,
        })
    }

    /// The values of a tap, in Burn's order.
    pub fn data(&self, tap: &str) -> Result<&TensorData> {
        let index = TAPS.iter().position(|name| *name == tap);
        let data = index.and_then(|index| self.taps.get(index));
        data.ok_or_else(|| Error::Usage(format!("there is no tap {tap}")))
    }

    /// The values of a tap as a list.
    pub fn numbers(&self, tap: &str) -> Result<Vec<f64>> {
        Ok(self.data(tap)?.iter::<f64>().collect())
    }

    /// The values of a tap as an array, without the batch.
    pub fn array(&self, tap: &str) -> Result<ArrayD<f32>> {
        let data = self.data(tap)?;
        let shape = &data.shape().as_slice()[1..];
        ArrayD::from_shape_vec(IxDyn(shape), list(data)).map_err(|error| Error::Other(error.into()))
    }

    /// All taps against what came out by hand.
    pub fn checks(&self, expected: &[Vec<f64>; TAPS.len()]) -> Result<Vec<Check>> {
        let check = |(tap, expected): (&&str, &Vec<f64>)| {
            Ok(Check::new(*tap, &self.numbers(tap)?, expected))
        };
        TAPS.iter().zip(expected).map(check).collect()
    }

    /// The pooled maps flattened as Keras does it, by Burn, against the same by hand.
    pub fn check_keras_order(&self, expected: &[f64]) -> Result<Check> {
        let pooled = self.data("pool")?.clone();
        let pooled = Tensor::<4>::from_data(pooled, &Device::flex());
        let flat: Tensor<1> = pooled.permute([0, 2, 3, 1]).flatten(0, 3);
        let flat: Vec<f64> = flat.into_data().iter::<f64>().collect();
        Ok(Check::new("flatten, Keras' order", &flat, expected))
    }
}

fn direct(network: &Network, pixels: &[f32]) -> Result<Vec<TensorData>> {
    let x = input(pixels, &network.conv1.weight.device());
    record(network, x, Network::forward, &TAPS).map_err(failed)
}

/// A direct forward pass against the recorded graph, which always runs on the CPU.
fn agreement(network: &Network, pixels: &[f32]) -> Result<Agreement> {
    let device = Device::flex();
    let network = network.clone().to_device(&device);
    let direct = direct(&network, pixels)?;
    let x = input(pixels, &device);
    let trace = trace(&network, &x, Network::forward).map_err(failed)?;
    let mut agreement = Agreement::default();
    let again = trace.values(x.clone(), &TAPS).map_err(failed)?;
    for (direct, again) in direct.iter().zip(&again) {
        agreement.add(&list(direct), &list(again));
    }
    let names = UNTAPPED.map(|(operation, _)| operation);
    let untapped = trace.values(x, &names).map_err(failed)?;
    for (data, (_, tap)) in untapped.iter().zip(UNTAPPED) {
        let direct = TAPS.iter().zip(&direct).find(|(name, _)| **name == tap);
        let direct = direct.map_or_else(Vec::new, |(_, data)| list(data));
        agreement.add(&list(data), &direct);
    }
    Ok(agreement)
}

/// How many positions of the flattened list hold different numbers in the two orders.
pub(crate) fn orders_differ(first: &[f64], last: &[f64]) -> usize {
    let equal = first.iter().zip(last).filter(|(a, b)| a == b).count();
    FLAT - equal
}

pub(crate) fn list(data: &TensorData) -> Vec<f32> {
    data.iter::<f32>().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_the_largest_difference_as_a_share_of_the_largest_value() {
        let check = Check::new("pool", &[1.0, -4.5], &[1.0, -4.0]);
        assert_eq!((check.largest, check.difference), (Some(4.0), Some(0.5)));
        assert_eq!(check.relative(), 0.125);
        assert_eq!(Check::new("pool", &[0.0], &[0.0]).relative(), 0.0);
    }

    #[test]
    fn what_is_missing_or_no_number_never_passes() {
        for found in [vec![1.0], vec![1.0, f64::NAN], vec![f64::NAN, 2.0]] {
            let check = Check::new("pool", &found, &[1.0, 2.0]);
            assert_eq!(check.difference, None);
            assert_eq!(check.relative(), f64::INFINITY);
        }
    }

    #[test]
    fn a_bit_is_a_difference() {
        let mut agreement = Agreement::default();
        agreement.add(&[1.0, 0.0, 2.0], &[1.0, -0.0, 2.0_f32.next_up()]);
        agreement.add(&[1.0], &[1.0, 5.0]);
        let expected = Agreement {
            compared: 5,
            differing: 3,
        };
        assert_eq!(agreement, expected);
    }
}
