//! A layer that stands in for Burn's `burn::nn::conv::Conv2d`.

use burn::module::{Content, DisplaySettings, Module, ModuleDisplay, Param};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation;
use burn::tensor::{Device, Tensor};

use crate::general::Convolution;
use crate::{Algorithm, Padding};

/// A two-dimensional convolution with the parameters of Burn's layer, fast on flex.
///
/// ```text
/// y[n, o, i, j] = bias[o] + sum over c, p, q of weight[o, c, p, q] x[n, c, i + p - top, j + q - left]
/// ```
///
/// Fields, records, initial weights and display are those of `burn::nn::conv::Conv2d`: a record
/// of either layer loads into the other. Computed here: 32-bit floats on flex, with or without
/// autodiff, stride 1, kernels from 1x1 to 11x11, any padding, groups of at least four channels in
/// and out, a dilation that divides the padded picture, where
/// [`supported_here`](crate::supported_here). Everything else is Burn's convolution.
///
/// ```
/// use burn::nn::{PaddingConfig2d, conv::Conv2dConfig};
/// use burn::tensor::{Device, Tensor};
/// use retrace_conv::Conv2d;
///
/// let device = Device::flex().autodiff();
/// let config = Conv2dConfig::new([3, 8], [7, 7]).with_padding(PaddingConfig2d::Same);
/// let layer = Conv2d::new(&config, &device);
/// let y = layer.forward_relu(Tensor::ones([2, 3, 20, 30], &device));
/// assert_eq!(y.dims(), [2, 8, 20, 30]);
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Conv2d {
    /// `[outputs, inputs / groups, kernel rows, kernel columns]`
    pub weight: Param<Tensor<4>>,
    /// `[outputs]`
    pub bias: Option<Param<Tensor<1>>>,
    /// Of rows and columns.
    pub stride: [usize; 2],
    /// Rows and columns.
    pub kernel_size: [usize; 2],
    /// Of rows and columns.
    pub dilation: [usize; 2],
    /// Into how many independent parts the channels are split.
    pub groups: usize,
    /// Zeros around the picture.
    #[module(skip)]
    pub padding: PaddingConfig2d,
    /// How the layer is computed where it is not Burn's.
    #[module(skip)]
    pub algorithm: Algorithm,
}

impl Conv2d {
    /// The layer of the config, with the initial weights that Burn's layer would draw.
    ///
    /// # Panics
    /// When the groups do not divide both numbers of channels.
    pub fn new(config: &Conv2dConfig, device: &Device) -> Self {
        config.init(device).into()
    }

    /// The same layer, computed by `algorithm`.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// The convolution of `x`.
    ///
    /// # Shapes
    /// `[batch, inputs, height, width]` to `[batch, outputs, output_height, output_width]`
    ///
    /// # Panics
    /// As Burn's: when the channels of `x` are not the layer's, or the devices differ.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.convolve(x, false)
    }

    /// `relu(self.forward(x))` in one pass over the output, forward and backward.
    ///
    /// # Shapes
    /// `[batch, inputs, height, width]` to `[batch, outputs, output_height, output_width]`
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        self.convolve(x, true)
    }

    fn convolve(&self, x: Tensor<4>, relu: bool) -> Tensor<4> {
        let convolution = Convolution {
            stride: self.stride,
            dilation: self.dilation,
            groups: self.groups,
            padding: padding(&self.padding, self.kernel_size),
            algorithm: self.algorithm,
            relu,
        };
        let bias = self.bias.as_ref().map(Param::val);
        let y = convolution.of(&x, &self.weight.val(), bias.as_ref());
        y.unwrap_or_else(|| {
            let y = self.burns().forward(x);
            if relu { activation::relu(y) } else { y }
        })
    }

    /// Burn's layer with the same parameters.
    fn burns(&self) -> BurnConv2d {
        BurnConv2d {
            weight: self.weight.clone(),
            bias: self.bias.clone(),
            stride: self.stride,
            kernel_size: self.kernel_size,
            dilation: self.dilation,
            groups: self.groups,
            padding: self.padding.clone(),
        }
    }
}

impl From<BurnConv2d> for Conv2d {
    fn from(layer: BurnConv2d) -> Self {
        Self {
            weight: layer.weight,
            bias: layer.bias,
            stride: layer.stride,
            kernel_size: layer.kernel_size,
            dilation: layer.dilation,
            groups: layer.groups,
            padding: layer.padding,
            algorithm: Algorithm::default(),
        }
    }
}

impl ModuleDisplay for Conv2d {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        self.burns().custom_settings()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        self.burns().custom_content(content)
    }
}

/// The rows and columns of zeros for a stride of 1.
fn padding(config: &PaddingConfig2d, [rows, columns]: [usize; 2]) -> Padding {
    match *config {
        PaddingConfig2d::Valid => Padding::default(),
        PaddingConfig2d::Same => Padding::same((rows, columns)),
        PaddingConfig2d::Explicit(top, left, bottom, right) => Padding {
            top,
            bottom,
            left,
            right,
        },
    }
}
