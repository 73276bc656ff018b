//! **Why were the author's results "a bit random"?** What his code does, all of it at once and one
//! difference from his text at a time.
//!
//! How the spread over seeds is measured was changed once, after five seeds of reduced photographs:
//! pairs of seeds had been compared, which so few seeds cannot decide.

use retrace_figure::{BarSeries, Bars, Colour, Dash, Figure, Images, Rule};
use retrace_lab::{Arm, Claim, Drawing, Result, Results, seeds, statistics};

use crate::arm::Variant;
use crate::evaluation::Evaluation;
use crate::metrics::Scores;
use crate::pictures::{in_colours, in_truth, kept, truths};
use crate::training::{Training, differences, evaluated};
use crate::{Colorization, OURS};

/// Scores of all networks, and one picture from seed to seed.
pub fn figures(results: &Results<Colorization>) -> Result<Vec<Drawing>> {
    let figures = [Some(scores(results)), from_seed_to_seed(results)];
    Ok(figures.into_iter().flatten().map(Drawing::from).collect())
}

type Number = fn(&Scores) -> Option<f64>;

/// How near to the truth each network's colours are, and how colourful.
fn scores(results: &Results<Colorization>) -> Figure {
    let figure = Figure::new("scores", "Colours of each network on the test pictures")
        .columns(2)
        .caption(
            "Root mean square error of a and b, Zhang's accuracy (area under the curve of the \
             share of pixels within a distance of 0 to 150) raw and with rare colours counting as \
             much as others, and the mean chroma over that of the true colours. \"As described\" \
             is what the author's text says, \"as written\" what his code does. Mean over seeds \
             with its 95 % interval, a dot per seed. The upper networks are measured \
             on all scenes, where the line is what all grey has; the two of forests on forests, \
             where grey has other values (`results`). The true chroma is 1.",
        );
    let panels: [(&str, &str, Number); 4] = [
        ("Error", "RMSE of a and b", |s| Some(s.rmse)),
        ("Chroma", "mean chroma / true chroma", |s| s.chroma_ratio),
        ("Raw accuracy", "accuracy (%)", |s| Some(100.0 * s.accuracy)),
        ("Rebalanced accuracy", "accuracy (%)", |s| {
            Some(100.0 * s.rebalanced_accuracy)
        }),
    ];
    panels
        .into_iter()
        .fold(figure, |figure, (title, axis, number)| {
            figure.panel(bars(results, (title, axis), number))
        })
}

fn bars(results: &Results<Colorization>, (title, axis): (&str, &str), number: Number) -> Bars {
    let values = Variant::ALL.map(|arm| evaluated(results, arm, |e| number(&e.scores)));
    let series: BarSeries = seeds::bars("", &values);
    let series = series.colour_each(Variant::ALL.map(Variant::colour));
    let labels = Variant::ALL.map(|arm| arm.label());
    let bars = Bars::new(title, labels, axis).series(series);
    match rule(results, title, number) {
        Some(rule) => bars.rule(rule).horizontal(),
        None => bars.horizontal(),
    }
}

fn rule(results: &Results<Colorization>, title: &str, number: Number) -> Option<Rule> {
    let line = |label: &str, at: f64| {
        let rule = Rule::at_y(label, at).colour(Colour::DARK_GREY);
        rule.dash(Dash::Dashed)
    };
    if title == "Chroma" {
        return Some(line("true", 1.0));
    }
    let cell = results.of::<Training>().get(&Variant::AsDescribed, 0)?;
    let grey = &cell.outcome.evaluation.as_ref()?.grey;
    Some(line("all grey", number(grey)?))
}

/// Seeds that the figure shows.
const SEEDS: u64 = 5;
/// Its rows.
const ROWS: [(Variant, &str); 4] = [
    (Variant::ForestsAsWritten, "forests, code"),
    (Variant::Forests, "forests, text"),
    (Variant::AsWritten, "all, code"),
    (Variant::AsDescribed, "all, text"),
];

/// The same picture from seed to seed: one row per arm, one column per seed.
fn from_seed_to_seed(results: &Results<Colorization>) -> Option<Figure> {
    let seeds = results.seeds().min(SEEDS);
    let mut images = Images::new("", seeds as usize + 1);
    for (arm, short) in ROWS {
        let truths = truths(results, arm)?;
        let middle = truths.len() / 2;
        let lab = truths.get(middle)?;
        for seed in 0..seeds {
            let cell = results.of::<Training>().get(&arm, seed)?;
            let error = cell.outcome.evaluation.as_ref()?.scores.rmse;
            let colours = kept(&cell.arrays, "shown")?;
            let label = format!("{short}, seed {seed} ({error:.1})");
            images = images.with(in_colours(label, lab, colours.get(middle)?));
        }
        images = images.with(in_truth("true", lab));
    }
    Some(
        Figure::new(
            "seeds",
            "One picture from seed to seed: the author's code and his text",
        )
        .caption(
            "A row per arm, a column per seed: the same picture coloured by networks that differ in \
             their seed alone, trained on forests by the author's code and by his text, then on all \
             scenes. The code's colours are the plain mean (T = 1), the text's the annealed one. In \
             brackets the RMSE (root of the mean squared error) of a and b over all test pictures \
             of that network, which `scores` shows as dots.",
        )
        .panel(images),
    )
}

/// The code's results vary more, and are worse.
pub fn claims(results: &Results<Colorization>) -> Vec<Claim> {
    let (written, described) = (Variant::AsWritten, Variant::AsDescribed);
    let forests = (Variant::ForestsAsWritten, Variant::Forests);
    let claims = [
        varies(results, "as-written-varies-more", (written, described)),
        varies(results, "as-written-varies-more-on-forests", forests),
        worse(results, "as-written-is-worse", (written, described)),
        worse(results, "as-written-is-worse-on-forests", forests),
        worse(
            results,
            "same-patches-cost",
            (Variant::SamePatches, described),
        ),
        worse(results, "raw-counts-cost", (Variant::RawCounts, described)),
        worse(
            results,
            "before-relu-costs",
            (Variant::BeforeRelu, described),
        ),
    ];
    claims.map(|claim| claim.shown_in("scores")).into()
}

fn error(evaluation: &Evaluation) -> Option<f64> {
    Some(evaluation.scores.rmse)
}

/// How far each seed is from the median of its arm, `one` minus `other` (Brown & Forsythe 1974,
/// paired by seed, as all arms of a seed start from the same weights).
fn varies(results: &Results<Colorization>, id: &str, (one, other): (Variant, Variant)) -> Claim {
    let trainings = results.of::<Training>();
    let middles = [one, other].map(|arm| statistics::median(&evaluated(results, arm, error)));
    let away = |seed| {
        let [one, other] = [one, other].map(|arm| {
            let cell = trainings.get(&arm, seed)?;
            error(cell.outcome.evaluation.as_ref()?)
        });
        Some((one? - middles[0]).abs() - (other? - middles[1]).abs())
    };
    let more: Vec<f64> = (0..results.seeds()).filter_map(away).collect();
    Claim::says(
        id,
        OURS,
        format!(
            "{}: results vary more from seed to seed than {}",
            one.label(),
            other.label()
        ),
    )
    .measured_by(
        "distance of the RMSE of a and b from the median over seeds, written minus described",
        "",
    )
    .mean_is_above(0.0, &more)
}

fn worse(results: &Results<Colorization>, id: &str, (one, other): (Variant, Variant)) -> Claim {
    Claim::says(
        id,
        OURS,
        format!(
            "{}: the error is larger than {}",
            one.label(),
            other.label()
        ),
    )
    .measured_by(
        "RMSE of a and b on the test pictures, difference of the two",
        "",
    )
    .mean_is_above(0.0, &differences(results, (one, other), error))
}
