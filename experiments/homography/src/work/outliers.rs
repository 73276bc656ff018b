//! Wrong pairs among noisy ones: least squares believes them, RANSAC looks for those that agree.

use rand::RngExt;
use rand::seq::SliceRandom;
use retrace_lab::Cell;

use crate::config::Config;
use crate::dlt;
use crate::homography::Homography;
use crate::label::{Label, with_noise};
use crate::outcome::WithOutliers;
use crate::photo::LABEL;
use crate::point::{Pair, Point};
use crate::ransac::{Ransac, ransac};

/// How H is computed from pairs of which some are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// The normalised DLT of all pairs.
    LeastSquares,
    /// The normalised DLT of those that agree.
    Ransac,
}

impl Estimator {
    /// Both.
    pub const ALL: [Self; 2] = [Self::LeastSquares, Self::Ransac];

    /// Name of its arm.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeastSquares => "least-squares",
            Self::Ransac => "ransac",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::LeastSquares => "least squares of all pairs",
            Self::Ransac => "RANSAC",
        }
    }

    fn homography(self, config: &Config, pairs: &[Pair], seed: u64) -> Option<Homography> {
        let settings = Ransac {
            threshold: config.ransac_threshold,
            seed,
            ..Ransac::default()
        };
        match self {
            Self::LeastSquares => dlt::normalized(pairs).ok(),
            Self::Ransac => Some(ransac(pairs, &settings).ok()?.homography),
        }
    }
}

/// Errors against the share of wrong pairs. Those wrong at a smaller share are wrong at a larger
/// one too, and in the same way.
pub fn add(config: &Config, estimator: Estimator, cell: &Cell<'_>) -> WithOutliers {
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
    WithOutliers {
        errors: config.outlier_shares.iter().map(error).collect(),
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
