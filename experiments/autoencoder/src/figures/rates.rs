//! Why a constant in front of the loss does nothing: one curve, shifted.

use retrace_figure::{Axis, Chart, Dash, Figure, Legend, Line, Marker};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, colour, told};
use crate::Autoencoder;
use crate::arm::{Optimizer, Setup, extent};
use crate::choice::{Among, settings};
use crate::loss::Loss;
use crate::network::Answer;

/// What is left in the end, against the rate.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let mut figure = Figure::new(
        "rates",
        "Error after the last step against the learning rate",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Error as a share of the best constant answer's, mean over seeds. It is cut at 1, and \
         diverged trainings stand there too. Only the dots were measured; the dotted lines show \
         which dots belong to one loss; dots at one place hide one another. Gradient descent on k \
         times the mean of squares at a rate r makes the steps of the mean of squares at the rate \
         k r. Drawn against the rate times k (for 1 / D: its slope at the constant answer), the \
         multiples of the sum of squares D (all but the input of 0..1) fall on one curve with one \
         valley: a dot at 1 to the right of it diverged or answers black for ever, one to the left \
         of it took steps that are too small to learn anything. Of the rates that a person tries, \
         most miss the valley. Adam divides by the size of the gradient, so k does not shift its \
         dots.",
    );
    let raw = |setup: &Setup| setup.rate;
    let extent = extent(outcomes.config());
    let on_the_mean = |setup: &Setup| setup.rate * setup.loss.slope(extent);
    for (optimizer, x, title, place) in [
        (
            Optimizer::Sgd,
            "learning rate",
            "SGD",
            &raw as &dyn Fn(&Setup) -> f64,
        ),
        (
            Optimizer::Sgd,
            "learning rate x k",
            "SGD, rates times k",
            &on_the_mean,
        ),
        (Optimizer::Adam, "learning rate", "Adam", &raw),
    ] {
        for answer in [Answer::Open, Answer::Rectified] {
            let title = format!("{title}, {}", told(answer));
            let chart = panel(outcomes, (optimizer, answer), title, x, place);
            figure = figure.panel_sized(chart, 520, 300);
        }
    }
    figure
}

fn panel(
    outcomes: &Outcomes<Autoencoder>,
    how: (Optimizer, Answer),
    title: String,
    x: &str,
    place: &dyn Fn(&Setup) -> f64,
) -> Chart {
    let y = Axis::new(LEFT).range(0.0, 1.1);
    let chart = Chart::new(title, Axis::new(x).log(), y).legend(Legend::Below);
    let lines = Loss::ALL.map(|loss| {
        let settings = settings(outcomes, loss, how, Among::All);
        let x: Vec<f64> = settings.iter().map(place).collect();
        let y = settings.iter().map(|setup| {
            statistics::mean(&outcomes.values(&setup.name, |outcome| Some(outcome.left())))
        });
        Line::new(loss.label(), x, y.collect::<Vec<_>>())
            .colour(colour(loss))
            .marker(Marker::Circle)
            .dash(Dash::Dotted)
            .width(1.0)
    });
    chart.with_all(lines)
}
