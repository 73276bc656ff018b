//! **What do wrong pairs do?** Least squares believes them, RANSAC looks for those that agree.

use rand::RngExt;
use rand::seq::SliceRandom;
use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Line, Rule};
use retrace_lab::{Arm, Cell, Claim, Drawing, Result, Results, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::data::Views;
use crate::dlt;
use crate::homography::{Homography, Pair, Point};
use crate::noise::median_and_band;
use crate::notebook::{LABEL, Label, with_noise};
use crate::ransac::{Ransac, Threshold, ransac};
use crate::{Config, HomographyPost, OURS, PIXELS};

/// The question.
pub struct Outliers;

/// How H is computed from pairs of which some are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// The normalised DLT of all pairs.
    LeastSquares,
    /// The normalised DLT of those that agree.
    Ransac,
}

/// Mean errors over the label when some pairs are wrong, in pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithOutliers {
    /// One per share of wrong pairs, in the order of the config; absent without a homography.
    pub errors: Vec<Option<f64>>,
}

impl Arm for Estimator {
    fn name(&self) -> String {
        let name = match self {
            Self::LeastSquares => "least-squares",
            Self::Ransac => "ransac",
        };
        name.to_owned()
    }

    fn label(&self) -> String {
        let label = match self {
            Self::LeastSquares => "least squares of all pairs",
            Self::Ransac => "RANSAC",
        };
        label.to_owned()
    }
}

impl Estimator {
    const ALL: [Self; 2] = [Self::LeastSquares, Self::Ransac];

    fn homography(self, config: &Config, pairs: &[Pair], seed: u64) -> Option<Homography> {
        let settings = Ransac {
            threshold: Threshold::both(config.ransac_threshold),
            seed,
            ..Ransac::default()
        };
        match self {
            Self::LeastSquares => dlt::normalized(pairs).ok(),
            Self::Ransac => Some(ransac(pairs, &settings).ok()?.homography),
        }
    }
}

impl Study<HomographyPost> for Outliers {
    type Arm = Estimator;
    type Outcome = WithOutliers;

    fn arms(_: &Config) -> Vec<Estimator> {
        Estimator::ALL.to_vec()
    }

    /// Those wrong at a smaller share are wrong at a larger one too, and in the same way.
    fn run(
        estimator: &Estimator,
        config: &Config,
        _: &Vec<Views>,
        cell: &mut Cell,
    ) -> Result<WithOutliers> {
        let label = Label::of_author();
        let count = config.outlier_pairs;
        let exact = label.pairs(count, &mut cell.stream("label", 0));
        let right = with_noise(&exact, config.noise, &mut cell.stream("noise", 0));
        let random = &mut cell.stream("outliers", 0);
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(random);
        let targets: Vec<Point> = (0..count).map(|_| anywhere(random)).collect();
        let error = |share: &f64| {
            let mut pairs = right.clone();
            let wrong = (share * count as f64).round() as usize;
            for place in &order[..wrong.min(count)] {
                pairs[*place].to = targets[*place];
            }
            let homography = estimator.homography(config, &pairs, cell.seed())?;
            label.mean_error(&homography)
        };
        Ok(WithOutliers {
            errors: config.outlier_shares.iter().map(error).collect(),
        })
    }

    fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
        Ok(vec![figure(results).into()])
    }

    fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
        claims(results)
    }
}

/// A point anywhere on the target.
fn anywhere(random: &mut impl RngExt) -> Point {
    let [left, top, right, bottom] = LABEL;
    Point::new(
        random.random_range(left..=right),
        random.random_range(top..=bottom),
    )
}

/// Errors against the share of wrong pairs, and how often RANSAC finds a consensus.
fn figure(results: &Results<HomographyPost>) -> Figure {
    let config = results.config();
    let shares = &config.outlier_shares;
    let share = || Axis::new("share of wrong pairs (0-1)");
    let errors = Chart::new(
        "Error",
        share(),
        Axis::new("mean error on the label (pixels)").log(),
    )
    .with(Rule::at_y("noise", config.noise).dash(Dash::Dotted))
    .with_all(Estimator::ALL.into_iter().flat_map(|estimator| {
        let rows = rows(results, estimator);
        let style = (colour(estimator), Dash::Solid);
        median_and_band(&estimator.label(), shares, &rows, style)
    }));
    let found = Chart::new(
        "How often there is an answer",
        share(),
        Axis::new("share of seeds (0-1)").range(0.0, 1.05),
    )
    .with_all(Estimator::ALL.map(|estimator| {
        let rows = rows(results, estimator);
        let found = (0..shares.len()).map(|place| present(&rows, place));
        Line::new(estimator.label(), shares.clone(), found.collect::<Vec<_>>())
            .colour(colour(estimator))
            .dash(if estimator == Estimator::Ransac {
                Dash::Solid
            } else {
                Dash::Dashed
            })
    }));
    let title = "Wrong pairs: least squares believes them, RANSAC finds those that agree";
    Figure::new("outliers", title)
        .caption(format!(
            "{} pairs with noise of {} pixel{}; a wrong pair has its target anywhere on the label. \
             Median over {} seeds, the band holds the middle 80 % of those with an answer. Dotted: \
             the noise of a right pair. RANSAC gives none when no more pairs agree than would by \
             chance.",
            config.outlier_pairs,
            config.noise,
            if config.noise == 1.0 { "" } else { "s" },
            results.of::<Outliers>().seeds()
        ))
        .columns(2)
        .shared_legend()
        .panel(errors)
        .panel(found)
}

fn colour(estimator: Estimator) -> Colour {
    match estimator {
        Estimator::LeastSquares => Colour::series(4),
        Estimator::Ransac => Colour::series(3),
    }
}

/// One row per seed; without an answer a gap.
fn rows(results: &Results<HomographyPost>, estimator: Estimator) -> Vec<Vec<f64>> {
    let cells = results.of::<Outliers>().of(&estimator);
    cells
        .map(|cell| seeds::or_gaps(&cell.outcome.errors))
        .collect()
}

/// The share of the rows with a number at `place`.
fn present(rows: &[Vec<f64>], place: usize) -> f64 {
    let numbers = rows
        .iter()
        .filter(|row| row.get(place).is_some_and(|value| value.is_finite()));
    numbers.count() as f64 / rows.len() as f64
}

/// Least squares counts as broken when the label is off by this much on average, in pixels: the
/// height of its small letters.
const BROKEN: f64 = 10.0;

fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
    let config = results.config();
    let place = config.share_place();
    // No consensus is an infinite error: a claim must not look at the seeds that went well alone.
    let errors = |estimator: Estimator| {
        results.of::<Outliers>().values(&estimator, |outcome| {
            Some(outcome.errors.get(place?)?.unwrap_or(f64::INFINITY))
        })
    };
    let share = 100.0 * config.outlier_share;
    [
        Claim::says(
            "least-squares-breaks-with-outliers",
            OURS,
            format!("When {share:.0} % of the pairs are wrong, least squares over all is useless."),
        )
        .measured_by("mean error over the label", PIXELS)
        // The median: a few seeds send part of the label almost to infinity.
        .median_is_above(BROKEN, &errors(Estimator::LeastSquares)),
        Claim::says(
            "ransac-holds-with-outliers",
            OURS,
            "RANSAC stays within twice the noise of the right pairs.",
        )
        .measured_by("mean error over the label", PIXELS)
        .mean_is_below(2.0 * config.noise, &errors(Estimator::Ransac)),
    ]
    .map(|claim| claim.shown_in("outliers"))
    .into()
}
