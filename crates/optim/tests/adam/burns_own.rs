//! What is not computed here is Burn's.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Param;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{GradientsParams, ModuleOptimizer};
#[cfg(feature = "ndarray")]
use burn::tensor::Device;
use burn::tensor::{DType, Tensor, TensorData};
use retrace_optim::Adam;

use crate::{config, noise, tensor, trained};

fn gradients() -> [Tensor<1>; 3] {
    // The second is smaller, so that AMSGrad's largest moment is not the last one.
    [1.0, 0.01, -0.5].map(|scale| tensor(&noise(40, 1)).mul_scalar(scale))
}

#[test]
fn amsgrad_and_weight_decay_are_burns() {
    let decay = config().with_weight_decay(Some(WeightDecayConfig::new(0.5)));
    let plain = trained(&config().build(), tensor(&noise(40, 0)), gradients());
    for config in [config().with_amsgrad(true), decay] {
        let ours = trained(&Adam::new(&config), tensor(&noise(40, 0)), gradients());
        let burns = trained(&config.build(), tensor(&noise(40, 0)), gradients());
        assert_eq!(ours, burns, "{config}");
        assert_ne!(ours, plain, "{config} changes the result");
    }
}

#[cfg(feature = "ndarray")]
#[test]
#[expect(
    deprecated,
    reason = "the back end that Burn will drop is the other one at hand"
)]
fn other_devices_are_burns() {
    let there = |tensor: Tensor<1>| tensor.to_device(&Device::ndarray());
    let ours = trained(
        &Adam::new(&config()),
        there(tensor(&noise(40, 0))),
        gradients().map(there),
    );
    let burns = trained(
        &config().build(),
        there(tensor(&noise(40, 0))),
        gradients().map(there),
    );
    assert_eq!(ours, burns);
}

/// A module of one parameter, after its steps.
fn stepped(
    mut optimizer: ModuleOptimizer,
    parameter: Tensor<1>,
    gradients: [Tensor<1>; 3],
) -> TensorData {
    let mut parameter = Param::from_tensor(Tensor::from_inner(parameter));
    for gradient in gradients {
        let mut all = GradientsParams::new();
        all.register(parameter.id, gradient);
        parameter = optimizer.step(0.01, parameter, all);
    }
    parameter.val().into_data()
}

#[test]
fn other_floats_are_burns() {
    let step = |optimizer| {
        let wide = |tensor: Tensor<1>| tensor.cast(DType::F64);
        stepped(
            optimizer,
            wide(tensor(&noise(40, 0))),
            gradients().map(wide),
        )
    };
    let ours = step(retrace_optim::adam(&config()));
    assert_eq!(ours.dtype(), DType::F64);
    assert_eq!(ours, step(config().init()));
}

#[test]
fn gradients_are_clipped_as_burn_clips_them() {
    let step = |optimizer| stepped(optimizer, tensor(&noise(40, 0)), gradients());
    let by_norm = config().with_grad_clipping(Some(GradientClippingConfig::Norm(0.1)));
    let by_value = config().with_grad_clipping(Some(GradientClippingConfig::Value(0.2)));
    let plain = step(retrace_optim::adam(&config()));
    for config in [by_norm, by_value] {
        let ours = step(retrace_optim::adam(&config));
        assert_ne!(ours, plain, "{config} changes the result");
        assert_eq!(ours, step(config.init()), "{config}");
    }
}
