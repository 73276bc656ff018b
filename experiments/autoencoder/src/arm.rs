//! What is compared in the trainings on one picture after the other: everything that the post
//! varied, and what it says it wants to vary next.
//!
//! - [`AtRate`]: every loss, by both optimizers, at every rate, with and without a ReLU at the end,
//!   from the tutorial's initial weights; and some losses from others;
//! - [`Variant`]: the baseline (mean of squares, Adam, Xavier's weights), and what differs from it
//!   in one thing, trained longer.

use burn::optim::{AdamConfig, ModuleOptimizer, SgdConfig};

use crate::config::{Config, digit};
use crate::initial::Initial;
use crate::loss::{Extent, Loss};
use crate::network::{Architecture, Dropout, NetworkConfig, OutputActivation};

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
    /// Gradient descent and Adam.
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

/// What a training does beside its pictures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What is made small.
    pub loss: Loss,
    /// How.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub rate: f64,
    /// What is trained.
    pub network: NetworkConfig,
    /// How many steps.
    pub steps: u64,
}

/// A training of a network from L to L.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arm {
    /// A loss at a learning rate.
    AtRate(AtRate),
    /// The baseline, or one thing changed there.
    Variant(Variant),
}

/// The arm with which others are compared.
pub const BASELINE: Arm = Arm::Variant(Variant::Baseline);
/// The post's loss that "trained", trained as long as the baseline.
pub const INVERSE: Arm = Arm::Variant(Variant::Inverse(OutputActivation::Linear));
/// The same with a ReLU after the last layer.
pub const INVERSE_RELU: Arm = Arm::Variant(Variant::Inverse(OutputActivation::Relu));
/// Two hidden layers where the post has five.
pub const SMALL: Arm = Arm::Variant(Variant::Small);
/// Dropout as the post had it.
pub const DROPOUT_LAST: Arm = Arm::Variant(Variant::Dropout(Dropout::Last));
/// Dropout as regularization.
pub const DROPOUT_BETWEEN: Arm = Arm::Variant(Variant::Dropout(Dropout::Between));
/// Photographs in place of circles.
pub const SCENES: Arm = Arm::Variant(Variant::Scenes);
/// Pictures of a grey and a white circle.
pub const TWO_CIRCLES: Arm = Arm::Variant(Variant::TwoCircles);

/// The arm with a code of this size.
pub const fn code(size: usize) -> Arm {
    Arm::Variant(Variant::Code(size))
}

/// A loss at a learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtRate {
    /// What is made small.
    pub loss: Loss,
    /// How.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub rate: f64,
    /// Initial weights.
    pub initial: Initial,
    /// What the last layer does to its sum.
    pub output: OutputActivation,
    /// Whether a person tries this rate; the others make the steps of a good rate on the mean of
    /// squares.
    pub is_usual: bool,
}

/// The baseline, and what differs from it in one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Mean of squares, Adam, Xavier's weights, no dropout, no ReLU at the end.
    Baseline,
    /// Other initial weights.
    Initial(Initial),
    /// With dropout.
    Dropout(Dropout),
    /// Two hidden layers of eight maps.
    Small,
    /// Pictures of a grey and a white circle.
    TwoCircles,
    /// Scenes, L in and L out.
    Scenes,
    /// One over the distance, from the tutorial's initial weights.
    Inverse(OutputActivation),
    /// A bottleneck with a code of so many numbers.
    Code(usize),
}

impl Arm {
    /// All arms.
    pub fn all(config: &Config) -> Vec<Self> {
        let rates = losses(config);
        let relu = rates.clone().into_iter().filter(|arm| arm.is_usual);
        let relu = relu.map(|arm| AtRate {
            output: OutputActivation::Relu,
            ..arm
        });
        let relu: Vec<AtRate> = relu.collect();
        let rates = rates.into_iter().chain(relu).map(Self::AtRate);
        let weights = other_weights(config).into_iter().map(Self::AtRate);
        let variants = variants(config).into_iter().map(Self::Variant);
        rates.chain(weights).chain(variants).collect()
    }

    /// What it trains, and how.
    pub fn settings(&self, config: &Config) -> Settings {
        let network = NetworkConfig::plain(Architecture::SixLayers);
        match self {
            Self::AtRate(arm) => Settings {
                loss: arm.loss,
                optimizer: arm.optimizer,
                rate: arm.rate,
                network: NetworkConfig {
                    initial: arm.initial,
                    output: arm.output,
                    scale: arm.loss.scale(),
                    ..network
                },
                steps: config.steps,
            },
            Self::Variant(variant) => Settings {
                loss: match variant {
                    Variant::Inverse(_) => Loss::Inverse,
                    _ => Loss::Mean,
                },
                optimizer: Optimizer::Adam,
                rate: config.sound_rate,
                network: variant.network(),
                steps: config.long_steps,
            },
        }
    }
}

impl retrace_lab::Arm for Arm {
    fn name(&self) -> String {
        match self {
            Self::AtRate(arm) => arm.name(),
            Self::Variant(variant) => variant.name_and_label().0,
        }
    }

    fn label(&self) -> String {
        match self {
            Self::AtRate(arm) => arm.label(),
            Self::Variant(variant) => variant.name_and_label().1,
        }
    }
}

impl From<AtRate> for Arm {
    fn from(arm: AtRate) -> Self {
        Self::AtRate(arm)
    }
}

impl AtRate {
    /// Gradient descent or Adam on the sum of squares, from these initial weights: Adam at the
    /// baseline's rate, gradient descent at the middle one of a person's rates.
    pub fn sum(optimizer: Optimizer, initial: Initial, config: &Config) -> Self {
        Self {
            loss: Loss::Sum,
            optimizer,
            rate: match optimizer {
                Optimizer::Sgd => config.middle_rate(),
                Optimizer::Adam => config.sound_rate,
            },
            initial,
            output: OutputActivation::Linear,
            is_usual: true,
        }
    }

    /// Name of the arm; from other weights than the tutorial's there is one rate.
    pub fn name(&self) -> String {
        let (loss, optimizer) = (self.loss.name(), self.optimizer.name());
        match (self.initial, self.output) {
            (Initial::Truncated, OutputActivation::Linear) => {
                format!("{loss}-{optimizer}-{}", digit(self.rate))
            }
            (Initial::Truncated, OutputActivation::Relu) => {
                format!("{loss}-{optimizer}-{}+relu", digit(self.rate))
            }
            (initial, _) => format!("{loss}-{optimizer}-{}", initial.name()),
        }
    }

    fn label(&self) -> String {
        let (loss, optimizer) = (self.loss.label(), self.optimizer.label());
        let label = format!("{loss}, {optimizer} {}", digit(self.rate));
        match (self.initial, self.output) {
            (Initial::Truncated, OutputActivation::Linear) => label,
            (Initial::Truncated, OutputActivation::Relu) => {
                format!("{label}, {}", self.output.label())
            }
            (initial, _) => format!("{label}, {}", initial.label()),
        }
    }
}

impl Variant {
    fn network(self) -> NetworkConfig {
        let base = NetworkConfig::plain(Architecture::SixLayers);
        match self {
            Self::Baseline | Self::TwoCircles | Self::Scenes => base,
            Self::Initial(initial) => NetworkConfig { initial, ..base },
            Self::Dropout(dropout) => NetworkConfig {
                dropout: Some(dropout),
                ..base
            },
            Self::Small => NetworkConfig::plain(Architecture::Small),
            Self::Inverse(output) => NetworkConfig {
                initial: Initial::Truncated,
                output,
                ..base
            },
            Self::Code(size) => NetworkConfig::plain(Architecture::Bottleneck(size)),
        }
    }

    fn name_and_label(self) -> (String, String) {
        let (name, label) = match self {
            Self::Baseline => ("sound", "six layers, Xavier"),
            Self::Initial(Initial::Truncated) => ("truncated", "six layers, truncated normal"),
            Self::Initial(Initial::Xavier) => ("xavier", "six layers, Xavier"),
            Self::Initial(Initial::He) => ("he", "six layers, He"),
            Self::Dropout(Dropout::Between) => ("dropout-between", "dropout between the layers"),
            Self::Dropout(Dropout::Last) => ("dropout-last", "dropout after the last layer"),
            Self::Small => ("small", "three layers"),
            Self::TwoCircles => ("two-circles", "two circles"),
            Self::Scenes => ("scenes", "scenes"),
            Self::Inverse(OutputActivation::Linear) => ("inverse-long", "1 / D, trained longer"),
            Self::Inverse(OutputActivation::Relu) => (
                "inverse-long+relu",
                "1 / D, trained longer, ReLU at the end",
            ),
            Self::Code(size) => return (format!("code-{size}"), format!("code of {size}")),
        };
        (name.to_owned(), label.to_owned())
    }
}

/// Numbers that the loss of a step sums.
pub fn extent(config: &Config) -> Extent {
    Extent {
        batch: config.batch,
        channels: 1,
        pixels: config.size().pixels(),
    }
}

/// Every loss, by both optimizers, at a person's rates, and by gradient descent at its own.
fn losses(config: &Config) -> Vec<AtRate> {
    let mut arms = Vec::new();
    for loss in Loss::ALL {
        let arm = |optimizer, rate, is_usual| AtRate {
            loss,
            optimizer,
            rate,
            initial: Initial::Truncated,
            output: OutputActivation::Linear,
            is_usual,
        };
        for optimizer in Optimizer::BOTH {
            arms.extend(config.rates.iter().map(|rate| arm(optimizer, *rate, true)));
        }
        let own = config.mean_rates.iter();
        let own = own.filter_map(|rate| own_rate(loss, *rate, config));
        arms.extend(own.map(|rate| arm(Optimizer::Sgd, rate, false)));
    }
    arms
}

/// The rate of gradient descent on `loss` that makes the steps of `rate` on the mean, by one
/// digit.
pub(crate) fn rate_of_the_mean(loss: Loss, rate: f64, config: &Config) -> String {
    digit(rate / loss.slope(extent(config)))
}

/// That rate as a number; nothing where a person's rates hold it already.
fn own_rate(loss: Loss, rate: f64, config: &Config) -> Option<f64> {
    let own = rate_of_the_mean(loss, rate, config);
    let is_known = config.rates.iter().any(|known| digit(*known) == own);
    own.parse().ok().filter(|_| !is_known)
}

/// The sum of squares by both optimizers, and its inverse by Adam, from other initial weights.
fn other_weights(config: &Config) -> Vec<AtRate> {
    let weights = [Initial::Xavier, Initial::He].into_iter();
    let arms = weights.flat_map(|initial| {
        let [sgd, adam] = Optimizer::BOTH.map(|how| AtRate::sum(how, initial, config));
        let inverse = AtRate {
            loss: Loss::Inverse,
            ..adam
        };
        [sgd, adam, inverse]
    });
    arms.collect()
}

fn variants(config: &Config) -> Vec<Variant> {
    let mut variants = vec![
        Variant::Baseline,
        Variant::Initial(Initial::Truncated),
        Variant::Initial(Initial::He),
        Variant::Dropout(Dropout::Between),
        Variant::Dropout(Dropout::Last),
        Variant::Small,
        Variant::TwoCircles,
        Variant::Scenes,
        Variant::Inverse(OutputActivation::Linear),
        Variant::Inverse(OutputActivation::Relu),
    ];
    variants.extend(config.codes.iter().map(|size| Variant::Code(*size)));
    variants
}
