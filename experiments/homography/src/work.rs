//! What is done: one piece of work an arm.

mod far_points;
mod noise;
mod outliers;
mod pictures;
mod rectification;
mod registration;

use retrace_lab::{Arm, Cell, Error, Result};

use crate::config::Config;
use crate::data::Views;
use crate::dlt::Method;
use crate::outcome::{METHODS, Outcome};

pub use outliers::Estimator;
pub use pictures::{Kept, OVERVIEW, kept};
pub use rectification::{DETAIL, SAMPLINGS, sampled};

/// What a cell does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The post's example, on the drawn picture.
    Rectify,
    /// The author's corners, moved away from the origin.
    MoveAway,
    /// Pairs of pictures.
    Register,
    /// Noisy points, H by one of the methods.
    AddNoise(Method),
    /// Wrong pairs among the right ones.
    AddOutliers(Estimator),
}

impl Work {
    /// Everything, in the order of the arms.
    pub fn all() -> Vec<Self> {
        let fixed = [Self::Rectify, Self::MoveAway, Self::Register];
        let noise = METHODS.map(Self::AddNoise);
        let outliers = Estimator::ALL.map(Self::AddOutliers);
        [&fixed[..], &noise[..], &outliers[..]].concat()
    }

    /// The work of the arm with this name.
    pub fn of(arm: &str) -> Option<Self> {
        Self::all().into_iter().find(|work| work.name() == arm)
    }

    /// Name of its arm.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rectify => "rectification",
            Self::MoveAway => "far-points",
            Self::Register => "pictures",
            Self::AddNoise(Method::Plain) => "plain",
            Self::AddNoise(Method::Normalized) => "normalized",
            Self::AddNoise(Method::Eigenvector) => "eigenvector",
            Self::AddOutliers(estimator) => estimator.name(),
        }
    }

    /// Its arm.
    pub fn arm(self) -> Arm {
        match self {
            Self::Rectify => Arm::deterministic(self.name(), "the post's example"),
            Self::MoveAway => Arm::deterministic(self.name(), "exact points far from the origin"),
            Self::Register => Arm::deterministic(self.name(), "pairs of pictures"),
            Self::AddNoise(method) => Arm::new(self.name(), method_label(method)),
            Self::AddOutliers(estimator) => Arm::new(self.name(), estimator.label()),
        }
    }

    /// Runs it.
    ///
    /// # Errors
    /// When the run is interrupted, or the author's points give no homography.
    pub fn run(self, config: &Config, views: &[Views], cell: &mut Cell<'_>) -> Result<Outcome> {
        Ok(match self {
            Self::Rectify => Outcome::Rectified(Box::new(rectification::rectify(cell)?)),
            Self::MoveAway => Outcome::FarPoints(far_points::move_away(config)),
            Self::Register => Outcome::Registered(registration::register(config, views, cell)?),
            Self::AddNoise(method) => Outcome::Noisy(noise::add(config, method, cell)),
            Self::AddOutliers(way) => Outcome::WithOutliers(outliers::add(config, way, cell)),
        })
    }
}

/// Name of a method in figures.
pub fn method_label(method: Method) -> &'static str {
    match method {
        Method::Plain => "SVD of A (the post)",
        Method::Normalized => "SVD, points normalised",
        Method::Eigenvector => "eigenvector of A\u{1d40}A",
    }
}

/// A failure of numbers that cannot fail for the author's points.
fn numerics(error: impl std::fmt::Display) -> Error {
    Error::Numerics(error.to_string())
}
