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
        "Above: cross-entropy over the steps of each epoch, with the slopes of training; below: \
         share of wrong test images, in evaluation. Left without, right with batch normalisation. \
         Mean over seeds, the band from the smallest to the largest. Early on the right the error \
         is that of running statistics which have not yet forgotten where they began.",
    )
}

/// The same on few images, where networks overfit.
pub(super) fn on_few_images(outcomes: &Outcomes<Rrelu>) -> Figure {
    figure(outcomes, On::Few, "few-curves").caption(
        "Above: cross-entropy over the steps of each epoch, with the slopes of training; below: \
         share of wrong test images, in evaluation. Left without, right with batch normalisation. \
         Mean over seeds, the band from the smallest to the largest. Every network comes to know \
         its few training images by heart, and the test error stays.",
    )
}

fn figure(outcomes: &Outcomes<Rrelu>, on: On, name: &str) -> Figure {
    let title = format!("{}: loss and test error by epoch", on.title(outcomes));
    let (loss, error) = (
        |look: &Look| look.loss,
        |look: &Look| 100.0 * (1.0 - look.test.accuracy),
    );
    let figure = Figure::new(name, title).columns(2).shared_legend();
    let figure = row(figure, outcomes, on, ("Loss", "training loss (nats)"), loss);
    row(
        figure,
        outcomes,
        on,
        ("Test error", "test error (%)"),
        error,
    )
}

/// A panel without and one with batch normalisation, on one scale.
fn row(
    figure: Figure,
    outcomes: &Outcomes<Rrelu>,
    on: On,
    (what, label): (&str, &str),
    number: fn(&Look) -> f64,
) -> Figure {
    let curves = Norm::BOTH.map(|norm| curves(outcomes, on, norm, number));
    let y = Axis {
        range: range(curves.iter().flatten()),
        ..Axis::new(label).log()
    };
    let panels = Norm::BOTH.iter().zip(&curves);
    panels.fold(figure, |figure, (norm, curves)| {
        let title = format!("{what} {}", norm.title());
        let x = epoch_axis(curves);
        figure.panel(with_curves(Chart::new(title, x, y.clone()), curves))
    })
}

/// Few epochs get a tick each.
fn epoch_axis(curves: &[Curve]) -> Axis {
    let axis = Axis::new("epoch");
    match curves.first() {
        Some(curve) if curve.x.len() <= 12 => {
            axis.ticks(curve.x.iter().map(|epoch| (*epoch, epoch.to_string())))
        }
        _ => axis,
    }
}

/// From the smallest to the largest number, and a little more.
fn range<'a>(curves: impl Iterator<Item = &'a Curve>) -> Option<(f64, f64)> {
    let ends = curves.flat_map(|curve| curve.low.iter().chain(&curve.high).copied());
    let drawn: Vec<f64> = ends.filter(|end| end.is_finite() && *end > 0.0).collect();
    let least = drawn.iter().copied().reduce(f64::min)?;
    let most = drawn.iter().copied().reduce(f64::max)?;
    Some((least / 1.1, most * 1.1))
}

fn with_curves(chart: Chart, curves: &[Curve]) -> Chart {
    let bands = curves.iter().map(|curve| {
        let (low, high) = (curve.low.clone(), curve.high.clone());
        Band::new(curve.function.label(), curve.x.clone(), low, high)
            .colour(curve.function.colour())
            .opacity(0.12)
    });
    let lines = curves.iter().map(|curve| {
        Line::new(curve.function.label(), curve.x.clone(), curve.mean.clone())
            .colour(curve.function.colour())
            .dash(curve.function.dash())
    });
    chart.with_all(bands).with_all(lines)
}

fn curves(outcomes: &Outcomes<Rrelu>, on: On, norm: Norm, number: fn(&Look) -> f64) -> Vec<Curve> {
    let curve = |function| curve(outcomes, on, (function, norm), number);
    Function::ALL.into_iter().map(curve).collect()
}

/// A curve with its spread over seeds.
struct Curve {
    function: Function,
    x: Vec<f64>,
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

/// A number of every look at an arm; where a seed diverged, the others go on.
fn curve(
    outcomes: &Outcomes<Rrelu>,
    on: On,
    (function, norm): (Function, Norm),
    number: fn(&Look) -> f64,
) -> Curve {
    let arm = norm.arm_of(function);
    let looks = |epoch: u64| -> Vec<f64> {
        let trainings = outcomes.of(&arm).map(|cell| on.training(&cell.outcome));
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
        function,
        x: at.iter().map(|(epoch, _)| *epoch).collect(),
        mean: each(statistics::mean),
        low: each(|values| statistics::quantile(values, 0.0)),
        high: each(|values| statistics::quantile(values, 1.0)),
    }
}
