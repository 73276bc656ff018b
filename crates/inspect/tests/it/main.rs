//! The tests of this crate, in one program: each program that links Burn takes seconds to build.
//! Here are the small networks that they look into, made of what the experiments use.

mod foreign;
mod freeze;
mod freeze_models;
mod models;
mod networks;
mod onnx_nodes;
mod summary;
mod torchinfo;
mod trace;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{
    BatchNorm, BatchNormConfig, Dropout, DropoutConfig, LayerNorm, LayerNormConfig, Linear,
    LinearConfig, PaddingConfig2d,
};
use burn::tensor::{Device, Distribution, Tensor, TensorData, activation};
use retrace_core::activation::{Activation, ActivationConfig, PreluConfig};
use retrace_inspect::{Kind, MapTensor, Tensors, tap};

/// The network of the debugging post.
#[derive(Module, Debug)]
struct Digits {
    conv1: Conv2d,
    conv2: Conv2d,
    pool: MaxPool2d,
    dense1: Linear,
    dense2: Linear,
}

impl Digits {
    fn new(device: &Device) -> Self {
        Self {
            conv1: Conv2dConfig::new([1, 32], [3, 3]).init(device),
            conv2: Conv2dConfig::new([32, 64], [3, 3]).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            dense1: LinearConfig::new(9216, 128).init(device),
            dense2: LinearConfig::new(128, 10).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = tap("conv1/before", self.conv1.forward(x));
        let x = tap("conv1/after", activation::relu(x));
        let x = activation::relu(self.conv2.forward(x));
        let x = self.pool.forward(x).flatten::<2>(1, 3);
        let x = activation::relu(self.dense1.forward(x));
        tap(
            "probabilities",
            activation::softmax(self.dense2.forward(x), 1),
        )
    }
}

/// Batch normalization, dropout, a learnt activation, a shortcut.
#[derive(Module, Debug)]
struct Residual {
    first: Conv2d,
    norm: BatchNorm,
    act: Activation,
    dropout: Dropout,
    second: Conv2d,
    up: ConvTranspose2d,
    scale: LayerNorm,
    unused: Linear,
}

impl Residual {
    fn new(device: &Device) -> Self {
        let same = || PaddingConfig2d::Same;
        Self {
            first: Conv2dConfig::new([2, 4], [3, 3])
                .with_padding(same())
                .init(device),
            norm: BatchNormConfig::new(4).init(device),
            act: ActivationConfig::Prelu(PreluConfig::PER_CHANNEL).init(4, device),
            dropout: DropoutConfig::new(0.5).init(),
            second: Conv2dConfig::new([4, 4], [3, 3])
                .with_padding(same())
                .init(device),
            up: ConvTranspose2dConfig::new([4, 3], [4, 4])
                .with_stride([2, 2])
                .with_padding([1, 1])
                .init(device),
            scale: LayerNormConfig::new(10).init(device),
            unused: LinearConfig::new(3, 2).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.act.forward(self.norm.forward(self.first.forward(x)));
        let y = self.second.forward(self.dropout.forward(x.clone()));
        let x = tap("sum", x + y);
        let x = self.up.forward(x);
        let [batch, channels, ..] = x.dims();
        let x = x.slice([0..batch, 0..channels, 0..7, 0..10]);
        self.scale.forward(x)
    }
}

/// Normally distributed numbers; another test may draw between the seed and them.
fn numbers<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    let device = Device::flex();
    device.seed(7);
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), &device)
}

/// Tensors and the numbers in them.
fn data<T: Tensors>(tensors: T) -> (T, Vec<TensorData>) {
    struct Data(Vec<TensorData>);
    impl MapTensor for Data {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            self.0.push(x.to_data());
            x
        }
    }
    let mut data = Data(Vec::new());
    let tensors = tensors.map_tensors(&mut data);
    (tensors, data.0)
}
