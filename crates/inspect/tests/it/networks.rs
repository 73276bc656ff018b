//! Ten networks as people build them, for comparison with other programs: the same, with the same
//! names of their layers, stand in `scripts/torchinfo_oracle.py`.

use burn::module::Module;
use burn::nn::conv::{
    Conv1d, Conv1dConfig, Conv2d, Conv2dConfig, ConvTranspose1d, ConvTranspose1dConfig,
    ConvTranspose2d, ConvTranspose2dConfig,
};
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::transformer::{
    TransformerEncoder, TransformerEncoderConfig, TransformerEncoderInput,
};
use burn::nn::{
    BatchNorm, BatchNormConfig, Embedding, EmbeddingConfig, GroupNorm, GroupNormConfig, Linear,
    LinearConfig, Lstm, LstmConfig, PaddingConfig1d, PaddingConfig2d,
};
use burn::tensor::activation::{relu, sigmoid};
use burn::tensor::{Device, Int, Tensor};

fn linear(from: usize, to: usize, device: &Device) -> Linear {
    LinearConfig::new(from, to).init(device)
}

fn max_pool(x: Tensor<4>, side: usize, stride: usize, padding: usize) -> Tensor<4> {
    MaxPool2dConfig::new([side, side])
        .with_strides([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(
            padding, padding, padding, padding,
        ))
        .init()
        .forward(x)
}

/// The mean over rows and columns: `[batch, channels]`.
fn mean(x: Tensor<4>) -> Tensor<2> {
    x.mean_dim(3).mean_dim(2).flatten::<3>(2, 3).squeeze_dim(2)
}

/// How a convolution is laid out: side of the kernel, stride, padding, groups.
type Layout = (usize, usize, usize, usize);

fn conv(sides: [usize; 2], layout: Layout, bias: bool, device: &Device) -> Conv2d {
    let (side, stride, padding, groups) = layout;
    Conv2dConfig::new(sides, [side, side])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(
            padding, padding, padding, padding,
        ))
        .with_groups(groups)
        .with_bias(bias)
        .init(device)
}

#[derive(Module, Debug)]
pub struct ConvNorm {
    conv: Conv2d,
    norm: BatchNorm,
}

impl ConvNorm {
    fn new(sides: [usize; 2], layout: Layout, device: &Device) -> Self {
        Self {
            conv: conv(sides, layout, false, device),
            norm: BatchNormConfig::new(sides[1]).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.norm.forward(self.conv.forward(x))
    }
}

#[derive(Module, Debug)]
pub struct Block {
    first: ConvNorm,
    second: ConvNorm,
    down: Option<ConvNorm>,
}

impl Block {
    fn new(from: usize, to: usize, stride: usize, device: &Device) -> Self {
        let changes = from != to || stride > 1;
        Self {
            first: ConvNorm::new([from, to], (3, stride, 1, 1), device),
            second: ConvNorm::new([to, to], (3, 1, 1, 1), device),
            down: changes.then(|| ConvNorm::new([from, to], (1, stride, 0, 1), device)),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let past = match &self.down {
            Some(down) => down.forward(x.clone()),
            None => x.clone(),
        };
        relu(past + self.second.forward(relu(self.first.forward(x))))
    }
}

/// ResNet-18 for pictures of 224 by 224.
#[derive(Module, Debug)]
pub struct ResNet18 {
    stem: ConvNorm,
    blocks: Vec<Block>,
    head: Linear,
}

impl ResNet18 {
    pub fn new(device: &Device) -> Self {
        let sides = [
            (64, 64, 1),
            (64, 64, 1),
            (64, 128, 2),
            (128, 128, 1),
            (128, 256, 2),
            (256, 256, 1),
            (256, 512, 2),
            (512, 512, 1),
        ];
        let block = |(from, to, stride)| Block::new(from, to, stride, device);
        Self {
            stem: ConvNorm::new([3, 64], (7, 2, 3, 1), device),
            blocks: sides.map(block).into(),
            head: linear(512, 1000, device),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = max_pool(relu(self.stem.forward(x)), 3, 2, 1);
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x));
        self.head.forward(mean(x))
    }
}

/// VGG-11 for pictures of 224 by 224.
#[derive(Module, Debug)]
pub struct Vgg11 {
    convs: Vec<Conv2d>,
    dense: Vec<Linear>,
}

impl Vgg11 {
    /// Channels, and whether a pooling follows.
    const CONVS: [([usize; 2], bool); 8] = [
        ([3, 64], true),
        ([64, 128], true),
        ([128, 256], false),
        ([256, 256], true),
        ([256, 512], false),
        ([512, 512], true),
        ([512, 512], false),
        ([512, 512], true),
    ];

    pub fn new(device: &Device) -> Self {
        let dense = [(25_088, 4096), (4096, 4096), (4096, 1000)];
        Self {
            convs: Self::CONVS
                .map(|(sides, _)| conv(sides, (3, 1, 1, 1), true, device))
                .into(),
            dense: dense.map(|(from, to)| linear(from, to, device)).into(),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let mut x = x;
        for (layer, (_, pool)) in self.convs.iter().zip(Self::CONVS) {
            x = relu(layer.forward(x));
            x = if pool { max_pool(x, 2, 2, 0) } else { x };
        }
        let x = relu(self.dense[0].forward(x.flatten::<2>(1, 3)));
        self.dense[2].forward(relu(self.dense[1].forward(x)))
    }
}

#[derive(Module, Debug)]
pub struct Double {
    first: ConvNorm,
    second: ConvNorm,
}

impl Double {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        Self {
            first: ConvNorm::new([from, to], (3, 1, 1, 1), device),
            second: ConvNorm::new([to, to], (3, 1, 1, 1), device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        relu(self.second.forward(relu(self.first.forward(x))))
    }
}

#[derive(Module, Debug)]
pub struct UNet {
    down: Vec<Double>,
    bottom: Double,
    up: Vec<ConvTranspose2d>,
    join: Vec<Double>,
    head: Conv2d,
}

impl UNet {
    pub fn new(device: &Device) -> Self {
        let up = |from| {
            ConvTranspose2dConfig::new([from, from / 2], [2, 2])
                .with_stride([2, 2])
                .init(device)
        };
        Self {
            down: vec![Double::new(3, 16, device), Double::new(16, 32, device)],
            bottom: Double::new(32, 64, device),
            up: [64, 32].map(up).into(),
            join: [64, 32]
                .map(|from| Double::new(from, from / 2, device))
                .into(),
            head: conv([16, 2], (1, 1, 0, 1), true, device),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let mut kept = Vec::new();
        let mut x = x;
        for block in &self.down {
            x = block.forward(x);
            kept.push(x.clone());
            x = max_pool(x, 2, 2, 0);
        }
        x = self.bottom.forward(x);
        for ((up, join), past) in self.up.iter().zip(&self.join).zip(kept.into_iter().rev()) {
            x = join.forward(Tensor::cat(vec![past, up.forward(x)], 1));
        }
        self.head.forward(x)
    }
}

#[derive(Module, Debug)]
pub struct LstmClassifier {
    words: Embedding,
    lstm: Lstm,
    head: Linear,
}

impl LstmClassifier {
    pub fn new(device: &Device) -> Self {
        Self {
            words: EmbeddingConfig::new(1000, 32).init(device),
            lstm: LstmConfig::new(32, 64, true).init(device),
            head: linear(64, 5, device),
        }
    }

    /// `[batch, words]`
    pub fn forward(&self, x: Tensor<2, Int>) -> Tensor<2> {
        let (_, state) = self.lstm.forward(self.words.forward(x), None);
        self.head.forward(state.hidden)
    }
}

#[derive(Module, Debug)]
pub struct GruTagger {
    gru: Gru,
    head: Linear,
}

impl GruTagger {
    pub fn new(device: &Device) -> Self {
        Self {
            gru: GruConfig::new(8, 24, true).init(device),
            head: linear(24, 4, device),
        }
    }

    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.head.forward(self.gru.forward(x, None))
    }
}

#[derive(Module, Debug)]
pub struct Encoder {
    encoder: TransformerEncoder,
}

impl Encoder {
    pub fn new(device: &Device) -> Self {
        let config = TransformerEncoderConfig::new(64, 128, 4, 2).with_dropout(0.0);
        Self {
            encoder: config.init(device),
        }
    }

    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.encoder.forward(TransformerEncoderInput::new(x))
    }
}

/// The same layers for both of two pictures.
#[derive(Module, Debug)]
pub struct Siamese {
    conv: Conv2d,
    dense: Linear,
    head: Linear,
}

impl Siamese {
    pub fn new(device: &Device) -> Self {
        Self {
            conv: conv([1, 8], (3, 1, 0, 1), true, device),
            dense: linear(8 * 26 * 26, 16, device),
            head: linear(16, 1, device),
        }
    }

    fn side(&self, x: Tensor<4>) -> Tensor<2> {
        let x = relu(self.conv.forward(x));
        self.dense.forward(x.flatten::<2>(1, 3))
    }

    pub fn forward(&self, (a, b): (Tensor<4>, Tensor<4>)) -> Tensor<2> {
        self.head.forward((self.side(a) - self.side(b)).abs())
    }
}

/// A variational autoencoder: picture and noise in; picture, mean and logarithm of the variance out.
#[derive(Module, Debug)]
pub struct Vae {
    inner: Linear,
    mean: Linear,
    log_var: Linear,
    outer: Linear,
    pixels: Linear,
}

impl Vae {
    pub fn new(device: &Device) -> Self {
        Self {
            inner: linear(784, 400, device),
            mean: linear(400, 20, device),
            log_var: linear(400, 20, device),
            outer: linear(20, 400, device),
            pixels: linear(400, 784, device),
        }
    }

    pub fn forward(&self, (x, noise): (Tensor<2>, Tensor<2>)) -> (Tensor<2>, Tensor<2>, Tensor<2>) {
        let x = relu(self.inner.forward(x));
        let (mean, log_var) = (self.mean.forward(x.clone()), self.log_var.forward(x));
        let code = mean.clone() + noise * (log_var.clone() * 0.5).exp();
        let pixels = self.pixels.forward(relu(self.outer.forward(code)));
        (sigmoid(pixels), mean, log_var)
    }
}

/// Depthwise and pointwise convolutions.
#[derive(Module, Debug)]
pub struct Mobile {
    stem: ConvNorm,
    depth: Vec<ConvNorm>,
    point: Vec<ConvNorm>,
    head: Linear,
}

impl Mobile {
    pub fn new(device: &Device) -> Self {
        let sides = [(16, 32, 1), (32, 64, 2), (64, 64, 1)];
        let depth = |(from, _, stride)| ConvNorm::new([from, from], (3, stride, 1, from), device);
        let point = |(from, to, _)| ConvNorm::new([from, to], (1, 1, 0, 1), device);
        Self {
            stem: ConvNorm::new([3, 16], (3, 2, 1, 1), device),
            depth: sides.map(depth).into(),
            point: sides.map(point).into(),
            head: linear(64, 10, device),
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let mut x = relu(self.stem.forward(x));
        for (depth, point) in self.depth.iter().zip(&self.point) {
            x = relu(point.forward(relu(depth.forward(x))));
        }
        self.head.forward(mean(x))
    }
}

/// An autoencoder of waves, in one dimension.
#[derive(Module, Debug)]
pub struct Waves {
    narrow: Conv1d,
    group: GroupNorm,
    dilated: Conv1d,
    wide: ConvTranspose1d,
}

impl Waves {
    pub fn new(device: &Device) -> Self {
        Self {
            narrow: Conv1dConfig::new(2, 8, 5)
                .with_stride(2)
                .with_padding(PaddingConfig1d::Explicit(2, 2))
                .init(device),
            group: GroupNormConfig::new(2, 8).init(device),
            dilated: Conv1dConfig::new(8, 8, 3)
                .with_dilation(2)
                .with_padding(PaddingConfig1d::Explicit(2, 2))
                .with_bias(false)
                .init(device),
            wide: ConvTranspose1dConfig::new([8, 2], 4)
                .with_stride(2)
                .with_padding(1)
                .init(device),
        }
    }

    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = relu(self.group.forward(self.narrow.forward(x)));
        self.wide.forward(relu(self.dilated.forward(x)))
    }
}
