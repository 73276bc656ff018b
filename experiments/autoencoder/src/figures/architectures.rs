//! "Training rate" and "learning rate" in the author's words: what a forward pass costs, and how
//! fast the loss falls.

use retrace_figure::{Axis, Chart, Colour, Figure, Line, Marker, Points};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, SHARES, label, shares};
use crate::Autoencoder;
use crate::arm::{SOUND, coded};

/// A backward pass takes about twice the multiplications of a forward pass.
const STEP: f64 = 3.0;

/// Error by steps, by work, and in the end by the cost of a forward pass.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let arms = arms(outcomes);
    Figure::new(
        "architectures",
        "Architectures: what a pass costs, and how the error falls",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Error on new circles as a share of the best constant answer's; mean over seeds, the \
             band (below: the vertical line) from the smallest to the largest. All with the mean \
             of squares, Adam and Xavier's initial weights. Work is counted in multiplications, a \
             step as three forward passes, so that it does not depend on the machine.",
    )
    .panel_sized(by(outcomes, &arms, ("By step", "step"), |_| 1.0), 560, 380)
    .panel_sized(
        by(
            outcomes,
            &arms,
            ("By work", "multiplications of the training"),
            |cost| STEP * cost * outcomes.config().batch as f64,
        ),
        560,
        380,
    )
    .panel_sized(in_the_end(outcomes, &arms), 560, 380)
}

/// Each with its colour.
fn arms(outcomes: &Outcomes<Autoencoder>) -> Vec<(String, Colour)> {
    let codes = &outcomes.config().codes;
    let some = [0, codes.len() / 2, codes.len() - 1].map(|index| coded(codes[index]));
    let mut arms = vec![SOUND.to_owned(), "small".to_owned()];
    arms.extend(some);
    arms.dedup();
    let colours = (0..).map(Colour::series);
    arms.into_iter().zip(colours).collect()
}

fn multiplications(outcomes: &Outcomes<Autoencoder>, arm: &str) -> f64 {
    let cell = outcomes.of(arm).next();
    cell.map_or(f64::NAN, |cell| cell.outcome.multiplications as f64)
}

fn by(
    outcomes: &Outcomes<Autoencoder>,
    arms: &[(String, Colour)],
    (title, x): (&str, &str),
    unit: impl Fn(f64) -> f64,
) -> Chart {
    let y = Axis::new(LEFT).log().range(SHARES.0, 2.0);
    let chart = Chart::new(title, Axis::new(x).log(), y);
    arms.iter().fold(chart, |chart, (arm, colour)| {
        let mut curve = shares(outcomes, arm);
        let unit = unit(multiplications(outcomes, arm));
        curve.x.iter_mut().for_each(|x| *x *= unit);
        let label = label(outcomes, arm);
        chart
            .with(curve.band(label.clone(), *colour))
            .with(curve.line(label, *colour))
    })
}

fn in_the_end(outcomes: &Outcomes<Autoencoder>, arms: &[(String, Colour)]) -> Chart {
    let chart = Chart::new(
        "After the last step, by the cost of a forward pass",
        Axis::new("multiplications of a forward pass (one picture)").log(),
        Axis::new(LEFT).log(),
    );
    arms.iter().fold(chart, |chart, (arm, colour)| {
        let left = outcomes.values(arm, |outcome| Some(outcome.left()));
        let cost = multiplications(outcomes, arm);
        let [low, high] = [0.0, 1.0].map(|q| statistics::quantile(&left, q));
        let label = label(outcomes, arm);
        chart
            .with(Line::new("", [cost, cost], [low, high]).colour(*colour))
            .with(
                Points::new(label, [cost], [statistics::mean(&left)])
                    .colour(*colour)
                    .marker(Marker::Circle)
                    .radius(6.0),
            )
    })
}
