//! **What comes out of a layer before and after its activation function?** The post's second
//! script: the activation stands apart, and the layers have weights and biases of their own.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use ndarray::{ArrayD, Axis};
use retrace_core::activation::sigmoid;
use retrace_data::Digits;
use retrace_figure::{Chart, ColourMap, Dash, Figure, Images, Line, Points};
use retrace_lab::{Cell, Claim, Drawing, Error, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::drawing::{PAIR, digit, numbers, pictures};
use crate::hand::{Weights, in_keras_order};
use crate::network::{Network, NetworkConfig};
use crate::ones::AllOnes;
use crate::training::Training;
use crate::values::{Agreement, Check, ROUNDED, Values, list, orders_differ};
use crate::{Debugging, OURS, POST, none_above};

/// The network whose activation is split off.
pub const SPLIT: Single = Single::new("split", "own weights, activation split off");

/// Layers with an activation function: the taps before and after it.
const ACTIVE: [(&str, &str); 3] = [
    ("conv1/before", "conv1/after"),
    ("conv2/before", "conv2/after"),
    ("dense1/before", "dense1/after"),
];

/// Maps in the figure.
const COLUMNS: usize = 8;
/// Of so many values one is a point in the figure.
const THINNED: usize = 29;

/// The study.
pub struct SplitOff;

/// Measurements of a network whose activation stands apart, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// Every tap against the computation by hand with the layers' own weights and biases.
    pub checks: Vec<Check>,
    /// Flatten in Keras' order.
    pub flatten_keras: Check,
    /// Positions of the flattened list at which the two orders hold different numbers.
    pub orders_differ: usize,
    /// Values before an activation function, passed through it, against the values after it.
    pub through: Agreement,
    /// Values of the direct pass against those of the recorded graph.
    pub agreement: Agreement,
}

impl Study<Debugging> for SplitOff {
    type Arm = Single;
    type Outcome = Split;

    fn arms(_: &DebuggingConfig) -> Vec<Single> {
        vec![SPLIT]
    }

    fn run(
        _: &Single,
        config: &DebuggingConfig,
        digits: &Digits,
        cell: &mut Cell,
    ) -> Result<Split> {
        let pixels = config.binary_digit(digits);
        let build = |device: &Device| Ok::<_, Error>(NetworkConfig::split().init(device));
        let network = cell.network("weights", 0, build)?;
        let values = Values::record(&network, &pixels)?;
        for tap in ["conv1/before", "conv1/after"] {
            cell.keep_array(tap.replace('/', "-"), values.array(tap)?);
        }
        let stages = Weights::from_network(&network).stages(&pixels, sigmoid::value);
        let pooled = &stages[4];
        let keras = in_keras_order(pooled.clone());
        Ok(Split {
            checks: values.checks(&stages)?,
            orders_differ: orders_differ(pooled, &keras),
            flatten_keras: values.check_keras_order(&keras)?,
            through: through(&network, &values)?,
            agreement: values.agreement,
        })
    }

    fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
        let Some(first) = results.of::<SplitOff>().of_seed(0).next() else {
            return Ok(Vec::new());
        };
        let before = first.arrays.get("conv1-before")?;
        let after = first.arrays.get("conv1-after")?;
        let title = format!(
            "Own weights: conv1 before and after its sigmoid, {}",
            digit(results)
        );
        let figure = Figure::new("split", title).caption(
            "Seed 0, weights as Keras draws them. Eight of 32 maps, each row on one scale, the \
             first symmetric around zero. At the bottom, some of their values: all lie on the \
             sigmoid.",
        );
        let figure = figure
            .panel(first_maps(
                "before the sigmoid",
                before,
                ColourMap::Diverging,
            ))
            .panel(first_maps("after the sigmoid", after, ColourMap::Viridis))
            .panel_sized(curve(before, after), 760, 320);
        Ok(vec![figure.into()])
    }

    fn claims(results: &Results<Debugging>) -> Vec<Claim> {
        let cells = results.of::<SplitOff>().cells().iter();
        let outcomes = cells.map(|cell| &cell.outcome);
        let checks = outcomes.clone().flat_map(|split| &split.checks);
        let at = |tap| checks.clone().filter(move |check| check.stage == tap);
        let says = |id: &str, source, statement| (id.to_owned(), source, statement);
        let before = says(
            "convolution-before-activation",
            POST,
            "conv1 before its activation is the convolution with its own weights and biases",
        );
        let after = says(
            "convolution-after-activation",
            POST,
            "conv1 after the activation is the sigmoid of conv1 before it",
        );
        let network = says(
            "whole-network-by-hand",
            OURS,
            "all ten places between the layers, up to softmax, are what one computes by hand",
        );
        let keras = says(
            "flatten-channels-last",
            OURS,
            "flattened in Keras' order the list is the one by hand in that order",
        );
        let lists = outcomes.clone().map(|split| &split.flatten_keras);
        let through = outcomes.map(|split| split.through.differing as f64);
        vec![
            Check::within(before, ROUNDED, at("conv1/before")),
            Check::within(after, ROUNDED, at("conv1/after")).shown_in("split"),
            Check::within(network, ROUNDED, checks.clone()),
            Check::within(keras, ROUNDED, lists),
            passed_through(through).shown_in("split"),
            subtunnels(results),
        ]
    }
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

fn first_maps(title: &str, maps: &ArrayD<f32>, colours: ColourMap) -> Images {
    let indices: Vec<usize> = (0..COLUMNS).collect();
    let maps = maps.select(Axis(0), &indices);
    pictures(title, &maps, colours, COLUMNS).scale(3)
}

fn curve(before: &ArrayD<f32>, after: &ArrayD<f32>) -> Chart {
    let thin = |values| numbers(values).step_by(THINNED).collect::<Vec<f64>>();
    let (x, y) = (thin(before), thin(after));
    let reach = x.iter().fold(0.0, |reach: f64, x| reach.max(x.abs()));
    let along: Vec<f64> = (-50..=50).map(|at| reach * f64::from(at) / 50.0).collect();
    let sigmoid: Vec<f64> = along.iter().map(|x| sigmoid::value(*x)).collect();
    let line = Line::new("sigmoid", along, sigmoid);
    let points = Points::new("values of conv1", x, y);
    Chart::new("", "value before the sigmoid", "value after the sigmoid")
        .with(line.colour(PAIR[1]).dash(Dash::Dashed))
        .with(points.colour(PAIR[0]).radius(2.0))
}

fn passed_through(differing: impl Iterator<Item = f64>) -> Claim {
    let statement = "values before the activation, passed through it, are the values after it";
    let claim = Claim::says("before-passed-through-is-after", POST, statement)
        .measured_by("values that differ in a bit, of three layers", "");
    none_above(claim, 0.0, differing)
}

/// What the post calls a subtunnel to a layer, in every network whose values are compared.
fn subtunnels(results: &Results<Debugging>) -> Claim {
    let ones = results.of::<AllOnes>().cells().iter();
    let split = results.of::<SplitOff>().cells().iter();
    let trained = results.of::<Training>().cells().iter();
    let agreements = ones
        .map(|cell| cell.outcome.agreement)
        .chain(split.map(|cell| cell.outcome.agreement))
        .chain(trained.map(|cell| cell.outcome.agreement));
    let statement = "the recorded graph, run again, shows what a direct pass computes, by taps and \
                     by the names of operations and layers";
    let claim = Claim::says("subtunnels-show-the-same-bits", POST, statement)
        .measured_by("values that differ in a bit", "");
    none_above(claim, 0.0, agreements.map(|found| found.differing as f64))
}
