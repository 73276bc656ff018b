//! The cells that all questions look at: a network learns digits, is frozen, and what comes out of the
//! file is compared with the model.

use std::time::Instant;

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_data::Digits;
use retrace_inspect::{Error as InspectError, Frozen, Labels, Node, freeze};
use retrace_lab::digits::{Fit, pictures};
use retrace_lab::{Cell, Error, Result, Results, Study, train};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::Freezing;
use crate::config::FreezingConfig;
use crate::explorable;
use crate::network::{Kind, Network};

/// Networks, trained and frozen.
pub struct FrozenNetworks;

/// One network, trained, frozen, and run from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The step, counted from 0, at which the training diverged; nothing was frozen then.
    pub diverged_at: Option<u64>,
    /// The frozen network.
    pub frozen: Option<FrozenNetwork>,
}

/// A frozen network beside the one it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenNetwork {
    /// Bytes of structure, weights and both together.
    pub sizes: Sizes,
    /// Whether structure and weights, joined again, give the bytes of the frozen file.
    pub joined_again: bool,
    /// The nodes in the frozen file.
    pub nodes: Vec<Listed>,
    /// Nodes whose name stands in the text form.
    pub named: usize,
    /// Parameters in the file, and in the model without running statistics and with them.
    pub parameters: Parameters,
    /// On the test images.
    pub agreement: Agreement,
    /// The largest difference between two passes of the model itself, in training and in testing,
    /// over the test images: what a file that still held dropout would show.
    pub phases: f64,
}

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Of the structure alone.
    pub structure: usize,
    /// Of the weights alone.
    pub weights: usize,
    /// Of the frozen file.
    pub frozen: usize,
}

/// A node of the frozen file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// ONNX's name of the operation.
    pub operator: String,
    /// What it reads.
    pub inputs: Vec<String>,
}

impl From<Node> for Listed {
    fn from(node: Node) -> Self {
        Self {
            name: node.name,
            operator: node.operator,
            inputs: node.inputs,
        }
    }
}

/// Numbers of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// Numbers in the file's weights.
    pub file: u64,
    /// Of the model, running statistics included.
    pub model: u64,
}

/// Original and frozen network on the same images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Images.
    pub images: usize,
    /// Largest difference of a probability on each image.
    pub differences: Vec<f64>,
    /// Share of images on which both choose the same class.
    pub same_class: f64,
    /// Share of images on which the original is right.
    pub accuracy: f64,
    /// Share of images on which the frozen network is right.
    pub frozen_accuracy: f64,
}

impl Agreement {
    /// The largest of all differences.
    pub fn largest(&self) -> f64 {
        self.differences.iter().copied().fold(0.0, f64::max)
    }
}

/// Images that pass at a time.
const AT_ONCE: usize = 500;

/// Name of the times of the network as it was trained, by batch.
pub const BURN: &str = "burn";

/// Name of the times of the frozen file, by batch.
pub const FROM_FILE: &str = "frozen";

impl Study<Freezing> for FrozenNetworks {
    type Arm = Kind;
    type Outcome = Outcome;

    fn arms(_: &FreezingConfig) -> Vec<Kind> {
        Kind::ALL.to_vec()
    }

    fn run(
        kind: &Kind,
        config: &FreezingConfig,
        digits: &Digits,
        cell: &mut Cell,
    ) -> Result<Outcome> {
        let device = cell.device().clone();
        let fit = Fit {
            digits,
            steps: config.steps,
            learning_rate: config.learning_rate,
            batch: config.batch,
            seed: cell.seed(),
            device: device.clone().autodiff(),
            logits: Network::logits,
        };
        let start = |device: &Device| Ok::<_, Error>(Network::new(*kind, digits.classes, device));
        let start = cell.network("weights", 0, start)?;
        let trained = train(cell, &fit, start, adam(&AdamConfig::new()))?;
        if trained.diverged_at.is_some() {
            return Ok(Outcome {
                diverged_at: trained.diverged_at,
                frozen: None,
            });
        }
        let test = TestImages { config, digits };
        let example = || test.pictures(&test.chosen(AT_ONCE), &device);
        cell.offer(|about| {
            let labels = Labels::about(about);
            freeze(&trained.model, &example(), Network::forward, &labels).map(Frozen::into_file)
        })?;
        Ok(Outcome {
            diverged_at: None,
            frozen: Some(test.compare(cell, *kind, &trained.model)?),
        })
    }
}

/// The networks that were frozen, one per seed.
pub fn frozen(results: &Results<Freezing>, kind: Kind) -> Vec<&FrozenNetwork> {
    let cells = results.of::<FrozenNetworks>().of(&kind);
    let frozen = cells.filter_map(|cell| cell.outcome.frozen.as_ref());
    frozen.collect()
}

/// What a network and its file are compared on.
struct TestImages<'a> {
    config: &'a FreezingConfig,
    digits: &'a Digits,
}

impl TestImages<'_> {
    fn compare(&self, cell: &mut Cell<'_>, kind: Kind, trained: &Network) -> Result<FrozenNetwork> {
        let device = cell.device().clone();
        let network = trained.valid();
        let example = self.pictures(&self.chosen(AT_ONCE), &device);
        let frozen =
            freeze(&network, &example, Network::forward, &Labels::default()).map_err(failed)?;
        let (structure, weights) = (frozen.structure(), frozen.weights().map_err(failed)?);
        let joined = Frozen::join(&structure, &weights).map_err(failed)?;
        if explorable::is_of(kind, cell.seed()) && self.config.own.images_file.is_none() {
            explorable::keep(cell, joined.as_bytes(), &self.digits.test);
        }
        let listed = frozen.nodes();
        let text = listed.to_string();
        let nodes = listed.nodes;
        let named = |name: &str| !name.is_empty() && text.contains(&format!("node {name}: "));
        let summary = frozen.summary(1).map_err(failed)?;
        let (burn, from_file) = self.times(&network, &frozen, &device)?;
        cell.keep_times(BURN, burn);
        cell.keep_times(FROM_FILE, from_file);
        cell.seed_device("phases", 0);
        let phases = self.phases(trained, &example);
        Ok(FrozenNetwork {
            sizes: Sizes {
                structure: structure.len(),
                weights: weights.len(),
                frozen: frozen.as_bytes().len(),
            },
            joined_again: joined.as_bytes() == frozen.as_bytes(),
            named: nodes.iter().filter(|node| named(&node.name)).count(),
            parameters: Parameters {
                file: summary.totals.parameters,
                model: network.num_params() as u64,
            },
            nodes: nodes.into_iter().map(Into::into).collect(),
            // From the joined file: structure and weights are all that it needs.
            agreement: self.agreement(cell, &network, &joined)?,
            phases,
        })
    }

    /// The first test images, at most so many.
    fn chosen(&self, most: usize) -> Vec<usize> {
        let count = self.config.test_images.min(self.digits.test.len());
        (0..count.min(most)).collect()
    }

    fn pictures(&self, chosen: &[usize], device: &Device) -> Tensor<4> {
        pictures(&self.digits.test, chosen, device).0
    }

    /// Largest difference of a probability between training and testing phase.
    fn phases(&self, trained: &Network, example: &Tensor<4>) -> f64 {
        let testing = trained.valid().forward(example.clone()).into_data();
        let device = example.device().autodiff();
        let training = trained
            .forward(example.clone().to_device(&device))
            .into_data();
        let pairs = testing.iter::<f32>().zip(training.iter::<f32>());
        pairs
            .map(|(a, b)| f64::from(a - b).abs())
            .fold(0.0, f64::max)
    }

    fn agreement(
        &self,
        cell: &mut Cell<'_>,
        network: &Network,
        frozen: &Frozen,
    ) -> Result<Agreement> {
        let chosen = self.chosen(usize::MAX);
        let (mut differences, mut same, mut right, mut frozen_right) = (Vec::new(), 0, 0, 0);
        for some in chosen.chunks(AT_ONCE) {
            let x = self.pictures(some, cell.device());
            let classes = self.digits.classes;
            let original = rows(&network.forward(x.clone()).into_data(), classes);
            let answered = rows(&frozen.run(&x.into_data()).map_err(failed)?, classes);
            for ((original, answered), image) in original.iter().zip(&answered).zip(some) {
                let gaps = original
                    .iter()
                    .zip(answered)
                    .map(|(a, b)| f64::from(a - b).abs());
                differences.push(gaps.fold(0.0, f64::max));
                let class = usize::from(self.digits.test.labels()[*image]);
                let (ours, its) = (largest(original), largest(answered));
                same += usize::from(ours == its);
                right += usize::from(ours == class);
                frozen_right += usize::from(its == class);
            }
            cell.progress(differences.len() as u64, chosen.len() as u64)?;
        }
        let share = |count: usize| count as f64 / chosen.len() as f64;
        Ok(Agreement {
            images: chosen.len(),
            differences,
            same_class: share(same),
            accuracy: share(right),
            frozen_accuracy: share(frozen_right),
        })
    }

    /// Seconds of a prediction for each batch, in Burn and from the file.
    fn times(
        &self,
        network: &Network,
        frozen: &Frozen,
        device: &Device,
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        let time = |batch: &usize| {
            let chosen: Vec<usize> = (0..*batch)
                .map(|image| image % self.digits.test.len())
                .collect();
            let x = self.pictures(&chosen, device);
            let data = x.clone().into_data();
            let burn_s = self.median(|| {
                drop(network.forward(x.clone()).into_data());
                Ok(())
            })?;
            let frozen_s = self.median(|| frozen.run(&data).map(drop).map_err(failed))?;
            Ok((burn_s, frozen_s))
        };
        self.config.timed_batches.iter().map(time).collect()
    }

    /// Median of the seconds that `work` takes, after once to warm up.
    fn median(&self, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
        work()?;
        let mut times = Vec::new();
        for _ in 0..self.config.timed {
            let started = Instant::now();
            work()?;
            times.push(started.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        Ok(times[times.len() / 2])
    }
}

fn rows(probabilities: &TensorData, classes: usize) -> Vec<Vec<f32>> {
    let values: Vec<f32> = probabilities.iter::<f32>().collect();
    values.chunks(classes).map(<[f32]>::to_vec).collect()
}

fn largest(row: &[f32]) -> usize {
    let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(class, _)| class)
}

pub(crate) fn failed(error: InspectError) -> Error {
    Error::Other(Box::new(error))
}
