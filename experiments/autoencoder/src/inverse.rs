//! **What does one over the distance learn?** It falls, the post says, the answers leave 0..100, and
//! squeezed back they look like circles.

use retrace_figure::{Figure, Images};
use retrace_lab::{Arm as _, Claim, Drawing, Result};

use crate::arm::{
    Arm, AtRate, BASELINE, DROPOUT_LAST, INVERSE, INVERSE_RELU, Optimizer, SMALL, Variant,
};
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::OutputActivation;
use crate::pictures::{at, clipped, of_training, raw};
use crate::rates::{Among, best};
use crate::score::Score;
use crate::training::Training;
use crate::variants::second_half;
use crate::{All, LATER, POST};

/// The post's other figures: a picture, the raw answer, the answer squeezed into 0..100.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let panels = arms(results).into_iter();
    let panels: Vec<Images> = panels.filter_map(|arm| panel(results, arm)).collect();
    if panels.is_empty() {
        return Ok(Vec::new());
    }
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
    Ok(vec![panels.into_iter().fold(figure, Figure::panel).into()])
}

/// The post's losses at the best of a person's rates, then those of the longer trainings.
fn arms(results: &All) -> Vec<Arm> {
    let best = |loss, optimizer, output, among| best(results, loss, (optimizer, output), among);
    let usual = |loss, optimizer| best(loss, optimizer, OutputActivation::Relu, Among::Usual);
    let linear = OutputActivation::Linear;
    let at_rates = [
        usual(Loss::Sum, Optimizer::Sgd),
        usual(Loss::Sum, Optimizer::Adam),
        usual(Loss::SumC, Optimizer::Sgd),
        usual(Loss::SumC2, Optimizer::Sgd),
        usual(Loss::Mean, Optimizer::Adam),
        usual(Loss::Unit, Optimizer::Adam),
        best(Loss::Sum, Optimizer::Sgd, linear, Among::All),
        Some(AtRate {
            loss: Loss::Inverse,
            optimizer: Optimizer::Sgd,
            rate: results.config().rates[0],
            initial: Initial::Truncated,
            output: linear,
            is_usual: true,
        }),
    ];
    let longer = [INVERSE_RELU, INVERSE, BASELINE, SMALL, DROPOUT_LAST];
    let at_rates = at_rates.into_iter().flatten().map(Arm::from);
    at_rates.chain(longer).collect()
}

fn panel(results: &All, arm: Arm) -> Option<Images> {
    let size = results.config().size();
    let input = at(of_training(results, arm, "input")?, 0);
    let output = at(of_training(results, arm, "output")?, 0);
    let images = Images::new(arm.label(), 3)
        .with(clipped("input", &input, size))
        .with(raw("raw,", &output, size))
        .with(clipped("cut", &output, size));
    Some(images)
}

/// Beyond 0..100 by more than a tenth of the range.
const OVERSHOOT: f64 = 10.0;
/// A quarter of the variance is shared.
const RESEMBLES: f64 = 0.5;

/// What the post, and its author later, say of 1 / D, with and without a ReLU at the end.
pub fn claims(results: &All) -> Vec<Claim> {
    let mut claims = Vec::new();
    for output in [OutputActivation::Relu, OutputActivation::Linear] {
        claims.push(falls(results, output));
        let by_answers = [
            leaves_the_range(results, output),
            worse_than_nothing(results, output),
            cut_resembles(results, output),
            stretched_resembles(results, output),
            one_of_both_resembles(results, output),
        ];
        claims.extend(by_answers.map(|claim| claim.shown_in("outputs")));
    }
    claims.push(longer_is_better(results));
    claims
}

fn id(claim: &str, output: OutputActivation) -> String {
    format!("inverse-{claim}{}", output.id_suffix())
}

/// A number of the last score, one per seed.
fn scored(results: &All, output: OutputActivation, number: impl Fn(&Score) -> f64) -> Vec<f64> {
    let arm = Arm::Variant(Variant::Inverse(output));
    let trainings = results.of::<Training>();
    trainings.values(&arm, |outcome| outcome.last().map(&number))
}

fn falls(results: &All, output: OutputActivation) -> Claim {
    let arm = Arm::Variant(Variant::Inverse(output));
    let falls = results.of::<Training>().values(&arm, |outcome| {
        let losses = &outcome.history.losses;
        let fall = (losses.last()?.loss / losses.first()?.loss).log10();
        fall.is_finite().then_some(fall)
    });
    let statement = format!("one over the distance falls, {}", output.ending());
    Claim::says(id("falls", output), POST, statement)
        .measured_by("logarithm to base 10 of the last loss over the first", "")
        .mean_is_below(0.0, &falls)
}

fn leaves_the_range(results: &All, output: OutputActivation) -> Claim {
    let beyond = |score: &Score| (score.high - 100.0).max(-score.low);
    let statement = format!(
        "with one over the distance the answers leave 0..100, {}",
        output.ending()
    );
    Claim::says(id("leaves-the-range", output), POST, statement)
        .measured_by("furthest answer beyond 0..100", "L")
        .mean_is_above(OVERSHOOT, &scored(results, output, beyond))
}

fn worse_than_nothing(results: &All, output: OutputActivation) -> Claim {
    let share = |score: &Score| score.share.log10();
    let statement = format!(
        "with one over the distance resemblance falls, as the answers explode, {}",
        output.ending()
    );
    Claim::says(id("explodes", output), LATER, statement)
        .measured_by(
            "logarithm to base 10 of the share of the constant answer's error",
            "",
        )
        .mean_is_above(1.0, &scored(results, output, share))
}

// "Squishing into that range" may mean to cut, or to stretch.

fn cut_resembles(results: &All, output: OutputActivation) -> Claim {
    let correlations = scored(results, output, |score| score.clipped_correlation);
    let statement = format!(
        "the answer of 1 / D cut to 0..100 looks like the input, {}",
        output.ending()
    );
    Claim::says(id("cut-resembles", output), POST, statement)
        .measured_by("correlation with the input", "")
        .mean_is_above(RESEMBLES, &correlations)
        .if_contradicted(
            "1 / D rewards distance, so that nearly all answers explode far beyond 0 to 100, \
             background and circle alike. Cut there, they are white, or black where they explode \
             downwards; what is left of the circle shows only when the answer is stretched.",
        )
}

fn stretched_resembles(results: &All, output: OutputActivation) -> Claim {
    let correlations = scored(results, output, |score| score.stretched_correlation);
    let statement = format!(
        "the answer of 1 / D stretched from its smallest and largest number to 0..100 looks like \
         the input, {}",
        output.ending()
    );
    let claim = Claim::says(id("stretched-resembles", output), POST, statement)
        .measured_by("correlation with the input", "")
        .mean_is_above(RESEMBLES, &correlations);
    match output {
        OutputActivation::Linear => claim.if_contradicted(
            "Without a ReLU the answer may explode downwards as well as up. In seeds where it does, \
             it is the negative of the circle, and resemblance of both signs averages out.",
        ),
        OutputActivation::Relu => claim,
    }
}

/// Of either sign: an answer may explode downwards as well.
fn one_of_both_resembles(results: &All, output: OutputActivation) -> Claim {
    let sizes = scored(results, output, |score| score.correlation.abs());
    let statement = format!(
        "the raw answer of 1 / D is like the input or its negative, {}",
        output.ending()
    );
    Claim::says(id("or-its-negative-resembles", output), LATER, statement)
        .measured_by("size of the correlation with the input", "")
        .mean_is_above(RESEMBLES, &sizes)
}

fn longer_is_better(results: &All) -> Claim {
    let gains = second_half(results, INVERSE_RELU, |score| score.stretched_correlation);
    Claim::says(
        "longer-is-better-by-inverse",
        POST,
        "longer training gives better circles, one over the distance",
    )
    .measured_by(
        "correlation of the stretched answer, at the end minus half-way",
        "",
    )
    .mean_is_above(0.0, &gains)
    .shown_in("film")
}
