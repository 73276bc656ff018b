//! The explanation: gradients and dead maps in the first steps.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Legend, Line};
use retrace_lab::{Outcomes, statistics};

use super::style::label;
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG_RECTIFIED, Optimizer, SOUND};
use crate::choice::{Among, best, settings};
use crate::loss::Loss;
use crate::network::Answer;
use crate::outcome::Probe;

/// Two panels a setting: gradients, dead maps.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let figure = Figure::new(
        "inside",
        "The first hundred steps from inside: gradients and dead maps",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Left: Euclidean norm of the gradient of each layer's weights; a line ends where the \
         gradient is zero or no number, and a gradient that is there at one step only shows as a \
         lone dot. Right: share of each hidden layer's maps that are zero in every pixel of every \
         picture of the batch; layer 6, the last, is no hidden layer. Mean over seeds; step 1 is \
         the network before its first update.",
    );
    arms(outcomes).into_iter().fold(figure, |figure, arm| {
        figure
            .panel_sized(gradients(outcomes, &arm), 540, 280)
            .panel_sized(dead(outcomes, &arm), 540, 280)
    })
}

fn arms(outcomes: &Outcomes<Autoencoder>) -> Vec<String> {
    let largest = |loss, how| settings(outcomes, loss, how, Among::Persons).pop();
    let rectified = (Optimizer::Sgd, Answer::Rectified);
    let chosen = [
        largest(Loss::Sum, rectified),
        largest(Loss::Sum, (Optimizer::Adam, Answer::Rectified)),
        largest(Loss::SumC2, rectified),
        best(
            outcomes,
            Loss::Sum,
            (Optimizer::Sgd, Answer::Open),
            Among::All,
        ),
    ];
    let chosen = chosen.into_iter().flatten().map(|setup| setup.name);
    let long = [INVERSE_LONG_RECTIFIED, SOUND].map(str::to_owned);
    chosen.chain(long).collect()
}

fn gradients(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Chart {
    let y = Axis::new("gradient norm").log();
    let number = |probe: &Probe, layer: usize| {
        let norm = probe.gradients.get(layer).copied().flatten();
        norm.filter(|norm| *norm > 0.0)
    };
    let title = label(outcomes, arm);
    panel(outcomes, arm, Chart::new(title, steps(), y), number)
}

fn dead(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Chart {
    let y = Axis::new("share of dead maps (0-1)").range(-0.03, 1.03);
    let number = |probe: &Probe, layer: usize| probe.dead.get(layer).copied();
    panel(outcomes, arm, Chart::new("", steps(), y), number)
}

fn steps() -> Axis {
    Axis::new("step").log()
}

fn panel(
    outcomes: &Outcomes<Autoencoder>,
    arm: &str,
    chart: Chart,
    number: impl Fn(&Probe, usize) -> Option<f64>,
) -> Chart {
    let cells: Vec<&[Probe]> = outcomes
        .of(arm)
        .map(|cell| &cell.outcome.probes[..])
        .collect();
    let longest = cells.iter().max_by_key(|probes| probes.len());
    let steps: Vec<u64> = longest.map_or_else(Vec::new, |probes| {
        probes.iter().map(|probe| probe.done).collect()
    });
    let layers = outcomes.config().features.len() + 1;
    let line = |layer: usize| {
        let mean = |done: &u64| {
            let probes = cells.iter().flat_map(|probes| probes.iter());
            let then = probes.filter(|probe| probe.done == *done);
            let values: Vec<f64> = then.filter_map(|probe| number(probe, layer)).collect();
            statistics::mean(&values)
        };
        let x: Vec<f64> = steps.iter().map(|done| (done + 1) as f64).collect();
        let y: Vec<f64> = steps.iter().map(mean).collect();
        Line::new(format!("layer {}", layer + 1), x, y)
            .colour(shade(layer, layers))
            .dash(if layer + 1 == layers {
                Dash::Dashed
            } else {
                Dash::Solid
            })
            .width(1.8)
    };
    chart.with_all((0..layers).map(line)).legend(Legend::Below)
}

/// From the first layer, dark, to the last.
fn shade(layer: usize, layers: usize) -> Colour {
    retrace_figure::ColourMap::Viridis.at(0.9 * layer as f64 / (layers - 1).max(1) as f64)
}
