//! What is compared: activation functions, each with and without batch normalisation.

use retrace_core::activation::{ActivationConfig, Draw, LreluConfig, RreluConfig};
use retrace_figure::{Colour, Dash};
use retrace_lab::Arm;

/// An activation function of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// max(0, x).
    Relu,
    /// Slope 0.01: the paper's a = 100.
    Lrelu,
    /// Slope 1/5.5: the paper's "very leaky", and what its RReLU is at test.
    VeryLeaky,
    /// Learnt slope.
    Prelu,
    /// What the post's code computes: slope U(3, 8), one draw a layer, 5.5 at test.
    RreluAsWritten,
    /// What the paper describes: slope 1/U(3, 8), a draw an element, 1/5.5 at test.
    Rrelu,
    /// The paper's slopes, but one draw a layer: what the post's code would be with the slopes
    /// turned over.
    RreluLayer,
    /// e^x - 1.
    Elu,
}

impl Function {
    /// All of them, in the order of figures.
    pub const ALL: [Self; 8] = [
        Self::Relu,
        Self::Lrelu,
        Self::VeryLeaky,
        Self::Prelu,
        Self::RreluAsWritten,
        Self::Rrelu,
        Self::RreluLayer,
        Self::Elu,
    ];
    /// The readings of RReLU; the post runs one of them, and the text allows all.
    pub const READINGS: [Self; 3] = [Self::RreluAsWritten, Self::Rrelu, Self::RreluLayer];
    /// What RReLU is compared with.
    pub const OTHERS: [Self; 5] = [
        Self::Relu,
        Self::Lrelu,
        Self::VeryLeaky,
        Self::Prelu,
        Self::Elu,
    ];

    /// Name of its arm without batch normalisation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Lrelu => "lrelu",
            Self::VeryLeaky => "lrelu-5.5",
            Self::Prelu => "prelu",
            Self::RreluAsWritten => "rrelu-as-written",
            Self::Rrelu => "rrelu",
            Self::RreluLayer => "rrelu-layer",
            Self::Elu => "elu",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Relu => "ReLU",
            Self::Lrelu => "LReLU x/100",
            Self::VeryLeaky => "LReLU x/5.5",
            Self::Prelu => "PReLU",
            Self::RreluAsWritten => "RReLU as written",
            Self::Rrelu => "RReLU, paper",
            Self::RreluLayer => "RReLU, one a layer",
            Self::Elu => "ELU",
        }
    }

    /// The function.
    pub fn activation(self) -> ActivationConfig {
        match self {
            Self::Relu => ActivationConfig::Relu,
            Self::Lrelu => ActivationConfig::LRELU,
            Self::VeryLeaky => ActivationConfig::Lrelu(LreluConfig { slope: 1.0 / 5.5 }),
            Self::Prelu => ActivationConfig::PRELU,
            Self::RreluAsWritten => ActivationConfig::Rrelu(RreluConfig::AS_WRITTEN),
            Self::Rrelu => ActivationConfig::RRELU,
            Self::RreluLayer => ActivationConfig::Rrelu(RreluConfig {
                draw: Draw::Layer,
                ..RreluConfig::PAPER
            }),
            Self::Elu => ActivationConfig::ELU,
        }
    }

    /// How its lines are broken up: those who lie on top of each other differ.
    pub fn dash(self) -> Dash {
        match self {
            Self::Lrelu | Self::RreluLayer => Dash::Dashed,
            _ => Dash::Solid,
        }
    }

    /// Its colour in every figure; relatives have the same hue.
    pub fn colour(self) -> Colour {
        let dark = |colour: Colour| colour.mix(Colour::BLACK, 0.45);
        match self {
            Self::Relu => Colour::series(1),
            Self::Lrelu => Colour::series(2),
            Self::VeryLeaky => dark(Colour::series(2)),
            Self::Prelu => Colour::series(3),
            Self::RreluAsWritten => dark(Colour::series(4)),
            Self::Rrelu => Colour::series(4),
            Self::RreluLayer => Colour::series(7).mix(Colour::BLACK, 0.25),
            Self::Elu => Colour::series(5),
        }
    }
}

/// Whether the hidden layers are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// They are not.
    Plain,
    /// They are, before f.
    Batch,
}

impl Norm {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Plain, Self::Batch];

    /// For titles.
    pub fn title(self) -> &'static str {
        match self {
            Self::Plain => "without batch normalisation",
            Self::Batch => "with batch normalisation",
        }
    }

    /// The arm of `function`: `relu`, `relu+bn`.
    pub fn arm_of(self, function: Function) -> String {
        match self {
            Self::Plain => function.name().to_owned(),
            Self::Batch => format!("{}+bn", function.name()),
        }
    }
}

/// All arms: every function plain, then every function normalised.
pub fn all() -> Vec<Arm> {
    let arm = |norm: Norm, function: Function| {
        let label = match norm {
            Norm::Plain => function.label().to_owned(),
            Norm::Batch => format!("{}, normalised", function.label()),
        };
        Arm::new(norm.arm_of(function), label)
    };
    let every = |norm| Function::ALL.map(|function| arm(norm, function));
    Norm::BOTH.into_iter().flat_map(every).collect()
}

/// The function and the normalisation of the arm with this name.
pub fn of(arm: &str) -> Option<(Function, Norm)> {
    let every = |norm| Function::ALL.map(|function| (function, norm));
    let mut all = Norm::BOTH.into_iter().flat_map(every);
    all.find(|(function, norm)| norm.arm_of(*function) == arm)
}
