//! What a cell yields: plain numbers, in units of y unless said otherwise.

use serde::{Deserialize, Serialize};

use crate::line::Line;
use crate::points::Samples;
use crate::pruning::Pruning;
use crate::training::Training;

/// What a cell yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Of one training.
    Trained(Training),
    /// Of pruning.
    Pruned(Box<Pruned>),
    /// Of several sizes of outliers, in the order of the config.
    Outliers(VariedOutliers),
    /// Of cross-validation.
    CrossValidated(CrossValidated),
    /// Of fitting lines.
    Lines(Lines),
}

/// A network pruned and trained again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pruned {
    /// The L1 training before; the same as in arm `l1`.
    pub before: Training,
    /// What was taken out; absent when the training diverged.
    pub pruning: Option<Pruning>,
    /// The smaller network trained from fresh weights, as the author did.
    pub retrained: Option<Training>,
    /// The smaller network trained on from the weights that it has.
    pub continued: Option<Training>,
}

/// Trainings whose outliers differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariedOutliers {
    /// One a size.
    pub runs: Vec<WithOutliers>,
}

/// A training with outliers of one size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WithOutliers {
    /// How far the outliers are lifted.
    pub lift: f64,
    /// Sum of |error| over the test points without their lift.
    pub error: Option<f64>,
    /// Mean distance of the settled line to the one that the same training finds without lift.
    pub bend: Option<f64>,
}

/// Errors against lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidated {
    /// One a lambda, in the order of the config.
    pub tried: Vec<Tried>,
    /// The lambda with the least held-out error.
    pub chosen: Option<f64>,
    /// Sum of |error| over the test points after training with it on all training points.
    pub total_error: Option<f64>,
}

/// One lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The strength of the penalty.
    pub lambda: f64,
    /// Mean |error| over the held-out points of all folds.
    pub error: Option<f64>,
    /// The same for the settled lines.
    pub settled_error: Option<f64>,
}

/// The points, and the lines through the training ones that need no training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// The points.
    pub samples: Samples,
    /// Least squares.
    pub least_squares: Option<Line>,
    /// Least absolute deviations: the network's cost without penalty.
    pub least_deviations: Line,
    /// Ridge at the config's lambda.
    pub ridge: Option<Line>,
    /// Lasso at the config's lambda.
    pub lasso: Line,
    /// Where the network's cost with L1 is least.
    pub collapsed_l1: Line,
    /// Where the network's cost with L2 is least.
    pub collapsed_l2: Line,
}

impl Outcome {
    /// The training of an arm that trains once; of the pruned one, that from fresh weights.
    pub fn training(&self) -> Option<&Training> {
        match self {
            Self::Trained(training) => Some(training),
            Self::Pruned(pruned) => pruned.retrained.as_ref(),
            _ => None,
        }
    }

    /// What pruning came to.
    pub fn pruned(&self) -> Option<&Pruned> {
        match self {
            Self::Pruned(pruned) => Some(pruned),
            _ => None,
        }
    }

    /// What the sizes of outliers came to.
    pub fn outliers(&self) -> Option<&[WithOutliers]> {
        match self {
            Self::Outliers(varied) => Some(&varied.runs),
            _ => None,
        }
    }

    /// What cross-validation came to.
    pub fn cross_validated(&self) -> Option<&CrossValidated> {
        match self {
            Self::CrossValidated(validated) => Some(validated),
            _ => None,
        }
    }

    /// The lines that need no training.
    pub fn lines(&self) -> Option<&Lines> {
        match self {
            Self::Lines(lines) => Some(lines),
            _ => None,
        }
    }
}
