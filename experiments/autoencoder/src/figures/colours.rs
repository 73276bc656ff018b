//! The post's first attempt: from brightness to colour; and scenes through the autoencoder.

use retrace_data::colour::rgb_from_lab;
use retrace_figure::{Axis, Chart, Colour, Figure, Images, Picture, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, SHARES, array, at, label, shares, squeezed};
use crate::Autoencoder;

/// Its trainings.
const ATTEMPTS: [&str; 3] = ["colour-sum-sgd", "colour-sum-adam", "colour-sound"];

/// Curves.
pub(super) fn curves(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let y = Axis::new(LEFT).log().range(SHARES.0 * 10.0, SHARES.1);
    let chart =
        Chart::new("", Axis::new("step").log(), y).with(Rule::at_y("best constant answer", 1.0));
    let grey = outcomes.values("colour-sound", |outcome| outcome.end.as_ref()?.grey_share);
    let chart = match grey.is_empty() {
        true => chart,
        false => chart.with(Rule::at_y("no colour", statistics::mean(&grey)).colour(Colour::GREY)),
    };
    let lines = ATTEMPTS.iter().zip(0..).map(|(arm, index)| {
        shares(outcomes, arm).line(label(outcomes, arm), Colour::series(index))
    });
    let bands = ATTEMPTS.iter().zip(0..).map(|(arm, index)| {
        shares(outcomes, arm).band(label(outcomes, arm), Colour::series(index))
    });
    Figure::new(
        "first-attempt",
        "The first attempt, from L to a and b: error on new scenes",
    )
    .caption(
        "Mean of squares of a and b over that of the best constant answer, mean over seeds, the \
         band from the smallest to the largest. A line that ends early diverged; more than 100 is \
         off the chart.",
    )
    .panel_sized(chart.with_all(bands).with_all(lines), 720, 440)
}

/// Scenes in colour, and in L.
pub(super) fn pictures(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let input = array(outcomes, "colour-sound", "input")?;
    let truth = array(outcomes, "colour-sound", "truth")?;
    let shown = input.shape()[0];
    let mut images = Images::new("The first attempt", shown);
    for index in 0..shown {
        images = images.with(coloured(
            outcomes,
            "true",
            &at(input, index),
            &at(truth, index),
        ));
    }
    for arm in ATTEMPTS {
        let Some(output) = array(outcomes, arm, "output") else {
            continue;
        };
        for index in 0..shown {
            let name = label(outcomes, arm);
            images = images.with(coloured(
                outcomes,
                &name,
                &at(input, index),
                &at(output, index),
            ));
        }
    }
    let figure = Figure::new("scenes", "Scenes: the first attempt, and the autoencoder")
        .columns(1)
        .caption(
            "Seed 0, scenes that were not trained on. Above: L as given, a and b as answered; a \
             training that diverged has no row. Below: L as input, L as answer.",
        )
        .panel(images);
    Some(match autoencoded(outcomes) {
        Some(grey) => figure.panel(grey),
        None => figure,
    })
}

fn coloured(outcomes: &Outcomes<Autoencoder>, label: &str, l: &[f32], ab: &[f32]) -> Picture {
    let size = outcomes.config().colour_size();
    let (a, b) = ab.split_at(size.pixels());
    let pixels = l.iter().zip(a.iter().zip(b));
    let rgb = pixels
        .flat_map(|(l, (a, b))| rgb_from_lab([*l, *a, *b]))
        .collect();
    Picture::rgb(label, size.width as u32, size.height as u32, rgb)
}

fn autoencoded(outcomes: &Outcomes<Autoencoder>) -> Option<Images> {
    let size = outcomes.config().size();
    let input = array(outcomes, "scenes", "input")?;
    let output = array(outcomes, "scenes", "output")?;
    let shown = input.shape()[0];
    let asked = (0..shown).map(|index| squeezed("input", &at(input, index), size));
    let answered = (0..shown).map(|index| squeezed("answer", &at(output, index), size));
    Some(
        asked
            .chain(answered)
            .fold(Images::new("Six layers", shown), Images::with),
    )
}
