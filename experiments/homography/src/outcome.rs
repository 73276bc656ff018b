//! What a cell yields: plain numbers. Errors are distances in pixels of the target picture; one
//! that does not exist (no homography was found, or it sends a point to infinity) is `None`.

mod rectified;

use serde::{Deserialize, Serialize};

pub use rectified::{Equations, Filled, Fit, Rectified, Restored};

use crate::dlt::Method;
use crate::homography::Homography;

/// What a cell yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Of the author's points and the drawn picture.
    Rectified(Box<Rectified>),
    /// Of exact points far from the origin.
    FarPoints(FarPoints),
    /// Of two pictures of one plane.
    Registered(Registered),
    /// Of noise in the points.
    Noisy(Noisy),
    /// Of wrong pairs.
    WithOutliers(WithOutliers),
}

/// The author's corners and targets, both moved away from the origin; exact in every bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FarPoints {
    /// One a method, in the order of [`METHODS`].
    pub largest_errors: Vec<FarErrors>,
}

/// The largest error at the four corners against how far they were moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FarErrors {
    /// How H was computed.
    pub method: Method,
    /// One a distance, in the order of the config.
    pub errors: Vec<Option<f64>>,
}

/// Every way to compute H, in the order of figures.
pub const METHODS: [Method; 3] = [Method::Plain, Method::Normalized, Method::Eigenvector];

/// Pairs of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// One a pair of pictures.
    pub views: Vec<View>,
}

/// Two pictures of one plane, whose homography is known and is estimated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Name of the pair, also of its arrays.
    pub name: String,
    /// The published matrix, from the first picture to the second.
    pub known: Homography,
    /// Correlation of grey values, -1 to 1, of the second picture and the first one warped by it.
    pub known_correlation: f64,
    /// The same without warping.
    pub unwarped_correlation: f64,
    /// What was found from the pictures alone.
    pub matches: Matches,
}

/// A homography found from the pictures alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matches {
    /// Matches of corners.
    pub found: usize,
    /// Those that the known matrix agrees with, within the threshold.
    pub right: usize,
    /// Those that agree with the estimate.
    pub inliers: usize,
    /// The estimate; absent without a consensus.
    pub estimated: Option<Homography>,
    /// Mean distance, over the first picture, of where the two matrices send a point.
    pub distance: Option<f64>,
    /// Correlation of grey values with the picture warped by the estimate.
    pub correlation: Option<f64>,
}

/// Mean errors over the label when the points that H was computed from are noisy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Noisy {
    /// One a strength of noise, in the order of the config.
    pub by_noise: Vec<Option<f64>>,
    /// One a number of pairs, in the order of the config.
    pub by_pairs: Vec<Option<f64>>,
}

/// Mean errors over the label when some pairs are wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithOutliers {
    /// One a share of wrong pairs, in the order of the config.
    pub errors: Vec<Option<f64>>,
}

impl Outcome {
    /// What the drawn picture gave.
    pub fn rectified(&self) -> Option<&Rectified> {
        match self {
            Self::Rectified(rectified) => Some(rectified),
            _ => None,
        }
    }

    /// What points far away gave.
    pub fn far_points(&self) -> Option<&FarPoints> {
        match self {
            Self::FarPoints(far) => Some(far),
            _ => None,
        }
    }

    /// What pairs of pictures gave.
    pub fn registered(&self) -> Option<&Registered> {
        match self {
            Self::Registered(registered) => Some(registered),
            _ => None,
        }
    }

    /// What noisy points gave.
    pub fn noisy(&self) -> Option<&Noisy> {
        match self {
            Self::Noisy(noisy) => Some(noisy),
            _ => None,
        }
    }

    /// What wrong pairs gave.
    pub fn with_outliers(&self) -> Option<&WithOutliers> {
        match self {
            Self::WithOutliers(outliers) => Some(outliers),
            _ => None,
        }
    }
}
