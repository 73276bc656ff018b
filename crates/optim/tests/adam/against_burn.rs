//! Parameters and moments are Burn's, to the bit.

use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
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
