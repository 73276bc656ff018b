//! How many samples to draw, and the drawing.

use super::Ransac;
use super::consensus::{Fit, Judge};
use super::sample::homography_of_trial;
use crate::dlt::FEWEST_PAIRS;

/// The outcome of all trials.
pub(super) struct Search {
    /// The homography with most inliers.
    pub best: Option<Fit>,
    /// Samples drawn.
    pub trials: u32,
    /// Samples that gave no homography.
    pub degenerate: u32,
}

/// The number of samples after which, with a chance of `confidence`, one of them held inliers
/// only, when a share of `inliers` of the pairs are such (Hartley & Zisserman, equation 4.18):
///
/// ```text
/// log(1 - confidence) / log(1 - inliers^4)
/// ```
pub fn trials_needed(inliers: f64, confidence: f64) -> f64 {
    let good_sample = inliers.powi(FEWEST_PAIRS as i32);
    if good_sample >= 1.0 {
        return 1.0;
    }
    ((1.0 - confidence).ln() / (-good_sample).ln_1p()).ceil()
}

/// Draws samples until enough were drawn for the share of inliers that the best of them has.
pub(super) fn search(judge: &Judge<'_>, settings: &Ransac) -> Search {
    let mut search = Search {
        best: None,
        trials: 0,
        degenerate: 0,
    };
    let mut needed = f64::from(settings.most_trials);
    while search.trials < settings.most_trials
        && f64::from(search.trials - search.degenerate) < needed
    {
        let homography = homography_of_trial(judge.pairs, settings.seed, search.trials);
        search.trials += 1;
        let Some(fit) = homography.and_then(|homography| judge.fit(homography)) else {
            search.degenerate += 1;
            continue;
        };
        if search.best.as_ref().is_none_or(|best| fit.beats(best)) {
            needed = trials_needed(fit.share(), settings.confidence);
            search.best = Some(fit);
        }
    }
    search
}
