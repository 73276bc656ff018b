//! Claims about noisy and about wrong pairs, paired by seed: all ways see the same points.

use retrace_lab::Claim;

use super::{All, CODE, HARTLEY, OURS, PIXELS, POST};
use crate::dlt::Method;
use crate::outcome::{Noisy, Outcome};
use crate::work::{Estimator, Work};

/// Least squares counts as broken when the label is off by this much on average, in pixels: the
/// height of its small letters.
const BROKEN: f64 = 10.0;

/// Mean errors that differ by less are the same, in pixels: no picture shows it.
const SAME: f64 = 0.01;

pub fn claims(outcomes: &All) -> Vec<Claim> {
    let mut claims = vec![eight_against_four(outcomes)];
    claims.extend(methods(outcomes));
    claims.extend(outliers(outcomes));
    claims
}

/// The error with the pair count at `place`.
fn with_pairs(outcome: &Outcome, place: Option<usize>) -> Option<f64> {
    let noisy: &Noisy = outcome.noisy()?;
    *noisy.by_pairs.get(place?)?
}

fn eight_against_four(outcomes: &All) -> Claim {
    let config = outcomes.config();
    let more = config.pairs_place();
    let gains = outcomes.values(Work::AddNoise(Method::Plain).name(), |outcome| {
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

fn methods(outcomes: &All) -> Vec<Claim> {
    let config = outcomes.config();
    let against_svd = |method, place: Option<usize>| {
        let (a, b) = (Work::AddNoise(method), Work::AddNoise(Method::Plain));
        outcomes.differences(a.name(), b.name(), |outcome| with_pairs(outcome, place))
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

fn outliers(outcomes: &All) -> Vec<Claim> {
    let config = outcomes.config();
    let place = config.share_place();
    // No consensus is an infinite error: a claim must not look at the seeds that went well alone.
    let errors = |estimator: Estimator| {
        outcomes.values(Work::AddOutliers(estimator).name(), |outcome| {
            let errors = &outcome.with_outliers()?.errors;
            Some(errors.get(place?)?.unwrap_or(f64::INFINITY))
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
