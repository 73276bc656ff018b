//! What is compared: four ways to train, and what else is done with them.

use retrace_core::regularization::{L2Convention, Penalty};
use retrace_figure::Colour;
use retrace_lab::Arm;

use crate::config::Config;

/// A way to train: the penalty in the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// |error| alone.
    None,
    /// |error| + lambda sum |w|.
    L1,
    /// |error| + lambda sum w^2 / 2.
    L2,
    /// |error| + lambda (share sum |w| + (1 - share) sum w^2 / 2).
    ElasticNet,
}

/// What a cell does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Trains once.
    Train(Method),
    /// Trains with L1, takes the disconnected units out, and trains what is left again.
    Prune,
    /// Trains once with smaller steps.
    TrainSlowly(Method),
    /// Trains at each size of the outliers.
    VaryOutliers(Method),
    /// Trains at each lambda, on all folds but one at a time.
    CrossValidate(Method),
    /// Fits lines without any training.
    FitLines,
}

impl Method {
    /// All of them, in the order of figures.
    pub const ALL: [Self; 4] = [Self::None, Self::L1, Self::L2, Self::ElasticNet];

    /// Name of the arm that trains once.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::ElasticNet => "elastic-net",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "no penalty",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::ElasticNet => "elastic net",
        }
    }

    /// Its colour in every figure.
    pub fn colour(self) -> Colour {
        match self {
            Self::None => Colour::series(4),
            Self::L1 => Colour::series(0),
            Self::L2 => Colour::series(1),
            Self::ElasticNet => Colour::series(2),
        }
    }

    /// Its penalty at the config's lambda.
    pub fn penalty(self, config: &Config) -> Penalty {
        let lambda = config.lambda;
        // The author's convention: TensorFlow halves the squares.
        let convention = L2Convention::Halved;
        match self {
            Self::None => Penalty::None,
            Self::L1 => Penalty::L1 { lambda },
            Self::L2 => Penalty::L2 { lambda, convention },
            Self::ElasticNet => Penalty::ElasticNet {
                lambda,
                l1_share: config.l1_share,
                convention,
            },
        }
    }
}

impl Work {
    /// Name of the arm that prunes.
    pub const PRUNED: &'static str = "l1-pruned";
    /// Name of the arm that fits lines.
    pub const LINES: &'static str = "lines";
    /// Colour of the pruned network in every figure.
    pub const PRUNED_COLOUR: Colour = Colour::series(3);

    /// All work of a run.
    pub fn all() -> Vec<Self> {
        let varied = [Method::None, Method::L1, Method::L2];
        let mut all: Vec<Self> = Method::ALL.map(Self::Train).to_vec();
        all.push(Self::Prune);
        all.extend(varied.map(Self::TrainSlowly));
        all.extend(varied.map(Self::VaryOutliers));
        all.extend([Method::L1, Method::L2].map(Self::CrossValidate));
        all.push(Self::FitLines);
        all
    }

    /// The work of the arm with this name.
    pub fn of(arm: &str) -> Option<Self> {
        Self::all().into_iter().find(|work| work.name() == arm)
    }

    /// Name of the arm.
    pub fn name(self) -> String {
        match self {
            Self::Train(method) => method.name().to_owned(),
            Self::Prune => Self::PRUNED.to_owned(),
            Self::TrainSlowly(method) => format!("{}-small-steps", method.name()),
            Self::VaryOutliers(method) => format!("{}-outliers", method.name()),
            Self::CrossValidate(method) => format!("{}-cv", method.name()),
            Self::FitLines => Self::LINES.to_owned(),
        }
    }

    fn label(self) -> String {
        match self {
            Self::Train(method) => method.label().to_owned(),
            Self::Prune => "L1, pruned".to_owned(),
            Self::TrainSlowly(method) => format!("{}, small steps", method.label()),
            Self::VaryOutliers(method) => format!("{}, size of outliers varied", method.label()),
            Self::CrossValidate(method) => format!("{}, cross-validated", method.label()),
            Self::FitLines => "lines without training".to_owned(),
        }
    }

    /// The arm; lines have no chance in them as long as all seeds share their points.
    pub fn arm(self, config: &Config) -> Arm {
        if self == Self::FitLines && !config.redraw_points {
            Arm::deterministic(self.name(), self.label())
        } else {
            Arm::new(self.name(), self.label())
        }
    }
}
