//! What `homography estimate` found, for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::dlt::{forward_error, symmetric_error};
use crate::homography::{Homography, HomographyError};
use crate::point::{Pair, Point};

/// Pairs that the text lists; a file can have thousands.
const LISTED: usize = 20;

/// What `estimate` found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    matrix: Homography,
    method: &'static str,
    pairs: usize,
    inliers: usize,
    /// Root mean square of the forward errors of the inliers.
    forward_rms_px: f64,
    /// The same of the symmetric errors.
    symmetric_rms_px: f64,
    /// Samples that RANSAC drew.
    #[serde(skip_serializing_if = "Option::is_none")]
    trials: Option<u32>,
    residuals: Vec<Residual>,
}

/// How the homography treats one pair. An infinite error is null in JSON.
#[derive(Debug, Serialize)]
struct Residual {
    from: Point,
    to: Point,
    mapped: Option<Point>,
    forward_px: f64,
    symmetric_px: f64,
    inlier: bool,
}

impl Report {
    /// The report on a homography and who agrees with it.
    ///
    /// # Errors
    /// When the homography cannot be inverted.
    pub fn new(
        matrix: Homography,
        method: &'static str,
        pairs: &[Pair],
        inliers: &[bool],
    ) -> Result<Self, HomographyError> {
        let inverse = matrix.inverse()?;
        let residual = |(pair, inlier): (&Pair, &bool)| Residual {
            from: pair.from,
            to: pair.to,
            mapped: matrix.apply(pair.from),
            forward_px: forward_error(&matrix, pair),
            symmetric_px: symmetric_error(&matrix, &inverse, pair),
            inlier: *inlier,
        };
        let residuals: Vec<Residual> = pairs.iter().zip(inliers).map(residual).collect();
        let of_inliers = || residuals.iter().filter(|residual| residual.inlier);
        Ok(Self {
            matrix,
            method,
            pairs: pairs.len(),
            inliers: of_inliers().count(),
            forward_rms_px: root_mean_square(of_inliers().map(|r| r.forward_px)),
            symmetric_rms_px: root_mean_square(of_inliers().map(|r| r.symmetric_px)),
            trials: None,
            residuals,
        })
    }

    /// The same with the number of samples that RANSAC drew.
    pub fn with_trials(self, trials: u32) -> Self {
        let trials = Some(trials);
        Self { trials, ..self }
    }

    // Writing to a String cannot fail.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for [a, b, c] in self.matrix.matrix() {
            let _ = writeln!(text, "{a:>17.9e} {b:>17.9e} {c:>17.9e}");
        }
        let _ = writeln!(
            text,
            "{} of {} pairs, {}: errors {:.3} pixels forward, {:.3} symmetric (RMS)",
            self.inliers, self.pairs, self.method, self.forward_rms_px, self.symmetric_rms_px
        );
        for (number, residual) in (1..).zip(&self.residuals).take(LISTED) {
            let Residual { from, to, .. } = residual;
            let place = format!("({}, {}) -> ({}, {})", from.x, from.y, to.x, to.y);
            let outlier = if residual.inlier { "" } else { "  outlier" };
            let _ = writeln!(
                text,
                "{number:5}  {place:44}{:10.3}{outlier}",
                residual.forward_px
            );
        }
        if self.residuals.len() > LISTED {
            let more = self.residuals.len() - LISTED;
            let _ = writeln!(
                text,
                "{:5}  {more} more pairs; `--json` has them all",
                "..."
            );
        }
        text
    }
}

fn root_mean_square(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let squares: f64 = values.clone().map(|value| value * value).sum();
    (squares / values.count() as f64).sqrt()
}
