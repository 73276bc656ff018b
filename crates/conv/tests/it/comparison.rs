//! One convolution, forward and backward, through whatever layer; and how far two results differ.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::{Device, Tensor, TensorData};
use retrace_conv::{Algorithm, Conv2d};

/// The sizes of a convolution with stride 1.
#[derive(Clone, Debug)]
pub struct Case {
    pub batch: usize,
    /// In and out.
    pub channels: [usize; 2],
    /// Rows and columns of the input.
    pub picture: [usize; 2],
    pub kernel: [usize; 2],
    pub padding: PaddingConfig2d,
    pub bias: bool,
}

/// The numbers that go into a convolution and its backward pass.
#[derive(Clone)]
pub struct Numbers {
    pub x: Vec<f32>,
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    /// The gradient by the output.
    pub grad: Vec<f32>,
}

/// The output and the gradients by input, weight and bias.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    pub y: Vec<f32>,
    pub dx: Vec<f32>,
    pub dw: Vec<f32>,
    pub db: Option<Vec<f32>>,
}

impl Case {
    /// With a bias, and as many zeros around as keep the size.
    pub fn same(batch: usize, channels: [usize; 2], picture: [usize; 2], kernel: usize) -> Self {
        let (kernel, padding) = ([kernel, kernel], PaddingConfig2d::Same);
        Self {
            batch,
            channels,
            picture,
            kernel,
            padding,
            bias: true,
        }
    }

    /// Without zeros around.
    pub fn valid(batch: usize, channels: [usize; 2], picture: [usize; 2], kernel: usize) -> Self {
        let padding = PaddingConfig2d::Valid;
        Self {
            padding,
            ..Self::same(batch, channels, picture, kernel)
        }
    }

    pub fn config(&self) -> Conv2dConfig {
        Conv2dConfig::new(self.channels, self.kernel)
            .with_padding(self.padding.clone())
            .with_bias(self.bias)
    }

    pub fn input(&self) -> [usize; 4] {
        [
            self.batch,
            self.channels[0],
            self.picture[0],
            self.picture[1],
        ]
    }

    pub fn weight(&self) -> [usize; 4] {
        [
            self.channels[1],
            self.channels[0],
            self.kernel[0],
            self.kernel[1],
        ]
    }

    /// The output's shape; zero rows or columns where the kernel does not fit.
    pub fn output(&self) -> [usize; 4] {
        let zeros = match self.padding {
            PaddingConfig2d::Valid => [0, 0],
            PaddingConfig2d::Same => self.kernel.map(|k| k - 1),
            PaddingConfig2d::Explicit(top, left, bottom, right) => [top + bottom, left + right],
        };
        let size =
            |axis: usize| (self.picture[axis] + zeros[axis] + 1).saturating_sub(self.kernel[axis]);
        [self.batch, self.channels[1], size(0), size(1)]
    }

    /// Multiplications of the direct sum.
    pub fn products(&self) -> usize {
        self.output().iter().product::<usize>() * self.weight()[1..].iter().product::<usize>()
    }

    /// Noise of the right sizes.
    pub fn numbers(&self) -> Numbers {
        let numbers = |seed, shape: &[usize]| noise(seed, shape.iter().product());
        Numbers {
            x: numbers(1, &self.input()),
            weight: numbers(2, &self.weight()),
            bias: numbers(3, &self.channels[1..]),
            grad: numbers(4, &self.output()),
        }
    }

    /// Burn's layer with these numbers.
    pub fn layer(&self, numbers: &Numbers, device: &Device) -> BurnConv2d {
        let mut layer = self.config().init(device);
        layer.weight = Param::from_tensor(tensor(&numbers.weight, self.weight(), device));
        let bias = || Param::from_tensor(tensor(&numbers.bias, [self.channels[1]], device));
        layer.bias = self.bias.then(bias);
        layer
    }

    /// Output and gradients of `forward`, on flex.
    pub fn results(
        &self,
        numbers: &Numbers,
        forward: impl Fn(BurnConv2d, Tensor<4>) -> Tensor<4>,
    ) -> Results {
        let device = Device::flex().autodiff();
        let layer = self.layer(numbers, &device);
        let x = tensor(&numbers.x, self.input(), &device).require_grad();
        let y = forward(layer.clone(), x.clone());
        let loss = (y.clone() * tensor(&numbers.grad, self.output(), &device)).sum();
        let gradients = loss.backward();
        let gradient = |of: Option<Tensor<4>>| values(of.expect("a gradient"));
        Results {
            y: values(y),
            dx: gradient(x.grad(&gradients)),
            dw: gradient(layer.weight.val().grad(&gradients)),
            db: layer
                .bias
                .map(|bias| values(bias.val().grad(&gradients).expect("a gradient"))),
        }
    }

    /// Those of Burn's own convolution.
    pub fn burns(&self, numbers: &Numbers) -> Results {
        self.results(numbers, |layer, x| layer.forward(x))
    }

    /// Those of this crate's.
    pub fn ours(&self, numbers: &Numbers, algorithm: Algorithm) -> Results {
        self.results(numbers, |layer, x| {
            Conv2d::from(layer).with_algorithm(algorithm).forward(x)
        })
    }
}

pub fn tensor<const D: usize>(numbers: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), device)
}

pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("32-bit floats")
}

/// Numbers evenly spread over -1 to 1 in no visible order (Steele et al. 2014, `SplitMix64`).
pub fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    std::iter::repeat_with(next).take(len).collect()
}
