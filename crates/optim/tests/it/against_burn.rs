//! Parameters and moments are Burn's, to the bit, whoever computes them.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Param;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{DType, Device, Tensor, TensorData};
use proptest::prelude::*;
use retrace_optim::Adam;

use crate::{Trained, config, noise, tensor, trained};

/// What comes out of both, after a step for each gradient.
fn both(config: &AdamConfig, parameter: &[f32], gradients: &[Vec<f32>]) -> [Trained; 2] {
    let gradients = || gradients.iter().map(|gradient| tensor(gradient));
    [
        trained(&Adam::new(config), tensor(parameter), gradients()),
        trained(&config.build(), tensor(parameter), gradients()),
    ]
}

/// Any number: zeros of both signs, tiny, huge, infinite, not a number.
fn any_number() -> impl Strategy<Value = f32> {
    use proptest::num::f32::{ANY, NORMAL, ZERO};
    prop_oneof![3 => -1.0f32..1.0, 1 => ZERO, 1 => NORMAL, 1 => ANY]
}

proptest! {
    #[test]
    fn any_numbers_become_what_burn_makes_of_them(
        (parameter, gradients) in (1usize..70).prop_flat_map(|count| {
            let numbers = || prop::collection::vec(any_number(), count);
            (numbers(), prop::collection::vec(numbers(), 1..6))
        }),
        beta_1 in 0.0f32..1.0,
        beta_2 in 0.0f32..1.0,
        epsilon in 0.0f32..1e-3,
    ) {
        let config = AdamConfig::new().with_beta_1(beta_1).with_beta_2(beta_2);
        let [ours, burns] = both(&config.with_epsilon(epsilon), &parameter, &gradients);
        prop_assert_eq!(ours, burns);
    }
}

#[test]
fn long_parameters_become_what_burn_makes_of_them() {
    // Below, at and above the size of a task, and several of them.
    for count in [16_383, 16_384, 16_385, 100_003] {
        let gradients: Vec<_> = (1..5).map(|seed| noise(count, seed)).collect();
        let [ours, burns] = both(&config(), &noise(count, 0), &gradients);
        assert!(ours == burns, "{count} numbers");
    }
}

#[test]
fn many_steps_end_where_burns_do() {
    let gradients: Vec<_> = (1..2000).map(|seed| noise(33, seed)).collect();
    let [ours, burns] = both(&config(), &noise(33, 0), &gradients);
    assert_eq!(ours, burns);
}

#[test]
fn parameters_of_every_rank_and_no_numbers_are_fine() {
    let device = Device::flex();
    let [ours, burns] = both(&config(), &[], &[vec![], vec![]]);
    assert_eq!(ours, burns);
    let cube = |seed| {
        Tensor::<3>::from_data(
            tensor(&noise(24, seed)).reshape([2, 3, 4]).into_data(),
            &device,
        )
    };
    let ours = trained(&Adam::new(&config()), cube(0), [cube(1), cube(2)]);
    assert_eq!(
        ours,
        trained(&config().build(), cube(0), [cube(1), cube(2)])
    );
}

/// Matrices of 4 x 5 whose numbers are not one after the other, or in a larger storage.
fn views(seed: usize) -> Vec<(&'static str, Tensor<2>)> {
    let matrix =
        |rows: usize, columns: usize| tensor(&noise(rows * columns, seed)).reshape([rows, columns]);
    vec![
        ("whole", matrix(4, 5)),
        ("transposed", matrix(5, 4).transpose()),
        ("rows at the end", matrix(7, 5).narrow(0, 3, 4)),
        ("rows at the beginning", matrix(7, 5).narrow(0, 0, 4)),
        ("columns within", matrix(4, 9).narrow(1, 2, 5)),
        ("flipped", matrix(4, 5).flip([0, 1])),
        ("broadcast", matrix(4, 1).expand([4, 5])),
    ]
}

#[test]
fn views_give_what_their_numbers_give() {
    for (name, parameter) in views(0) {
        for (gradient_name, gradient) in views(1) {
            let gradients = [gradient.clone(), gradient.mul_scalar(0.5)];
            let ours = trained(&Adam::new(&config()), parameter.clone(), gradients.clone());
            let burns = trained(&config().build(), parameter.clone(), gradients);
            assert_eq!(ours, burns, "{name}, gradient {gradient_name}");
        }
    }
}

fn three_gradients() -> [Tensor<1>; 3] {
    // The second is smaller, so that AMSGrad's largest moment is not the last one.
    [1.0, 0.01, -0.5].map(|scale| tensor(&noise(40, 1)).mul_scalar(scale))
}

#[test]
fn amsgrad_and_weight_decay_are_burns() {
    let decay = config().with_weight_decay(Some(WeightDecayConfig::new(0.5)));
    let plain = trained(&config().build(), tensor(&noise(40, 0)), three_gradients());
    for config in [config().with_amsgrad(true), decay] {
        let ours = trained(
            &Adam::new(&config),
            tensor(&noise(40, 0)),
            three_gradients(),
        );
        let burns = trained(&config.build(), tensor(&noise(40, 0)), three_gradients());
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
        three_gradients().map(there),
    );
    let burns = trained(
        &config().build(),
        there(tensor(&noise(40, 0))),
        three_gradients().map(there),
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
            three_gradients().map(wide),
        )
    };
    let ours = step(retrace_optim::adam(&config()));
    assert_eq!(ours.dtype(), DType::F64);
    assert_eq!(ours, step(config().init()));
}

#[test]
fn gradients_are_clipped_as_burn_clips_them() {
    let step = |optimizer| stepped(optimizer, tensor(&noise(40, 0)), three_gradients());
    let by_norm = config().with_grad_clipping(Some(GradientClippingConfig::Norm(0.1)));
    let by_value = config().with_grad_clipping(Some(GradientClippingConfig::Value(0.2)));
    let plain = step(retrace_optim::adam(&config()));
    for config in [by_norm, by_value] {
        let ours = step(retrace_optim::adam(&config));
        assert_ne!(ours, plain, "{config} changes the result");
        assert_eq!(ours, step(config.init()), "{config}");
    }
}
