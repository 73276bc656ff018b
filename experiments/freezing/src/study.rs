//! What a cell does: train, freeze, and compare what comes out of the file with the model.

use std::time::Instant;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_data::Digits;
use retrace_inspect::{Error as InspectError, Frozen, Labels, freeze};
use retrace_lab::digits::pictures;
use retrace_lab::{Cell, Error, Result};

use crate::arm::Kind;
use crate::config::FreezingConfig;
use crate::network::{CLASSES, Network};
use crate::outcome::{Agreement, FrozenNetwork, Outcome, Parameters, Sizes, Times};
use crate::training::Fit;

/// Images that pass at a time.
const AT_ONCE: usize = 500;

/// A cell's work.
pub struct Study<'a> {
    config: &'a FreezingConfig,
    digits: &'a Digits,
    kind: Kind,
}

impl<'a> Study<'a> {
    /// The work of this arm.
    ///
    /// # Errors
    /// When there is no such arm.
    pub fn of(config: &'a FreezingConfig, digits: &'a Digits, arm: &str) -> Result<Self> {
        let kind = Kind::of(arm);
        let kind = kind.ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        Ok(Self {
            config,
            digits,
            kind,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Fit::run`]; a network that cannot be frozen.
    pub fn run(&self, cell: &mut Cell<'_>) -> Result<Outcome> {
        let device = cell.device().clone();
        let fit = Fit {
            config: self.config,
            digits: self.digits,
            seed: cell.seed(),
            device: device.clone().autodiff(),
        };
        let kind = self.kind;
        let start = cell.network("weights", 0, |device| {
            Ok::<_, Error>(Network::new(kind, device))
        })?;
        let trained = fit.run(cell, start)?;
        if trained.diverged_at.is_some() {
            return Ok(Outcome {
                diverged_at: trained.diverged_at,
                frozen: None,
            });
        }
        cell.offer(
            &trained.model,
            || self.test(&self.chosen(AT_ONCE), &device),
            Network::forward,
        )?;
        Ok(Outcome {
            diverged_at: None,
            frozen: Some(self.compare(cell, &trained.model)?),
        })
    }

    fn compare(&self, cell: &mut Cell<'_>, trained: &Network) -> Result<FrozenNetwork> {
        let device = cell.device().clone();
        let network = trained.valid();
        let example = self.test(&self.chosen(AT_ONCE), &device);
        let frozen =
            freeze(&network, &example, Network::forward, &Labels::default()).map_err(failed)?;
        let (structure, weights) = (frozen.structure(), frozen.weights().map_err(failed)?);
        let joined = Frozen::join(&structure, &weights).map_err(failed)?;
        let text = frozen.nodes().to_string();
        let nodes = frozen.nodes().nodes;
        let named = |name: &str| !name.is_empty() && text.contains(&format!("node {name}: "));
        let summary = frozen.summary(1).map_err(failed)?;
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
            times: self.times(&network, &frozen, &device)?,
        })
    }

    /// The first test images, at most so many.
    fn chosen(&self, most: usize) -> Vec<usize> {
        let count = self.config.test_images.min(self.digits.test.len());
        (0..count.min(most)).collect()
    }

    fn test(&self, chosen: &[usize], device: &Device) -> Tensor<4> {
        pictures(&self.digits.test, chosen, device).0
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
            let x = self.test(some, cell.device());
            let original = rows(&network.forward(x.clone()).into_data());
            let answered = rows(&frozen.run(&x.into_data()).map_err(failed)?);
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

    fn times(&self, network: &Network, frozen: &Frozen, device: &Device) -> Result<Vec<Times>> {
        let time = |batch: &usize| {
            let chosen: Vec<usize> = (0..*batch)
                .map(|image| image % self.digits.test.len())
                .collect();
            let x = self.test(&chosen, device);
            let data = x.clone().into_data();
            let burn_s = self.median(|| {
                drop(network.forward(x.clone()).into_data());
                Ok(())
            })?;
            let frozen_s = self.median(|| frozen.run(&data).map(drop).map_err(failed))?;
            Ok(Times {
                batch: *batch,
                burn_s,
                frozen_s,
            })
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

fn failed(error: InspectError) -> Error {
    Error::Other(Box::new(error))
}

fn rows(probabilities: &TensorData) -> Vec<Vec<f32>> {
    let values: Vec<f32> = probabilities.iter::<f32>().collect();
    values.chunks(CLASSES).map(<[f32]>::to_vec).collect()
}

fn largest(row: &[f32]) -> usize {
    let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(class, _)| class)
}
