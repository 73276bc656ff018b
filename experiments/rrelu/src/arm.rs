//! What is compared: activation functions, each with and without batch normalisation.

use retrace_core::activation::{ActivationConfig, Draw, LreluConfig, RreluConfig};
use retrace_figure::{Colour, Dash};
use retrace_lab::Arm;

/// An activation function of the comparison.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Name of its arm without batch normalisation.
    pub name: &'static str,
    /// Name in figures.
    pub label: &'static str,
    /// The function.
    pub activation: ActivationConfig,
    /// How its lines are broken up: those that lie on top of each other differ.
    pub dash: Dash,
    /// Of a reading of RReLU: what a sentence calls it.
    pub reading: Option<&'static str>,
    /// Number of its colour, and how far that is on its way to black (0-1): relatives have one hue.
    hue: (usize, f64),
}

/// max(0, x).
pub const RELU: Function = Function::new("relu", "ReLU", ActivationConfig::Relu, (1, 0.0));
/// Slope 0.01: the paper's a = 100.
pub const LRELU: Function =
    Function::new("lrelu", "LReLU x/100", ActivationConfig::LRELU, (2, 0.0)).dashed();
/// Slope 1/5.5: the paper's "very leaky", and what its RReLU is at test.
pub const VERY_LEAKY: Function = Function::new(
    "lrelu-5.5",
    "LReLU x/5.5",
    ActivationConfig::Lrelu(LreluConfig { slope: 1.0 / 5.5 }),
    (2, 0.45),
);
/// Learnt slope.
pub const PRELU: Function = Function::new("prelu", "PReLU", ActivationConfig::PRELU, (3, 0.0));
/// What the post's code computes: slope U(3, 8), one draw per layer, 5.5 at test.
pub const RRELU_AS_WRITTEN: Function = Function::new(
    "rrelu-as-written",
    "RReLU as written",
    ActivationConfig::Rrelu(RreluConfig::AS_WRITTEN),
    (4, 0.45),
)
.reading("RReLU as the post's code has it");
/// What the paper describes: slope 1/U(3, 8), a draw per element, 1/5.5 at test.
pub const RRELU: Function =
    Function::new("rrelu", "RReLU, paper", ActivationConfig::RRELU, (4, 0.0))
        .reading("RReLU as the paper has it");
/// The paper's slopes, but one draw per layer: what the post's code would be with the slopes
/// turned over.
pub const RRELU_LAYER: Function = Function::new(
    "rrelu-layer",
    "RReLU, one per layer",
    ActivationConfig::Rrelu(RreluConfig {
        draw: Draw::Layer,
        ..RreluConfig::PAPER
    }),
    (7, 0.25),
)
.dashed()
.reading("RReLU with the paper's slopes, one per layer");
/// e^x - 1.
pub const ELU: Function = Function::new("elu", "ELU", ActivationConfig::ELU, (5, 0.0));

impl Function {
    /// All of them, in the order of figures.
    pub const ALL: [Self; 8] = [
        RELU,
        LRELU,
        VERY_LEAKY,
        PRELU,
        RRELU_AS_WRITTEN,
        RRELU,
        RRELU_LAYER,
        ELU,
    ];

    const fn new(
        name: &'static str,
        label: &'static str,
        activation: ActivationConfig,
        hue: (usize, f64),
    ) -> Self {
        Self {
            name,
            label,
            activation,
            dash: Dash::Solid,
            reading: None,
            hue,
        }
    }

    const fn dashed(mut self) -> Self {
        self.dash = Dash::Dashed;
        self
    }

    const fn reading(mut self, words: &'static str) -> Self {
        self.reading = Some(words);
        self
    }

    /// The readings of RReLU; the post runs one of them, and the text allows all.
    pub fn readings() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|f| f.reading.is_some())
    }

    /// What RReLU is compared with.
    pub fn others() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|f| f.reading.is_none())
    }

    /// Its colour in every figure.
    pub fn colour(self) -> Colour {
        let (series, darkness) = self.hue;
        Colour::series(series).mix(Colour::BLACK, darkness)
    }

    /// The number of its colour, without what tells relatives apart.
    pub(crate) fn series(self) -> usize {
        self.hue.0
    }

    /// A reading of RReLU in a sentence.
    pub fn words(self) -> &'static str {
        self.reading.unwrap_or(self.label)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
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
    /// Without and with.
    pub const BOTH: [Self; 2] = [Self::Plain, Self::Batch];

    /// For titles.
    pub fn title(self) -> &'static str {
        match self {
            Self::Plain => "without batch normalisation",
            Self::Batch => "with batch normalisation",
        }
    }

    /// The end of claims' ids.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Batch => "-with-bn",
        }
    }

    /// The network with `function`.
    pub fn of(self, function: Function) -> Variant {
        Variant {
            function,
            norm: self,
        }
    }
}

/// A network of the comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variant {
    /// Its activation function.
    pub function: Function,
    /// Whether it is normalised.
    pub norm: Norm,
}

impl Variant {
    /// Every function plain, then every function normalised.
    pub fn all() -> Vec<Self> {
        let every = |norm: Norm| Function::ALL.map(|function| norm.of(function));
        Norm::BOTH.into_iter().flat_map(every).collect()
    }

    /// That of its function, paler when it is normalised.
    pub fn colour(self) -> Colour {
        match self.norm {
            Norm::Plain => self.function.colour(),
            Norm::Batch => self.function.colour().mix(Colour::WHITE, 0.45),
        }
    }
}

impl Arm for Variant {
    /// `relu`, `relu+bn`.
    fn name(&self) -> String {
        match self.norm {
            Norm::Plain => self.function.name.to_owned(),
            Norm::Batch => format!("{}+bn", self.function.name),
        }
    }

    fn label(&self) -> String {
        match self.norm {
            Norm::Plain => self.function.label.to_owned(),
            Norm::Batch => format!("{}, normalised", self.function.label),
        }
    }
}
