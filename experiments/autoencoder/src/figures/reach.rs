//! How far the answers leave 0..100.

use retrace_figure::{Axis, Chart, Dash, Figure, Line, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{colour, dash, told};
use crate::Autoencoder;
use crate::arm::{Optimizer, Setup};
use crate::choice::{Among, best, settings};
use crate::loss::Loss;
use crate::network::Answer;
use crate::outcome::Probe;

/// The largest answer, by loss, during the first hundred steps.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let figure = Figure::new("reach", "The largest answer in the first hundred steps")
        .columns(2)
        .shared_legend()
        .caption(
            "The largest size of an answer to a batch (white is 100; more than 1e8 is off the \
             chart) at the best of the rates that a person tries for each loss; 1 / D has no best, \
             and stands at the largest. Mean over seeds of the logarithm; a line ends where all \
             seeds diverged or answer black. Coloured dashes: with a ReLU after the last layer; \
             grey dots: white.",
        );
    Optimizer::BOTH
        .into_iter()
        .fold(figure, |figure, optimizer| {
            figure.panel_sized(panel(outcomes, optimizer), 560, 380)
        })
}

fn panel(outcomes: &Outcomes<Autoencoder>, optimizer: Optimizer) -> Chart {
    let y = Axis::new("largest |answer|").log().range(1.0, 1e8);
    let chart = Chart::new(optimizer.label(), Axis::new("step").log(), y);
    let mut lines = Vec::new();
    for loss in Loss::ALL {
        for answer in [Answer::Open, Answer::Rectified] {
            let how = (optimizer, answer);
            let setup = if loss.is_inverse() {
                settings(outcomes, loss, how, Among::Persons).pop()
            } else {
                best(outcomes, loss, how, Among::Persons)
            };
            lines.extend(setup.map(|setup| line(outcomes, &setup)));
        }
    }
    chart
        .with_all(lines)
        .with(Rule::at_y("white", 100.0).dash(Dash::Dotted))
}

fn line(outcomes: &Outcomes<Autoencoder>, setup: &Setup) -> Line {
    let cells = outcomes.of(&setup.name).map(|cell| &cell.outcome.probes);
    let probes: Vec<&Probe> = cells.flatten().collect();
    let mut steps: Vec<u64> = probes.iter().map(|probe| probe.done).collect();
    steps.sort_unstable();
    steps.dedup();
    let size = |done: &u64| {
        let then = probes.iter().filter(|probe| probe.done == *done);
        let reach = then
            .filter_map(|probe| probe.range)
            .map(|(low, high)| low.abs().max(high.abs()));
        let logs: Vec<f64> = reach.filter(|reach| *reach > 0.0).map(f64::ln).collect();
        statistics::mean(&logs).exp()
    };
    let x: Vec<f64> = steps.iter().map(|done| (done + 1) as f64).collect();
    let y: Vec<f64> = steps.iter().map(size).collect();
    let label = format!("{}, {}", setup.loss.label(), told(setup.answer));
    Line::new(label, x, y)
        .colour(colour(setup.loss))
        .dash(dash(setup.answer))
}
