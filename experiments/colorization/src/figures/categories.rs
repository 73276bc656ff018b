//! Which scenes are easy.

use std::collections::BTreeSet;

use retrace_figure::{BarSeries, Bars, Figure};
use retrace_lab::{Outcomes, statistics};

use crate::Colorization;
use crate::arm::{AS_DESCRIBED, AS_WRITTEN, EUCLIDEAN, Setup, UNWEIGHTED};
use crate::outcome::{Outcome, PictureScore};

type Number = fn(&PictureScore) -> f64;

const SETUPS: [Setup; 4] = [AS_DESCRIBED, UNWEIGHTED, EUCLIDEAN, AS_WRITTEN];

/// Error and chroma of each category.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let pictures = &outcomes.get(AS_DESCRIBED.name, 0)?.outcome.end()?.pictures;
    let names: BTreeSet<&str> = pictures.iter().map(|p| p.category.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let panels: [(&str, &str, Number); 2] = [
        ("Error", "mean RMSE of a and b", |picture| picture.rmse),
        ("Colour", "mean chroma", |picture| picture.chroma),
    ];
    let figure = Figure::new("categories", "Error and colour of each category of scenes")
        .columns(2)
        .shared_legend()
        .caption(
            "Mean over the test pictures of a category, mean over seeds, a dot a seed. The true \
             chroma stands beside that of the networks.",
        );
    Some(
        panels
            .into_iter()
            .fold(figure, |figure, (title, axis, number)| {
                let bars = Bars::new(title, names.clone(), axis).horizontal();
                let bars = SETUPS.into_iter().fold(bars, |bars, setup| {
                    bars.series(series(outcomes, setup, &names, number))
                });
                figure.panel(match title {
                    "Colour" => bars.series(truth(pictures, &names)),
                    _ => bars,
                })
            }),
    )
}

fn series(
    outcomes: &Outcomes<Colorization>,
    setup: Setup,
    names: &[&str],
    number: Number,
) -> BarSeries {
    let values: Vec<Vec<f64>> = names
        .iter()
        .map(|name| outcomes.values(setup.name, |outcome| mean_of(outcome, name, number)))
        .collect();
    let means: Vec<f64> = values.iter().map(|v| statistics::mean(v)).collect();
    BarSeries::new(setup.label, means)
        .colour(setup.colour())
        .points(values)
}

fn mean_of(outcome: &Outcome, category: &str, number: Number) -> Option<f64> {
    Some(of_category(&outcome.end()?.pictures, category, number))
}

fn of_category(pictures: &[PictureScore], category: &str, number: Number) -> f64 {
    let of = pictures
        .iter()
        .filter(|picture| picture.category == category);
    statistics::mean(&of.map(number).collect::<Vec<f64>>())
}

fn truth(pictures: &[PictureScore], names: &[&str]) -> BarSeries {
    let chroma = |name: &&str| of_category(pictures, name, |picture| picture.true_chroma);
    let means: Vec<f64> = names.iter().map(chroma).collect();
    BarSeries::new("true", means).colour(retrace_figure::Colour::BLACK)
}
