//! The optimizer, which parameters it supports, and the operation that Burn's dispatch routes to
//! flex: a [backend extension](burn::backend::backend_extension). An optimizer works on tensors
//! without autodiff, and only those on flex come there.

use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Backend, DType, Dispatch, DispatchDevice, Flex, TensorMetadata, backend_extension,
};
use burn::optim::{
    Adam as BurnAdam, AdamConfig, AdamState, AdaptiveMomentumState, LearningRate, ModuleOptimizer,
    Optimizer,
};
use burn::tensor::{Device, Tensor};

use crate::update::{Numbers, Settings, Update};

/// The optimizer of a module: stands in for `config.init()`.
pub fn adam(config: &AdamConfig) -> ModuleOptimizer {
    let optimizer = ModuleOptimizer::from(Adam::new(config));
    match config.init().grad_clipping() {
        Some(clipping) => optimizer.with_grad_clipping(clipping.clone()),
        None => optimizer,
    }
}

/// Adam with the results and the records of Burn's, in one pass over memory.
///
/// Stands in for `config.build()`, where a parameter group wants a bare optimizer; [`adam`] is for
/// a whole module.
#[derive(Clone)]
pub struct Adam {
    /// Computes what is not computed here.
    burns: BurnAdam,
    /// `None` where nothing is.
    settings: Option<Settings>,
}

impl Adam {
    /// The optimizer of the config, without its clipping of gradients, as in `config.build()`.
    pub fn new(config: &AdamConfig) -> Self {
        Self {
            burns: config.build(),
            settings: Settings::of(config),
        }
    }

    /// The settings, where this step is computed here.
    fn supported<const D: usize>(
        &self,
        parameter: &Tensor<D>,
        gradient: &Tensor<D>,
        state: Option<&AdamState<D>>,
    ) -> Option<&Settings> {
        let shape = parameter.dims();
        let fits = |tensor: &Tensor<D>| tensor.dims() == shape && computable(tensor);
        let moments_fit = state.is_none_or(|AdamState { momentum }| {
            fits(&momentum.moment_1) && fits(&momentum.moment_2)
        });
        let fit = fits(parameter) && fits(gradient) && moments_fit;
        self.settings.as_ref().filter(|_| fit)
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let Some(settings) = self.supported(&parameter, &gradient, state.as_ref()) else {
            return self.burns.step(rate, parameter, gradient, state);
        };
        let AdamState { momentum } = state.unwrap_or_else(|| beginning(&parameter));
        let time = momentum.time + 1;
        let (parameter, moment_1, moment_2) = Dispatch::adam_step(
            parameter.into_dispatch(),
            gradient.into_dispatch(),
            momentum.moment_1.into_dispatch(),
            momentum.moment_2.into_dispatch(),
            settings.update(rate, time),
        );
        let momentum = AdaptiveMomentumState {
            time,
            moment_1: Tensor::from_dispatch(moment_1),
            moment_2: Tensor::from_dispatch(moment_2),
            max_moment_2: momentum.max_moment_2,
        };
        (
            Tensor::from_dispatch(parameter),
            Some(AdamState { momentum }),
        )
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        BurnAdam::to_device(state, device)
    }
}

/// 32-bit floats on flex, without autodiff.
fn computable<const D: usize>(tensor: &Tensor<D>) -> bool {
    let device = tensor.device();
    tensor.dtype() == DType::F32 && matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// Moments before the first step.
///
/// A negative zero, as `-0.0 + x` is `x` to the bit for both zeros: Burn begins with `x`.
fn beginning<const D: usize>(parameter: &Tensor<D>) -> AdamState<D> {
    let options = (&parameter.device(), DType::F32);
    let filled = |value: f32| Tensor::full(parameter.shape(), value, options);
    AdamState::new(AdaptiveMomentumState::new(0, filled(-0.0), filled(0.0)))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_of_different_shapes_are_left_to_burn() {
        let adam = Adam::new(&AdamConfig::new());
        let [short, long] = [1, 4].map(|count| Tensor::<1>::ones([count], &Device::flex()));
        assert!(adam.supported(&long, &long, None).is_some());
        assert!(adam.supported(&long, &short, None).is_none());
        let state = beginning(&short);
        assert!(adam.supported(&long, &long, Some(&state)).is_none());
    }
}
