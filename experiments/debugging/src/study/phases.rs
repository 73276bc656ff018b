//! Training phase against testing phase.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use rand::seq::index;
use retrace_data::Digits;
use retrace_inspect::{record, trace};
use retrace_lab::digits::pictures;
use retrace_lab::{Cell, Result};

use super::values::list;
use super::{drawn, unseen};
use crate::config::DebuggingConfig;
use crate::norm::Statistics;
use crate::outcome::{Check, Phases, StageDifference};
use crate::phased::Phased;
use crate::stage::Stage;

pub(super) fn run(
    config: &DebuggingConfig,
    digits: &Digits,
    cell: &mut Cell<'_>,
) -> Result<Phases> {
    let network = drawn(cell, |device| Phased::init(config, device))?;
    let batch = |number: u64| {
        let all = digits.train.len();
        let images = config.phase_batch.min(all);
        let drawn = index::sample(&mut cell.stream("phases", number), all, images).into_vec();
        pictures(&digits.train, &drawn, cell.device()).0
    };
    cell.seed_device("dropout", 0);
    for number in 1..=config.norm_batches {
        let images = batch(number).to_device(&network.conv1.weight.device());
        drop(network.norm.forward(network.conv1.forward(images)));
    }
    let images = batch(0);
    let names = Stage::ALL.map(Stage::name);
    let testing = network.valid();
    let statistics = Statistics::running(&network.norm);
    let found = record(&testing, images.clone(), Phased::forward, &names).map_err(unseen)?;
    let moved_in_testing = statistics.moved(&Statistics::running(&network.norm));
    let summary = trace(&testing, &images, Phased::forward).map_err(unseen)?;
    let totals = summary.summary().totals;
    let images_data = images.into_data();
    let inputs = [&images_data].into_iter().chain(&found);
    let looks: Vec<Look> = Stage::ALL
        .into_iter()
        .zip(inputs)
        .map(|(stage, input)| Look::at(stage, [&network, &testing], input))
        .collect::<Result<_>>()?;
    let [norm, dropout1, dropout2] = Stage::TWOFOLD.map(|stage| &looks[stage as usize]);
    let batch_statistics = Statistics::of_batch(&norm.input);
    for look in [norm, dropout1, dropout2] {
        look.keep(cell)?;
    }
    Ok(Phases {
        stages: looks.iter().map(Look::difference).collect(),
        whole: whole(&network, &found, &images_data)?,
        erased: [dropout1, dropout2].map(Look::erased),
        scaled: [
            dropout1.scaled(config.dropout_pool),
            dropout2.scaled(config.dropout_dense),
        ]
        .into_iter()
        .fold(0.0, f64::max),
        norm_training: norm.formula(&norm.training, &batch_statistics, &network),
        norm_testing: norm.formula(&norm.testing, &statistics, &network),
        moved: statistics.moved(&Statistics::running(&network.norm)),
        moved_in_testing,
        trainable: totals.trainable,
        fixed: totals.fixed,
    })
}

/// The largest difference of the probabilities in the two phases.
fn whole(network: &Phased, testing: &[TensorData], images: &TensorData) -> Result<f64> {
    let images = Tensor::from_data(images.clone(), &network.conv1.weight.device());
    let last = [Stage::Dense2.name()];
    let training = record(network, images, Phased::forward, &last).map_err(unseen)?;
    let testing = testing.last().map_or_else(Vec::new, list);
    let training = training.first().map_or_else(Vec::new, list);
    Ok(largest_difference(&training, &testing))
}

/// A stage alone, in both phases.
struct Look {
    stage: Stage,
    input: TensorData,
    testing: Vec<f32>,
    training: Vec<f32>,
    again: Vec<f32>,
    /// The first image without the others of its batch.
    lonely: Vec<f32>,
}

impl Look {
    fn at(stage: Stage, [training, testing]: [&Phased; 2], input: &TensorData) -> Result<Self> {
        let of = |network, input: &TensorData| {
            let found = stage.alone(network, input).map_err(unseen)?;
            Ok::<_, retrace_lab::Error>(list(&found))
        };
        Ok(Self {
            stage,
            input: input.clone(),
            testing: of(testing, input)?,
            training: of(training, input)?,
            again: of(training, input)?,
            lonely: of(training, &first(input))?,
        })
    }

    fn largest(&self) -> f64 {
        let values = self.testing.iter().map(|value| f64::from(value.abs()));
        values.fold(f64::MIN_POSITIVE, f64::max)
    }

    fn difference(&self) -> StageDifference {
        let share = |a: &[f32], b: &[f32]| largest_difference(a, b) / self.largest();
        let draws = share(&self.training, &self.again);
        let together = &self.training[..self.lonely.len()];
        StageDifference {
            stage: self.stage.name().to_owned(),
            phases: share(&self.training, &self.testing),
            draws,
            others: (draws == 0.0).then(|| share(&self.lonely, together)),
        }
    }

    /// Share of what is not zero in testing and is in training.
    fn erased(&self) -> f64 {
        let pairs = self.testing.iter().zip(&self.training);
        let alive = pairs.filter(|(testing, _)| **testing != 0.0);
        let (gone, all) = alive.fold((0, 0), |(gone, all), (_, training)| {
            (gone + usize::from(*training == 0.0), all + 1)
        });
        f64::from(gone as u32) / f64::from(all.max(1) as u32)
    }

    /// What dropout left against x / (1 - p).
    fn scaled(&self, p: f64) -> f64 {
        let pairs = self.testing.iter().zip(&self.training);
        let left = pairs.filter(|(_, training)| **training != 0.0);
        let distance = left.map(|(x, kept)| (f64::from(*kept) - f64::from(*x) / (1.0 - p)).abs());
        distance.fold(0.0, f64::max) / self.largest()
    }

    /// Batch normalization against its formula.
    fn formula(&self, found: &[f32], statistics: &Statistics, network: &Phased) -> f64 {
        let expected = statistics.normalised(&self.input, &network.norm);
        let found: Vec<f64> = found.iter().copied().map(f64::from).collect();
        Check::of("norm", &found, &expected).relative()
    }

    /// The first image in both phases, for the figures.
    fn keep(&self, cell: &mut Cell<'_>) -> Result<()> {
        let length = self.lonely.len();
        for (phase, values) in [("testing", &self.testing), ("training", &self.training)] {
            let name = format!("{}-{phase}", self.stage.name());
            cell.keep_array(name, ndarray::arr1(&values[..length]).into_dyn());
        }
        Ok(())
    }
}

/// The first image of a batch.
fn first(batch: &TensorData) -> TensorData {
    let mut shape = batch.shape().to_vec();
    let numbers = list(batch);
    let length = numbers.len() / shape[0];
    shape[0] = 1;
    TensorData::new(numbers[..length].to_vec(), shape)
}

fn largest_difference(a: &[f32], b: &[f32]) -> f64 {
    let pairs = a.iter().zip(b);
    let differences = pairs.map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs());
    differences.fold(0.0, f64::max)
}
