//! The graph, the sizes, the differences, the times.

use retrace_figure::{Axis, BarSeries, Bars, Chart, Colour, Column, Figure, Line, Rule, Table};
use retrace_lab::{Drawing, Outcomes, statistics};

use crate::Freezing;
use crate::arm::Kind;
use crate::outcome::FrozenNetwork;
use crate::study::{BURN, FROM_FILE};

/// Where images without any difference stand, below what 32 bits tell apart near 1.
const NO_DIFFERENCE: f64 = 1e-9;

/// All figures.
pub fn all(outcomes: &Outcomes<Freezing>) -> Vec<Drawing> {
    let figures = [
        graph(outcomes),
        sizes(outcomes),
        differences(outcomes),
        times(outcomes),
    ];
    figures.into_iter().map(Drawing::from).collect()
}

fn frozen(outcomes: &Outcomes<Freezing>, kind: Kind) -> Vec<&FrozenNetwork> {
    let cells = outcomes.of(kind.name());
    cells
        .filter_map(|cell| cell.outcome.frozen.as_ref())
        .collect()
}

/// Every node of the frozen files of seed 0.
fn graph(outcomes: &Outcomes<Freezing>) -> Figure {
    let table = |kind: Kind| {
        let columns = ["node", "operation", "reads"].map(Column::words);
        let nodes = frozen(outcomes, kind)
            .into_iter()
            .take(1)
            .flat_map(|net| &net.nodes);
        let rows = nodes.map(|node| {
            [
                node.name.clone(),
                node.operator.clone(),
                node.inputs.join(", "),
            ]
        });
        rows.fold(Table::new(kind.label(), columns), Table::row)
    };
    let figure = Figure::new("graph", "The frozen graphs, node by node").caption(
        "The readable form of the frozen files of seed 0: each node with its operation in ONNX and \
         the values it reads, from the input at the top to the output. A node reads results of \
         other nodes, parameters (weight, bias, alpha, gamma, beta, running mean and variance) and \
         constants. The names first, second, hidden and logits are those under which the network \
         gives out what it computes; each stands for the result of the row right above the one \
         that reads it first. Dropout is gone; leaky ReLU, PReLU and softmax are ONNX's own \
         operations, ELU is a comparison, an exponential and a choice.",
    );
    Kind::ALL.into_iter().map(table).fold(figure, Figure::panel)
}

fn sizes(outcomes: &Outcomes<Freezing>) -> Figure {
    let parts = ["structure", "weights", "frozen file"];
    let kib = |net: &FrozenNetwork| {
        [net.sizes.structure, net.sizes.weights, net.sizes.frozen].map(|size| size as f64 / 1024.0)
    };
    let bars = Bars::new("", parts, Axis::new("size (KiB)")).digits(1);
    let bars = Kind::ALL
        .into_iter()
        .enumerate()
        .fold(bars, |bars, (at, kind)| {
            let first = frozen(outcomes, kind).first().map(|net| kib(net));
            let values = first.unwrap_or([f64::NAN; 3]);
            bars.series(BarSeries::new(kind.label(), values).colour(Colour::series(at)))
        });
    Figure::new("sizes", "Size of structure, weights, and both in one file")
        .caption(
            "Seed 0; sizes do not depend on the seed. The structure is an ONNX file whose weights \
             are inputs without values, the weights are a safetensors file.",
        )
        .panel(bars)
}

fn differences(outcomes: &Outcomes<Freezing>) -> Figure {
    let axis = Axis::new("largest difference of a probability of an image").log();
    let chart = Chart::new(
        "",
        axis,
        Axis::new("share of test images with at most this (%)"),
    );
    let curve = |(at, kind): (usize, Kind)| {
        let nets = frozen(outcomes, kind);
        let mut all: Vec<f64> = nets
            .iter()
            .flat_map(|net| net.agreement.differences.iter())
            .map(|gap| gap.max(NO_DIFFERENCE))
            .collect();
        all.sort_by(f64::total_cmp);
        // A point for each half percent is enough.
        let step = (all.len() / 200).max(1);
        let last = all.len().checked_sub(1);
        let ranks: Vec<usize> = (0..all.len()).step_by(step).chain(last).collect();
        let x: Vec<f64> = ranks.iter().map(|rank| all[*rank]).collect();
        let share = |rank: &usize| 100.0 * (rank + 1) as f64 / all.len() as f64;
        let y: Vec<f64> = ranks.iter().map(share).collect();
        Line::new(kind.label(), x, y).colour(Colour::series(at))
    };
    let lines = Kind::ALL.into_iter().enumerate().map(curve);
    let chart = lines
        .fold(chart, Chart::with)
        .with(Rule::at_x("allowed", 1e-5));
    Figure::new(
        "differences",
        "How far the frozen network is from the original",
    )
    .caption(
        "All test images of all seeds, sorted by the largest difference among the ten \
             probabilities of an image; images without any difference stand at 1e-9. The \
             differences come from sums in another order; 1e-5 is the limit above which a network \
             is not frozen.",
    )
    .panel(chart)
}

fn times(outcomes: &Outcomes<Freezing>) -> Figure {
    let panel = |kind: Kind| {
        let batches = &outcomes.config().timed_batches;
        let medians = |name: &str| -> Vec<f64> {
            let of_batch = |at: usize| {
                let cells = outcomes.of(kind.name());
                let times = cells.filter_map(|cell| cell.times.get(name)?.get(at).copied());
                1e3 * statistics::median(&times.collect::<Vec<_>>())
            };
            (0..batches.len()).map(of_batch).collect()
        };
        let burn = BarSeries::new("Burn", medians(BURN));
        let file = BarSeries::new("frozen, run by rten", medians(FROM_FILE));
        let categories = batches.iter().map(ToString::to_string);
        Bars::new(
            kind.label(),
            categories,
            Axis::new("time of a prediction (ms)"),
        )
        .category_label("images in a prediction")
        .digits(2)
        .series(burn)
        .series(file.colour(Colour::series(1)))
    };
    let figure = Figure::new("times", "Time of a prediction, original and frozen")
        .columns(2)
        .shared_legend()
        .caption(
            "Median over repeated predictions, then over seeds, on the machine of this run and on \
             one thread: another machine gives other bars. Burn: the network as it was trained; \
             rten: the program that runs the frozen file. Both get plain numbers and give plain \
             numbers. Cells that run side by side, and anything else on the machine, disturb them: \
             an impression, no benchmark.",
        );
    Kind::ALL.into_iter().map(panel).fold(figure, Figure::panel)
}
