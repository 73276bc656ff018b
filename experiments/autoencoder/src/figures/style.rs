//! What all figures share: colours, numbers over seeds, pictures from arrays.

use ndarray::{ArrayD, Axis as Along};
use retrace_figure::{Band, Colour, Dash, Line, Picture};
use retrace_lab::{Outcomes, statistics};

use crate::Autoencoder;
use crate::arm::{self, Setup};
use crate::data::Size;
use crate::loss::{Loss, WHITE};
use crate::network::Answer;
use crate::outcome::Outcome;
use crate::score::{range, stretched};

/// What a curve on a logarithmic axis shows of a share: more is off the chart.
pub(super) const SHARES: (f64, f64) = (0.01, 100.0);

/// The axis of errors that are divided by that of the best constant answer.
pub(super) const LEFT: &str = "share of the error left";

/// The colour of a loss.
pub(super) fn colour(loss: Loss) -> Colour {
    match loss {
        Loss::Sum => Colour::series(0),
        Loss::SumC => Colour::series(5),
        Loss::SumC2 => Colour::series(2),
        Loss::Inverse => Colour::series(1),
        Loss::Mean => Colour::series(3),
        Loss::Unit => Colour::series(4),
    }
}

/// Whether the answer is rectified, as a kind of line.
pub(super) fn dash(answer: Answer) -> Dash {
    match answer {
        Answer::Open => Dash::Solid,
        Answer::Rectified => Dash::Dashed,
    }
}

/// `ReLU at the end`, or the last layer as it is.
pub(super) fn told(answer: Answer) -> &'static str {
    match answer {
        Answer::Open => "no ReLU at the end",
        Answer::Rectified => "ReLU at the end",
    }
}

/// The setting of an arm of this run.
pub(super) fn setup(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Option<Setup> {
    arm::of(outcomes.config(), arm)
}

/// Label of an arm.
pub(super) fn label(outcomes: &Outcomes<Autoencoder>, arm: &str) -> String {
    setup(outcomes, arm).map_or_else(|| arm.to_owned(), |setup| setup.label)
}

/// A number of every look at an arm, over seeds: the step that comes next (1 before the first, for
/// logarithmic axes), mean, smallest and largest.
pub(super) struct Curve {
    pub(super) x: Vec<f64>,
    pub(super) mean: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Curve {
    pub(super) fn line(&self, label: impl Into<String>, colour: Colour) -> Line {
        Line::new(label, self.x.clone(), self.mean.clone()).colour(colour)
    }

    pub(super) fn band(&self, label: impl Into<String>, colour: Colour) -> Band {
        Band::new(label, self.x.clone(), self.low.clone(), self.high.clone())
            .colour(colour)
            .opacity(0.12)
    }
}

/// The share of the variance that is left, look by look; a seed that diverged ends there.
pub(super) fn shares(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Curve {
    let mut curve = Curve {
        x: Vec::new(),
        mean: Vec::new(),
        low: Vec::new(),
        high: Vec::new(),
    };
    let cells: Vec<&Outcome> = outcomes.of(arm).map(|cell| &cell.outcome).collect();
    let longest = cells.iter().max_by_key(|outcome| outcome.looks.len());
    let steps = longest.map(|outcome| outcome.looks.iter().map(|look| look.done));
    for done in steps.into_iter().flatten() {
        let of = |outcome: &&Outcome| {
            let look = outcome.looks.iter().find(|look| look.done == done)?;
            let share = look.score?.share;
            Some(share.clamp(SHARES.0 / 10.0, SHARES.1 * 10.0))
        };
        let values: Vec<f64> = cells.iter().filter_map(of).collect();
        curve.x.push((done + 1) as f64);
        curve.mean.push(statistics::mean(&values));
        curve.low.push(statistics::quantile(&values, 0.0));
        curve.high.push(statistics::quantile(&values, 1.0));
    }
    curve
}

/// The 95 % interval of the mean; nothing to draw for fewer than two seeds.
pub(super) fn interval(values: &[f64]) -> (f64, f64) {
    statistics::mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high))
}

/// An array of an arm's seed 0.
pub(super) fn array<'a>(
    outcomes: &'a Outcomes<Autoencoder>,
    arm: &str,
    name: &str,
) -> Option<&'a ArrayD<f32>> {
    outcomes.get(arm, 0)?.arrays.get(name).ok()
}

/// The numbers at one place of the first axis.
pub(super) fn at(array: &ArrayD<f32>, index: usize) -> Vec<f32> {
    array.index_axis(Along(0), index).iter().copied().collect()
}

/// A picture of L, cut to 0..100.
pub(super) fn squeezed(label: impl Into<String>, values: &[f32], size: Size) -> Picture {
    let byte = |value: &f32| (value.clamp(0.0, WHITE as f32) * 2.55).round() as u8;
    let bytes = values.iter().map(byte).collect();
    Picture::grey(label, size.width as u32, size.height as u32, bytes)
}

/// A picture from its smallest number, black, to its largest, white; both in the label.
pub(super) fn raw(label: &str, values: &[f32], size: Size) -> Picture {
    let (low, high) = range(values);
    let label = format!("{label} {} to {}", short(low.into()), short(high.into()));
    squeezed(label, &stretched(values), size)
}

/// Three digits, without an exponent for the sizes of everyday.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1e5 => format!("{value:.1e}"),
        size if size >= 10.0 || size == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}
