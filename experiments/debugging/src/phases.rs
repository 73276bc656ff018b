//! **Which layers behave differently in training and in testing?** Dropout and batch normalization,
//! as the post says; each stage alone, on the same input, in both phases.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::arr1;
use rand::seq::index;
use retrace_data::Digits;
use retrace_figure::{Chart, Column, Figure, Points, Table};
use retrace_inspect::{record, trace};
use retrace_lab::digits::pictures;
use retrace_lab::{
    Cell, Claim, Drawing, Error, Finished, Result, Results, Single, Statement, Study, statistics,
};
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::drawing::{PAIR, numbers, short};
use crate::hand::Statistics;
use crate::phased::{Phased, Stage};
use crate::values::{Check, ROUNDED, list};
use crate::{Debugging, OURS, POST, failed, none_above};

/// The network with dropout and batch normalization.
pub const PHASES: Single = Single::new("phases", "training and testing phase");

/// As a share of the largest value: a difference that is no rounding.
const DIFFERENT: f64 = 0.01;
/// As a share of the largest value: rounding. Softmax, for one, is computed along another way where gradients are wanted.
const ALIKE: f64 = 1e-6;
/// Of so many values one is a point in the figure, where there are many.
const THINNED: usize = 7;

/// The study.
pub struct BothPhases;

/// Measurements of the network with dropout and batch normalization, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// Each stage alone, on the same input, in the order of the forward pass.
    pub stages: Vec<StageDifference>,
    /// The probabilities of the whole network: largest difference between the phases.
    pub whole: f64,
    /// Share (0-1) that each of the two dropouts set to zero.
    #[serde(rename = "erased")]
    pub dropped: [f64; 2],
    /// What the dropouts leave against x / (1 - p), as a share of the largest.
    pub scaled: f64,
    /// Batch normalization in its training phase against the formula with the batch's statistics,
    /// as a share of the largest.
    pub norm_training: f64,
    /// Batch normalization in its testing phase against the formula with the running statistics, as
    /// a share of the largest.
    pub norm_testing: f64,
    /// Share (0-1) of the running means that moved while the training phase was recorded.
    pub moved: f64,
    /// Share (0-1) of the running means that moved while the testing phase was recorded.
    pub moved_in_testing: f64,
    /// Parameters that training changes by gradients.
    pub trainable: u64,
    /// Parameters that it does not: the running statistics.
    pub fixed: u64,
}

/// A stage in both phases, on the same input; all numbers as shares of the largest value in the
/// testing phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageDifference {
    /// The stage.
    pub stage: Stage,
    /// Training minus testing phase, the largest.
    pub phases: f64,
    /// Training phase twice, the largest difference: what is drawn.
    pub draws: f64,
    /// Training phase, the first image alone minus the same in its batch, the largest; absent where
    /// something is drawn.
    pub others: Option<f64>,
}

impl Phases {
    fn stage(&self, stage: Stage) -> Option<&StageDifference> {
        self.stages.iter().find(|found| found.stage == stage)
    }
}

impl Study<Debugging> for BothPhases {
    type Arm = Single;
    type Outcome = Phases;

    fn arms(_: &DebuggingConfig) -> Vec<Single> {
        vec![PHASES]
    }

    fn run(
        _: &Single,
        config: &DebuggingConfig,
        digits: &Digits,
        cell: &mut Cell,
    ) -> Result<Phases> {
        let build = |device: &Device| Ok::<_, Error>(Phased::init(config, device));
        let network = cell.network("weights", 0, build)?;
        let batch = |number: u64| {
            let all = digits.train.len();
            let images = config.phase_batch.min(all);
            let chosen = index::sample(&mut cell.stream("phases", number), all, images).into_vec();
            pictures(&digits.train, &chosen, cell.device()).0
        };
        cell.seed_device("dropout", 0);
        for number in 1..=config.norm_batches {
            let images = batch(number).to_device(&network.conv1.weight.device());
            drop(network.norm.forward(network.conv1.forward(images)));
        }
        let images = batch(0);
        compare(config, cell, &network, images)
    }

    fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
        match results.of::<BothPhases>().of_seed(0).next() {
            Some(first) => Ok(vec![table(results).into(), values(first)?.into()]),
            None => Ok(Vec::new()),
        }
    }

    fn claims(results: &Results<Debugging>) -> Vec<Claim> {
        let by_stage = [
            differs(results, Stage::Dropout1, "dropout-differs"),
            differs(results, Stage::Dropout2, "dropout-of-units-differs"),
            differs(results, Stage::Norm, "batch-norm-differs"),
            others_agree(results),
            draws(results),
            norm_depends_on_others(results),
        ];
        let by_stage = by_stage.map(|claim| claim.shown_in("phases"));
        let others = [
            scaled(results).shown_in("phase-values"),
            norm_by_hand(results),
            recording_moves(results),
            running_statistics(results),
        ];
        by_stage.into_iter().chain(others).collect()
    }
}

/// The whole network in its testing phase, then each stage alone in both, on what reaches it there.
fn compare(
    config: &DebuggingConfig,
    cell: &mut Cell,
    network: &Phased,
    images: Tensor<4>,
) -> Result<Phases> {
    let testing = network.valid();
    let running = Statistics::running(&network.norm);
    let taps = record(&testing, images.clone(), Phased::forward, &Stage::NAMES).map_err(failed)?;
    let moved_in_testing = running.moved(&Statistics::running(&network.norm));
    let trace = trace(&testing, &images, Phased::forward).map_err(failed)?;
    let totals = trace.summary().totals;
    let images = images.into_data();
    let inputs = [&images].into_iter().chain(&taps);
    let stages: Vec<InBothPhases> = Stage::ALL
        .into_iter()
        .zip(inputs)
        .map(|(stage, input)| InBothPhases::record(stage, [network, &testing], input))
        .collect::<Result<_>>()?;
    let [norm, dropout1, dropout2] = Stage::TWOFOLD.map(|stage| &stages[stage as usize]);
    for stage in [norm, dropout1, dropout2] {
        stage.keep(cell);
    }
    let scaled1 = dropout1.scaled(config.dropout_pool);
    let scaled2 = dropout2.scaled(config.dropout_dense);
    let of_batch = Statistics::from_batch(&norm.input);
    Ok(Phases {
        stages: stages.iter().map(InBothPhases::difference).collect(),
        whole: whole(network, &taps, &images)?,
        dropped: [dropout1, dropout2].map(InBothPhases::dropped),
        scaled: scaled1.max(scaled2),
        norm_training: norm.formula(&norm.training, &of_batch, network),
        norm_testing: norm.formula(&norm.testing, &running, network),
        moved: running.moved(&Statistics::running(&network.norm)),
        moved_in_testing,
        trainable: totals.trainable,
        fixed: totals.fixed,
    })
}

/// The largest difference of the probabilities in the two phases.
fn whole(network: &Phased, testing: &[TensorData], images: &TensorData) -> Result<f64> {
    let images = Tensor::from_data(images.clone(), &network.conv1.weight.device());
    let last = [Stage::Dense2.name()];
    let training = record(network, images, Phased::forward, &last).map_err(failed)?;
    let testing = testing.last().map_or_else(Vec::new, list);
    let training = training.first().map_or_else(Vec::new, list);
    Ok(largest_difference(&training, &testing))
}

/// The values of a stage alone, in both phases.
struct InBothPhases {
    stage: Stage,
    input: TensorData,
    testing: Vec<f32>,
    training: Vec<f32>,
    /// A second pass of the training phase.
    again: Vec<f32>,
    /// The first image without the others of its batch.
    alone: Vec<f32>,
}

impl InBothPhases {
    fn record(stage: Stage, [training, testing]: [&Phased; 2], input: &TensorData) -> Result<Self> {
        let values = |network, input: &TensorData| {
            let values = stage.alone(network, input).map_err(failed)?;
            Ok::<_, Error>(list(&values))
        };
        Ok(Self {
            stage,
            input: input.clone(),
            testing: values(testing, input)?,
            training: values(training, input)?,
            again: values(training, input)?,
            alone: values(training, &first_image(input))?,
        })
    }

    fn largest(&self) -> f64 {
        let values = self.testing.iter().map(|value| f64::from(value.abs()));
        values.fold(f64::MIN_POSITIVE, f64::max)
    }

    fn difference(&self) -> StageDifference {
        let share = |a: &[f32], b: &[f32]| largest_difference(a, b) / self.largest();
        let draws = share(&self.training, &self.again);
        let together = &self.training[..self.alone.len()];
        StageDifference {
            stage: self.stage,
            phases: share(&self.training, &self.testing),
            draws,
            others: (draws == 0.0).then(|| share(&self.alone, together)),
        }
    }

    /// Share of what is not zero in testing and is in training.
    fn dropped(&self) -> f64 {
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
    fn formula(&self, values: &[f32], statistics: &Statistics, network: &Phased) -> f64 {
        let expected = statistics.normalised(&self.input, &network.norm);
        let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
        Check::new("norm", &values, &expected).relative()
    }

    /// Keeps the first image in both phases, for the figures.
    fn keep(&self, cell: &mut Cell) {
        let length = self.alone.len();
        for (phase, values) in [("testing", &self.testing), ("training", &self.training)] {
            let name = format!("{}-{phase}", self.stage.name());
            cell.keep_array(name, arr1(&values[..length]).into_dyn());
        }
    }
}

fn first_image(batch: &TensorData) -> TensorData {
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

/// A number of a stage at every seed.
fn numbers_of(
    results: &Results<Debugging>,
    stage: Stage,
    number: impl Fn(&StageDifference) -> Option<f64>,
) -> Vec<f64> {
    let cells = results.of::<BothPhases>();
    cells.values(&PHASES, |phases| number(phases.stage(stage)?))
}

/// Each stage alone, in both phases.
fn table(results: &Results<Debugging>) -> Figure {
    let columns = [
        Column::words("layer"),
        Column::numbers("training, testing"),
        Column::numbers("training, twice"),
        Column::numbers("alone, in a batch"),
    ];
    let row = |stage: Stage| {
        let mean = |number: fn(&StageDifference) -> Option<f64>| {
            let values = numbers_of(results, stage, number);
            if values.is_empty() {
                "drawn".to_owned()
            } else {
                short(statistics::mean(&values))
            }
        };
        [
            stage.name().to_owned(),
            mean(|stage| Some(stage.phases)),
            mean(|stage| Some(stage.draws)),
            mean(|stage| stage.others),
        ]
    };
    let rows = Stage::ALL.into_iter().map(row);
    let table = rows.fold(Table::new("", columns), Table::row);
    let title = "Training phase and testing phase: each layer alone, on the same input";
    Figure::new("phases", title).panel(table).caption(
        "Largest difference over the largest value in the testing phase, mean over seeds. Left, \
         between the two phases; in the middle, between two passes of the training phase; right, \
         in the training phase between an image alone and the same image in its batch (\"drawn\": \
         the layer draws at random, so that the two cannot be compared).",
    )
}

/// Values of the layers that differ, in one phase against the other.
fn values(first: &Finished<Single, Phases>) -> Result<Figure> {
    let title = "Values of one image in the training phase, against those in the testing phase";
    let figure = Figure::new("phase-values", title).columns(3).caption(
        "Seed 0. Batch normalisation moves and stretches each of its 32 maps by other numbers, so \
         that the differences of a map lie on a line of its own. Dropout gives 0 or x / (1 - p), a \
         line that is steeper than the diagonal.",
    );
    Stage::TWOFOLD
        .into_iter()
        .try_fold(figure, |figure, stage| {
            let values = |phase: &str| -> Result<Vec<f64>> {
                let values = first.arrays.get(&format!("{}-{phase}", stage.name()))?;
                let every = if values.len() > 1_000 { THINNED } else { 1 };
                Ok(numbers(values).step_by(every).collect())
            };
            let (testing, mut training) = (values("testing")?, values("training")?);
            let (mut title, mut label) = (stage.name().to_owned(), "training phase");
            if stage == Stage::Norm {
                title = format!("{title}: difference");
                label = "training minus testing phase";
                let pairs = training.iter_mut().zip(&testing);
                pairs.for_each(|(training, testing)| *training -= testing);
            }
            let points = Points::new("", testing, training);
            let points = points.colour(PAIR[0]).radius(2.0).opacity(0.5);
            let chart = Chart::new(title, "testing phase", label);
            Ok(figure.panel(chart.with(points)))
        })
}

const BETWEEN_PHASES: &str =
    "largest difference on the same input, as a share of the largest value";

fn differs(results: &Results<Debugging>, stage: Stage, id: &str) -> Claim {
    let name = stage.name();
    let statement = format!("{name} behaves differently in training and testing");
    let differences = numbers_of(results, stage, |found| Some(found.phases));
    Claim::says(id, POST, statement)
        .measured_by(BETWEEN_PHASES, "")
        .mean_is_above(DIFFERENT, &differences)
}

/// The stages that do not draw anything or look at the others of a batch.
fn others_agree(results: &Results<Debugging>) -> Claim {
    let statement =
        "convolution, ReLU, max-pool, flatten, dense and softmax behave alike in both phases";
    let claim = Claim::says("other-layers-agree", POST, statement).measured_by(BETWEEN_PHASES, "");
    let cells = results.of::<BothPhases>().cells().iter();
    let stages = cells.flat_map(|cell| &cell.outcome.stages);
    let others = stages.filter(|found| !Stage::TWOFOLD.contains(&found.stage));
    none_above(claim, ALIKE, others.map(|found| found.phases))
}

fn draws(results: &Results<Debugging>) -> Claim {
    let least = results.of::<BothPhases>().values(&PHASES, |phases| {
        let draws = |stage| phases.stage(stage).map(|found| found.draws);
        Some(draws(Stage::Dropout1)?.min(draws(Stage::Dropout2)?))
    });
    let statement = "in training, two looks at dropout on the same input differ";
    let measured = "largest difference of two looks, as a share of the largest value";
    Claim::says("dropout-draws-anew", OURS, statement)
        .measured_by(measured, "")
        .mean_is_above(DIFFERENT, &least)
}

fn norm_depends_on_others(results: &Results<Debugging>) -> Claim {
    let statement = "in training, batch normalization of an image depends on the others in its \
                     batch";
    let measured = "an image alone against the same in a batch, as a share of the largest";
    let differences = numbers_of(results, Stage::Norm, |found| found.others);
    Claim::says("batch-norm-looks-at-the-batch", OURS, statement)
        .measured_by(measured, "")
        .mean_is_above(DIFFERENT, &differences)
}

/// The claim that no number of any seed is above `limit`.
fn each_within<const N: usize>(
    claim: Statement,
    limit: f64,
    results: &Results<Debugging>,
    numbers: impl Fn(&Phases) -> [f64; N],
) -> Claim {
    let cells = results.of::<BothPhases>().cells().iter();
    none_above(claim, limit, cells.flat_map(|cell| numbers(&cell.outcome)))
}

fn scaled(results: &Results<Debugging>) -> Claim {
    let claim = Claim::says("dropout-scales", OURS, "what dropout leaves is x / (1 - p)")
        .measured_by("largest difference, as a share of the largest value", "");
    each_within(claim, ALIKE, results, |phases| [phases.scaled])
}

fn norm_by_hand(results: &Results<Debugging>) -> Claim {
    let statement = "batch normalization is its formula: the batch's statistics in training, the \
                     running ones in testing";
    let claim = Claim::says("batch-norm-by-hand", OURS, statement)
        .measured_by("largest difference, as a share of the largest value", "");
    each_within(claim, ROUNDED, results, |phases| {
        [phases.norm_training, phases.norm_testing]
    })
}

fn recording_moves(results: &Results<Debugging>) -> Claim {
    let statement = "to look at the training phase changes the network, to look at the testing \
                     phase does not: all running means move, or none";
    let claim = Claim::says("looking-moves-running-statistics", OURS, statement)
        .measured_by("share of the running means that stay, or move", "");
    each_within(claim, 0.0, results, |phases| {
        [1.0 - phases.moved, phases.moved_in_testing]
    })
}

fn running_statistics(results: &Results<Debugging>) -> Claim {
    let statement = "with batch normalization 64 parameters are not trainable: two running \
                     statistics a map";
    let claim = Claim::says("running-statistics-are-not-trainable", OURS, statement)
        .measured_by("too many or too few", "");
    each_within(claim, 0.0, results, |phases| {
        [phases.fixed.abs_diff(64) as f64]
    })
}
