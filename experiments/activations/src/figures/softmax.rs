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
    let row = &functions.temperatures;
    let names = row
        .iter()
        .map(|softmax| format!("T = {}", softmax.temperature));
    let bars = Bars::new("", names, Axis::new("probability").range(0.0, 1.05)).digits(2);
    let logits = row.first().map_or(&[][..], |softmax| &softmax.logits);
    let bars = logits
        .iter()
        .enumerate()
        .fold(bars, |bars, (class, logit)| {
            let of_class = |softmax: &Softmax| softmax.probabilities.get(class).copied();
            let values: Vec<f64> = row.iter().filter_map(of_class).collect();
            let shade = GREY.mix(Colour::LIGHT_GREY, class as f64 / 2.0);
            bars.series(BarSeries::new(format!("class with output {logit}"), values).colour(shade))
        });
    Figure::new(
        "softmax-temperature",
        "Softmax of the first case at several temperatures T",
    )
    .caption(
        "The post's case is T = 1. A lower temperature makes softmax surer of its largest input, \
         a higher one less sure; the order stays.",
    )
    .panel(bars)
}

/// Softmax is none of the compared activations and has none of their colours.
const GREY: Colour = Colour::hex(0x55_55_55);

fn bars(title: String, softmax: &Softmax) -> Bars {
    let names = softmax.logits.iter().map(ToString::to_string);
    let values = softmax.probabilities.clone();
    Bars::new(title, names, Axis::new("probability").range(0.0, 1.0))
        .series(BarSeries::new("ours", values).colour(Colour::GREY))
}
