//! What the page of a run lets its reader try: the trainings by loss, optimizer and rate, what a
//! constant before a loss is to the rate, and the three layers of seed 0, which answer in the page to
//! circles that are drawn there.

use retrace_lab::{Arrays, Explorable, Finished, Result, statistics};
use serde::Serialize;

use crate::All;
use crate::arm::{Arm, AtRate, Optimizer, SMALL, extent, rate_of_the_mean};
use crate::config::{Config, Size, digit};
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::OutputActivation;
use crate::pictures::{at, grey_levels};
use crate::score::{Answers, Copying, range, stretched};
use crate::training::{LOSSES, Outcome, Training, left, validation_circles};

/// Pixels of the answers of all trainings together that a page carries at most, a byte each.
const MOST_PIXELS: usize = 80_000;
/// Losses of all trainings together that a page carries at most, some ten bytes each.
const MOST_LOSSES: usize = 10_000;
/// Pixels of a picture to which the three layers can answer while it is dragged.
const MOST_DRAWN: usize = 20_000;

/// Page and program compute in 64 bits; losses are written with seven digits.
const ROUNDING: f64 = 1e-6;
/// Page and program add the products of a layer in 32 bits and another order.
const ROUNDING_32: f64 = 1e-4;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    seeds: u64,
    size: Size,
    /// Steps of a training, and from one loss in the lists to the next.
    steps: u64,
    every: u64,
    losses: Vec<Shape>,
    /// From the smallest to the largest, those first that make the steps of a rate on the mean.
    rates: Vec<Rate>,
    /// The one with which the page begins.
    rate: String,
    trainings: Vec<Trained>,
    pictures: Pictures,
    network: Option<ThreeLayers>,
}

/// A loss.
#[derive(Serialize)]
struct Shape {
    name: &'static str,
    label: &'static str,
    hue: usize,
    multiple: bool,
    inverse: bool,
    /// The mean of squares where the loss is 1.
    unit: f64,
    /// k: the loss is k times the mean of squares; of the others its slope.
    slope: f64,
}

/// A rate by what it is for, as each loss may have another one.
#[derive(Serialize)]
struct Rate {
    name: String,
    /// Of a person's rates the rate, of the others that on the mean.
    label: String,
    is_usual: bool,
}

/// An arm: what is left of all seeds, and what else there is of seed 0.
#[derive(Serialize)]
struct Trained {
    loss: &'static str,
    optimizer: &'static str,
    ending: &'static str,
    /// Names of what its rate is for.
    rates: Vec<String>,
    rate: f64,
    label: String,
    /// Share of the error left by seed, at most 1.
    left: Vec<f64>,
    losses: Vec<f64>,
    diverged_at: Option<u64>,
    /// Share of dead maps by hidden layer after so many steps, and the norm of all gradients; nothing
    /// where that is no number.
    probed: u64,
    dead: Vec<f64>,
    gradient: Option<f64>,
    /// Smallest and largest answer to the picture, and its place among the pictures.
    answer: Option<(f32, f32, usize)>,
}

/// Grey levels, picture after picture, row after row, in base 64: the circle, then for each training
/// that has an answer the answer cut to 0..100, and from its smallest to its largest number.
#[derive(Serialize)]
struct Pictures {
    width: usize,
    height: usize,
    levels: String,
}

/// The three layers, seed 0.
#[derive(Serialize)]
struct ThreeLayers {
    steps: u64,
    radius: f64,
    /// Share of the error left on new circles.
    left: f64,
    layers: Vec<Layer>,
}

/// A convolution; numbers of 32 bits in base 64, as they lie in the arrays of the run.
#[derive(Serialize)]
struct Layer {
    inputs: usize,
    outputs: usize,
    kernel: usize,
    weights: String,
    biases: String,
}

/// The page's data and what it must show; nothing without the trainings, or where they are too many
/// for a page.
pub(crate) fn explorable(results: &All) -> Result<Option<Explorable>> {
    let config = results.config();
    let arms = results.of::<Training>().arms().iter();
    let arms: Vec<AtRate> = arms.filter_map(from_the_tutorial).collect();
    let cells: Option<Vec<_>> = arms
        .iter()
        .map(|arm| results.of::<Training>().get(&Arm::from(*arm), 0))
        .collect();
    let Some(cells) = cells else {
        return Ok(None);
    };
    let mut film = Film::new(config.size(), arms.len());
    let thinning = thinning(&cells);
    let trained = arms.iter().zip(&cells);
    let trained = trained.map(|(arm, cell)| trained_of(results, *arm, cell, thinning, &mut film));
    let trainings: Vec<Trained> = trained.collect();
    let network = three_layers(results);
    let has_network = network.is_some();
    let explorable = Explorable::of(Data {
        seeds: results.seeds(),
        size: config.size(),
        steps: config.steps,
        every: config.steps.div_ceil(LOSSES) * thinning as u64,
        losses: Loss::ALL.map(|loss| shape(loss, config)).into(),
        rates: rates(config),
        rate: usual(config.rates.len() / 2),
        trainings,
        pictures: film.finish(),
        network,
    })?;
    let explorable = cells
        .iter()
        .zip(&arms)
        .fold(explorable, |all, (cell, arm)| {
            with_training(all, results, arm, cell)
        });
    let explorable = match has_network {
        true => with_circle(explorable, results)?,
        false => explorable,
    };
    Ok(explorable.to_json().is_ok().then_some(explorable))
}

fn from_the_tutorial(arm: &Arm) -> Option<AtRate> {
    match arm {
        Arm::AtRate(arm) if arm.initial == Initial::Truncated => Some(*arm),
        _ => None,
    }
}

type TrainingCell = Finished<Arm, Outcome<Copying>>;

/// Of how many losses one is written.
fn thinning(cells: &[&TrainingCell]) -> usize {
    let losses = cells.iter().map(|cell| cell.outcome.history.losses.len());
    losses.sum::<usize>().div_ceil(MOST_LOSSES).max(1)
}

fn shape(loss: Loss, config: &Config) -> Shape {
    let extent = extent(config);
    Shape {
        name: loss.name(),
        label: loss.label(),
        hue: loss.series(),
        multiple: loss.is_multiple(),
        inverse: loss.is_inverse(),
        unit: loss.mean_square(1.0, extent),
        slope: loss.slope(extent),
    }
}

fn usual(place: usize) -> String {
    format!("usual-{place}")
}

fn rates(config: &Config) -> Vec<Rate> {
    let named = |rates: &[f64], is_usual: bool, name: fn(usize) -> String| {
        let mut rates: Vec<(f64, String)> = rates.iter().copied().zip((0..).map(name)).collect();
        rates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rates = rates.into_iter().map(move |(rate, name)| Rate {
            name,
            label: digit(rate),
            is_usual,
        });
        rates.collect::<Vec<Rate>>()
    };
    let mut all = named(&config.mean_rates, false, own);
    all.extend(named(&config.rates, true, usual));
    all
}

fn own(place: usize) -> String {
    format!("own-{place}")
}

/// What the rate of an arm is for.
fn names(arm: &AtRate, config: &Config) -> Vec<String> {
    let is = |found: &str| found == digit(arm.rate);
    let of_a_person = config.rates.iter().zip((0..).map(usual));
    let of_a_person = of_a_person.filter(|(rate, _)| is(&digit(**rate)));
    let how = (arm.optimizer, arm.output);
    let has_own = how == (Optimizer::Sgd, OutputActivation::Linear);
    let of_its_own = config.mean_rates.iter().zip((0..).map(own));
    let of_its_own =
        of_its_own.filter(|(rate, _)| has_own && is(&rate_of_the_mean(arm.loss, **rate, config)));
    let both = of_a_person.chain(of_its_own);
    both.map(|(_, name)| name).collect()
}

fn ending(output: OutputActivation) -> &'static str {
    match output {
        OutputActivation::Relu => "relu",
        OutputActivation::Linear => "linear",
    }
}

fn trained_of(
    results: &All,
    arm: AtRate,
    cell: &TrainingCell,
    thinning: usize,
    film: &mut Film,
) -> Trained {
    let history = &cell.outcome.history;
    let probe = history.probes.last();
    Trained {
        loss: arm.loss.name(),
        optimizer: arm.optimizer.name(),
        ending: ending(arm.output),
        rates: names(&arm, results.config()),
        rate: arm.rate,
        label: digit(arm.rate),
        left: left(results, arm),
        losses: history
            .losses
            .iter()
            .step_by(thinning)
            .map(|loss| seven_digits(loss.loss))
            .collect(),
        diverged_at: cell.outcome.diverged_at,
        probed: probe.map_or(0, |probe| probe.done),
        dead: probe.map(|probe| probe.dead.clone()).unwrap_or_default(),
        gradient: gradient(cell),
        answer: film.answer(&cell.arrays),
    }
}

/// Shorter to write, and as near as a curve can be seen.
fn seven_digits(value: f64) -> f64 {
    format!("{value:.6e}").parse().unwrap_or(value)
}

/// Norm of the gradients of all layers together when they were last looked at.
fn gradient(cell: &TrainingCell) -> Option<f64> {
    let norms = cell.outcome.history.probes.last()?.gradients.iter();
    let squares: Option<Vec<f64>> = norms.map(|norm| norm.map(|norm| norm * norm)).collect();
    let norm = squares?.iter().sum::<f64>().sqrt();
    norm.is_finite().then_some(norm)
}

/// Grey levels on their way into the page.
struct Film {
    size: Size,
    /// Of so many pixels of a row or column one is shown.
    every: usize,
    levels: Vec<u8>,
}

impl Film {
    /// For two pictures each of so many trainings.
    fn new(size: Size, trainings: usize) -> Self {
        let pixels = |every: &usize| size.width.div_ceil(*every) * size.height.div_ceil(*every);
        let fits = |every: &usize| 2 * trainings * pixels(every) <= MOST_PIXELS;
        let longest = size.width.max(size.height);
        Self {
            size,
            every: (1..longest).find(fits).unwrap_or(longest),
            levels: Vec::new(),
        }
    }

    /// Takes the answer to the first picture, and that picture before the first answer.
    fn answer(&mut self, arrays: &Arrays) -> Option<(f32, f32, usize)> {
        let [input, output] = ["input", "output"].map(|name| arrays.get(name).ok());
        if self.levels.is_empty() {
            self.push(&at(input?, 0));
        }
        let answer = at(output?, 0);
        let place = self.levels.len() / self.size().pixels();
        let (low, high) = range(&answer);
        self.push(&answer);
        self.push(&stretched(&answer));
        Some((low, high, place))
    }

    fn push(&mut self, picture: &[f32]) {
        let rows = picture.chunks(self.size.width).step_by(self.every);
        let thinned: Vec<f32> = rows
            .flat_map(|row| row.iter().step_by(self.every).copied())
            .collect();
        self.levels.extend(grey_levels(&thinned));
    }

    fn size(&self) -> Size {
        Size {
            width: self.size.width.div_ceil(self.every),
            height: self.size.height.div_ceil(self.every),
        }
    }

    fn finish(self) -> Pictures {
        let Size { width, height } = self.size();
        Pictures {
            width,
            height,
            levels: Explorable::bytes(self.levels),
        }
    }
}

/// Nothing where they diverged, of a run that did not keep them, and of pictures too large to answer
/// to at every move.
fn three_layers(results: &All) -> Option<ThreeLayers> {
    let config = results.config();
    let cell = results.of::<Training>().get(&SMALL, 0)?;
    if config.size().pixels() > MOST_DRAWN {
        return None;
    }
    let layer = |number: usize| {
        let array = |kind: &str| cell.arrays.get(&format!("{kind}-{number}")).ok();
        let (weights, biases) = (array("weights")?, array("biases")?);
        Some(Layer {
            inputs: weights.shape()[1],
            outputs: weights.shape()[0],
            kernel: weights.shape()[2],
            weights: Explorable::numbers(weights),
            biases: Explorable::numbers(biases),
        })
    };
    let layers: Vec<Layer> = (1..).map_while(layer).collect();
    (!layers.is_empty()).then(|| ThreeLayers {
        steps: config.long_steps,
        radius: config.radius_pixels(),
        left: cell.outcome.left(),
        layers,
    })
}

/// The page must come to the program's numbers of some trainings: those at the rate with which it
/// begins, and at the first of a loss's own.
fn with_training(
    explorable: Explorable,
    results: &All,
    arm: &AtRate,
    cell: &TrainingCell,
) -> Explorable {
    let config = results.config();
    let first = usual(config.rates.len() / 2);
    let names = names(arm, config);
    let wanted = match arm.loss {
        Loss::Sum => [first, own(0)],
        Loss::Inverse if arm.optimizer == Optimizer::Adam => [first.clone(), first],
        _ => return explorable,
    };
    let Some(rate) = wanted.into_iter().find(|name| names.contains(name)) else {
        return explorable;
    };
    let state = [
        ("e", ending(arm.output)),
        ("l", arm.loss.name()),
        ("o", arm.optimizer.name()),
        ("r", &rate),
    ];
    let left = left(results, *arm);
    let dead = cell.outcome.history.probes.last();
    let dead = dead.map_or(0.0, |probe| statistics::mean(&probe.dead));
    let readings = [
        ("left", statistics::mean(&left)),
        ("rate", arm.rate * arm.loss.slope(extent(config))),
        ("dead", dead),
        ("gradient", gradient(cell).unwrap_or(0.0)),
    ];
    explorable.shows(&state, &readings, ROUNDING)
}

/// Drawn in the page, the first of the circles that the three layers were never trained on must be
/// answered as by the program.
fn with_circle(explorable: Explorable, results: &All) -> Result<Explorable> {
    let config = results.config();
    let Some(cell) = results.of::<Training>().get(&SMALL, 0) else {
        return Ok(explorable);
    };
    let answers = Answers {
        outputs: at(cell.arrays.get("output")?, 0),
        targets: at(cell.arrays.get("input")?, 0),
    };
    let Some(score) = answers.score(1, config.size().pixels()) else {
        return Ok(explorable);
    };
    let circle = validation_circles(config, 0).circles(0)[0];
    let [x, y, radius] = [circle.x, circle.y, circle.radius].map(|number| number.to_string());
    let readings = [
        ("circle-left", score.share),
        ("circle-low", score.low),
        ("circle-high", score.high),
    ];
    let state = [("x", &x[..]), ("y", &y), ("radius", &radius)];
    Ok(explorable.shows(&state, &readings, ROUNDING_32))
}
