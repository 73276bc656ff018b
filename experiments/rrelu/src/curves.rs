//! **How do the trainings go?** Loss on the training images and error on the test images, epoch by
//! epoch: the post's figure, and the same on few images.

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::{Drawing, Result, Results, seeds, statistics};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::training::{On, Snapshot, Trainings};

/// The curves of both trainings.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
    Ok(vec![
        on_all_images(results).into(),
        on_few_images(results).into(),
    ])
}

/// The post's figure: all networks on all training images.
fn on_all_images(results: &Results<Rrelu>) -> Figure {
    figure(results, On::All, "curves").caption(
        "Above: cross-entropy over the steps of each epoch, with the slopes of training; below: \
         share of wrong test images, in evaluation. Left without, right with batch normalisation. \
         Mean over seeds, the band from the smallest to the largest. Early on the right the error \
         is that of running statistics which have not yet forgotten where they began.",
    )
}

/// The same on few images, where networks overfit.
fn on_few_images(results: &Results<Rrelu>) -> Figure {
    figure(results, On::Few, "few-curves").caption(
        "Above: cross-entropy over the steps of each epoch, with the slopes of training; below: \
         share of wrong test images, in evaluation. Left without, right with batch normalisation. \
         Mean over seeds, the band from the smallest to the largest. Every network comes to know \
         its few training images by heart, and the test error stays.",
    )
}

fn figure(results: &Results<Rrelu>, on: On, name: &str) -> Figure {
    let title = format!("{}: loss and test error by epoch", on.title(results));
    let (loss, error) = (
        |snapshot: &Snapshot| snapshot.loss,
        |snapshot: &Snapshot| 100.0 * (1.0 - snapshot.test.accuracy),
    );
    let figure = Figure::new(name, title).columns(2).shared_legend();
    let figure = row(figure, results, on, ("Loss", "training loss (nats)"), loss);
    row(figure, results, on, ("Test error", "test error (%)"), error)
}

/// A panel without and one with batch normalisation, on one scale.
fn row(
    figure: Figure,
    results: &Results<Rrelu>,
    on: On,
    (what, label): (&str, &str),
    number: fn(&Snapshot) -> f64,
) -> Figure {
    let curves = Norm::BOTH.map(|norm| curves(results, on, norm, number));
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
    let ends = curves.flat_map(|curve| curve.spread.low.iter().chain(&curve.spread.high).copied());
    let drawn: Vec<f64> = ends.filter(|end| end.is_finite() && *end > 0.0).collect();
    let least = drawn.iter().copied().reduce(f64::min)?;
    let most = drawn.iter().copied().reduce(f64::max)?;
    Some((least / 1.1, most * 1.1))
}

fn with_curves(chart: Chart, curves: &[Curve]) -> Chart {
    let bands = curves.iter().map(
        |Curve {
             function,
             x,
             spread,
         }| {
            let band = spread.band(function.label, x);
            band.colour(function.colour()).opacity(0.12)
        },
    );
    let lines = curves.iter().map(
        |Curve {
             function,
             x,
             spread,
         }| {
            let line = spread.line(function.label, x);
            line.colour(function.colour()).dash(function.dash)
        },
    );
    chart.with_all(bands).with_all(lines)
}

/// A curve with its spread over seeds.
struct Curve {
    function: Function,
    x: Vec<f64>,
    spread: seeds::Curve,
}

/// A number of every snapshot of each network; where a seed diverged, the others go on.
fn curves(
    results: &Results<Rrelu>,
    on: On,
    norm: Norm,
    number: fn(&Snapshot) -> f64,
) -> Vec<Curve> {
    let (last, every) = on.epochs(results.config());
    let epochs = (1..=last).filter(|epoch| epoch.is_multiple_of(every) || *epoch == last);
    let epochs: Vec<u64> = epochs.collect();
    let curve = |function| {
        let arm = norm.of(function);
        let values = |epoch: &u64| -> Vec<f64> {
            let cells = results.of::<Trainings>().of(&arm);
            let snapshots = cells.flat_map(|cell| &on.training(&cell.outcome).snapshots);
            let then = snapshots.filter(|snapshot| snapshot.epoch == *epoch);
            then.map(number).collect()
        };
        let places: Vec<Vec<f64>> = epochs.iter().map(values).collect();
        Curve {
            function,
            x: epochs.iter().map(|epoch| *epoch as f64).collect(),
            spread: seeds::Curve::new(&places, statistics::mean, seeds::RANGE),
        }
    };
    Function::ALL.into_iter().map(curve).collect()
}
