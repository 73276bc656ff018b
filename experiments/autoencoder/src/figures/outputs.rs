//! The post's other figures: a picture, the raw answer, the answer squeezed into 0..100.

use retrace_figure::{Figure, Images};
use retrace_lab::Outcomes;

use super::style::{array, at, label, raw, squeezed};
use crate::Autoencoder;
use crate::arm::{self, INVERSE_LONG, INVERSE_LONG_RECTIFIED, Optimizer, SOUND};
use crate::choice::{Among, best};
use crate::loss::Loss;
use crate::network::Answer;

/// A panel a network.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let figure = Figure::new(
        "outputs",
        "A circle, the network's answer, and the answer cut to 0..100",
    )
    .columns(2)
    .caption(
        "Seed 0, a new circle. Left the input, which is also what is asked for; in the middle \
             the raw answer from its own smallest number (black) to its largest (white); right the \
             answer cut to 0..100. With 1 / D the raw answer has the form of the circle, bright \
             where a ReLU ends the network, and may be its negative where none does.",
    );
    let panels = arms(outcomes).into_iter();
    let panels: Vec<Images> = panels.filter_map(|arm| panel(outcomes, &arm)).collect();
    let some = !panels.is_empty();
    let figure = panels.into_iter().fold(figure, Figure::panel);
    some.then_some(figure)
}

/// The post's losses at the best of a person's rates, then those of the longer trainings.
fn arms(outcomes: &Outcomes<Autoencoder>) -> Vec<String> {
    let mut arms: Vec<String> = Vec::new();
    for (loss, optimizer) in [
        (Loss::Sum, Optimizer::Sgd),
        (Loss::Sum, Optimizer::Adam),
        (Loss::SumC, Optimizer::Sgd),
        (Loss::SumC2, Optimizer::Sgd),
        (Loss::Mean, Optimizer::Adam),
        (Loss::Unit, Optimizer::Adam),
    ] {
        let best = best(
            outcomes,
            loss,
            (optimizer, Answer::Rectified),
            Among::Persons,
        );
        arms.extend(best.map(|setup| setup.name));
    }
    let sum = best(
        outcomes,
        Loss::Sum,
        (Optimizer::Sgd, Answer::Open),
        Among::All,
    );
    arms.extend(sum.map(|setup| setup.name));
    let inverse = arm::compared(Loss::Inverse, Optimizer::Sgd, outcomes.config().rates[0]);
    let long = [
        INVERSE_LONG_RECTIFIED,
        INVERSE_LONG,
        SOUND,
        "small",
        "dropout-last",
    ];
    arms.push(inverse);
    arms.extend(long.map(str::to_owned));
    arms
}

fn panel(outcomes: &Outcomes<Autoencoder>, arm: &str) -> Option<Images> {
    let size = outcomes.config().size();
    let input = at(array(outcomes, arm, "input")?, 0);
    let output = at(array(outcomes, arm, "output")?, 0);
    let images = Images::new(label(outcomes, arm), 3)
        .with(squeezed("input", &input, size))
        .with(raw("raw,", &output, size))
        .with(squeezed("cut", &output, size));
    Some(images)
}
