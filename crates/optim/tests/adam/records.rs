//! Records: the same as Burn's, in both directions, and a training that goes on from one.

use burn::module::{Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor};

use crate::{bits, config, noise, tensor};

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
fn a_clone_of_the_module_keeps_its_values() {
    let (layer, optimizer) = train(beginning(ours()), 0..3);
    let (kept, before) = (layer.clone(), parameters(&layer));
    let (layer, _) = train((layer, optimizer), 3..5);
    assert_eq!(parameters(&kept), before);
    assert_ne!(parameters(&layer), before);
    assert_eq!(kept.num_params(), 8);
}
