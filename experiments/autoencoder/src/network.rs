//! The networks: the post's six layers, a smaller one, bottlenecks, and the first attempt.

pub(crate) mod bottleneck;
pub(crate) mod colour;
pub(crate) mod stack;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_lab::PlannedNetwork;

pub use bottleneck::Bottleneck;
pub use colour::Colour;
pub use stack::{Answer, Erase, Stack};

use crate::config::AutoencoderConfig;
use crate::initial::Initial;

/// Feature maps of the smaller network's hidden layers.
const SMALL: [usize; 2] = [8, 8];

/// What a network is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// The post's: five hidden convolutions and one that answers.
    SixLayers,
    /// Two hidden convolutions of eight maps.
    Small,
    /// Strided convolutions down to a code of so many numbers, and back.
    Bottleneck(usize),
    /// The first attempt: a couple of convolutions, and a dense layer to every a and b.
    Colour,
}

impl Architecture {
    /// Feature maps of the hidden convolutions of a network without a bottleneck.
    pub fn features(self, config: &AutoencoderConfig) -> Vec<usize> {
        match self {
            Self::SixLayers => config.features.clone(),
            Self::Small => SMALL.to_vec(),
            Self::Bottleneck(_) => bottleneck::MAPS.to_vec(),
            Self::Colour => config.colour_features.clone(),
        }
    }
}

/// All that a network is built from.
#[derive(Debug, Clone, Copy)]
pub struct NetworkConfig<'a> {
    /// Its kind.
    pub architecture: Architecture,
    /// Its initial weights.
    pub initial: Initial,
    /// What the last layer of a stack does to its sum.
    pub answer: Answer,
    /// Where dropout erases, and with which probability.
    pub erase: Option<(Erase, f64)>,
    /// By what inputs are divided and outputs multiplied.
    pub scale: f64,
    /// Feature maps and sizes.
    pub config: &'a AutoencoderConfig,
}

impl<'a> NetworkConfig<'a> {
    /// With Xavier's weights and nothing special.
    pub fn plain(architecture: Architecture, config: &'a AutoencoderConfig) -> Self {
        Self {
            architecture,
            initial: Initial::Xavier,
            answer: Answer::Open,
            erase: None,
            scale: 1.0,
            config,
        }
    }

    /// Builds it, its weights from the device's generator.
    pub fn init(&self, device: &Device) -> Network {
        let features = self.architecture.features(self.config);
        let initial = self.initial;
        let body = match self.architecture {
            Architecture::SixLayers | Architecture::Small => Body::Stack(Stack::new(
                &features,
                initial,
                self.answer,
                self.erase,
                device,
            )),
            Architecture::Bottleneck(code) => {
                Body::Bottleneck(Bottleneck::new(self.config.size(), code, initial, device))
            }
            Architecture::Colour => {
                let size = self.config.colour_size();
                Body::Colour(Colour::new(size, &features, initial, device))
            }
        };
        Network {
            body,
            scale: self.scale,
        }
    }
}

/// A network from L to L, or from L to a and b.
#[derive(Module, Debug)]
pub struct Network {
    /// Its layers.
    pub body: Body,
    /// By what the input is divided and the output multiplied.
    pub scale: f64,
}

/// The layers of a network.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)] // one a training
pub enum Body {
    /// Convolutions that keep the size.
    Stack(Stack),
    /// Encoder, code, decoder.
    Bottleneck(Bottleneck),
    /// Convolutions and a dense layer.
    Colour(Colour),
}

/// What is between the layers of a network on its way forward.
#[derive(Debug)]
pub struct Values {
    /// After each ReLU, `[batch, maps, rows, columns]`.
    pub hidden: Vec<Tensor<4>>,
    /// The answer, `[batch, channels, height, width]`.
    pub output: Tensor<4>,
}

impl Network {
    /// The answer to pictures; on a device with autodiff as in training, dropout included.
    ///
    /// # Shapes
    /// - input: `[batch, 1, height, width]`
    /// - output: `[batch, channels, height, width]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.values(x).output
    }

    /// The answer, and the hidden layers.
    ///
    /// # Shapes
    /// As [`forward`](Self::forward).
    pub fn values(&self, x: Tensor<4>) -> Values {
        let x = x / self.scale;
        let values = match &self.body {
            Body::Stack(body) => body.values(x),
            Body::Bottleneck(body) => body.values(x),
            Body::Colour(body) => body.values(x),
        };
        Values {
            output: values.output * self.scale,
            ..values
        }
    }

    /// The kernels of the first convolution, `[maps, 1, rows, columns]`.
    pub fn first_kernels(&self) -> Tensor<4> {
        match &self.body {
            Body::Stack(body) => body.layers[0].weight.val(),
            Body::Bottleneck(body) => body.encoder[0].weight.val(),
            Body::Colour(body) => body.layers[0].weight.val(),
        }
    }
}

/// The networks to plan: the six layers, the smaller one, a bottleneck for each code, and the first
/// attempt at the size of its pictures.
pub fn planned(config: &AutoencoderConfig) -> Vec<PlannedNetwork> {
    let codes = config.codes.iter();
    let bottlenecks = codes.map(|code| (format!("code-{code}"), Architecture::Bottleneck(*code)));
    let first = [
        ("six-layers", Architecture::SixLayers),
        ("small", Architecture::Small),
    ];
    let first = first.map(|(name, architecture)| (name.to_owned(), architecture));
    let last = [("first-attempt".to_owned(), Architecture::Colour)];
    let all = first.into_iter().chain(bottlenecks).chain(last);
    all.map(|(name, architecture)| plan(name, architecture, config))
        .collect()
}

fn plan(name: String, architecture: Architecture, config: &AutoencoderConfig) -> PlannedNetwork {
    let network = NetworkConfig::plain(architecture, config);
    let size = match architecture {
        Architecture::Colour => config.colour_size(),
        _ => config.size(),
    };
    let example = [1, size.height, size.width];
    PlannedNetwork::new(
        name,
        network.init(&Device::flex()),
        &example,
        Network::forward,
    )
}
