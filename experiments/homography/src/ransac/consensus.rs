//! Who agrees with a homography, the refit on them, and what chance alone would give.

use std::f64::consts::PI;

use crate::dlt::{self, FEWEST_PAIRS};
use crate::homography::Homography;
use crate::point::{Pair, Point};

/// Rounds of refitting after which it ends at the latest; the set of inliers settles in two or
/// three, or goes back and forth between two sets.
const MOST_REFITS: u32 = 20;

/// The pairs, and the threshold that decides who agrees.
pub(super) struct Judge<'a> {
    pub pairs: &'a [Pair],
    threshold: f64,
}

/// A homography with the pairs that agree with it.
pub(super) struct Fit {
    homography: Homography,
    inliers: Vec<bool>,
    count: usize,
    /// Sum of the squared errors of the inliers, in square pixels.
    squares: f64,
}

impl Fit {
    /// More inliers, or as many with smaller errors.
    pub fn beats(&self, other: &Self) -> bool {
        self.count > other.count || (self.count == other.count && self.squares < other.squares)
    }

    /// Inliers as a share of all pairs.
    pub fn share(&self) -> f64 {
        self.count as f64 / self.inliers.len() as f64
    }
}

impl<'a> Judge<'a> {
    pub fn new(pairs: &'a [Pair], threshold: f64) -> Self {
        Self { pairs, threshold }
    }

    /// Who agrees with `homography`; `None` when it cannot be inverted.
    pub fn fit(&self, homography: Homography) -> Option<Fit> {
        let inverse = homography.inverse().ok()?;
        let mut fit = Fit {
            homography,
            inliers: Vec::with_capacity(self.pairs.len()),
            count: 0,
            squares: 0.0,
        };
        for pair in self.pairs {
            let error = dlt::symmetric_error(&homography, &inverse, pair);
            let inlier = error <= self.threshold;
            fit.inliers.push(inlier);
            if inlier {
                fit.count += 1;
                fit.squares += error * error;
            }
        }
        Some(fit)
    }

    /// The normalised DLT of the inliers, and who agrees with that, until nobody joins any more.
    /// A refit that loses inliers is not taken.
    pub fn refit(&self, mut best: Fit) -> (Homography, Vec<bool>) {
        for _ in 0..MOST_REFITS {
            let chosen = self
                .pairs
                .iter()
                .zip(&best.inliers)
                .filter(|(_, inlier)| **inlier);
            let chosen: Vec<Pair> = chosen.map(|(pair, _)| *pair).collect();
            let homography = dlt::normalized(&chosen).ok();
            match homography.and_then(|homography| self.fit(homography)) {
                Some(fit) if fit.inliers == best.inliers => {
                    best = fit;
                    break;
                }
                Some(fit) if fit.count >= best.count => best = fit,
                _ => break,
            }
        }
        (best.homography, best.inliers)
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
    pub fn by_chance(&self, count: usize) -> bool {
        if count <= FEWEST_PAIRS {
            return true;
        }
        let (n, k) = (self.pairs.len(), count);
        let disc = PI * self.threshold * self.threshold;
        let chance = (disc / self.target_area()).min(1.0);
        let samples = ((n - FEWEST_PAIRS) as f64).ln() + ln_binomial(n, k);
        let in_sample = ln_binomial(k, FEWEST_PAIRS);
        samples + in_sample + (k - FEWEST_PAIRS) as f64 * chance.ln() >= 0.0
    }

    /// Area of the rectangle around all targets, in square pixels.
    fn target_area(&self) -> f64 {
        let range = |value: fn(Point) -> f64| {
            let values = self.pairs.iter().map(|pair| value(pair.to));
            let least = values.clone().fold(f64::INFINITY, f64::min);
            values.fold(f64::NEG_INFINITY, f64::max) - least
        };
        range(|point| point.x) * range(|point| point.y)
    }
}

/// The logarithm of "n choose k".
fn ln_binomial(n: usize, k: usize) -> f64 {
    let fewer = k.min(n - k);
    (1..=fewer)
        .map(|i| ((n - fewer + i) as f64 / i as f64).ln())
        .sum()
}
