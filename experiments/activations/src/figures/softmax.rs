//! Softmax: the post's three cases, and a row of temperatures.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure, Marks};

use crate::curves::PUBLISHED;
use crate::outcome::{Functions, Softmax};

/// The three cases as bars, the post's numbers on them.
pub(super) fn cases(functions: &Functions) -> Figure {
    let figure = Figure::new("softmax-cases", "Softmax of the post's three cases")
        .columns(3)
        .shared_legend()
        .caption(
            "What softmax makes of three outputs of a network: sure, less sure, and unsure among \
             ten classes. Diamonds: the numbers that the post prints; they lie on ours.",
        );
    functions.softmax.iter().zip(&PUBLISHED).enumerate().fold(
        figure,
        |figure, (case, (softmax, published))| {
            let title = format!("Case {}", case + 1);
            let marks = published
                .probabilities
                .iter()
                .map(|p| vec![*p])
                .collect::<Vec<_>>();
            let bars = bars(title, softmax)
                .category_label("output of the network")
                .marks(Marks::new("the post", marks));
            figure.panel(bars)
        },
    )
}

/// The first case at several temperatures.
pub(super) fn temperatures(functions: &Functions) -> Figure {
    let figure = Figure::new(
        "softmax-temperature",
        "Softmax of the first case at several temperatures T",
    )
    .columns(functions.temperatures.len().clamp(1, 3))
    .caption(
        "The post's case is T = 1. A lower temperature makes softmax surer of its largest input, \
         a higher one less sure; the order stays.",
    );
    functions
        .temperatures
        .iter()
        .fold(figure, |figure, softmax| {
            figure.panel(
                bars(format!("T = {}", softmax.temperature), softmax)
                    .category_label("output of the network")
                    .digits(3),
            )
        })
}

fn bars(title: String, softmax: &Softmax) -> Bars {
    let names = softmax.logits.iter().map(ToString::to_string);
    Bars::new(title, names, Axis::new("probability").range(0.0, 1.0))
        .series(BarSeries::new("ours", softmax.probabilities.clone()).colour(Colour::series(5)))
}
