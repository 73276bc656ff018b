//! Why a constant in front of the loss does nothing: one curve, shifted.

use retrace_figure::{Axis, Chart, Figure, Legend, Line, Marker};
use retrace_lab::{Outcomes, statistics};

use super::style::{colour, told};
use crate::Autoencoder;
use crate::arm::{Optimizer, Setup, extent};
use crate::choice::{Among, settings};
use crate::loss::Loss;
use crate::network::Answer;

/// What is left in the end, against the rate.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let mut figure = Figure::new(
        "rates",
        "Error in the end against the learning rate, as a share of the best constant answer's",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Mean over seeds, at most 1, which is where diverged trainings stand too. Gradient descent \
         on k times a loss at rate r makes the steps of the loss at rate k r: drawn against the \
         rate times k (for 1 / D its slope at the constant answer), the multiples of the sum fall on \
         one curve. Of the rates that a person tries, most lie right of where it ends. Adam \
         divides by the size of the gradient, so k does not shift its curve.",
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
            "learning rate times k: rate on the mean",
            "SGD, the rate in units of the mean's",
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
    let y = Axis::new("share left").range(0.0, 1.1);
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
            .width(1.4)
    });
    chart.with_all(lines)
}
