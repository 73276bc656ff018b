//! **Does the network merely pass its input through?** It is asked about one bright pixel, and about
//! shapes that it has never seen.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure, Images, Picture};
use retrace_lab::{Arm as _, Claim, Drawing, Result, statistics};

use crate::arm::{Arm, BASELINE, DROPOUT_BETWEEN, INVERSE_RELU, SMALL, TWO_CIRCLES, code};
use crate::data::Unseen;
use crate::pictures::{at, clipped, of_training, raw, row, signed, signed_range};
use crate::score::Copying;
use crate::training::{LEFT, Outcome, Training, left};
use crate::{All, POST};

/// The answers to a pixel, and to shapes.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let figures = [
        pixel(results),
        Some(unseen(results)),
        unseen_pictures(results),
    ];
    Ok(figures.into_iter().flatten().map(Drawing::from).collect())
}

/// Networks that are asked.
fn arms(results: &All) -> Vec<Arm> {
    let mut arms = vec![BASELINE, SMALL, DROPOUT_BETWEEN, TWO_CIRCLES, INVERSE_RELU];
    arms.extend(results.config().codes.last().map(|size| code(*size)));
    arms
}

/// The change of the answer by a bright pixel.
fn pixel(results: &All) -> Option<Figure> {
    let size = results.config().size();
    let picture = |arm: Arm| -> Option<Picture> {
        let change = at(of_training(results, arm, "response")?, 0);
        let range = signed_range(&change);
        let label = format!("{}: -{:.1} to {:.1}", arm.label(), range.1, range.1);
        Some(signed(label, &change, size, range))
    };
    let pictures = arms(results).into_iter().filter_map(picture);
    let images = pictures.fold(Images::new("", 3), Images::with);
    let figure = Figure::new("pixel", "What one white pixel in the middle changes in the answer")
        .caption(
            "Seed 0: the answer to black with one white pixel minus the answer to black. Red is \
             brighter, blue is darker, each picture with its own scale. A network that copies would \
             have one red pixel of 100 and nothing else.",
        );
    (!images.pictures.is_empty()).then(|| figure.panel(images))
}

/// Errors on shapes.
fn unseen(results: &All) -> Figure {
    let names = std::iter::once("the kind trained on").chain(Unseen::ALL.map(Unseen::label));
    let bars = Bars::new("", names, Axis::new(LEFT));
    let asked = arms(results).into_iter().filter(|arm| *arm != INVERSE_RELU);
    let bars = asked.zip(0..).fold(bars, |bars, (arm, index)| {
        let on = |kind| {
            let trainings = results.of::<Training>();
            trainings.values(&arm, |outcome| share_on(outcome, kind))
        };
        let own = std::iter::once(left(results, arm));
        let lists: Vec<Vec<f64>> = own.chain(Unseen::ALL.map(on)).collect();
        let means: Vec<f64> = lists.iter().map(|list| statistics::mean(list)).collect();
        let series = BarSeries::new(arm.label(), means);
        bars.series(series.colour(Colour::series(index)).points(lists))
    });
    Figure::new("unseen", "Error on pictures that no network was trained on")
        .caption(
            "Error as a share of the best constant answer's: a network that copies would have 0 \
             everywhere. Mean over seeds, a dot per seed.",
        )
        .panel_sized(bars, 900, 420)
}

/// Shapes and what the networks make of them.
fn unseen_pictures(results: &All) -> Option<Figure> {
    let size = results.config().size();
    let input = of_training(results, BASELINE, "unseen-input")?;
    let kinds = Unseen::ALL.into_iter().enumerate();
    let inputs = kinds.map(|(index, kind)| clipped(kind.label(), &at(input, index), size));
    let figure = Figure::new("unseen-pictures", "Shapes that no network was trained on")
        .columns(1)
        .caption(
            "Seed 0, one of each kind; answers cut to 0..100, and for 1 / D stretched from their \
             smallest to their largest number.",
        )
        .panel(inputs.fold(Images::new("input", Unseen::ALL.len()), Images::with));
    let answered = arms(results).into_iter().filter_map(|arm| {
        let output = of_training(results, arm, "unseen-output")?;
        let picture = match arm == INVERSE_RELU {
            true => raw,
            false => |label: &str, values: &[f32], size| clipped(label, values, size),
        };
        let images = Images::new(arm.label(), Unseen::ALL.len());
        Some(row(images, output, |values| picture("", values, size)))
    });
    Some(answered.fold(figure, Figure::panel))
}

/// Half of the squared change by a bright pixel lies in other pixels.
const ELSEWHERE: f64 = 0.5;

/// That the baseline does not copy.
pub fn claims(results: &All) -> Vec<Claim> {
    let of_baseline = |number: fn(&Outcome<Copying>) -> Option<f64>| {
        results.of::<Training>().values(&BASELINE, number)
    };
    vec![
        Claim::says(
            "a-pixel-is-not-copied",
            POST,
            "the network does not merely copy: a bright pixel",
        )
        .measured_by(
            "share of the squared change that lies in other pixels; 0 for a copy",
            "",
        )
        .mean_is_above(
            ELSEWHERE,
            &of_baseline(|outcome| Some(outcome.end.as_ref()?.pixel?.elsewhere)),
        )
        .shown_in("pixel"),
        Claim::says(
            "shapes-are-not-copied",
            POST,
            "the network does not merely copy: squares, triangles and text are answered worse than \
             circles",
        )
        .measured_by(
            "share of the constant answer's error, mean of the shapes minus circles",
            "",
        )
        .mean_is_above(0.0, &of_baseline(worse_on_shapes))
        .shown_in("unseen"),
        Claim::says(
            "noise-is-not-copied",
            POST,
            "the network does not merely copy: of noise more is left than a constant would leave",
        )
        .measured_by(
            "share of the constant answer's error on noise; 0 for a copy",
            "",
        )
        .mean_is_above(
            1.0,
            &of_baseline(|outcome| share_on(outcome, Unseen::Noise)),
        )
        .shown_in("unseen"),
    ]
}

fn share_on(outcome: &Outcome<Copying>, kind: Unseen) -> Option<f64> {
    let place = Unseen::ALL.iter().position(|known| *known == kind)?;
    outcome.end.as_ref()?.unseen.get(place).copied()
}

fn worse_on_shapes(outcome: &Outcome<Copying>) -> Option<f64> {
    let shapes = [Unseen::Squares, Unseen::Triangles, Unseen::Text];
    let shares = shapes.map(|kind| share_on(outcome, kind));
    let shares: Option<Vec<f64>> = shares.into_iter().collect();
    Some(statistics::mean(&shares?) - outcome.last()?.share)
}
