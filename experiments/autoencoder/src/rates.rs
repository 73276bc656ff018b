//! **Why does the sum of squares not train?** A constant before the loss only changes the rate: by
//! gradient descent all multiples of the sum of squares are one curve over the rate, shifted, and
//! the rates that a person tries miss its valley. To Adam they are one loss.
//!
//! Which rate is the best for a loss is chosen by the training pictures, never by the validation
//! ones.

use retrace_figure::{Axis, Chart, Dash, Figure, Legend, Line, Marker};
use retrace_lab::{Claim, Drawing, Result, statistics};

use crate::arm::{Arm, AtRate, Optimizer, extent};
use crate::config::digit;
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::OutputActivation;
use crate::training::{LEFT, Training, left};
use crate::{All, OURS, TRAINS};

/// Among which rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those that a person tries.
    Usual,
    /// Also those that the loss would need.
    All,
}

/// The arms of a loss, an optimizer and a last layer, from the tutorial's weights, by rising rate.
pub fn arms(
    results: &All,
    loss: Loss,
    how: (Optimizer, OutputActivation),
    among: Among,
) -> Vec<AtRate> {
    let at_rate = |arm: &Arm| match arm {
        Arm::AtRate(arm) if arm.initial == Initial::Truncated => Some(*arm),
        _ => None,
    };
    let mut found: Vec<AtRate> = results
        .of::<Training>()
        .arms()
        .iter()
        .filter_map(at_rate)
        .filter(|arm| arm.loss == loss && (arm.optimizer, arm.output) == how)
        .filter(|arm| arm.is_usual || among == Among::All)
        .collect();
    found.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    found
}

/// The arm with the smallest mean share left on the training pictures; one that diverged in a seed
/// comes after all that did not. The first of them where all diverged.
pub fn best(
    results: &All,
    loss: Loss,
    how: (Optimizer, OutputActivation),
    among: Among,
) -> Option<AtRate> {
    let share = |arm: &AtRate| training_share(results, *arm);
    let arms = arms(results, loss, how, among).into_iter();
    arms.min_by(|a, b| share(a).total_cmp(&share(b)))
}

/// Mean over seeds of the share left on the training pictures; infinite where a seed diverged or
/// there is none.
fn training_share(results: &All, arm: AtRate) -> f64 {
    let arm = arm.into();
    let cells = results.of::<Training>().of(&arm);
    let shares: Option<Vec<f64>> = cells.map(|cell| cell.outcome.training_share()).collect();
    let mean = shares.map(|shares| statistics::mean(&shares));
    mean.filter(|mean| mean.is_finite())
        .unwrap_or(f64::INFINITY)
}

/// What is left in the end, against the rate.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let mut figure = Figure::new(
        "rates",
        "Error after the last step against the learning rate",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Error as a share of the best constant answer's, mean over seeds. It is cut at 1, and \
         diverged trainings stand there too. Only the dots were measured; the dotted lines show \
         which dots belong to one loss; dots at one place hide one another. Gradient descent on k \
         times the mean of squares at a rate r makes the steps of the mean of squares at the rate \
         k r. Drawn against the rate times k (for 1 / D: its slope at the constant answer), the \
         multiples of the sum of squares D (all but the input of 0..1) fall on one curve with one \
         valley: a dot at 1 to the right of it diverged or answers black for ever, one to the left \
         of it took steps that are too small to learn anything. Of the rates that a person tries, \
         most miss the valley. Adam divides by the size of the gradient, so k does not shift its \
         dots.",
    );
    let extent = extent(results.config());
    let rate = |arm: &AtRate| arm.rate;
    let on_the_mean = |arm: &AtRate| arm.rate * arm.loss.slope(extent);
    let columns = [
        (Optimizer::Sgd, "learning rate", "SGD"),
        (Optimizer::Sgd, "learning rate x k", "SGD, rates times k"),
        (Optimizer::Adam, "learning rate", "Adam"),
    ];
    let places: [&dyn Fn(&AtRate) -> f64; 3] = [&rate, &on_the_mean, &rate];
    for ((optimizer, x, title), place) in columns.into_iter().zip(places) {
        for output in OutputActivation::BOTH {
            let y = Axis::new(LEFT).range(0.0, 1.1);
            let title = format!("{title}, {}", output.label());
            let chart = Chart::new(title, Axis::new(x).log(), y).legend(Legend::Below);
            let how = (optimizer, output);
            let lines = Loss::ALL.map(|loss| line(results, loss, how, place));
            figure = figure.panel_sized(chart.with_all(lines), 520, 300);
        }
    }
    Ok(vec![figure.into()])
}

fn line(
    results: &All,
    loss: Loss,
    how: (Optimizer, OutputActivation),
    place: &dyn Fn(&AtRate) -> f64,
) -> Line {
    let arms = arms(results, loss, how, Among::All);
    let x: Vec<f64> = arms.iter().map(place).collect();
    let y = arms
        .iter()
        .map(|arm| statistics::mean(&left(results, *arm)));
    Line::new(loss.label(), x, y.collect::<Vec<_>>())
        .colour(loss.colour())
        .marker(Marker::Circle)
        .dash(Dash::Dotted)
        .width(1.0)
}

/// Two shares of the constant answer's error count as equal within this.
const NEGLIGIBLE: f64 = 0.1;

/// That the sum trains at a rate of its own, and is to Adam what the mean is.
pub fn claims(results: &All) -> Vec<Claim> {
    vec![needs_its_own_rate(results), adam_ignores_constants(results)]
}

fn needs_its_own_rate(results: &All) -> Claim {
    let how = (Optimizer::Sgd, OutputActivation::Linear);
    let (values, rate) = match best(results, Loss::Sum, how, Among::All) {
        Some(arm) => (left(results, arm), digit(arm.rate)),
        None => (Vec::new(), "any rate".to_owned()),
    };
    Claim::says(
        "sum-trains-at-its-own-rate",
        OURS,
        "gradient descent on the sum of squares trains at a rate that nobody tries",
    )
    .measured_by(
        format!("share of the constant answer's error that is left at rate {rate}"),
        "",
    )
    .mean_is_below(TRAINS, &values)
    .shown_in("rates")
}

fn adam_ignores_constants(results: &All) -> Claim {
    let how = (Optimizer::Adam, OutputActivation::Linear);
    let mean = best(results, Loss::Mean, how, Among::Usual).expect("a config has rates");
    let sum = AtRate {
        loss: Loss::Sum,
        ..mean
    };
    let differences = results
        .of::<Training>()
        .differences(&sum.into(), &mean.into(), |outcome| Some(outcome.left()));
    let (sum, mean) = (sum.name(), mean.name());
    Claim::says(
        "adam-ignores-constants",
        OURS,
        "to Adam the sum of squares and their mean are the same loss",
    )
    .measured_by(
        format!("share of the constant answer's error, {sum} minus {mean}"),
        "",
    )
    .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &differences)
    .shown_in("rates")
}
