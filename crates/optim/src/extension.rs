//! The operation that Burn's dispatch routes to flex.
//!
//! A [backend extension](burn::backend::backend_extension). An optimizer works on tensors without
//! autodiff, and only those on flex come here.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};

use crate::update::{Numbers, Update};

#[backend_extension(Flex)]
pub(crate) trait FlexOps: Backend {
    /// The parameter and its two moments after a step; the four tensors have the same shape.
    fn adam_step(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        moment_1: FloatTensor<Self>,
        moment_2: FloatTensor<Self>,
        update: Update,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

type FlexTensor = FloatTensor<Flex>;

impl FlexOps for Flex {
    fn adam_step(
        parameter: FlexTensor,
        gradient: FlexTensor,
        moment_1: FlexTensor,
        moment_2: FlexTensor,
        update: Update,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let mut parameter = whole(parameter);
        let (mut moment_1, mut moment_2) = (whole(moment_1), whole(moment_2));
        update.apply(Numbers {
            // Shared memory is copied by `storage_mut`.
            parameter: parameter.storage_mut(),
            gradient: whole(gradient).storage(),
            moment_1: moment_1.storage_mut(),
            moment_2: moment_2.storage_mut(),
        });
        (parameter, moment_1, moment_2)
    }
}

/// The tensor with its numbers in order and nothing else in its memory: itself, where it is so.
fn whole(tensor: FlexTensor) -> FlexTensor {
    let bytes = size_of::<f32>() * tensor.shape().num_elements();
    if tensor.is_contiguous() && tensor.bytes().len() == bytes {
        tensor
    } else {
        tensor.to_contiguous()
    }
}
