//! A homography from pairs of which some are wrong: random sample consensus (Fischler & Bolles,
//! Random sample consensus, CACM 1981; Hartley & Zisserman, algorithm 4.6).
//!
//! Least squares believes every pair, and one wrong pair bends the result. RANSAC takes four
//! pairs at random, computes their homography, counts the pairs that agree with it (its inliers),
//! and repeats; the homography with most inliers is computed again from all of them.

use std::f64::consts::PI;

use rand::seq::index;
use retrace_lab::random::stream;
use serde::{Deserialize, Serialize};

use crate::dlt::{self, DltError, FEWEST_PAIRS};
use crate::homography::{Homography, Pair, Point, doubled_area};

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
    let threshold = settings.threshold;
    let (best, trials, degenerate) = search(pairs, settings);
    let best = best.map(|best| refit(best, pairs, threshold));
    let most = best.as_ref().map_or(0, |best| best.count);
    let found = best.filter(|best| !is_by_chance(best.count, pairs, threshold));
    let best = found.ok_or(RansacError::None {
        trials,
        most,
        pairs: pairs.len(),
        threshold,
    })?;
    Ok(Consensus {
        homography: best.homography,
        inliers: best.inliers,
        trials,
        degenerate,
    })
}

/// Draws samples until enough were drawn for the share of inliers that the best of them has; gives
/// the homography with most inliers, the number of samples and of those without a homography.
fn search(pairs: &[Pair], settings: &Ransac) -> (Option<Fit>, u32, u32) {
    let mut best: Option<Fit> = None;
    let (mut trials, mut degenerate) = (0, 0);
    let mut needed = f64::from(settings.most_trials);
    while trials < settings.most_trials && f64::from(trials - degenerate) < needed {
        let homography = homography_of_trial(pairs, settings.seed, trials);
        trials += 1;
        let fit = homography.and_then(|homography| Fit::new(homography, pairs, settings.threshold));
        let Some(fit) = fit else {
            degenerate += 1;
            continue;
        };
        if best.as_ref().is_none_or(|best| fit.beats(best)) {
            let inliers = fit.count as f64 / pairs.len() as f64;
            needed = trials_needed(inliers, settings.confidence);
            best = Some(fit);
        }
    }
    (best, trials, degenerate)
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

/// The homography of the four pairs of trial number `trial`, or `None` when they determine none.
fn homography_of_trial(pairs: &[Pair], seed: u64, trial: u32) -> Option<Homography> {
    let mut stream = stream(seed, "homography/ransac", u64::from(trial));
    let sample = index::sample(&mut stream, pairs.len(), FEWEST_PAIRS);
    let sample: Vec<Pair> = sample.into_iter().map(|index| pairs[index]).collect();
    if !keeps_orientation(&sample) {
        return None;
    }
    dlt::normalized(&sample).ok()
}

/// Whether the triangles of four pairs keep their orientation, or all turn it round.
///
/// A camera that looks at a plane sees all of it from one side, so no horizon passes between the
/// points and the triangles of four of them either all keep or all change their orientation.
/// OpenCV asks the same of its samples. Three points on a line are refused along the way.
fn keeps_orientation(sample: &[Pair]) -> bool {
    let orientation = |triple: [usize; 3], point: fn(&Pair) -> Point| {
        let [a, b, c] = triple.map(|index| point(&sample[index]));
        doubled_area(a, b, c)
    };
    let products = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]
        .map(|triple| orientation(triple, |pair| pair.from) * orientation(triple, |pair| pair.to));
    products.iter().all(|product| *product > 0.0) || products.iter().all(|product| *product < 0.0)
}

/// A homography with the pairs that agree with it.
struct Fit {
    homography: Homography,
    inliers: Vec<bool>,
    count: usize,
    /// Sum of the squared errors of the inliers, in square pixels.
    squares: f64,
}

impl Fit {
    /// Who agrees with `homography`; `None` when it cannot be inverted.
    fn new(homography: Homography, pairs: &[Pair], threshold: f64) -> Option<Self> {
        let inverse = homography.inverse().ok()?;
        let error = |pair: &Pair| dlt::symmetric_error(&homography, &inverse, pair);
        let errors: Vec<f64> = pairs.iter().map(error).collect();
        let agreeing = errors.iter().filter(|error| **error <= threshold);
        Some(Self {
            homography,
            inliers: errors.iter().map(|error| *error <= threshold).collect(),
            count: agreeing.clone().count(),
            squares: agreeing.map(|error| error * error).sum(),
        })
    }

    /// More inliers, or as many with smaller errors.
    fn beats(&self, other: &Self) -> bool {
        self.count > other.count || (self.count == other.count && self.squares < other.squares)
    }
}

/// Rounds of refitting after which it ends at the latest; the set of inliers settles in two or
/// three, or goes back and forth between two sets.
const MOST_REFITS: u32 = 20;

/// The normalised DLT of the inliers, and who agrees with that, until nobody joins any more.
/// A refit that loses inliers is not taken.
fn refit(mut best: Fit, pairs: &[Pair], threshold: f64) -> Fit {
    for _ in 0..MOST_REFITS {
        let chosen = pairs.iter().zip(&best.inliers);
        let chosen = chosen.filter_map(|(pair, inlier)| inlier.then_some(*pair));
        let homography = dlt::normalized(&chosen.collect::<Vec<_>>()).ok();
        match homography.and_then(|homography| Fit::new(homography, pairs, threshold)) {
            Some(fit) if fit.inliers == best.inliers => return fit,
            Some(fit) if fit.count >= best.count => best = fit,
            _ => break,
        }
    }
    best
}

/// Whether `count` inliers are no more than wrong pairs give by chance.
///
/// The a-contrario rule of Moisan & Stival (A probabilistic criterion to detect rigid point
/// matches, IJCV 2004): if targets were scattered over the target picture, a pair would agree
/// with a given homography with a chance of at most p, the area of a disc of the threshold's
/// radius over that of the rectangle around all targets. Of all homographies of four of N
/// pairs, the expected number with k inliers is at most
///
/// ```text
/// (N - 4) C(N, k) C(k, 4) p^(k - 4)
/// ```
///
/// A consensus counts when this is below 1.
fn is_by_chance(count: usize, pairs: &[Pair], threshold: f64) -> bool {
    if count <= FEWEST_PAIRS {
        return true;
    }
    let (n, k) = (pairs.len(), count);
    let targets: Vec<Point> = pairs.iter().map(|pair| pair.to).collect();
    let [width, height] = dlt::extents(&targets);
    let disc = PI * threshold * threshold;
    let chance = (disc / (width * height)).min(1.0);
    let samples = ((n - FEWEST_PAIRS) as f64).ln() + ln_binomial(n, k);
    let in_sample = ln_binomial(k, FEWEST_PAIRS);
    samples + in_sample + (k - FEWEST_PAIRS) as f64 * chance.ln() >= 0.0
}

/// The logarithm of "n choose k".
fn ln_binomial(n: usize, k: usize) -> f64 {
    let fewer = k.min(n - k);
    (1..=fewer)
        .map(|i| ((n - fewer + i) as f64 / i as f64).ln())
        .sum()
}
