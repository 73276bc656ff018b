//! A homography from pairs of which some are wrong: random sample consensus (Fischler & Bolles,
//! Random sample consensus, CACM 1981; Hartley & Zisserman, algorithm 4.6).
//!
//! Least squares believes every pair, and one wrong pair bends the result. RANSAC takes four
//! pairs at random, computes their homography, counts the pairs that agree with it (its inliers),
//! and repeats; the homography with most inliers is computed again from all of them.

mod consensus;
mod sample;
mod trials;

use serde::{Deserialize, Serialize};

pub use trials::trials_needed;

use crate::dlt::{self, DltError, FEWEST_PAIRS};
use crate::homography::Homography;
use crate::point::Pair;
use consensus::Judge;

/// Settings of [`ransac`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ransac {
    /// A pair is an inlier when its [symmetric transfer error](dlt::symmetric_error) is at most
    /// this, in pixels. OpenCV's `ransacReprojThreshold` (3 by default as well) bounds the
    /// forward error alone.
    pub threshold: f64,
    /// The wanted chance, 0 to 1, that at least one sample was free of wrong pairs; with it the
    /// number of trials follows from the share of inliers. 0.995 as in OpenCV.
    pub confidence: f64,
    /// Trials after which the search ends at the latest.
    pub most_trials: u32,
    /// Names the stream of random samples.
    pub seed: u64,
}

impl Default for Ransac {
    fn default() -> Self {
        Self {
            threshold: 3.0,
            confidence: 0.995,
            most_trials: 10_000,
            seed: 0,
        }
    }
}

/// What RANSAC found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consensus {
    /// The normalised DLT of the inliers.
    pub homography: Homography,
    /// Whether each pair, in the order given, is an inlier of [`Self::homography`].
    pub inliers: Vec<bool>,
    /// Samples drawn.
    pub trials: u32,
    /// Samples among them that determine no homography, or none that a camera could see.
    pub degenerate: u32,
}

impl Consensus {
    /// Number of inliers.
    pub fn inlier_count(&self) -> usize {
        self.inliers.iter().filter(|inlier| **inlier).count()
    }
}

/// Why there is no consensus.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RansacError {
    /// Fewer than five pairs: there is nothing to agree about.
    #[error(
        "a consensus needs at least {} pairs, found {found}: any {FEWEST_PAIRS} pairs agree with \
         their own homography", FEWEST_PAIRS + 1
    )]
    TooFew {
        /// Number of pairs.
        found: usize,
    },
    /// The threshold is not a positive number.
    #[error("the threshold must be a positive number of pixels, found {found}")]
    Threshold {
        /// What was given.
        found: f64,
    },
    /// The confidence is not between 0 and 1.
    #[error("the confidence must lie between 0 and 1, found {found}")]
    Confidence {
        /// What was given.
        found: f64,
    },
    /// A pair cannot be used, or all of them together determine nothing.
    #[error("the pairs determine no homography")]
    Pairs(#[from] DltError),
    /// Too few pairs agree.
    #[error(
        "no consensus after {trials} trials: at most {most} of {pairs} pairs agree within {threshold} \
         pixels, which wrong pairs reach by chance; check the pairs or change the threshold"
    )]
    None {
        /// Samples drawn.
        trials: u32,
        /// Inliers of the best homography.
        most: usize,
        /// Number of pairs.
        pairs: usize,
        /// The threshold, in pixels.
        threshold: f64,
    },
}

/// Finds the homography that most `pairs` agree with.
///
/// The same pairs and settings give the same result; sample k depends on the seed and k only.
///
/// # Errors
/// [`RansacError`] when the settings or the pairs cannot be used, or when the best homography has
/// no more inliers than chance gives to wrong pairs.
pub fn ransac(pairs: &[Pair], settings: &Ransac) -> Result<Consensus, RansacError> {
    settings.check()?;
    if pairs.len() <= FEWEST_PAIRS {
        return Err(RansacError::TooFew { found: pairs.len() });
    }
    dlt::check_pairs(pairs)?;
    let judge = Judge::new(pairs, settings.threshold);
    let search = trials::search(&judge, settings);
    let none = |most: usize| RansacError::None {
        trials: search.trials,
        most,
        pairs: pairs.len(),
        threshold: settings.threshold,
    };
    let best = search.best.ok_or_else(|| none(0))?;
    let (homography, inliers) = judge.refit(best);
    let consensus = Consensus {
        homography,
        inliers,
        trials: search.trials,
        degenerate: search.degenerate,
    };
    let count = consensus.inlier_count();
    if judge.by_chance(count) {
        return Err(none(count));
    }
    Ok(consensus)
}

impl Ransac {
    fn check(&self) -> Result<(), RansacError> {
        let found = self.threshold;
        if !(found > 0.0 && found.is_finite()) {
            return Err(RansacError::Threshold { found });
        }
        let found = self.confidence;
        if !(found > 0.0 && found < 1.0) {
            return Err(RansacError::Confidence { found });
        }
        Ok(())
    }
}
