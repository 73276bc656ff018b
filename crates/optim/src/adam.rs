//! The optimizer, and which parameters it serves.

use burn::backend::{DType, Dispatch, DispatchDevice};
use burn::optim::{
    Adam as BurnAdam, AdamConfig, AdamState, AdaptiveMomentumState, LearningRate, ModuleOptimizer,
    Optimizer,
};
use burn::tensor::{Device, Tensor};

use crate::extension::FlexOps;
use crate::settings::Settings;

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
    fn served<const D: usize>(
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
        let Some(settings) = self.served(&parameter, &gradient, state.as_ref()) else {
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

#[cfg(test)]
mod tests {
    use burn::optim::decay::WeightDecayConfig;

    use super::*;

    /// Whether a step on such a tensor is computed here, at its first and at a later time.
    fn is_served(config: &AdamConfig, tensor: &Tensor<1>) -> [bool; 2] {
        let adam = Adam::new(config);
        let later = adam.burns.step(0.1, tensor.clone(), tensor.clone(), None).1;
        [None, later.as_ref()].map(|state| adam.served(tensor, tensor, state).is_some())
    }

    #[test]
    fn plain_adam_on_flex_is_served() {
        let numbers = Tensor::<1>::ones([4], &Device::flex());
        assert_eq!(is_served(&AdamConfig::new(), &numbers), [true; 2]);
    }

    #[test]
    fn other_methods_and_floats_are_not() {
        let numbers = Tensor::<1>::ones([4], &Device::flex());
        let decay = AdamConfig::new().with_weight_decay(Some(WeightDecayConfig::new(0.1)));
        for config in [AdamConfig::new().with_amsgrad(true), decay] {
            assert_eq!(is_served(&config, &numbers), [false; 2], "{config}");
        }
        let wide = numbers.cast(DType::F64);
        assert_eq!(is_served(&AdamConfig::new(), &wide), [false; 2]);
    }

    #[cfg(feature = "ndarray")]
    #[test]
    #[expect(
        deprecated,
        reason = "the back end that Burn will drop is the other one at hand"
    )]
    fn other_devices_are_not() {
        let elsewhere = Tensor::<1>::ones([4], &Device::flex()).to_device(&Device::ndarray());
        assert_eq!(is_served(&AdamConfig::new(), &elsewhere), [false; 2]);
    }

    #[test]
    fn tensors_of_different_shapes_are_not() {
        let adam = Adam::new(&AdamConfig::new());
        let [short, long] = [1, 4].map(|count| Tensor::<1>::ones([count], &Device::flex()));
        assert!(adam.served(&long, &short, None).is_none());
        let state = beginning(&short);
        assert!(adam.served(&long, &long, Some(&state)).is_none());
    }
}
