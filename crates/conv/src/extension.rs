//! The operations that Burn's dispatch routes to flex, and what flex does with them.
//!
//! A [backend extension](burn::backend::backend_extension) adds operations to Burn's `Dispatch`.
//! These here are only called with tensors on flex, bare or under autodiff (`autodiff.rs`), so that
//! flex is the only back end that implements them. The gradients are no operations of the
//! extension: autodiff calls them on flex's own tensors. A second derivative can then not even be
//! asked for; Burn's autodiff has none.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, backend_extension};
use burn::tensor::TensorData;

use crate::slices::{self, Gradients, Wanted};
use crate::{Algorithm, Shape, pool};

/// A tensor of flex, without autodiff.
pub(crate) type FlexTensor = FloatTensor<Flex>;

/// What a convolution needs besides its tensors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The sizes, which are those of the tensors.
    pub shape: Shape,
    /// The algorithm for the sum and its gradients.
    pub algorithm: Algorithm,
    /// Whether a ReLU follows.
    pub relu: bool,
}

#[backend_extension(Autodiff, Flex)]
pub(crate) trait FlexOps: Backend {
    /// The convolution without a bias.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        plan: Plan,
    ) -> FloatTensor<Self>;

    /// The convolution with a bias.
    fn convolution_with_bias(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: Plan,
    ) -> FloatTensor<Self>;

    /// The largest of each 2x2 pixels.
    fn max_pool_2x2(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl FlexOps for Flex {
    fn convolution(x: FlexTensor, weight: FlexTensor, plan: Plan) -> FlexTensor {
        convolve(x, weight, None, plan)
    }

    fn convolution_with_bias(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        plan: Plan,
    ) -> FlexTensor {
        convolve(x, weight, Some(bias), plan)
    }

    fn max_pool_2x2(x: FlexTensor) -> FlexTensor {
        let x = packed(x);
        let [batch, channels, height, width] = x.layout().shape().dims();
        let y = pool::forward(numbers(&x), height, width);
        tensor(y, [batch, channels, height / 2, width / 2])
    }
}

fn convolve(x: FlexTensor, weight: FlexTensor, bias: Option<FlexTensor>, plan: Plan) -> FlexTensor {
    let (x, weight, bias) = (packed(x), packed(weight), bias.map(packed));
    let Plan {
        shape,
        algorithm,
        relu,
    } = plan;
    let bias = bias.as_ref().map(numbers);
    let y = slices::forward(&shape, algorithm, numbers(&x), numbers(&weight), bias, relu);
    let Shape { batch, outputs, .. } = shape;
    tensor(
        y,
        [batch, outputs, shape.output_height(), shape.output_width()],
    )
}

/// The gradients of a convolution, as tensors; in order of input, weight and bias.
///
/// `rectified` is the output where a ReLU followed, `grad` the gradient by that output.
pub(crate) fn convolution_gradients(
    x: FlexTensor,
    weight: FlexTensor,
    rectified: Option<FlexTensor>,
    grad: FlexTensor,
    plan: Plan,
    wanted: Wanted,
) -> [Option<FlexTensor>; 3] {
    let (x, weight, grad) = (packed(x), packed(weight), packed(grad));
    let rectified = rectified.map(packed);
    let Plan {
        shape, algorithm, ..
    } = plan;
    let Gradients {
        input,
        weight,
        bias,
    } = slices::backward(
        &shape,
        algorithm,
        numbers(&x),
        numbers(&weight),
        numbers(&grad),
        rectified.as_ref().map(numbers),
        wanted,
    );
    let Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel,
        ..
    } = shape;
    [
        input.map(|dx| tensor(dx, [batch, inputs, height, width])),
        weight.map(|dw| tensor(dw, [outputs, inputs, kernel.0, kernel.1])),
        bias.map(|db| tensor(db, [outputs])),
    ]
}

/// The gradient of [`FlexOps::max_pool_2x2`] by its input `x`.
pub(crate) fn max_pool_gradient(x: FlexTensor, grad: FlexTensor) -> FlexTensor {
    let (x, grad) = (packed(x), packed(grad));
    let shape: [usize; 4] = x.layout().shape().dims();
    let dx = pool::backward(numbers(&x), numbers(&grad), shape[2], shape[3]);
    tensor(dx, shape)
}

/// The tensor with its numbers one after the other in memory: itself, where they are already,
/// also when they begin in the middle of a storage that it shares.
fn packed(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

fn numbers(packed: &FlexTensor) -> &[f32] {
    let numbers = packed.as_slice();
    numbers.expect("only contiguous tensors of 32-bit floats come here")
}

/// The numbers as a tensor, which takes the vector over.
fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}
