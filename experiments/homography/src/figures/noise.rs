//! Noise in the points: its strength, and what more points do against it.

use retrace_figure::{Axis, Band, Chart, Figure, Line, Rule};
use retrace_lab::statistics::{bootstrap_interval, median};

use super::{All, colour, dash, gaps, median_and_band};
use crate::dlt::Method;
use crate::outcome::{METHODS, Noisy};
use crate::work::{Work, method_label};

/// Errors by noise or by the number of pairs.
type Errors = fn(&Noisy) -> &[Option<f64>];

/// Mean error over the label against noise, and against the number of pairs.
pub fn errors(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let by_noise = Chart::new(
        format!("{} pairs", config.pairs),
        Axis::new("noise of a source point (pixels)").log(),
        Axis::new("mean error on the label (pixels)").log(),
    );
    let by_pairs = Chart::new(
        format!(
            "Noise of {} pixel{}",
            config.noise,
            if config.noise == 1.0 { "" } else { "s" }
        ),
        Axis::new("pairs of points").log(),
        Axis::new("mean error on the label (pixels)").log(),
    );
    Figure::new(
        "noise",
        "Noisy points: the error of H against noise, and against the number of points",
    )
    .caption(format!(
        "Median over {} seeds, the band holds the middle 80 % of them. The first four points are \
         the label's corners, the next four the middles of its sides, the others lie anywhere on \
         it. The three ways see the same points.",
        outcomes.run().seeds
    ))
    .columns(2)
    .shared_legend()
    .panel(with_methods(by_noise, outcomes, &config.noises, |noisy| {
        &noisy.by_noise
    }))
    .panel(with_methods(
        by_pairs,
        outcomes,
        &pair_counts(outcomes),
        |noisy| &noisy.by_pairs,
    ))
}

fn pair_counts(outcomes: &All) -> Vec<f64> {
    let counts = outcomes.config().pair_counts.iter();
    counts.map(|count| *count as f64).collect()
}

fn with_methods(chart: Chart, outcomes: &All, x: &[f64], errors: Errors) -> Chart {
    METHODS.into_iter().fold(chart, |chart, method| {
        let style = (colour(method), dash(method));
        let rows = rows(outcomes, method, errors);
        chart.with_all(median_and_band(method_label(method), x, &rows, style))
    })
}

/// One row a seed.
fn rows(outcomes: &All, method: Method, errors: Errors) -> Vec<Vec<f64>> {
    let cells = outcomes.of(Work::AddNoise(method).name());
    cells
        .filter_map(|cell| Some(gaps(errors(cell.outcome.noisy()?))))
        .collect()
}

/// The errors of the other two ways over that of the SVD, paired by seed.
pub fn against_svd(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let ratio = || Axis::new("error / error of the SVD of A");
    let by_noise = Chart::new(
        format!("{} pairs", config.pairs),
        Axis::new("noise of a source point (pixels)").log(),
        ratio(),
    );
    let by_pairs = Chart::new(
        format!(
            "Noise of {} pixel{}",
            config.noise,
            if config.noise == 1.0 { "" } else { "s" }
        ),
        Axis::new("pairs of points").log(),
        ratio(),
    );
    Figure::new(
        "against-svd",
        "Noisy points: both variants against the post's SVD of A",
    )
    .caption(
        "Median over the seeds of one error over the other, the band its 95 % bootstrap interval; \
         below 1 the variant is better. Four pairs are hit exactly by every way, so that all agree \
         there.",
    )
    .columns(2)
    .shared_legend()
    .panel(with_ratios(by_noise, outcomes, &config.noises, |noisy| {
        &noisy.by_noise
    }))
    .panel(with_ratios(
        by_pairs,
        outcomes,
        &pair_counts(outcomes),
        |noisy| &noisy.by_pairs,
    ))
}

fn with_ratios(chart: Chart, outcomes: &All, x: &[f64], errors: Errors) -> Chart {
    let variants = [Method::Normalized, Method::Eigenvector];
    let chart = chart.with(Rule::at_y("", 1.0));
    variants.into_iter().fold(chart, |chart, method| {
        let columns: Vec<Vec<f64>> = (0..x.len())
            .map(|place| ratios(outcomes, method, errors, place))
            .collect();
        let bound = |low: bool| -> Vec<f64> {
            let of = |column: &Vec<f64>| {
                let interval = bootstrap_interval(column, median)?;
                Some(if low { interval.low } else { interval.high })
            };
            columns
                .iter()
                .map(|column| of(column).unwrap_or(f64::NAN))
                .collect()
        };
        let label = method_label(method);
        let middle: Vec<f64> = columns.iter().map(|column| median(column)).collect();
        chart
            .with(Band::new(label, x, bound(true), bound(false)).colour(colour(method)))
            .with(
                Line::new(label, x, middle)
                    .colour(colour(method))
                    .dash(dash(method)),
            )
    })
}

/// One ratio a seed in which both errors exist.
fn ratios(outcomes: &All, method: Method, errors: Errors, place: usize) -> Vec<f64> {
    let (own, svd) = (Work::AddNoise(method), Work::AddNoise(Method::Plain));
    let error = |work: Work, seed: u64| {
        let cell = outcomes.get(work.name(), seed)?;
        *errors(cell.outcome.noisy()?).get(place)?
    };
    let seeds = 0..outcomes.run().seeds;
    seeds
        .filter_map(|seed| Some(error(own, seed)? / error(svd, seed)?))
        .filter(|ratio| ratio.is_finite())
        .collect()
}
