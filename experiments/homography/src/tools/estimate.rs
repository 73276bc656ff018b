//! `homography estimate`: the homography of pairs of points in a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use super::error_of;
use crate::dlt::{self, DltError, FEWEST_PAIRS, Method, forward_error, symmetric_error};
use crate::homography::Homography;
use crate::point::{Pair, Point};
use crate::ransac::{Ransac, RansacError, ransac};

/// Pairs that the text lists; a file can have thousands.
const LISTED: usize = 20;

/// The flags of `estimate`.
#[derive(Debug, Args)]
pub struct Estimate {
    /// A CSV file with the columns `from_x`, `from_y`, `to_x`, `to_y`
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
    /// How the homography is computed from all pairs
    #[arg(long, value_enum, default_value_t = Method::Normalized)]
    method: Method,
    /// Expect wrong pairs: take the homography that most pairs agree with, by normalised DLT
    #[arg(long, conflicts_with = "method")]
    ransac: bool,
    /// Largest symmetric transfer error of a pair that agrees, in pixels
    #[arg(long, value_name = "PIXELS", requires = "ransac")]
    #[arg(default_value_t = Ransac::default().threshold)]
    threshold: f64,
    /// Names the random samples
    #[arg(long, requires = "ransac", default_value_t = Ransac::default().seed)]
    seed: u64,
    /// Print the homography and each pair as JSON on standard output
    ///
    /// Keys: `matrix` (three rows), `method` (plain, normalized, eigenvector or ransac), `pairs`
    /// and `inliers` (numbers), `forward_rms_px` and `symmetric_rms_px` (of the inliers), `trials`
    /// (with `--ransac`), `residuals`; of each pair `from`, `to`, `mapped` (where the matrix sends
    /// `from`; null at infinity), `forward_px`, `symmetric_px`, `inlier`.
    #[arg(long)]
    json: bool,
}

/// What `estimate` prints with `--json`.
#[derive(Debug, Serialize)]
struct Estimated {
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

/// The pairs of a file that give no homography.
#[derive(Debug, thiserror::Error)]
#[error("{file}: the pairs give no homography; pair 1 is the first line below the header")]
struct NoHomography<E: std::error::Error + 'static> {
    file: String,
    source: E,
}

impl Estimate {
    pub(super) fn run(self) -> Result<()> {
        let pairs = self.read()?;
        let estimated = if self.ransac {
            self.robust(&pairs)?
        } else {
            self.direct(&pairs)?
        };
        if self.json {
            print_json(&estimated)
        } else {
            print(&estimated.text())
        }
    }

    fn read(&self) -> Result<Vec<Pair>> {
        let names = ["from_x", "from_y", "to_x", "to_y"];
        let columns = retrace_data::read_columns(&self.pairs, names, FEWEST_PAIRS);
        let [x, y, u, v] = columns.map_err(Error::data)?.values;
        let from = x.into_iter().zip(y).map(|(x, y)| Point::new(x, y));
        let to = u.into_iter().zip(v).map(|(x, y)| Point::new(x, y));
        Ok(from.zip(to).map(|(from, to)| Pair::new(from, to)).collect())
    }

    fn direct(&self, pairs: &[Pair]) -> Result<Estimated> {
        let homography = dlt::estimate(pairs, self.method);
        let homography = homography.map_err(|error| error_of(error, |e| self.bad_pairs(e)))?;
        let name = match self.method {
            Method::Plain => "plain",
            Method::Normalized => "normalized",
            Method::Eigenvector => "eigenvector",
        };
        self.estimated(homography, name, pairs, &vec![true; pairs.len()])
    }

    fn robust(&self, pairs: &[Pair]) -> Result<Estimated> {
        let settings = Ransac {
            threshold: self.threshold,
            seed: self.seed,
            ..Ransac::default()
        };
        let consensus = ransac(pairs, &settings).map_err(|error| match error {
            RansacError::Threshold { .. } | RansacError::Confidence { .. } => {
                Error::Usage(error.to_string())
            }
            RansacError::Pairs(error) => error_of(error, |e| self.bad_pairs(e)),
            error => self.bad_pairs(error),
        })?;
        let estimated =
            self.estimated(consensus.homography, "ransac", pairs, &consensus.inliers)?;
        Ok(Estimated {
            trials: Some(consensus.trials),
            ..estimated
        })
    }

    fn estimated(
        &self,
        matrix: Homography,
        method: &'static str,
        pairs: &[Pair],
        inliers: &[bool],
    ) -> Result<Estimated> {
        let inverse = matrix
            .inverse()
            .map_err(|e| self.bad_pairs(DltError::from(e)))?;
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
        Ok(Estimated {
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

    fn bad_pairs<E: std::error::Error + Send + Sync + 'static>(&self, source: E) -> Error {
        Error::data(NoHomography {
            file: self.pairs.display().to_string(),
            source,
        })
    }
}

fn root_mean_square(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let squares: f64 = values.clone().map(|value| value * value).sum();
    (squares / values.count() as f64).sqrt()
}

impl Estimated {
    // Writing to a String cannot fail.
    fn text(&self) -> String {
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
