//! Records, the same as Burn's in both directions, and a training that goes on from one; memory
//! that others share.

use burn::module::Param;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamState, GradientsParams, ModuleOptimizer, Optimizer};
use burn::tensor::{Device, Tensor};
use retrace_optim::Adam;

use crate::{RATE, bits, config, noise, numbers, tensor};

/// A layer and its optimizer.
type Training = (Linear, ModuleOptimizer);

fn beginning(optimizer: ModuleOptimizer) -> Training {
    let device = Device::flex().autodiff();
    let mut layer = LinearConfig::new(3, 2).init(&device);
    let weight = tensor(&noise(6, 0)).reshape([3, 2]);
    layer.weight = Param::initialized(layer.weight.id, Tensor::from_inner(weight).require_grad());
    (layer, optimizer)
}

/// Takes the steps of these numbers.
fn train((mut layer, mut optimizer): Training, steps: std::ops::Range<usize>) -> Training {
    for step in steps {
        let x = Tensor::from_inner(tensor(&noise(12, step)).reshape([4, 3]));
        let loss = layer.forward(x).square().mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &layer);
        layer = optimizer.step(0.01, layer, gradients);
    }
    (layer, optimizer)
}

fn parameters(layer: &Linear) -> [Vec<u32>; 2] {
    let bias = layer.bias.as_ref().unwrap();
    [bits(layer.weight.val().inner()), bits(bias.val().inner())]
}

fn ours() -> ModuleOptimizer {
    retrace_optim::adam(&config())
}

#[test]
fn a_training_goes_on_from_its_record_and_from_burns() {
    let (layer, optimizer) = train(beginning(ours()), 0..7);
    let bytes = optimizer.into_bytes().unwrap();
    let expected = train((layer.clone(), optimizer), 7..12).0;
    for fresh in [ours(), config().init()] {
        let read = fresh.from_bytes(bytes.clone()).unwrap();
        let found = train((layer.clone(), read), 7..12).0;
        assert_eq!(parameters(&found), parameters(&expected));
    }
    // The record matters: without it the steps are others.
    let without = train((layer, ours()), 7..12).0;
    assert_ne!(parameters(&without), parameters(&expected));
}

#[test]
fn burns_record_is_read() {
    let (layer, optimizer) = train(beginning(config().init()), 0..7);
    let read = ours().from_bytes(optimizer.into_bytes().unwrap()).unwrap();
    let expected = train((layer.clone(), optimizer), 7..12).0;
    assert_eq!(
        parameters(&train((layer, read), 7..12).0),
        parameters(&expected)
    );
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
