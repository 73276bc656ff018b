//! Time to draw one line chart with bands: to SVG alone and to SVG, PNG and JSON.

use criterion::{Criterion, criterion_group, criterion_main};
use retrace_figure::{Axis, Band, Chart, Colour, Figure, Line};

/// Four arms over 500 steps, a line and a band each.
fn figure() -> Figure {
    let steps: Vec<f64> = (0..500).map(f64::from).collect();
    let chart = (0..4).fold(
        Chart::new("", "step", Axis::new("loss").log()),
        |chart, arm| {
            let loss: Vec<f64> = steps
                .iter()
                .map(|s| (-s / (100.0 + 50.0 * f64::from(arm))).exp() + 0.01)
                .collect();
            let (low, high): (Vec<f64>, Vec<f64>) =
                loss.iter().map(|loss| (loss * 0.8, loss * 1.2)).unzip();
            let (label, colour) = (format!("arm {arm}"), Colour::series(arm as usize));
            chart
                .with(Band::new(label.clone(), steps.clone(), low, high).colour(colour))
                .with(Line::new(label, steps.clone(), loss).colour(colour))
        },
    );
    Figure::new("bench", "Loss of four arms").panel(chart)
}

fn draw(criterion: &mut Criterion) {
    let figure = figure();
    criterion.bench_function("line chart to SVG", |b| {
        b.iter(|| figure.svg());
    });
    criterion.bench_function("line chart to SVG, PNG and JSON", |b| {
        b.iter(|| figure.render());
    });
}

criterion_group!(benches, draw);
criterion_main!(benches);
