//! The two trainings, epoch by epoch: loss on the training images, error on the test images.

use retrace_figure::{Axis, Band, Chart, Figure, Line};
use retrace_lab::{Outcomes, statistics};

use super::style::On;
use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::Look;

/// The post's figure: all networks on all training images.
pub(super) fn on_all_images(outcomes: &Outcomes<Rrelu>) -> Figure {
    figure(outcomes, On::All, "curves").caption(
        "Above: cross-entropy of the steps of each epoch, as in training; below: share of wrong \
         test images, in evaluation. Left without, right with batch normalisation. Mean over \
         seeds, the band from the smallest to the largest. Early on the right the error is that \
         of running statistics which have not yet forgotten where they began.",
    )
}

/// The same on few images, where networks overfit.
pub(super) fn on_few_images(outcomes: &Outcomes<Rrelu>) -> Figure {
    figure(outcomes, On::Few, "few-curves").caption(
        "As the figure before, for the training on few images: every network comes to know its \
         training images by heart, and the error on the test images stays.",
    )
}

fn figure(outcomes: &Outcomes<Rrelu>, on: On, name: &str) -> Figure {
    let title = format!("{}: activation functions compared", on.title(outcomes));
    let (loss, error) = (
        |look: &Look| look.loss,
        |look: &Look| 100.0 * (1.0 - look.test.accuracy),
    );
    let figure = Figure::new(name, title).columns(2).shared_legend();
    let figure = Norm::BOTH.iter().fold(figure, |figure, norm| {
        let y = Axis::new("training loss (nats)").log();
        figure.panel(panel(outcomes, on, *norm, ("Loss", y), loss))
    });
    Norm::BOTH.iter().fold(figure, |figure, norm| {
        let y = Axis::new("test error (%)").log();
        figure.panel(panel(outcomes, on, *norm, ("Test error", y), error))
    })
}

fn panel(
    outcomes: &Outcomes<Rrelu>,
    on: On,
    norm: Norm,
    (what, y): (&str, Axis),
    number: fn(&Look) -> f64,
) -> Chart {
    let title = format!("{what} {}", norm.title());
    let chart = Chart::new(title, "epoch", y);
    let curves: Vec<_> = Function::ALL
        .into_iter()
        .map(|function| {
            (
                function,
                curve(outcomes, on, &norm.arm_of(function), number),
            )
        })
        .collect();
    let bands = curves.iter().map(|(function, curve)| {
        let (low, high) = (curve.low.clone(), curve.high.clone());
        Band::new(function.label(), curve.x.clone(), low, high)
            .colour(function.colour())
            .opacity(0.12)
    });
    let lines = curves.iter().map(|(function, curve)| {
        let line = Line::new(function.label(), curve.x.clone(), curve.mean.clone());
        line.colour(function.colour())
    });
    chart.with_all(bands).with_all(lines)
}

/// A curve with its spread over seeds.
struct Curve {
    x: Vec<f64>,
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

/// A number of every look at an arm; where a seed diverged, the others go on.
fn curve(outcomes: &Outcomes<Rrelu>, on: On, arm: &str, number: fn(&Look) -> f64) -> Curve {
    let looks = |epoch: u64| -> Vec<f64> {
        let trainings = outcomes.of(arm).map(|cell| on.training(&cell.outcome));
        let looks = trainings.flat_map(|training| &training.looks);
        let then = looks.filter(|look| look.epoch == epoch);
        then.map(number).collect()
    };
    let config = outcomes.config();
    let (epochs, every) = match on {
        On::All => (config.epochs, 1),
        On::Few => (config.few_epochs, config.few_look_every),
    };
    let epochs = (1..=epochs).filter(|e| e.is_multiple_of(every) || *e == epochs);
    let at: Vec<(f64, Vec<f64>)> = epochs.map(|epoch| (epoch as f64, looks(epoch))).collect();
    let each = |f: fn(&[f64]) -> f64| at.iter().map(|(_, values)| f(values)).collect();
    Curve {
        x: at.iter().map(|(epoch, _)| *epoch).collect(),
        mean: each(statistics::mean),
        low: each(|values| statistics::quantile(values, 0.0)),
        high: each(|values| statistics::quantile(values, 1.0)),
    }
}
