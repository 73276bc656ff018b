//! **Which way to compute H stands noise best, and do more points help?**
//!
//! All methods of a seed see the same points, and fewer points are the first of more.

use retrace_figure::{Axis, Band, Chart, Colour, Dash, Figure, Layer, Line, Marker, Rule};
use retrace_lab::statistics::{bootstrap_interval, median};
use retrace_lab::{Arm, Cell, Claim, Drawing, Result, Results, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::data::Views;
use crate::dlt::{self, Method};
use crate::homography::Pair;
use crate::notebook::{Label, with_noise};
use crate::{CODE, Config, HARTLEY, HomographyPost, OURS, PIXELS, POST};

/// The question.
pub struct Noise;

/// Mean errors over the label when the points that H was computed from are noisy, in pixels; absent
/// where no homography was found, or it sends a point to infinity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noisy {
    /// One per strength of noise, in the order of the config.
    pub by_noise: Vec<Option<f64>>,
    /// One per number of pairs, in the order of the config.
    pub by_pairs: Vec<Option<f64>>,
}

impl Arm for Method {
    fn name(&self) -> String {
        let name = match self {
            Self::Plain => "plain",
            Self::Normalized => "normalized",
            Self::Eigenvector => "eigenvector",
        };
        name.to_owned()
    }

    fn label(&self) -> String {
        let label = match self {
            Self::Plain => "SVD of A (the post)",
            Self::Normalized => "SVD, points normalised",
            Self::Eigenvector => "eigenvector of A\u{1d40}A",
        };
        label.to_owned()
    }
}

impl Method {
    /// Its colour in all figures.
    pub fn colour(self) -> Colour {
        match self {
            Self::Plain => Colour::series(0),
            Self::Normalized => Colour::series(2),
            Self::Eigenvector => Colour::series(1),
        }
    }

    /// Its line; the eigenvector's is broken up, since it often covers that of the SVD.
    pub fn dash(self) -> Dash {
        match self {
            Self::Eigenvector => Dash::Dashed,
            _ => Dash::Solid,
        }
    }

    /// Its marks.
    pub fn marker(self) -> Marker {
        match self {
            Self::Plain => Marker::Circle,
            Self::Normalized => Marker::Square,
            Self::Eigenvector => Marker::Diamond,
        }
    }
}

impl Study<HomographyPost> for Noise {
    type Arm = Method;
    type Outcome = Noisy;

    fn arms(_: &Config) -> Vec<Method> {
        Method::ALL.to_vec()
    }

    fn run(method: &Method, config: &Config, _: &Vec<Views>, cell: &mut Cell) -> Result<Noisy> {
        let label = Label::of_author();
        let most = config.pair_counts.iter().copied().max().unwrap_or(0);
        let exact = label.pairs(most, &mut cell.stream("label", 0));
        // One stream for all strengths: twice the noise is the same noise, twice as large.
        let noisy = |deviation| with_noise(&exact, deviation, &mut cell.stream("noise", 0));
        let error = |pairs: &[Pair]| {
            let estimate = dlt::estimate(pairs, *method).ok()?;
            label.mean_error(&estimate)
        };
        let first = |pairs: &[Pair], count: usize| error(&pairs[..count.min(pairs.len())]);
        let at_noise = |deviation: &f64| first(&noisy(*deviation), config.pairs);
        let by_noise = config.noises.iter().map(at_noise).collect();
        let pairs = noisy(config.noise);
        let with_count = |count: &usize| first(&pairs, *count);
        Ok(Noisy {
            by_noise,
            by_pairs: config.pair_counts.iter().map(with_count).collect(),
        })
    }

    fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
        Ok(vec![errors(results).into(), against_svd(results).into()])
    }

    fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
        let mut claims = vec![eight_against_four(results)];
        claims.extend(methods(results));
        claims
    }
}

type All = Results<HomographyPost>;

/// Errors by noise or by the number of pairs.
type Errors = fn(&Noisy) -> &[Option<f64>];

/// Adds what a figure shows to a chart: of these errors, over these x.
type Draw = fn(Chart, &All, &[f64], Errors) -> Chart;

/// The panels against noise and against the number of pairs.
fn panels(results: &All, y: fn() -> Axis, draw: Draw) -> [Chart; 2] {
    let config = results.config();
    let plural = if config.noise == 1.0 { "" } else { "s" };
    let by_noise = Chart::new(
        format!("{} pairs", config.pairs),
        Axis::new("noise of a source point (pixels)").log(),
        y(),
    );
    let by_pairs = Chart::new(
        format!("Noise of {} pixel{plural}", config.noise),
        Axis::new("pairs of points").log(),
        y(),
    );
    let counts = config.pair_counts.iter().map(|count| *count as f64);
    let counts: Vec<f64> = counts.collect();
    [
        draw(by_noise, results, &config.noises, |noisy| &noisy.by_noise),
        draw(by_pairs, results, &counts, |noisy| &noisy.by_pairs),
    ]
}

/// Mean error over the label.
fn errors(results: &All) -> Figure {
    let y = || Axis::new("mean error on the label (pixels)").log();
    let [by_noise, by_pairs] = panels(results, y, with_methods);
    Figure::new(
        "noise",
        "Noisy points: the error of H against noise, and against the number of points",
    )
    .caption(format!(
        "Median over {} seeds, the band holds the middle 80 % of them. The first four points are \
         the label's corners, the next four the middles of its sides, the others lie anywhere on \
         it. The three ways see the same points.",
        results.of::<Noise>().seeds()
    ))
    .columns(2)
    .shared_legend()
    .panel(by_noise)
    .panel(by_pairs)
}

fn with_methods(chart: Chart, results: &All, x: &[f64], errors: Errors) -> Chart {
    Method::ALL.into_iter().fold(chart, |chart, method| {
        let rows = rows(results, method, errors);
        chart.with_all(median_and_band(
            &method.label(),
            x,
            &rows,
            (method.colour(), method.dash()),
        ))
    })
}

/// One row per seed.
fn rows(results: &All, method: Method, errors: Errors) -> Vec<Vec<f64>> {
    let cells = results.of::<Noise>().of(&method);
    cells
        .map(|cell| seeds::or_gaps(errors(&cell.outcome)))
        .collect()
}

/// The errors of the other two ways over that of the SVD, paired by seed.
fn against_svd(results: &All) -> Figure {
    let y = || Axis::new("error / error of the SVD of A");
    let [by_noise, by_pairs] = panels(results, y, with_ratios);
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
    .panel(by_noise)
    .panel(by_pairs)
}

fn with_ratios(chart: Chart, results: &All, x: &[f64], errors: Errors) -> Chart {
    let variants = [Method::Normalized, Method::Eigenvector];
    let chart = chart.with(Rule::at_y("", 1.0));
    variants.into_iter().fold(chart, |chart, method| {
        let columns: Vec<Vec<f64>> = (0..x.len())
            .map(|place| ratios(results, method, errors, place))
            .collect();
        let interval = |column: &Vec<f64>| {
            let interval = bootstrap_interval(column, median);
            interval.map_or((f64::NAN, f64::NAN), |interval| {
                (interval.low, interval.high)
            })
        };
        let (low, high): (Vec<f64>, Vec<f64>) = columns.iter().map(interval).unzip();
        let middle: Vec<f64> = columns.iter().map(|column| median(column)).collect();
        let label = method.label();
        chart
            .with(Band::new(&label, x, low, high).colour(method.colour()))
            .with(
                Line::new(label, x, middle)
                    .colour(method.colour())
                    .dash(method.dash()),
            )
    })
}

/// One ratio per seed in which both errors exist.
fn ratios(results: &All, method: Method, errors: Errors, place: usize) -> Vec<f64> {
    let noise = results.of::<Noise>();
    let error = |method, seed| *errors(&noise.get(&method, seed)?.outcome).get(place)?;
    (0..results.seeds())
        .filter_map(|seed| Some(error(method, seed)? / error(Method::Plain, seed)?))
        .filter(|ratio| ratio.is_finite())
        .collect()
}

/// Median over the rows as a curve, and the band that holds the middle 80 % of them; what does
/// not exist is left out.
pub fn median_and_band(
    label: &str,
    x: &[f64],
    rows: &[Vec<f64>],
    (colour, dash): (Colour, Dash),
) -> [Layer; 2] {
    let places = seeds::by_place(rows, x.len());
    let curve = seeds::Curve::new(&places, median, seeds::MIDDLE_80);
    [
        curve.band(label, x).colour(colour).into(),
        curve.line(label, x).colour(colour).dash(dash).into(),
    ]
}

/// Mean errors that differ by less are the same, in pixels: no picture shows it.
const SAME: f64 = 0.01;

/// The error with the pair count at `place`.
fn with_pairs(noisy: &Noisy, place: Option<usize>) -> Option<f64> {
    *noisy.by_pairs.get(place?)?
}

fn eight_against_four(results: &All) -> Claim {
    let config = results.config();
    let more = config.pairs_place();
    let gains = results.of::<Noise>().values(&Method::Plain, |outcome| {
        Some(with_pairs(outcome, more)? - with_pairs(outcome, Some(0))?)
    });
    let statement = format!(
        "With noise, least squares over {} pairs gives a better H than four pairs.",
        config.pairs
    );
    Claim::says("more-pairs-average-the-noise", POST, statement)
        .measured_by("mean error over the label, more pairs minus four", PIXELS)
        .mean_is_below(0.0, &gains)
        .shown_in("noise")
}

fn methods(results: &All) -> Vec<Claim> {
    let config = results.config();
    let against_svd = |method, place: Option<usize>| {
        let noise = results.of::<Noise>();
        noise.differences(&method, &Method::Plain, |noisy| with_pairs(noisy, place))
    };
    let (some, most) = (
        config.pairs_place(),
        config.pair_counts.len().checked_sub(1),
    );
    let many = config.pair_counts.last().copied().unwrap_or_default();
    let measure = "mean error over the label, minus that of the SVD of A";
    [
        Claim::says(
            "eigenvector-is-worse-with-noise",
            CODE,
            "With noisy points the eigenvector of AᵀA gives a worse H than the SVD of A.",
        )
        .measured_by(measure, PIXELS)
        .mean_is_above(0.0, &against_svd(Method::Eigenvector, some)),
        Claim::says(
            "eigenvector-is-as-good-with-noise",
            OURS,
            "With noisy points the eigenvector of AᵀA gives an H as good as the SVD's, to a \
             hundredth of a pixel.",
        )
        .measured_by(measure, PIXELS)
        .mean_is_within((-SAME, SAME), &against_svd(Method::Eigenvector, some)),
        Claim::says(
            "normalising-helps-with-noise",
            HARTLEY,
            format!(
                "Normalising the points first gives a better H from {} pairs.",
                config.pairs
            ),
        )
        .measured_by(measure, PIXELS)
        .mean_is_below(0.0, &against_svd(Method::Normalized, some)),
        Claim::says(
            "normalising-helps-with-many-pairs",
            HARTLEY,
            format!("Normalising the points first gives a better H from {many} pairs, too."),
        )
        .measured_by(measure, PIXELS)
        .mean_is_below(0.0, &against_svd(Method::Normalized, most)),
    ]
    .map(|claim| claim.shown_in("against-svd"))
    .into()
}
