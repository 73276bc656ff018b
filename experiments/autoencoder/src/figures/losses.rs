//! What the author saw: the loss, step by step.

use retrace_figure::{Axis, Chart, Colour, Figure, Line};
use retrace_lab::Outcomes;

use super::style::{colour, dash, told};
use crate::Autoencoder;
use crate::arm::{Optimizer, Setup, digit};
use crate::choice::{Among, settings};
use crate::loss::Loss;
use crate::network::Answer;

/// A row a loss, a column an optimizer.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let figure = Figure::new(
        "losses",
        "The loss at each step, each loss in its own unit",
    )
    .columns(2)
    .caption(
        "Seed 0. A line for each rate that a person tries, the palest the smallest; dashed: with a \
         ReLU after the last layer. A line that ends early left the numbers of 32 bits. The sum of \
         squares with gradient descent: without the ReLU it is gone within steps, with it the \
         answer is black for ever, and the loss jumps with the number of white pixels in the \
         batch.",
    );
    let panels = Loss::ALL
        .iter()
        .flat_map(|loss| Optimizer::BOTH.map(|optimizer| panel(outcomes, *loss, optimizer)));
    panels.fold(figure, |figure, panel| figure.panel_sized(panel, 560, 300))
}

fn panel(outcomes: &Outcomes<Autoencoder>, loss: Loss, optimizer: Optimizer) -> Chart {
    let title = format!("{}, {}", loss.label(), optimizer.label());
    let chart = Chart::new(title, "step", Axis::new("loss").log());
    let of = |answer| settings(outcomes, loss, (optimizer, answer), Among::Persons);
    let both = [Answer::Open, Answer::Rectified].map(of);
    let lines = both.iter().flat_map(|settings| {
        let count = settings.len();
        let line = move |(index, setup)| line(outcomes, setup, pale(index, count));
        settings.iter().enumerate().filter_map(line)
    });
    chart.with_all(lines)
}

/// How much white is in the colour of the rate at this place of so many.
pub(super) fn pale(index: usize, count: usize) -> f64 {
    0.75 * (1.0 - (index + 1) as f64 / count as f64)
}

fn line(outcomes: &Outcomes<Autoencoder>, setup: &Setup, pale: f64) -> Option<Line> {
    let losses = &outcomes.get(&setup.name, 0)?.outcome.losses;
    let x: Vec<f64> = losses.iter().map(|loss| loss.step as f64).collect();
    // What is above this cannot be seen beside the rest.
    let first = losses.first()?.loss;
    let seen = |loss: f64| if loss < 100.0 * first { loss } else { f64::NAN };
    let y: Vec<f64> = losses.iter().map(|loss| seen(loss.loss)).collect();
    let label = match setup.answer {
        Answer::Open => digit(setup.rate),
        Answer::Rectified => format!("{}, {}", digit(setup.rate), told(setup.answer)),
    };
    let line = Line::new(label, x, y)
        .colour(colour(setup.loss).mix(Colour::WHITE, pale))
        .dash(dash(setup.answer))
        .width(1.6);
    Some(line)
}
