//! The same trainings by a number that all losses share.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Rule};
use retrace_lab::Outcomes;

use super::losses::pale;
use super::style::{LEFT, SHARES, colour, dash, shares, told};
use crate::Autoencoder;
use crate::arm::{Optimizer, digit};
use crate::choice::{Among, settings};
use crate::loss::Loss;
use crate::network::Answer;

/// A row a loss, a column an optimizer.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let figure = Figure::new(
        "shares",
        "Error on new circles, as a share of the best constant answer's",
    )
    .columns(2)
    .caption(
        "Mean of squares over that of the best constant answer, mean over seeds: at 1 (dotted) a \
         network knows nothing of its input. Palest line: the smallest rate that a person tries; \
         dashed: with a ReLU after the last layer; dash and dot: rates that the loss would need. \
         More than 100 is off the chart.",
    );
    let panels = Loss::ALL
        .iter()
        .flat_map(|loss| Optimizer::BOTH.map(|optimizer| panel(outcomes, *loss, optimizer)));
    panels.fold(figure, |figure, panel| figure.panel_sized(panel, 560, 300))
}

fn panel(outcomes: &Outcomes<Autoencoder>, loss: Loss, optimizer: Optimizer) -> Chart {
    let title = format!("{}, {}", loss.label(), optimizer.label());
    let y = Axis::new(LEFT).log().range(SHARES.0, SHARES.1);
    let chart =
        Chart::new(title, Axis::new("step").log(), y).with(Rule::at_y("", 1.0).dash(Dash::Dotted));
    let lines = [Answer::Open, Answer::Rectified]
        .into_iter()
        .flat_map(|answer| {
            let settings = settings(outcomes, loss, (optimizer, answer), Among::All);
            let count = settings.len();
            let of = move |(index, setup): (usize, crate::arm::Setup)| {
                let persons = setup.study != crate::arm::Study::MeanRates;
                let colour = if persons {
                    colour(loss).mix(Colour::WHITE, pale(index, count))
                } else {
                    Colour::BLACK.mix(Colour::WHITE, pale(index, count))
                };
                let label = match answer {
                    Answer::Open => digit(setup.rate),
                    Answer::Rectified => format!("{}, {}", digit(setup.rate), told(answer)),
                };
                let dash = if persons { dash(answer) } else { Dash::DashDot };
                shares(outcomes, &setup.name)
                    .line(label, colour)
                    .dash(dash)
                    .width(1.6)
            };
            settings.into_iter().enumerate().map(of).collect::<Vec<_>>()
        });
    chart.with_all(lines)
}
