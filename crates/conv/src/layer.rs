//! A layer that stands in for Burn's `burn::nn::conv::Conv2d`.

use burn::backend::{DType, Dispatch, DispatchDevice};
use burn::module::{Content, DisplaySettings, Module, ModuleDisplay, Param};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::extension::{FlexOps, Plan};
use crate::{Algorithm, Padding, Shape};

/// A two-dimensional convolution with the parameters of Burn's layer, fast on flex.
///
/// ```text
/// y[n, o, i, j] = bias[o] + sum over c, p, q of weight[o, c, p, q] x[n, c, i + p - top, j + q - left]
/// ```
///
/// Fields, records, initial weights and display are those of `burn::nn::conv::Conv2d`: a record
/// of either layer loads into the other. Computed here: 32-bit floats on flex, with or without
/// autodiff, stride 1, one group, no dilation, kernels from 1x1 to 11x11, any padding, where
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

    fn convolve(&self, x: Tensor<4>, with_relu: bool) -> Tensor<4> {
        let weight = self.weight.val();
        let bias = self.bias.as_ref().map(Param::val);
        let Some(shape) = self.supported(&x, &weight, bias.as_ref()) else {
            let y = self.burns().forward(x);
            return if with_relu { relu(y) } else { y };
        };
        let plan = Plan {
            shape,
            algorithm: self.algorithm,
            relu: with_relu,
        };
        let bias = bias.unwrap_or_else(|| Tensor::zeros([shape.outputs], &x.device()));
        let (x, weight, bias) = (
            x.into_dispatch(),
            weight.into_dispatch(),
            bias.into_dispatch(),
        );
        Tensor::from_dispatch(Dispatch::convolution(x, weight, bias, plan))
    }

    /// The sizes of the convolution of `x`, where it is computed here and not by Burn.
    fn supported(
        &self,
        x: &Tensor<4>,
        weight: &Tensor<4>,
        bias: Option<&Tensor<1>>,
    ) -> Option<Shape> {
        let shape = self.sizes(x, weight)?;
        let plain = self.stride == [1, 1] && self.dilation == [1, 1] && self.groups == 1;
        let bias_fits = bias.is_none_or(|b| b.dims() == [shape.outputs] && computable(b));
        let computable =
            crate::supported_here() && computable(x) && computable(weight) && bias_fits;
        (plain && computable).then_some(shape)
    }

    /// The sizes, where channels agree, nothing is empty and the kernel is not too large.
    fn sizes(&self, x: &Tensor<4>, weight: &Tensor<4>) -> Option<Shape> {
        let [batch, inputs, height, width] = x.dims();
        let [outputs, weight_inputs, rows, columns] = weight.dims();
        let small = 1..=LARGEST_KERNEL;
        let kernel_is_small = small.contains(&rows) && small.contains(&columns);
        let shape = Shape {
            batch,
            inputs,
            outputs,
            height,
            width,
            kernel: (rows, columns),
            padding: padding(&self.padding, self.kernel_size),
        };
        let is_empty = shape.input_len() == 0 || shape.output_len() == 0;
        (inputs == weight_inputs && kernel_is_small && !is_empty).then_some(shape)
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

/// The largest number of rows or columns of a kernel that is computed here.
const LARGEST_KERNEL: usize = 11;

/// Whether the tensor has 32-bit floats and is on flex, with or without autodiff.
pub(crate) fn computable<const D: usize>(tensor: &Tensor<D>) -> bool {
    let device = tensor.device();
    let on_flex = match device.as_dispatch() {
        DispatchDevice::Autodiff(device) => matches!(**device, DispatchDevice::Flex(_)),
        device => matches!(device, DispatchDevice::Flex(_)),
    };
    tensor.dtype() == DType::F32 && on_flex
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
