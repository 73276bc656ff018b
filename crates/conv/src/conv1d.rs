//! A layer that stands in for Burn's `burn::nn::conv::Conv1d`.

use burn::module::{Content, DisplaySettings, Module, ModuleDisplay, Param};
use burn::nn::PaddingConfig1d;
use burn::nn::conv::{Conv1d as BurnConv1d, Conv1dConfig};
use burn::tensor::activation;
use burn::tensor::{Device, Tensor};

use crate::general::Convolution;
use crate::{Algorithm, Padding};

/// A one-dimensional convolution with the parameters of Burn's layer, fast on flex: that of a
/// picture of one row, by the exact sum.
///
/// Fields, records, initial weights and display are those of `burn::nn::conv::Conv1d`: a record
/// of either layer loads into the other. What is computed here, and what is Burn's, is as for
/// [`Conv2d`](crate::Conv2d): stride 1, kernels of 1 to 11.
///
/// ```
/// use burn::nn::{PaddingConfig1d, conv::Conv1dConfig};
/// use burn::tensor::{Device, Tensor};
/// use retrace_conv::Conv1d;
///
/// let device = Device::flex().autodiff();
/// let config = Conv1dConfig::new(3, 8, 9).with_padding(PaddingConfig1d::Same);
/// let y = Conv1d::new(&config, &device).forward_relu(Tensor::ones([2, 3, 100], &device));
/// assert_eq!(y.dims(), [2, 8, 100]);
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Conv1d {
    /// `[outputs, inputs / groups, kernel]`
    pub weight: Param<Tensor<3>>,
    /// `[outputs]`
    pub bias: Option<Param<Tensor<1>>>,
    /// From an output to the next.
    pub stride: usize,
    /// Numbers of the input that an output sees.
    pub kernel_size: usize,
    /// From each of them to the next.
    pub dilation: usize,
    /// Into how many independent parts the channels are split.
    pub groups: usize,
    /// Zeros before and after.
    #[module(skip)]
    pub padding: PaddingConfig1d,
}

impl Conv1d {
    /// The layer of the config, with the initial weights that Burn's layer would draw.
    ///
    /// # Panics
    /// As Burn's: when the groups do not divide both numbers of channels.
    pub fn new(config: &Conv1dConfig, device: &Device) -> Self {
        config.init(device).into()
    }

    /// The convolution of `x`.
    ///
    /// # Shapes
    /// `[batch, inputs, length]` to `[batch, outputs, output_length]`
    ///
    /// # Panics
    /// As Burn's: when the channels of `x` are not the layer's, or the devices differ.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.convolve(x, false)
    }

    /// `relu(self.forward(x))` in one pass over the output, forward and backward.
    ///
    /// # Shapes
    /// `[batch, inputs, length]` to `[batch, outputs, output_length]`
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    pub fn forward_relu(&self, x: Tensor<3>) -> Tensor<3> {
        self.convolve(x, true)
    }

    fn convolve(&self, x: Tensor<3>, relu: bool) -> Tensor<3> {
        let (left, right) = match self.padding {
            PaddingConfig1d::Valid => (0, 0),
            PaddingConfig1d::Same => {
                let Padding { left, right, .. } = Padding::same((1, self.kernel_size));
                (left, right)
            }
            PaddingConfig1d::Explicit(left, right) => (left, right),
        };
        let convolution = Convolution {
            stride: [1, self.stride],
            dilation: [1, self.dilation],
            groups: self.groups,
            padding: Padding {
                left,
                right,
                ..Padding::default()
            },
            algorithm: Algorithm::Exact,
            relu,
        };
        let bias = self.bias.as_ref().map(Param::val);
        let (row, weight) = (
            x.clone().unsqueeze_dim(2),
            self.weight.val().unsqueeze_dim(2),
        );
        match convolution.of(&row, &weight, bias.as_ref()) {
            Some(y) => y.squeeze_dim(2),
            None => {
                let y = self.burns().forward(x);
                if relu { activation::relu(y) } else { y }
            }
        }
    }

    /// Burn's layer with the same parameters.
    fn burns(&self) -> BurnConv1d {
        BurnConv1d {
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

impl From<BurnConv1d> for Conv1d {
    fn from(layer: BurnConv1d) -> Self {
        Self {
            weight: layer.weight,
            bias: layer.bias,
            stride: layer.stride,
            kernel_size: layer.kernel_size,
            dilation: layer.dilation,
            groups: layer.groups,
            padding: layer.padding,
        }
    }
}

impl ModuleDisplay for Conv1d {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        self.burns().custom_settings()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        self.burns().custom_content(content)
    }
}
