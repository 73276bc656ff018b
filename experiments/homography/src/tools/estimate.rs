//! `homography estimate`: the homography of pairs of points in a file.

use std::path::PathBuf;

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};

use super::error_of;
use super::report::Report;
use crate::dlt::{self, DltError, FEWEST_PAIRS, Method};
use crate::homography::Homography;
use crate::point::{Pair, Point};
use crate::ransac::{Ransac, RansacError, ransac};

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
        let report = if self.ransac {
            self.robust(&pairs)?
        } else {
            self.direct(&pairs)?
        };
        if self.json {
            print_json(&report)
        } else {
            print(&report.text())
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

    fn direct(&self, pairs: &[Pair]) -> Result<Report> {
        let homography = dlt::estimate(pairs, self.method);
        let homography = homography.map_err(|error| error_of(error, |e| self.bad_pairs(e)))?;
        let name = match self.method {
            Method::Plain => "plain",
            Method::Normalized => "normalized",
            Method::Eigenvector => "eigenvector",
        };
        self.report(homography, name, pairs, &vec![true; pairs.len()])
    }

    fn robust(&self, pairs: &[Pair]) -> Result<Report> {
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
        let report = self.report(consensus.homography, "ransac", pairs, &consensus.inliers)?;
        Ok(report.with_trials(consensus.trials))
    }

    fn report(
        &self,
        homography: Homography,
        method: &'static str,
        pairs: &[Pair],
        inliers: &[bool],
    ) -> Result<Report> {
        let report = Report::new(homography, method, pairs, inliers);
        report.map_err(|error| self.bad_pairs(DltError::from(error)))
    }

    fn bad_pairs<E: std::error::Error + Send + Sync + 'static>(&self, source: E) -> Error {
        Error::data(NoHomography {
            file: self.pairs.display().to_string(),
            source,
        })
    }
}
