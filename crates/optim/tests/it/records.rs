//! Records, the same as Burn's in both directions, and a training that goes on from one; memory
//! that others share.

use std::mem::discriminant;

use burn::module::Param;
use burn::nn::{Linear, LinearConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamState, GradientsParams, ModuleOptimizer, Optimizer, SgdConfig, SgdState};
use burn::tensor::{Device, Tensor};
use retrace_optim::{Adam, Sgd};

use crate::{RATE, bits, config, methods, noise, numbers, tensor};

/// Of one parameter, as a record has several in no order.
fn layer() -> Linear {
    let device = Device::flex().autodiff();
    let mut layer = LinearConfig::new(3, 2).with_bias(false).init(&device);
    let weight = tensor(&noise(6, 0)).reshape([3, 2]);
    layer.weight = Param::initialized(layer.weight.id, Tensor::from_inner(weight).require_grad());
    layer
}

/// Takes the steps of these numbers; the parameters and the bytes of the record.
fn train(
    mut layer: Linear,
    mut optimizer: ModuleOptimizer,
    steps: std::ops::Range<usize>,
) -> (Linear, Vec<u8>) {
    for step in steps {
        let x = Tensor::from_inner(tensor(&noise(12, step)).reshape([4, 3]));
        let loss = layer.forward(x).square().mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &layer);
        layer = optimizer.step(0.01, layer, gradients);
    }
    (layer, optimizer.into_bytes().unwrap().to_vec())
}

fn parameters(layer: &Linear) -> Vec<u32> {
    bits(layer.weight.val().inner())
}

#[test]
fn records_are_burns_and_go_on_in_either_also_under_other_settings() {
    for first in methods() {
        let start = layer();
        let (begun, bytes) = train(start.clone(), first.ours(), 0..7);
        let (burns_begun, burns_bytes) = train(start, first.burns(), 0..7);
        assert_eq!(parameters(&begun), parameters(&burns_begun), "{first:?}");
        assert!(bytes == burns_bytes, "the records of {first:?} differ");
        // With AMSGrad or momentum where there was none before, and the other way round.
        let alike = |method: &crate::Method| discriminant(method) == discriminant(&first);
        for then in methods().into_iter().filter(alike) {
            let [ours, burns] = [then.ours(), then.burns()].map(|fresh| {
                let read = fresh.from_bytes(burn::tensor::Bytes::from_bytes_vec(bytes.clone()));
                let (layer, bytes) = train(begun.clone(), read.unwrap(), 7..12);
                (parameters(&layer), bytes)
            });
            assert!(ours == burns, "{first:?}, then {then:?}");
        }
    }
}

#[test]
fn a_record_matters() {
    let momentum = SgdConfig::new().with_momentum(Some(MomentumConfig::new()));
    for (fresh, again) in [
        (
            retrace_optim::adam(&config()),
            retrace_optim::adam(&config()),
        ),
        (retrace_optim::sgd(&momentum), retrace_optim::sgd(&momentum)),
    ] {
        let (begun, bytes) = train(layer(), fresh, 0..7);
        let without = train(begun.clone(), again.clone(), 7..12).0;
        let read = again.from_bytes(burn::tensor::Bytes::from_bytes_vec(bytes));
        let with = train(begun, read.unwrap(), 7..12).0;
        assert_ne!(parameters(&with), parameters(&without));
    }
}

#[test]
fn the_velocity_of_burns_state_goes_on() {
    let config = SgdConfig::new().with_momentum(Some(MomentumConfig::new()));
    let (ours, burns) = (Sgd::new(&config), config.build());
    let gradient = |seed| tensor(&noise(20, seed));
    let (parameter, state) = burns.step(RATE, gradient(0), gradient(1), None);
    let state: SgdState<1> = state.unwrap();
    let (expected, _) = burns.step(RATE, parameter.clone(), gradient(2), Some(state.clone()));
    // To ours, and to Burn's again.
    let (found, _) = ours.step(
        RATE,
        parameter.clone(),
        gradient(2),
        Some(state.clone().into()),
    );
    assert_eq!(bits(found), bits(expected.clone()));
    let (_, state) = ours.step(RATE, gradient(0), gradient(1), None);
    let (found, _) = burns.step(RATE, parameter, gradient(2), Some(state.unwrap().into()));
    assert_eq!(bits(found), bits(expected));
}

#[test]
fn whoever_shares_the_memory_keeps_its_numbers() {
    let optimizer = Adam::new(&config());
    let gradient = tensor(&noise(20, 1));
    let (parameter, state) = optimizer.step(RATE, tensor(&noise(20, 0)), gradient.clone(), None);
    let state = state.unwrap();
    let moments =
        |state: &AdamState<1>| [&state.momentum.moment_1, &state.momentum.moment_2].map(numbers);
    let before = (numbers(&parameter), moments(&state), numbers(&gradient));

    let shared = (parameter.clone(), state.clone(), gradient.clone());
    let (moved, _) = optimizer.step(RATE, shared.0, shared.2, Some(shared.1));

    assert_ne!(numbers(&moved), before.0);
    assert_eq!(
        (numbers(&parameter), moments(&state), numbers(&gradient)),
        before
    );
    // And the same is found where nothing is shared.
    let (alone, _) = optimizer.step(RATE, parameter, gradient, Some(state));
    assert_eq!(bits(alone), bits(moved));
}

#[test]
fn memory_that_nobody_shares_is_written_in_place() {
    let optimizer = Adam::new(&config());
    let address = |tensor: &Tensor<1>| {
        let data = tensor.clone().into_dispatch();
        match data.kind {
            burn::backend::DispatchTensorKind::Flex(tensor) => tensor.float().bytes().as_ptr(),
            _ => panic!("the tensor is not on flex"),
        }
    };
    let sgd = Sgd::new(&SgdConfig::new());
    let before = tensor(&noise(20, 0));
    let place = address(&before);
    let (after, _) = sgd.step(RATE, before, tensor(&noise(20, 1)), None);
    assert_eq!(address(&after), place);

    let (parameter, state) =
        optimizer.step(RATE, tensor(&noise(20, 0)), tensor(&noise(20, 1)), None);
    let addresses = |parameter: &Tensor<1>, state: &AdamState<1>| {
        let momentum = &state.momentum;
        [parameter, &momentum.moment_1, &momentum.moment_2].map(address)
    };
    let before = addresses(&parameter, state.as_ref().unwrap());
    let (parameter, state) = optimizer.step(RATE, parameter, tensor(&noise(20, 2)), state);
    assert_eq!(addresses(&parameter, &state.unwrap()), before);
}
