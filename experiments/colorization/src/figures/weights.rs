//! Class weights: how much more a rare colour counts, as described and as written.

use retrace_figure::{Axis, Chart, Colour, ColourMap, Figure, HeatMap, Marker, Points};
use retrace_lab::{Outcomes, number};

use super::histogram::ticks;
use super::style::colours;
use crate::Colorization;
use crate::bins::weights::class_weights;
use crate::bins::{Bins, Grid};
use crate::outcome::Counts;

/// Weights of both kinds by that of the most frequent bin.
struct Weights {
    shares: Vec<f64>,
    described: Vec<f64>,
    written: Vec<f64>,
}

/// Weights over the plane, and by the share of pixels.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let (_, colours) = colours(outcomes)?;
    let counts = &colours.all.coarse;
    let grid = Grid {
        window: counts.window,
    };
    let bins = Bins::of_counts(grid, &counts.pixels).ok()?;
    let lambda = outcomes.config().lambda;
    let weights = weights(&bins, lambda);
    let figure = Figure::new(
        "class-weights",
        format!(
            "How much more a pixel counts than one of the most frequent of {} bins",
            bins.len()
        ),
    )
    .columns(3)
    .caption(
        "Class weights, divided by that of the bin with the most pixels: of shares of pixels as \
         described, where lambda / Q bounds them, and of numbers of pixels as in the author's code, \
         where it vanishes and the rarest bin rules. The effective share is that of as many pixels \
         of equal weight, (sum w)^2 / (n sum w^2) (Kish 1965). The palest bins are not used.",
    );
    Some(
        figure
            .panel(map("As described", counts, &bins, &weights.described))
            .panel(map("As written", counts, &bins, &weights.written))
            .panel(chart(&weights)),
    )
}

fn weights(bins: &Bins, lambda: f64) -> Weights {
    let shares = bins.shares();
    let counts: Vec<f64> = bins.counts().iter().map(|n| *n as f64).collect();
    let relative = |weights: Vec<f64>| {
        let least = weights[bins.most_frequent()];
        weights.iter().map(|w| w / least).collect()
    };
    Weights {
        described: relative(class_weights(&shares, lambda)),
        written: relative(class_weights(&counts, lambda)),
        shares,
    }
}

/// To how many pixels of equal weight those of the training pictures amount, as a share of them.
fn effective_share(shares: &[f64], weights: &[f64]) -> f64 {
    let pairs = || shares.iter().zip(weights);
    let mean: f64 = pairs().map(|(p, w)| p * w).sum();
    let square: f64 = pairs().map(|(p, w)| p * w * w).sum();
    mean * mean / square
}

fn map(title: &str, counts: &Counts, bins: &Bins, weights: &[f64]) -> HeatMap {
    let grid = bins.grid();
    let share = 100.0 * effective_share(&bins.shares(), weights);
    let title = format!("{title}: effective share {} %", number(share));
    let logs: Vec<f64> = weights.iter().map(|w| w.log10()).collect();
    let most = logs.iter().copied().fold(0.1, f64::max);
    // Below the least weight there is only the white of what is not used.
    let unused = -0.2 * most;
    let value = |cell: usize| {
        let used = bins.cells().binary_search(&cell);
        used.map_or(unused, |bin| logs[bin])
    };
    let side = grid.side();
    let row = |row: usize| (0..side).map(|column| value(row * side + column)).collect();
    let rows: Vec<Vec<f64>> = (0..side).rev().map(row).collect();
    let columns = ticks(side, counts.window);
    let up: Vec<String> = columns.iter().rev().cloned().collect();
    HeatMap::new(title, rows)
        .map(ColourMap::Blues)
        .range(unused, most)
        .rows("a", up)
        .columns("b", columns)
        .bar_label("log10(relative weight)")
}

fn chart(weights: &Weights) -> Chart {
    let points = |label: &str, values: &[f64], colour, marker| {
        Points::new(label, weights.shares.clone(), values.to_vec())
            .colour(colour)
            .marker(marker)
            .radius(2.5)
    };
    let x = Axis::new("share of pixels (0-1)").log();
    let y = Axis::new("relative weight").log();
    Chart::new("By share of pixels", x, y)
        .with(points(
            "as written",
            &weights.written,
            Colour::series(1),
            Marker::Square,
        ))
        .with(points(
            "as described",
            &weights.described,
            Colour::series(0),
            Marker::Circle,
        ))
}
