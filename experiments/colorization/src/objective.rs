//! **What makes colours vivid: which loss?** Classification with rare colours rebalanced, without, and
//! the Euclidean loss, as Zhang et al. 2016 argue.

use std::collections::BTreeSet;

use retrace_figure::{
    Axis, BarSeries, Bars, Chart, Colour, Figure, HeatMap, Images, Marker, Points,
};
use retrace_lab::{Arm, Claim, Drawing, Result, Results, number, statistics};

use crate::arm::Variant;
use crate::bins::{Bins, Grid, class_weights};
use crate::colours::{Colours, plane};
use crate::evaluation::{Evaluation, PictureScore};
use crate::pictures::{in_colours, in_truth, kept, truths};
use crate::training::{Training, differences, evaluated};
use crate::{Colorization, PAPER};

/// Class weights, and pictures and categories of several networks.
pub fn figures(results: &Results<Colorization>) -> Result<Vec<Drawing>> {
    let figures = [
        class_weights_figure(results),
        gallery(results),
        categories(results),
    ];
    Ok(figures.into_iter().flatten().map(Drawing::from).collect())
}

/// How much more a rare colour counts, as described and as written: over the plane, and by the share
/// of pixels.
fn class_weights_figure(results: &Results<Colorization>) -> Option<Figure> {
    let counts = &results.of::<Colours>().first()?.outcome.all.coarse;
    let grid = Grid {
        window: counts.window,
    };
    let bins = Bins::of_counts(grid, &counts.pixels).ok()?;
    let lambda = results.config().lambda;
    let shares = bins.shares();
    let numbers: Vec<f64> = bins.counts().iter().map(|n| *n as f64).collect();
    let [described, written] = [&shares, &numbers].map(|p| relative_weights(&bins, p, lambda));
    let figure = Figure::new(
        "class-weights",
        format!(
            "How much more a pixel counts than one of the most frequent of {} bins",
            bins.len()
        ),
    )
    .columns(3)
    .caption(
        "Class weights, divided by that of the bin with the most pixels: of shares of pixels as \
         described, where lambda / Q bounds them, and of numbers of pixels as in the author's code, \
         where it vanishes and the rarest bin rules. The effective share is that of as many pixels \
         of equal weight, (sum w)^2 / (n sum w^2) (Kish 1965). The palest bins are not used.",
    );
    Some(
        figure
            .panel(weight_map("As described", &bins, &described))
            .panel(weight_map("As written", &bins, &written))
            .panel(weight_chart(&shares, &described, &written)),
    )
}

/// Class weights by that of the most frequent bin.
fn relative_weights(bins: &Bins, p: &[f64], lambda: f64) -> Vec<f64> {
    let weights = class_weights(p, lambda);
    let least = weights[bins.most_frequent()];
    weights.iter().map(|w| w / least).collect()
}

/// To how many pixels of equal weight those of the training pictures amount, as a share of them.
fn effective_share(shares: &[f64], weights: &[f64]) -> f64 {
    let pairs = || shares.iter().zip(weights);
    let mean: f64 = pairs().map(|(p, w)| p * w).sum();
    let square: f64 = pairs().map(|(p, w)| p * w * w).sum();
    mean * mean / square
}

fn weight_map(title: &str, bins: &Bins, weights: &[f64]) -> HeatMap {
    let grid = bins.grid();
    let share = 100.0 * effective_share(&bins.shares(), weights);
    let title = format!("{title}: effective share {} %", number(share));
    let logs: Vec<f64> = weights.iter().map(|w| w.log10()).collect();
    let most = logs.iter().copied().fold(0.1, f64::max);
    // Below the least weight there is only the white of what is not used.
    let unused = -0.2 * most;
    let value = |cell: usize| {
        let bin = bins.cells().binary_search(&cell);
        bin.map_or(unused, |bin| logs[bin])
    };
    let values: Vec<f64> = (0..grid.cells()).map(value).collect();
    plane(title, grid, &values)
        .range(unused, most)
        .bar_label("log10(relative weight)")
}

fn weight_chart(shares: &[f64], described: &[f64], written: &[f64]) -> Chart {
    let points = |arm: Variant, values: &[f64], marker| {
        Points::new(arm.label(), shares.to_vec(), values.to_vec())
            .colour(arm.colour())
            .marker(marker)
            .radius(2.5)
    };
    let x = Axis::new("share of pixels (0-1)").log();
    let y = Axis::new("relative weight").log();
    Chart::new("By share of pixels", x, y)
        .with(points(Variant::AsWritten, written, Marker::Square))
        .with(points(Variant::AsDescribed, described, Marker::Circle))
}

/// The same test pictures, coloured by several networks: one row per picture, one column per network.
fn gallery(results: &Results<Colorization>) -> Option<Figure> {
    let arms = [
        Variant::AsDescribed,
        Variant::Unweighted,
        Variant::Euclidean,
        Variant::NearestFive,
        Variant::AsWritten,
    ];
    let truths = truths(results, Variant::AsDescribed)?;
    let stored = |arm| kept(&results.of::<Training>().get(arm, 0)?.arrays, "shown");
    let coloured: Vec<_> = arms.iter().map(stored).collect::<Option<_>>()?;
    let mut images = Images::new("", arms.len() + 1);
    for (index, lab) in truths.iter().enumerate() {
        for (arm, pictures) in arms.iter().zip(&coloured) {
            images = images.with(in_colours(arm.label(), lab, pictures.get(index)?));
        }
        images = images.with(in_truth("true", lab));
    }
    Some(
        Figure::new(
            "gallery",
            "The same test pictures, coloured by different networks",
        )
        .caption(
            "Each network at seed 0: rebalanced as described, not rebalanced, with the \
                 Euclidean loss, with the targets of Zhang et al., and the author's code, whose \
                 colour is the plain mean.",
        )
        .panel(images),
    )
}

type Number = fn(&PictureScore) -> f64;

/// Which scenes are easy: error and chroma of each category.
fn categories(results: &Results<Colorization>) -> Option<Figure> {
    let cell = results.of::<Training>().get(&Variant::AsDescribed, 0)?;
    let pictures = &cell.outcome.evaluation.as_ref()?.pictures;
    let names: BTreeSet<&str> = pictures.iter().map(|p| p.category.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let bars = |title, axis, number| {
        let bars = Bars::new(title, names.clone(), axis).horizontal();
        let arms = [
            Variant::AsDescribed,
            Variant::Unweighted,
            Variant::Euclidean,
            Variant::AsWritten,
        ];
        arms.into_iter().fold(bars, |bars, arm| {
            bars.series(category_bars(results, arm, &names, number))
        })
    };
    let true_chroma = names
        .iter()
        .map(|name| category_mean(pictures, name, |picture| picture.true_chroma));
    let truth = BarSeries::new("true", true_chroma.collect::<Vec<f64>>()).colour(Colour::BLACK);
    Some(
        Figure::new("categories", "Error and colour of each category of scenes")
            .columns(2)
            .shared_legend()
            .caption(
                "Mean over the test pictures of a category, mean over seeds, a dot per seed. The true \
                 chroma stands beside that of the networks.",
            )
            .panel(bars("Error", "mean RMSE of a and b", |picture| picture.rmse))
            .panel(bars("Colour", "mean chroma", |picture| picture.chroma).series(truth)),
    )
}

fn category_bars(
    results: &Results<Colorization>,
    arm: Variant,
    names: &[&str],
    number: Number,
) -> BarSeries {
    let of_seeds = |name: &&str| {
        evaluated(results, arm, |e| {
            Some(category_mean(&e.pictures, name, number))
        })
    };
    let values: Vec<Vec<f64>> = names.iter().map(of_seeds).collect();
    let means: Vec<f64> = values.iter().map(|v| statistics::mean(v)).collect();
    BarSeries::new(arm.label(), means)
        .colour(arm.colour())
        .points(values)
}

fn category_mean(pictures: &[PictureScore], category: &str, number: Number) -> f64 {
    let pictures = pictures.iter();
    let of_category = pictures.filter(|picture| picture.category == category);
    statistics::mean(&of_category.map(number).collect::<Vec<f64>>())
}

/// What rebalancing and classification bring.
pub fn claims(results: &Results<Colorization>) -> Vec<Claim> {
    vec![
        euclidean_less_colour(results).shown_in("scores"),
        rare(results).shown_in("results"),
        rebalanced_accuracy(results).shown_in("scores"),
        raw_accuracy(results).shown_in("scores"),
    ]
}

const EUCLIDEAN: (Variant, Variant) = (Variant::Euclidean, Variant::AsDescribed);
const REBALANCED: (Variant, Variant) = (Variant::AsDescribed, Variant::Unweighted);

fn euclidean_less_colour(results: &Results<Colorization>) -> Claim {
    let chroma = |e: &Evaluation| e.scores.chroma_ratio;
    Claim::says(
        "euclidean-is-greyish",
        PAPER,
        "the Euclidean loss gives less colour than classification",
    )
    .measured_by(
        "mean chroma by that of the truth, Euclidean minus as described",
        "",
    )
    .mean_is_below(0.0, &differences(results, EUCLIDEAN, chroma))
}

fn rare(results: &Results<Colorization>) -> Claim {
    let rare = |e: &Evaluation| e.scores.rare_ratio;
    Claim::says(
        "rebalancing-raises-rare-colours",
        PAPER,
        "rebalancing gives more pixels a rare colour",
    )
    .measured_by(
        "pixels in rare bins by those of the truth, as described minus not rebalanced",
        "",
    )
    .mean_is_above(0.0, &differences(results, REBALANCED, rare))
}

fn rebalanced_accuracy(results: &Results<Colorization>) -> Claim {
    let accuracy = |e: &Evaluation| Some(e.scores.rebalanced_accuracy);
    Claim::says(
        "rebalancing-raises-rebalanced-accuracy",
        PAPER,
        "rebalancing raises the accuracy in which rare colours count as much as others",
    )
    .measured_by("rebalanced accuracy, as described minus not rebalanced", "")
    .mean_is_above(0.0, &differences(results, REBALANCED, accuracy))
}

/// In Zhang's table regression has the higher raw accuracy.
fn raw_accuracy(results: &Results<Colorization>) -> Claim {
    let accuracy = |e: &Evaluation| Some(e.scores.accuracy);
    Claim::says(
        "euclidean-raises-raw-accuracy",
        PAPER,
        "by raw accuracy, which rewards caution, the Euclidean loss is ahead",
    )
    .measured_by("raw accuracy, Euclidean minus as described", "")
    .mean_is_above(0.0, &differences(results, EUCLIDEAN, accuracy))
}
