//! Which convolutions are computed here, and how groups and dilation become plain ones.
//!
//! Groups are convolutions of their own, side by side in the channels. Under a dilation of d, an
//! output pixel sees every d-th row and column only: the picture is d x d pictures that have nothing
//! to do with each other, and each goes through the plain convolution.

use burn::backend::{DType, Dispatch, DispatchDevice};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor};

use crate::extension::{FlexOps, Plan};
use crate::{Algorithm, Padding, Shape};

/// The largest number of rows or columns of a kernel that is computed here.
const LARGEST_KERNEL: usize = 11;

/// The least channels of a group, in and out. Burn's is faster with one, where it does not multiply
/// matrices either.
const LEAST_CHANNELS: usize = 4;

/// What a layer knows besides its parameters.
pub(crate) struct Convolution {
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub groups: usize,
    pub padding: Padding,
    pub algorithm: Algorithm,
    /// Whether a ReLU follows.
    pub relu: bool,
}

impl Convolution {
    /// The convolution of `x`; `None` where it is Burn's.
    pub(crate) fn of(
        &self,
        x: &Tensor<4>,
        weight: &Tensor<4>,
        bias: Option<&Tensor<1>>,
    ) -> Option<Tensor<4>> {
        let shape = self.supported(x, weight, bias)?;
        let bias = bias.cloned();
        let bias = bias.unwrap_or_else(|| Tensor::zeros([weight.dims()[0]], &x.device()));
        let plan = Plan {
            shape,
            algorithm: self.algorithm,
            relu: self.relu,
        };
        if self.dilation == [1, 1] {
            return Some(self.grouped(x.clone(), weight, bias, plan));
        }
        let Padding {
            top,
            bottom,
            left,
            right,
        } = self.padding;
        let x = x.clone();
        let x = if self.padding == Padding::default() {
            x
        } else {
            x.pad((left, right, top, bottom), PadMode::Constant(0.0))
        };
        let y = self.grouped(apart(x, self.dilation), weight, bias, plan);
        Some(together(y, self.dilation))
    }

    /// The plain convolution of each group.
    fn grouped(&self, x: Tensor<4>, weight: &Tensor<4>, bias: Tensor<1>, plan: Plan) -> Tensor<4> {
        let plain = |x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>| {
            let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
            Tensor::from_dispatch(Dispatch::convolution(x, weight, bias.into_dispatch(), plan))
        };
        if self.groups == 1 {
            return plain(x, weight.clone(), bias);
        }
        let (x, bias) = (x.chunk(self.groups, 1), bias.chunk(self.groups, 0));
        let groups = x
            .into_iter()
            .zip(weight.clone().chunk(self.groups, 0))
            .zip(bias);
        Tensor::cat(groups.map(|((x, w), b)| plain(x, w, b)).collect(), 1)
    }

    /// The sizes of the plain convolution of a group, where it is computed here.
    fn supported(
        &self,
        x: &Tensor<4>,
        weight: &Tensor<4>,
        bias: Option<&Tensor<1>>,
    ) -> Option<Shape> {
        let [batch, channels, height, width] = x.dims();
        let [all_outputs, inputs, rows, columns] = weight.dims();
        let shape = Shape {
            batch,
            inputs,
            outputs: all_outputs.checked_div(self.groups)?,
            height,
            width,
            kernel: (rows, columns),
            padding: self.padding,
        };
        let small = 1..=LARGEST_KERNEL;
        let kernel_is_small = small.contains(&rows) && small.contains(&columns);
        let channels_fit = inputs.checked_mul(self.groups) == Some(channels)
            && shape.outputs * self.groups == all_outputs
            && (self.groups == 1 || inputs.min(shape.outputs) >= LEAST_CHANNELS);
        let here = crate::supported_here()
            && computable(x)
            && computable(weight)
            && bias.is_none_or(|bias| bias.dims() == [all_outputs] && computable(bias));
        if self.stride != [1, 1] || !(kernel_is_small && channels_fit && here) {
            return None;
        }
        let shape = shape.fits_memory().then_some(shape)?;
        let shape = self.apart(shape)?;
        (shape.input_len() > 0 && shape.output_len() > 0).then_some(shape)
    }

    /// The sizes of the pictures that a dilation makes of one; `None` where they are of different
    /// sizes.
    ///
    /// Zeros that make them alike would meet the weight, and zero times infinity is not a number.
    fn apart(&self, shape: Shape) -> Option<Shape> {
        let [rows, columns] = self.dilation;
        if [rows, columns] == [1, 1] {
            return Some(shape);
        }
        let Padding {
            top,
            bottom,
            left,
            right,
        } = shape.padding;
        let (height, width) = (shape.height + top + bottom, shape.width + left + right);
        let alike = rows > 0 && columns > 0;
        let alike = alike && height.is_multiple_of(rows) && width.is_multiple_of(columns);
        alike.then(|| Shape {
            batch: shape.batch * rows * columns,
            height: height / rows,
            width: width / columns,
            padding: Padding::default(),
            ..shape
        })
    }
}

/// Every `rows`-th row and `columns`-th column of a picture as a picture of its own.
///
/// # Shapes
/// `[batch, channels, height, width]` to
/// `[batch * rows * columns, channels, height / rows, width / columns]`
fn apart(x: Tensor<4>, [rows, columns]: [usize; 2]) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let (height, width) = (height / rows, width / columns);
    x.reshape([batch, channels, height, rows, width, columns])
        .permute([0, 3, 5, 1, 2, 4])
        .reshape([batch * rows * columns, channels, height, width])
}

/// The inverse of [`apart`].
fn together(y: Tensor<4>, [rows, columns]: [usize; 2]) -> Tensor<4> {
    let [pictures, channels, height, width] = y.dims();
    let batch = pictures / (rows * columns);
    y.reshape([batch, rows, columns, channels, height, width])
        .permute([0, 3, 4, 1, 5, 2])
        .reshape([batch, channels, height * rows, width * columns])
}

/// Whether the tensor has 32-bit floats and is on flex, with or without autodiff.
pub(crate) fn computable<const D: usize>(tensor: &Tensor<D>) -> bool {
    let device: Device = tensor.device();
    let on_flex = match device.as_dispatch() {
        DispatchDevice::Autodiff(device) => matches!(**device, DispatchDevice::Flex(_)),
        device => matches!(device, DispatchDevice::Flex(_)),
    };
    tensor.dtype() == DType::F32 && on_flex
}
