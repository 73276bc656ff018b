//! What is compared: a network as simple as can be, and one with all that training needs.

use retrace_lab::Arm;

/// A network to freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Convolutions and ReLU.
    Plain,
    /// The same with batch normalization, dropout and learnt, leaky and exponential activation
    /// functions: parts that change between training and use, and functions that ONNX has under
    /// other names.
    Full,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Full];

    /// The arm's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Full => "full",
        }
    }

    /// Its name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Plain => "plain network",
            Self::Full => "with dropout and batch normalisation",
        }
    }

    /// The kind of the arm with this name.
    pub fn of(arm: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == arm)
    }
}

/// All arms.
pub fn all() -> Vec<Arm> {
    let arm = |kind: Kind| Arm::new(kind.name(), kind.label());
    Kind::ALL.into_iter().map(arm).collect()
}
