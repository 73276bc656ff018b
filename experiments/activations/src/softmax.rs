//! **What does softmax make of the post's three cases?** And of the first one at other temperatures.
//!
//! Part of the cell of [`functions`](crate::functions).

use burn::tensor::Device;
use retrace_core::activation::{self, ActivationConfig};
use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure, Marks};
use retrace_lab::{Claim, Drawing, Reported, Result, Results};
use serde::{Deserialize, Serialize};

use crate::functions::{Functions, forward};
use crate::{Activations, POST, largest};

/// One softmax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Softmax {
    /// What goes in.
    pub logits: Vec<f64>,
    /// Temperature.
    pub temperature: f64,
    /// What comes out; sums to 1.
    pub probabilities: Vec<f64>,
}

/// A softmax case of the post: what goes in, and what it says comes out, to three places.
#[derive(Debug)]
pub struct PublishedCase {
    /// What goes in.
    pub logits: &'static [f64],
    /// What the post prints.
    pub probabilities: &'static [f64],
}

/// The post's three softmax cases.
pub const PUBLISHED: [PublishedCase; 3] = [
    PublishedCase {
        logits: &[3.0, 0.7, 0.5],
        probabilities: &[0.846, 0.085, 0.069],
    },
    PublishedCase {
        logits: &[1.2, 1.0, 1.5],
        probabilities: &[0.316, 0.258, 0.426],
    },
    PublishedCase {
        logits: &[1.5, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2],
        probabilities: &[
            0.13, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097,
        ],
    },
];

/// Softmax of the post's cases.
pub fn cases(device: &Device) -> Vec<Softmax> {
    let cases = PUBLISHED.iter();
    cases
        .map(|case| softmax(case.logits, 1.0, device))
        .collect()
}

/// Softmax of the first case at these temperatures.
pub fn first_case_at(temperatures: &[f64], device: &Device) -> Vec<Softmax> {
    let at = |temperature: &f64| softmax(PUBLISHED[0].logits, *temperature, device);
    temperatures.iter().map(at).collect()
}

fn softmax(logits: &[f64], temperature: f64, device: &Device) -> Softmax {
    let settings = activation::Softmax { temperature };
    let activation = ActivationConfig::Softmax(settings).init(1, device);
    let xs: Vec<f32> = logits.iter().map(|z| *z as f32).collect();
    Softmax {
        logits: logits.to_vec(),
        temperature,
        probabilities: forward(&activation, &xs, device),
    }
}

/// The cases and the temperatures.
pub(crate) fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
    let cell = results.of::<Functions>().first();
    Ok(cell.map_or_else(Vec::new, |cell| {
        let curves = &cell.outcome;
        vec![
            bars_of_cases(&curves.softmax).into(),
            bars_of_temperatures(&curves.temperatures).into(),
        ]
    }))
}

/// The three cases as bars, the post's numbers on them.
fn bars_of_cases(cases: &[Softmax]) -> Figure {
    let figure = Figure::new("softmax-cases", "Softmax of the post's three cases")
        .columns(3)
        .shared_legend()
        .caption(
            "What softmax makes of three outputs of a network: sure, less sure, and unsure among \
             ten classes. Diamonds: the numbers that the post prints; they lie on ours.",
        );
    cases
        .iter()
        .zip(&PUBLISHED)
        .enumerate()
        .fold(figure, |figure, (case, (softmax, published))| {
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
        })
}

/// The first case at several temperatures.
fn bars_of_temperatures(row: &[Softmax]) -> Figure {
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

/// One per case.
pub(crate) fn claims(results: &Results<Activations>) -> Vec<Claim> {
    let cell = results.of::<Functions>().first();
    cell.map_or_else(Vec::new, |cell| {
        let cases = 0..PUBLISHED.len();
        cases
            .map(|case| claim(&cell.outcome.softmax, case))
            .collect()
    })
}

/// Rounded as the post rounds.
fn to_three_places(numbers: &[f64]) -> Vec<f64> {
    let rounded = |number: &f64| (number * 1000.0).round() / 1000.0;
    numbers.iter().map(rounded).collect()
}

fn claim(cases: &[Softmax], case: usize) -> Claim {
    let published = PUBLISHED[case].probabilities;
    let found = cases.get(case);
    let found = found.map_or(&[][..], |softmax| &softmax.probabilities);
    let deviation = if found.len() == published.len() {
        let rounded = to_three_places(found);
        largest(rounded.iter().zip(published).map(|(p, q)| (p - q).abs()))
    } else {
        f64::NAN
    };
    Claim::says(
        format!("softmax-case-{}", case + 1),
        POST,
        format!(
            "softmax of {:?} is {published:?}, to three places",
            PUBLISHED[case].logits
        ),
    )
    .measured_by("largest difference after rounding to three places", "")
    .largest_is_at_most(0.0, deviation, published.len())
    .shown_in("softmax-cases")
}

/// The numbers that the post prints, beside ours.
pub(crate) fn reported(results: &Results<Activations>) -> Vec<Reported> {
    let case = |(published, found): (&PublishedCase, &Softmax)| {
        Reported::text(
            format!("softmax of {:?}", published.logits),
            POST,
            format!("{:?}", published.probabilities),
            format!("{:?}", to_three_places(&found.probabilities)),
        )
    };
    let cell = results.of::<Functions>().first();
    cell.map_or_else(Vec::new, |cell| {
        let found = &cell.outcome.softmax;
        PUBLISHED.iter().zip(found).map(case).collect()
    })
}
