//! **What is inside a trained network?** A short training, so that feature maps mean something; the
//! same checks by hand, and what dividing the logits does to the probabilities.

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::Device;
use retrace_core::activation::{relu, softmax};
use retrace_data::{Digits, Labelled, Test};
use retrace_figure::{ColourMap, Figure};
use retrace_inspect::{Frozen, Labels, freeze};
use retrace_lab::digits::{Fit, pictures};
use retrace_lab::{Cell, Claim, Drawing, Error, Result, Results, Single, Study, train};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::drawing::{self, digit};
use crate::explorable::Examples;
use crate::hand::Weights;
use crate::network::{Network, NetworkConfig};
use crate::ones::divided;
use crate::values::{Agreement, Check, ROUNDED, Values};
use crate::weights::{self, Histogram, histograms};
use crate::{Debugging, OURS};

/// The trained network.
pub const TRAINED: Single = Single::new("trained", "trained");

/// Added to the root in Adam's denominator: Keras' default; Burn's is 1e-5.
const ADAM_EPSILON: f32 = 1e-7;
/// Images that are scored at a time: their maps take 60 MB.
const AT_ONCE: usize = 250;
/// Test images on which a frozen network is compared with the one it was made from.
const COMPARED: usize = 100;
/// Maps side by side in the figure.
const COLUMNS: usize = 16;
/// The panels of the figure: tap, title, colours and scale.
const PANELS: [(&str, &str, ColourMap, u32); 4] = [
    ("conv1/before", "conv1 before ReLU", ColourMap::Diverging, 2),
    ("conv1/after", "conv1 after ReLU", ColourMap::Grey, 2),
    ("conv2/after", "conv2 after ReLU", ColourMap::Grey, 2),
    ("pool", "max-pool", ColourMap::Grey, 4),
];

/// The study.
pub struct Training;

/// Measurements of a trained network, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// The step, counted from 0, at which the training diverged.
    pub diverged_at: Option<u64>,
    /// Share (0-1) of the test images that it knows.
    pub accuracy: f64,
    /// Share (0-1) of the test images that it knew before the training.
    pub accuracy_before: f64,
    /// What the digit that is looked at shows.
    pub label: u8,
    /// Probabilities of the digit's classes; none where they are not numbers.
    pub probabilities: Vec<f64>,
    /// What the probabilities would be had the logits been divided by the largest before softmax.
    pub divided: Vec<f64>,
    /// Weights and biases of the layers, before and after, nearest to the input first.
    pub histograms: Vec<Histogram>,
    /// Every tap against the computation by hand.
    pub checks: Vec<Check>,
    /// Values of the direct pass against those of the recorded graph.
    pub agreement: Agreement,
}

impl Study<Debugging> for Training {
    type Arm = Single;
    type Outcome = Trained;

    fn arms(_: &DebuggingConfig) -> Vec<Single> {
        vec![TRAINED]
    }

    fn run(
        _: &Single,
        config: &DebuggingConfig,
        digits: &Digits,
        cell: &mut Cell,
    ) -> Result<Trained> {
        let sized = NetworkConfig {
            classes: digits.classes,
            ..NetworkConfig::keras()
        };
        let build = |device: &Device| Ok::<_, Error>(sized.init(device));
        let network = cell.network("weights", 0, build)?;
        let start = Weights::from_network(&network);
        let accuracy_before = accuracy(&network, &digits.test, config.test_images);
        let examples = Examples::of(config, digits);
        weights::keep(cell, &start, "-before")?;
        cell.keep_array("digit-logits-before", examples.logits(&network)?);
        let fit = Fit {
            digits,
            steps: config.steps,
            learning_rate: config.learning_rate,
            batch: config.batch,
            seed: cell.seed(),
            device: cell.device().clone().autodiff(),
            logits: Network::logits,
        };
        let optimizer = adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON));
        let trained = train(cell, &fit, network, optimizer)?;
        let network = trained.model;
        if trained.diverged_at.is_none() {
            let some: Vec<usize> = (0..digits.test.len().min(COMPARED)).collect();
            let device = cell.device().clone();
            let example = || pictures(&digits.test, &some, &device).0;
            cell.offer(|about| {
                let labels = Labels::about(about);
                freeze(&network, &example(), Network::forward, &labels).map(Frozen::into_file)
            })?;
        }
        cell.keep_array("digit-logits", examples.logits(&network)?);
        examples.keep(cell)?;
        let pixels = config.digit(digits);
        let values = Values::record(&network, &pixels)?;
        for (tap, ..) in PANELS {
            cell.keep_array(tap.replace('/', "-"), values.array(tap)?);
        }
        let logits = values.numbers("dense2/before")?;
        let weights = Weights::from_network(&network);
        weights::keep(cell, &weights, "")?;
        Ok(Trained {
            diverged_at: trained.diverged_at,
            accuracy: accuracy(&network, &digits.test, config.test_images),
            accuracy_before,
            label: digits.validation.labels()[config.image],
            probabilities: if_finite(values.numbers("dense2/after")?),
            divided: if_finite(softmax::values(&divided(&logits), 1.0)),
            histograms: histograms(&start, &weights),
            checks: values.checks(&weights.stages(&pixels, relu::value))?,
            agreement: values.agreement,
        })
    }

    fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
        let Some(first) = results.of::<Training>().of_seed(0).next() else {
            return Ok(Vec::new());
        };
        let title = format!(
            "Feature maps of a trained network: {}, a {}",
            digit(results),
            first.outcome.label
        );
        let caption = format!(
            "Seed 0 after {} steps of Adam, {:.1} % of the test images known. Each panel has one \
             scale, in its title; before the ReLU blue is below zero and red above.",
            results.config().steps,
            100.0 * first.outcome.accuracy
        );
        let figure = Figure::new("maps", title).caption(caption);
        let figure = PANELS.into_iter().try_fold(figure, |figure, panel| {
            let (tap, title, colours, scale) = panel;
            let maps = first.arrays.get(&tap.replace('/', "-"))?;
            let maps = drawing::pictures(title, maps, colours, COLUMNS);
            Ok::<_, Error>(figure.panel(maps.scale(scale)))
        })?;
        Ok(vec![figure.into()])
    }

    fn claims(results: &Results<Debugging>) -> Vec<Claim> {
        let cells = results.of::<Training>().cells().iter();
        let by_hand = (
            "trained-network-by-hand".to_owned(),
            OURS,
            "all ten places of a trained network are what one computes by hand, too",
        );
        // What diverged has no values to check.
        let whole = cells.filter(|cell| cell.outcome.diverged_at.is_none());
        let checks = whole.flat_map(|cell| &cell.outcome.checks);
        vec![
            Check::within(by_hand, ROUNDED, checks),
            division_matters(results),
        ]
    }
}

/// Share (0-1) of the first `images` test images whose class has the largest logit.
fn accuracy(network: &Network, set: &Labelled<Test>, images: usize) -> f64 {
    let network = network.valid();
    let device = network.conv1.weight.device();
    let all: Vec<usize> = (0..set.len().min(images)).collect();
    let right = all.chunks(AT_ONCE).map(|some| {
        let (pixels, classes) = pictures(set, some, &device);
        let chosen = network.logits(pixels).argmax(1).squeeze_dim::<1>(1);
        chosen.equal(classes).int().sum().into_scalar::<i64>()
    });
    right.sum::<i64>() as f64 / all.len() as f64
}

/// A diverged network may answer with what JSON has no word for.
fn if_finite(values: Vec<f64>) -> Vec<f64> {
    let finite = values.iter().all(|value| value.is_finite());
    if finite { values } else { Vec::new() }
}

fn division_matters(results: &Results<Debugging>) -> Claim {
    let differences = results.of::<Training>().values(&TRAINED, |trained| {
        let pairs = trained.probabilities.iter().zip(&trained.divided);
        let differences = pairs.map(|(own, divided)| (own - divided).abs());
        differences.reduce(f64::max)
    });
    let statement = "in a trained network logits divided by the largest give other probabilities";
    Claim::says("division-changes-a-trained-softmax", OURS, statement)
        .measured_by("largest difference of a probability", "")
        .mean_is_above(0.1, &differences)
}
