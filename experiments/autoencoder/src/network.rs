//! The networks: the post's six layers, a smaller one, bottlenecks, and the first attempt.
//!
//! The post's network keeps the size of the picture ([`Stack`]):
//!
//! ```text
//! a_l = relu(W_l * a_(l-1) + b_l)     l = 1..5, 7x7, 32, 16, 16, 8 and 8 maps
//! y   = W_6 * a_5 + b_6               4x4, one map: L
//! y   = relu(W_6 * a_5 + b_6)         the same, where a ReLU follows the last layer, too
//! ```
//!
//! The post does not say whether its last layer had a ReLU. Whoever writes one function for a layer
//! and calls it six times has one there.
//!
//! A [`Bottleneck`] cannot pass its input through: all that it answers goes through a short code.
//!
//! ```text
//! a_1 = relu(conv 5x5, stride 2)      16 maps of half the sides (rounded up)
//! a_2 = relu(conv 5x5, stride 2)      32 maps of a quarter
//! c   = W a_2 + b                     the code
//! d_2 = relu(V c + e)                 32 maps of a quarter
//! d_1 = relu(transposed 4x4, stride 2)
//! y   = transposed 4x4, stride 2, cut to the picture
//! ```
//!
//! A circle of a known radius is two numbers, two circles are four: no smaller code can do.
//!
//! The post's first attempt goes from L to a and b ([`Colour`]):
//!
//! ```text
//! a_1, a_2 = relu(conv 5x5)           about 30 maps each, the size kept
//! (a, b)   = W a_2 + b                one weight for each map's pixel and each answer
//! ```
//!
//! At 150x100 W has 30 * 15,000 * 30,000 weights, 54 GB; the author, whose card had 4 GB, does not
//! say how it went in. The size of the kernels is not told; 5x5 is that of `TensorFlow`'s tutorial.

use std::iter::once;

use burn::module::Module;
use burn::nn::conv::{Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{self, DropoutConfig, Initializer, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use ndarray::{ArrayD, IxDyn};
use retrace_conv::Conv2d;
use retrace_figure::Dash;

use crate::config::{AB, Config, Size};
use crate::initial::{Fans, Initial};

/// Feature maps of the smaller network's hidden layers.
const SMALL: [usize; 2] = [8, 8];
/// Side of the kernels of a stack's hidden layers.
const KERNEL: usize = 7;
/// Side of the last layer's kernel. Even: of the four rows one is above the pixel and two below,
/// as `TensorFlow`'s padding `SAME` has it.
const LAST_KERNEL: usize = 4;
/// Feature maps of a bottleneck's encoder, nearest to the input first.
const ENCODER_MAPS: [usize; 2] = [16, 32];
/// Side of the encoder's kernels.
const DOWN: usize = 5;
/// Side of the decoder's kernels.
const UP: usize = 4;
/// Side of the kernels of the first attempt.
const COLOUR_KERNEL: usize = 5;

/// The kind of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Width and height of its pictures.
    pub fn size(self, config: &Config) -> Size {
        match self {
            Self::Colour => config.colour_size(),
            _ => config.size(),
        }
    }
}

/// What the last layer of a stack does to its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputActivation {
    /// Nothing: any number may come out.
    Linear,
    /// ReLU, as after the hidden layers.
    Relu,
}

impl OutputActivation {
    /// Without and with a ReLU.
    pub const BOTH: [Self; 2] = [Self::Linear, Self::Relu];

    /// What the identifier of a claim ends with.
    pub fn id_suffix(self) -> &'static str {
        match self {
            Self::Linear => "-open",
            Self::Relu => "",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Linear => "no ReLU at the end",
            Self::Relu => "ReLU at the end",
        }
    }

    /// The last layer in a sentence.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Linear => "without a ReLU at the end",
            Self::Relu => "with a ReLU at the end",
        }
    }

    /// Kind of its lines in figures.
    pub fn dash(self) -> Dash {
        match self {
            Self::Linear => Dash::Solid,
            Self::Relu => Dash::Dashed,
        }
    }
}

/// Where numbers are dropped in training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropout {
    /// After every hidden layer, as regularization.
    Between,
    /// After the last layer, as the post had it: pixels of the answer.
    Last,
}

/// What a network is built from, beside the sizes in the config.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkConfig {
    /// Its kind.
    pub architecture: Architecture,
    /// Its initial weights.
    pub initial: Initial,
    /// What the last layer of a stack does to its sum.
    pub output: OutputActivation,
    /// Dropout in a stack, with the config's probability.
    pub dropout: Option<Dropout>,
    /// By what inputs are divided and outputs multiplied.
    pub scale: f64,
}

impl NetworkConfig {
    /// With Xavier's weights, without dropout, a ReLU at the end, or a scale.
    pub fn plain(architecture: Architecture) -> Self {
        Self {
            architecture,
            initial: Initial::Xavier,
            output: OutputActivation::Linear,
            dropout: None,
            scale: 1.0,
        }
    }

    /// Builds it, its weights from the device's generator.
    pub fn init(&self, config: &Config, device: &Device) -> Network {
        let body = match self.architecture {
            Architecture::SixLayers | Architecture::Small => {
                Body::Stack(Stack::new(self, config, device))
            }
            Architecture::Bottleneck(code) => {
                Body::Bottleneck(Bottleneck::new(config.size(), code, self.initial, device))
            }
            Architecture::Colour => Body::Colour(Colour::new(config, self.initial, device)),
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
#[allow(clippy::large_enum_variant)] // one per training
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

    /// The numbers of a stack's layers, the first being 1: `weights-1`, `[outputs, inputs, rows,
    /// columns]`, and `biases-1`; of another network none.
    pub fn layer_arrays(&self) -> Vec<(String, ArrayD<f32>)> {
        let Body::Stack(stack) = &self.body else {
            return Vec::new();
        };
        let arrays = stack.layers.iter().zip(1..).flat_map(|(layer, number)| {
            let biases = layer.bias.as_ref().map(|bias| array(bias.val()));
            let biases = biases.map(|array| (format!("biases-{number}"), array));
            let weights = (format!("weights-{number}"), array(layer.weight.val()));
            once(weights).chain(biases)
        });
        arrays.collect()
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.first_kernels().device()
    }
}

fn array<const D: usize>(tensor: Tensor<D>) -> ArrayD<f32> {
    let shape = IxDyn(&tensor.dims());
    let numbers = tensor.into_data().iter::<f32>().collect();
    ArrayD::from_shape_vec(shape, numbers).expect("a tensor has the numbers of its shape")
}

/// Convolutions that keep the size.
#[derive(Module, Debug)]
pub struct Stack {
    /// Nearest to the input first; the last one answers.
    pub layers: Vec<Conv2d>,
    /// After every hidden layer.
    pub between: Option<nn::Dropout>,
    /// After the last one.
    pub last: Option<nn::Dropout>,
    /// Whether the last layer has a ReLU.
    pub relu_at_the_end: bool,
}

impl Stack {
    fn new(network: &NetworkConfig, config: &Config, device: &Device) -> Self {
        let features = match network.architecture {
            Architecture::Small => &SMALL[..],
            _ => &config.features,
        };
        let dropout = |place: Dropout| {
            let is_here = network.dropout == Some(place);
            is_here.then(|| DropoutConfig::new(config.dropout).init())
        };
        Self {
            between: dropout(Dropout::Between),
            last: dropout(Dropout::Last),
            relu_at_the_end: network.output == OutputActivation::Relu,
            ..Self::plain(features, network.initial, device)
        }
    }

    /// Hidden layers of so many maps, and the last one, without dropout and a ReLU at the end.
    pub fn plain(features: &[usize], initial: Initial, device: &Device) -> Self {
        let inputs = once(1).chain(features.iter().copied());
        let outputs = features.iter().copied().chain([1]);
        let layers = inputs.zip(outputs).enumerate().map(|(index, (from, to))| {
            let is_last = index == features.len();
            let kernel = if is_last { LAST_KERNEL } else { KERNEL };
            convolution([from, to], kernel, 1, initial, device)
        });
        Self {
            layers: layers.collect(),
            between: None,
            last: None,
            relu_at_the_end: false,
        }
    }

    fn values(&self, x: Tensor<4>) -> Values {
        let (last, before) = self.layers.split_last().expect("a stack has a last layer");
        let mut hidden = Vec::new();
        let a = before.iter().fold(x, |x, layer| {
            let a = layer.forward_relu(x);
            hidden.push(a.clone());
            dropped(self.between.as_ref(), a)
        });
        let answer = if self.relu_at_the_end {
            last.forward_relu(a)
        } else {
            last.forward(a)
        };
        Values {
            hidden,
            output: dropped(self.last.as_ref(), answer),
        }
    }
}

fn dropped(dropout: Option<&nn::Dropout>, x: Tensor<4>) -> Tensor<4> {
    match dropout {
        Some(dropout) => dropout.forward(x),
        None => x,
    }
}

/// Encoder, code, decoder.
#[derive(Module, Debug)]
pub struct Bottleneck {
    /// Strided convolutions.
    pub encoder: Vec<Conv2d>,
    /// To the code.
    pub code: Linear,
    /// From the code.
    pub expand: Linear,
    /// Transposed convolutions.
    pub decoder: Vec<ConvTranspose2d>,
    /// Width of the pictures.
    pub width: usize,
    /// Height of the pictures.
    pub height: usize,
}

impl Bottleneck {
    /// For pictures of this size and a code of so many numbers.
    fn new(size: Size, code: usize, initial: Initial, device: &Device) -> Self {
        let [first, second] = ENCODER_MAPS;
        let middle = second * quarter(size).pixels();
        Self {
            encoder: vec![
                convolution([1, first], DOWN, 2, initial, device),
                convolution([first, second], DOWN, 2, initial, device),
            ],
            code: dense(middle, code, initial, device),
            expand: dense(code, middle, initial, device),
            decoder: vec![
                transposed(second, first, initial, device),
                transposed(first, 1, initial, device),
            ],
            width: size.width,
            height: size.height,
        }
    }

    fn values(&self, x: Tensor<4>) -> Values {
        let first = self.encoder[0].forward_relu(x);
        let second = self.encoder[1].forward_relu(first.clone());
        let shape = second.dims();
        let code = self.code.forward(second.clone().flatten::<2>(1, 3));
        let third = relu(self.expand.forward(code)).reshape(shape);
        let fourth = relu(self.decoder[0].forward(third.clone()));
        let output = self.decoder[1].forward(fourth.clone());
        let [batch, channels, ..] = output.dims();
        Values {
            output: output.slice([0..batch, 0..channels, 0..self.height, 0..self.width]),
            hidden: vec![first, second, third, fourth],
        }
    }
}

/// Size of a bottleneck's smallest maps.
fn quarter(size: Size) -> Size {
    let quarter = |side: usize| side.div_ceil(2).div_ceil(2);
    Size {
        width: quarter(size.width),
        height: quarter(size.height),
    }
}

/// Convolutions and a dense layer.
#[derive(Module, Debug)]
pub struct Colour {
    /// Nearest to the input first.
    pub layers: Vec<Conv2d>,
    /// To a of all pixels, then b of all pixels.
    pub dense: Linear,
}

impl Colour {
    fn new(config: &Config, initial: Initial, device: &Device) -> Self {
        let (features, pixels) = (&config.colour_features, config.colour_size().pixels());
        let inputs = once(1).chain(features.iter().copied());
        let layers = inputs.zip(features);
        let layers =
            layers.map(|(from, to)| convolution([from, *to], COLOUR_KERNEL, 1, initial, device));
        let maps = features.last().copied().unwrap_or(1);
        Self {
            layers: layers.collect(),
            dense: dense(maps * pixels, AB * pixels, initial, device),
        }
    }

    fn values(&self, x: Tensor<4>) -> Values {
        let [batch, _, height, width] = x.dims();
        let mut hidden = Vec::new();
        let a = self.layers.iter().fold(x, |x, layer| {
            let a = layer.forward_relu(x);
            hidden.push(a.clone());
            a
        });
        let output = self.dense.forward(a.flatten::<2>(1, 3));
        Values {
            hidden,
            output: output.reshape([batch, AB, height, width]),
        }
    }
}

/// A convolution with padding that keeps the size, up to the stride.
fn convolution(
    channels: [usize; 2],
    kernel: usize,
    stride: usize,
    initial: Initial,
    device: &Device,
) -> Conv2d {
    let [inputs, outputs] = channels;
    let around = kernel - 1;
    let (before, after) = (around / 2, around.div_ceil(2));
    let config = Conv2dConfig::new(channels, [kernel, kernel])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(before, before, after, after))
        .with_initializer(Initializer::Zeros);
    let fans = Fans {
        inputs: inputs * kernel * kernel,
        outputs: outputs * kernel * kernel,
    };
    let mut layer = Conv2d::new(&config, device);
    layer.weight = initial.weight([outputs, inputs, kernel, kernel], fans, device);
    layer.bias = Some(initial.bias(outputs, device));
    layer
}

fn dense(inputs: usize, outputs: usize, initial: Initial, device: &Device) -> Linear {
    let config = LinearConfig::new(inputs, outputs).with_initializer(Initializer::Zeros);
    let mut layer = config.init(device);
    layer.weight = initial.weight([inputs, outputs], Fans { inputs, outputs }, device);
    layer.bias = Some(initial.bias(outputs, device));
    layer
}

fn transposed(from: usize, to: usize, initial: Initial, device: &Device) -> ConvTranspose2d {
    let config = ConvTranspose2dConfig::new([from, to], [UP, UP])
        .with_stride([2, 2])
        .with_padding([1, 1])
        .with_initializer(Initializer::Zeros);
    // Of the 16 places of a kernel, a stride of two leaves four to each output.
    let fans = Fans {
        inputs: from * UP * UP / 4,
        outputs: to * UP * UP,
    };
    let mut layer = config.init(device);
    layer.weight = initial.weight([from, to, UP, UP], fans, device);
    layer.bias = Some(initial.bias(to, device));
    layer
}
