//! **What does the temperature do?** From the most probable colour to the mean of all, and with flat
//! and with narrow targets.

use retrace_figure::{Axis, Chart, Figure, Images, Marker};
use retrace_lab::{Arm, Claim, Drawing, Result, Results, seeds, statistics};

use crate::arm::Variant;
use crate::evaluation::{Evaluation, TEMPERATURES};
use crate::pictures::{in_colours, in_truth, kept, truths};
use crate::training::{Training, differences, evaluated};
use crate::{Colorization, OURS, POST};

/// Pictures above, curves below.
pub fn figures(results: &Results<Colorization>) -> Result<Vec<Drawing>> {
    Ok(figure(results).into_iter().map(Drawing::from).collect())
}

fn figure(results: &Results<Colorization>) -> Option<Figure> {
    let figure = Figure::new(
        "temperatures",
        "From the most probable colour to the mean of all: the temperature",
    )
    .caption(
        "Above: a test picture at temperatures from 0.01 (the bin with the largest probability) to \
         1 (the mean over all bins), as described, seed 0. Below: mean chroma of all test pictures \
         over that of the true colours; mean over seeds, the band from the smallest to the \
         largest.",
    );
    let cell = results.of::<Training>().get(&Variant::AsDescribed, 0)?;
    let pictures = kept(&cell.arrays, "temperatures")?;
    let lab = truths(results, Variant::AsDescribed)?.into_iter().next()?;
    let mut images = Images::new("", TEMPERATURES.len() + 1);
    for (temperature, colours) in TEMPERATURES.iter().zip(&pictures) {
        images = images.with(in_colours(format!("T = {temperature}"), &lab, colours));
    }
    let images = images.with(in_truth("true", &lab));
    Some(figure.panel(images).panel_sized(chart(results), 900, 340))
}

fn chart(results: &Results<Colorization>) -> Chart {
    let x = Axis::new("temperature").log();
    let x = x.ticks(TEMPERATURES.map(|t| (t, t.to_string())));
    let chart = Chart::new("", x, "mean chroma / true chroma");
    let arms = [
        Variant::AsDescribed,
        Variant::Unweighted,
        Variant::NearestFive,
        Variant::AsWritten,
    ];
    arms.into_iter().fold(chart, |chart, arm| {
        let at =
            |index: usize| evaluated(results, arm, |e| e.temperatures.get(index)?.chroma_ratio);
        let places: Vec<Vec<f64>> = (0..TEMPERATURES.len()).map(at).collect();
        let curve = seeds::Curve::new(&places, statistics::mean, seeds::RANGE);
        let (label, colour) = (arm.label(), arm.colour());
        let band = curve.band(&label, &TEMPERATURES);
        let line = curve.line(&label, &TEMPERATURES);
        chart
            .with(band.colour(colour).opacity(0.12))
            .with(line.colour(colour).marker(Marker::Circle))
    })
}

/// Cold is vivid, hot is pale; and flat targets?
pub fn claims(results: &Results<Colorization>) -> Vec<Claim> {
    let claims = [cold(results), hot(results), flat_targets(results)];
    claims.map(|claim| claim.shown_in("temperatures")).into()
}

/// Chroma of the colours by that of the truth, at the temperature nearest to `temperature`.
fn chroma_at(evaluation: &Evaluation, temperature: f64) -> Option<f64> {
    let away = |at: f64| (at - temperature).abs();
    let all = evaluation.temperatures.iter();
    let nearest = all.min_by(|a, b| away(a.temperature).total_cmp(&away(b.temperature)));
    nearest?.chroma_ratio
}

fn cold(results: &Results<Colorization>) -> Claim {
    let more = |e: &Evaluation| Some(chroma_at(e, 0.01)? - chroma_at(e, 0.38)?);
    Claim::says(
        "cold-is-vivid",
        POST,
        "a temperature towards 0 gives more intense colours",
    )
    .measured_by(
        "mean chroma by that of the truth, T = 0.01 minus T = 0.38",
        "",
    )
    .mean_is_above(0.0, &evaluated(results, Variant::AsDescribed, more))
}

fn hot(results: &Results<Colorization>) -> Claim {
    let more = |e: &Evaluation| Some(chroma_at(e, 1.0)? - chroma_at(e, 0.38)?);
    Claim::says(
        "hot-is-pale",
        POST,
        "a temperature of 1 gives less saturated colours",
    )
    .measured_by("mean chroma by that of the truth, T = 1 minus T = 0.38", "")
    .mean_is_below(0.0, &evaluated(results, Variant::AsDescribed, more))
}

fn flat_targets(results: &Results<Colorization>) -> Claim {
    let arms = (Variant::AsDescribed, Variant::NearestFive);
    Claim::says(
        "flat-targets-are-pale",
        OURS,
        "the author's flat 5x5 target makes paler means than the five nearest bins",
    )
    .measured_by(
        "mean chroma by that of the truth at T = 1, as described minus five nearest",
        "",
    )
    .mean_is_below(0.0, &differences(results, arms, |e| chroma_at(e, 1.0)))
    .if_contradicted(
        "A flat target has its mean where its middle is, except at the edge of the used bins: there \
         is hardly anything in it that makes means paler.",
    )
}
