//! Parameters and state are Burn's, to the bit, whoever computes them.

use burn::grad_clipping::GradientClippingConfig;
use burn::module::Param;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{DType, Tensor, TensorData};
use proptest::option;
use proptest::prelude::*;

use crate::{Method, config, methods, noise, tensor};

/// Any number: zeros of both signs, tiny, huge, infinite, not a number.
fn any_number() -> impl Strategy<Value = f32> {
    use proptest::num::f32::{ANY, NORMAL, ZERO};
    prop_oneof![3 => -1.0f32..1.0, 1 => ZERO, 1 => NORMAL, 1 => ANY]
}

/// Mostly as it should be; anything at all now and then.
fn setting(usual: std::ops::Range<f32>) -> impl Strategy<Value = f32> {
    prop_oneof![9 => usual, 1 => any_number()]
}

fn any_method() -> impl Strategy<Value = Method> {
    let beta = || setting(0.0..1.0);
    let adaptive = || (beta(), beta(), setting(0.0..1e-3), any::<bool>());
    let adam = (adaptive(), option::of(setting(0.0..1.0)));
    let adamw = (adaptive(), setting(0.0..1.0), any::<bool>());
    let momentum = (setting(0.0..1.0), setting(0.0..1.0), any::<bool>());
    let sgd = (option::of(momentum), option::of(setting(0.0..1.0)));
    prop_oneof![
        adam.prop_map(|((beta_1, beta_2, epsilon, amsgrad), penalty)| {
            let config = AdamConfig::new().with_beta_1(beta_1).with_beta_2(beta_2);
            let config = config.with_epsilon(epsilon).with_amsgrad(amsgrad);
            Method::Adam(config.with_weight_decay(penalty.map(WeightDecayConfig::new)))
        }),
        adamw.prop_map(|((beta_1, beta_2, epsilon, amsgrad), decay, cautious)| {
            let config = AdamWConfig::new().with_beta_1(beta_1).with_beta_2(beta_2);
            let config = config.with_epsilon(epsilon).with_amsgrad(amsgrad);
            let config = config.with_weight_decay(decay);
            Method::AdamW(config.with_cautious_weight_decay(cautious))
        }),
        sgd.prop_map(|(momentum, penalty)| {
            let momentum = momentum.map(|(momentum, dampening, nesterov)| MomentumConfig {
                momentum: f64::from(momentum),
                dampening: f64::from(dampening),
                nesterov,
            });
            let config = SgdConfig::new().with_momentum(momentum);
            Method::Sgd(config.with_weight_decay(penalty.map(WeightDecayConfig::new)))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_numbers_become_what_burn_makes_of_them(
        (parameter, gradients) in (1usize..70).prop_flat_map(|count| {
            let numbers = || prop::collection::vec(any_number(), count);
            (numbers(), prop::collection::vec(numbers(), 1..6))
        }),
        method in any_method(),
    ) {
        let gradients: Vec<_> = gradients.iter().map(|numbers| tensor(numbers)).collect();
        let [ours, burns] = method.both(&tensor(&parameter), &gradients);
        prop_assert_eq!(ours, burns);
    }
}

/// Gradients that look random.
fn gradients(count: usize, steps: usize) -> Vec<Tensor<1>> {
    (1..=steps)
        .map(|seed| tensor(&noise(count, seed)))
        .collect()
}

#[test]
fn long_parameters_become_what_burn_makes_of_them() {
    // Below, at and above the size of a task, and several of them.
    for count in [16_383, 16_384, 16_385, 100_003] {
        for method in methods() {
            let [ours, burns] = method.both(&tensor(&noise(count, 0)), &gradients(count, 4));
            assert!(ours == burns, "{count} numbers, {method:?}");
        }
    }
}

#[test]
fn many_steps_end_where_burns_do() {
    for method in methods() {
        let [ours, burns] = method.both(&tensor(&noise(33, 0)), &gradients(33, 500));
        assert_eq!(ours, burns, "{method:?}");
    }
}

#[test]
fn every_setting_changes_the_result() {
    let gradients = three_gradients();
    let mut results: Vec<_> = methods()
        .iter()
        .map(|method| {
            method.both(&tensor(&noise(40, 0)), &gradients)[0]
                .parameter
                .clone()
        })
        .collect();
    let count = results.len();
    results.sort();
    results.dedup();
    assert_eq!(results.len(), count);
}

#[test]
fn parameters_of_every_rank_and_no_numbers_are_fine() {
    let cube = |seed| tensor(&noise(24, seed)).reshape([2, 3, 4]);
    for method in methods() {
        let [ours, burns] = method.both(&tensor(&[]), &[tensor(&[]), tensor(&[])]);
        assert_eq!(ours, burns, "{method:?}");
        let [ours, burns] = method.both(&cube(0), &[cube(1), cube(2)]);
        assert_eq!(ours, burns, "{method:?}");
    }
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
    for method in methods() {
        for (name, parameter) in views(0) {
            for (gradient_name, gradient) in views(1) {
                let gradients = [gradient.clone(), gradient.mul_scalar(0.5)];
                let [ours, burns] = method.both(&parameter, &gradients);
                assert_eq!(ours, burns, "{name}, gradient {gradient_name}, {method:?}");
            }
        }
    }
}

fn three_gradients() -> [Tensor<1>; 3] {
    // The second is smaller, so that AMSGrad's largest moment is not the last one.
    [1.0, 0.01, -0.5].map(|scale| tensor(&noise(40, 1)).mul_scalar(scale))
}

#[cfg(feature = "ndarray")]
#[test]
#[expect(
    deprecated,
    reason = "the back end that Burn will drop is the other one at hand"
)]
fn other_devices_are_burns() {
    let there = |tensor: Tensor<1>| tensor.to_device(&burn::tensor::Device::ndarray());
    for method in methods() {
        let gradients = three_gradients().map(there);
        let [ours, burns] = method.both(&there(tensor(&noise(40, 0))), &gradients);
        assert_eq!(ours, burns, "{method:?}");
    }
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
    let wide = |tensor: Tensor<1>| tensor.cast(DType::F64);
    for method in methods() {
        let [ours, burns] = [method.ours(), method.burns()].map(|optimizer| {
            let parameter = wide(tensor(&noise(40, 0)));
            stepped(optimizer, parameter, three_gradients().map(wide))
        });
        assert_eq!(ours.dtype(), DType::F64);
        assert_eq!(ours, burns, "{method:?}");
    }
}

#[test]
fn gradients_are_clipped_as_burn_clips_them() {
    let step = |optimizer| stepped(optimizer, tensor(&noise(40, 0)), three_gradients());
    for method in methods() {
        let plain = step(method.ours());
        for clipping in [
            GradientClippingConfig::Norm(0.1),
            GradientClippingConfig::Value(0.2),
        ] {
            let method = method.clone().clipped(clipping);
            let ours = step(method.ours());
            assert_ne!(ours, plain, "{method:?} changes the result");
            assert_eq!(ours, step(method.burns()), "{method:?}");
        }
    }
}

#[test]
fn a_config_that_cannot_be_written_down_is_burns() {
    // JSON has no infinity.
    let method = Method::Adam(config().with_epsilon(f32::INFINITY));
    let [ours, burns] = method.both(&tensor(&noise(40, 0)), &three_gradients());
    assert_eq!(ours, burns);
}
