//! What is frozen: a network as simple as can be, and one with all that training needs. Two strided convolutions and two dense layers.
//!
//! ```text
//! a_1 = f(n(conv 5x5, stride 2))       8 maps of 14x14     plain: f = ReLU, n nothing
//! a_2 = f(conv 5x5, stride 2)         16 maps of 7x7       full:  n = batch normalization,
//! a_3 = f(W d(a_2) + b)               64 units                    f = leaky ReLU, PReLU, ELU,
//! p   = softmax(V a_3 + c)            10 classes                  d = dropout
//! ```

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{
    BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear, LinearConfig, PaddingConfig2d,
};
use burn::tensor::{Device, Tensor, activation};
use retrace_core::activation::{Activation, ActivationConfig, LreluConfig, PreluConfig, Sharing};
use retrace_data::DIGIT_SIDE;
use retrace_inspect::tap;
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
    /// The plain network and the full one.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Full];
}

impl Arm for Kind {
    fn name(&self) -> String {
        let name = match self {
            Self::Plain => "plain",
            Self::Full => "full",
        };
        name.to_owned()
    }

    fn label(&self) -> String {
        let label = match self {
            Self::Plain => "plain network",
            Self::Full => "with dropout and batch normalisation",
        };
        label.to_owned()
    }
}

/// Feature maps of the two convolutions.
pub const MAPS: [usize; 2] = [8, 16];
/// Units of the hidden dense layer.
pub const UNITS: usize = 64;
/// The slope of leaky ReLU.
const SLOPE: f64 = 0.1;
/// The probability with which dropout erases.
pub const DROPOUT: f64 = 0.25;

/// The network that is frozen.
#[derive(Module, Debug)]
pub struct Network {
    /// Strided convolutions.
    pub convolutions: Vec<Conv2d>,
    /// After the first one.
    pub norm: Option<BatchNorm>,
    /// After each convolution, and after the hidden dense layer.
    pub functions: Vec<Activation>,
    /// Before the dense layers.
    pub dropout: Option<Dropout>,
    /// Dense layers.
    pub dense: Vec<Linear>,
}

impl Network {
    /// Weights from the device's generator; seed it before.
    pub fn new(kind: Kind, classes: usize, device: &Device) -> Self {
        let full = kind == Kind::Full;
        let convolution = |from, to| {
            Conv2dConfig::new([from, to], [5, 5])
                .with_stride([2, 2])
                .with_padding(PaddingConfig2d::Explicit(2, 2, 2, 2))
                .init(device)
        };
        let functions = match kind {
            Kind::Plain => [ActivationConfig::Relu; 3],
            Kind::Full => [
                ActivationConfig::Lrelu(LreluConfig { slope: SLOPE }),
                ActivationConfig::Prelu(PreluConfig {
                    slope: SLOPE,
                    sharing: Sharing::PerChannel,
                }),
                ActivationConfig::ELU,
            ],
        };
        let widths = [MAPS[0], MAPS[1], UNITS];
        let functions = functions.iter().zip(widths);
        let side = DIGIT_SIDE / 4;
        Self {
            convolutions: vec![convolution(1, MAPS[0]), convolution(MAPS[0], MAPS[1])],
            norm: full.then(|| BatchNormConfig::new(MAPS[0]).init(device)),
            functions: functions
                .map(|(function, width)| function.init(width, device))
                .collect(),
            dropout: full.then(|| DropoutConfig::new(DROPOUT).init()),
            dense: vec![
                LinearConfig::new(MAPS[1] * side * side, UNITS).init(device),
                LinearConfig::new(UNITS, classes).init(device),
            ],
        }
    }

    /// What softmax gets.
    ///
    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`, ink from 0 to 1
    /// - output: `[batch, classes]`
    pub fn logits(&self, x: Tensor<4>) -> Tensor<2> {
        let x = self.convolutions[0].forward(x);
        let x = match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        let x = tap("first", self.functions[0].forward(x));
        let x = tap(
            "second",
            self.functions[1].forward(self.convolutions[1].forward(x)),
        );
        let x = x.flatten::<2>(1, 3);
        let x = match &self.dropout {
            Some(dropout) => dropout.forward(x),
            None => x,
        };
        let x = tap(
            "hidden",
            self.functions[2].forward(self.dense[0].forward(x)),
        );
        tap("logits", self.dense[1].forward(x))
    }

    /// Probabilities of the classes.
    ///
    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`, ink from 0 to 1
    /// - output: `[batch, classes]`, each row sums to 1
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        activation::softmax(self.logits(x), 1)
    }
}
