//! Tensors on flex, and the numbers in their memory.

use burn::backend::tensor::FloatTensor;
use burn::backend::{
    BackendTensor, DType, DispatchDevice, DispatchTensor, DispatchTensorKind, Flex, TensorMetadata,
};
use burn::tensor::Tensor;

use crate::rule::{Arrays, Rule, sweep};

type FlexTensor = FloatTensor<Flex>;

/// Whether all are of one shape, of 32-bit floats, and on flex without autodiff.
///
/// An optimizer works on tensors without autodiff.
pub(crate) fn fit<const D: usize>(tensors: &[&Tensor<D>]) -> bool {
    tensors.iter().all(|tensor| {
        let on_flex = matches!(tensor.device().as_dispatch(), DispatchDevice::Flex(_));
        on_flex && tensor.dtype() == DType::F32 && tensor.dims() == tensors[0].dims()
    })
}

/// State before the first step, for a rule that does not read it then.
pub(crate) fn zeros<const D: usize>(parameter: &Tensor<D>) -> Tensor<D> {
    Tensor::zeros(parameter.shape(), (&parameter.device(), DType::F32))
}

/// The parameter and its state after a step, of tensors that [`fit`].
///
/// They are written where they lie. Memory that somebody shares is copied first.
pub(crate) fn step<const D: usize, const N: usize>(
    rule: impl Rule<N>,
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    state: [Tensor<D>; N],
) -> (Tensor<D>, [Tensor<D>; N]) {
    let mut parameter = whole(parameter);
    let gradient = whole(gradient);
    let mut state = state.map(whole);
    sweep(
        rule,
        Arrays {
            parameter: parameter.storage_mut(),
            gradient: gradient.storage(),
            state: state.each_mut().map(FlexTensor::storage_mut),
        },
    );
    (tensor(parameter), state.map(tensor))
}

/// Flex's tensor with its numbers in order and nothing else in its memory: itself, where it is so.
fn whole<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let DispatchTensorKind::Flex(BackendTensor::Float(tensor)) = tensor.into_dispatch().kind else {
        unreachable!("only floats on flex fit");
    };
    let bytes = size_of::<f32>() * tensor.shape().num_elements();
    if tensor.is_contiguous() && tensor.bytes().len() == bytes {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

fn tensor<const D: usize>(tensor: FlexTensor) -> Tensor<D> {
    Tensor::from_dispatch(DispatchTensor {
        kind: DispatchTensorKind::Flex(BackendTensor::Float(tensor)),
        autodiff: Default::default(),
    })
}
