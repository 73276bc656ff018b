//! How weights follow the gradient.

use burn::optim::{AdamConfig, ModuleOptimizer, SgdConfig};

/// Added to the root in Adam's denominator: `TensorFlow`'s default, and Kingma & Ba's.
const ADAM_EPSILON: f32 = 1e-8;

/// How weights follow the gradient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Optimizer {
    /// Stochastic gradient descent.
    Sgd,
    /// Kingma & Ba 2015, with its usual settings.
    Adam,
}

impl Optimizer {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Sgd, Self::Adam];

    /// Name in arms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sgd => "sgd",
            Self::Adam => "adam",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sgd => "SGD",
            Self::Adam => "Adam",
        }
    }

    /// Its state before the first step.
    pub fn init(self) -> ModuleOptimizer {
        match self {
            Self::Sgd => SgdConfig::new().init(),
            Self::Adam => retrace_optim::adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON)),
        }
    }
}
