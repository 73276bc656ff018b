//! A small network learns with this layer as with Burn's.

use burn::module::{Initializer, Module, ModuleDisplay, Param};
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;

use super::autodiff;
use crate::alone;
use crate::comparison::{noise, tensor};

#[derive(Module, Debug)]
struct Network<C: Module> {
    first: C,
    second: C,
    last: Linear,
}

/// The losses of twenty steps of Adam on sixteen pictures of noise and as many targets.
fn losses<C: Module + ModuleDisplay>(
    convolution: fn(&Conv2dConfig, &Device) -> C,
    rectified: fn(&C, Tensor<4>) -> Tensor<4>,
) -> Vec<f32> {
    let device = &autodiff();
    let constant = |value| Initializer::Constant { value };
    let mut network = Network {
        first: convolution(&Conv2dConfig::new([1, 8], [5, 5]), device),
        second: convolution(&Conv2dConfig::new([8, 8], [3, 3]), device),
        last: LinearConfig::new(8 * 3 * 3, 4)
            .with_initializer(constant(0.01))
            .init(device),
    };
    let x = tensor(&noise(21, 16 * 81), [16, 1, 9, 9], device);
    let target = tensor(&noise(22, 16 * 4), [16, 4], device);
    let mut optimizer = AdamConfig::new().init();
    let mut losses = Vec::new();
    for _ in 0..20 {
        let hidden = rectified(&network.second, rectified(&network.first, x.clone()));
        let error = network.last.forward(hidden.flatten(1, 3)) - target.clone();
        let loss = error.square().mean();
        losses.push(loss.clone().into_scalar::<f32>());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(0.01, network, gradients);
    }
    losses
}

/// A layer whose weights are noise of the size that Burn draws, the same at every call.
fn noisy(config: &Conv2dConfig, device: &Device) -> BurnConv2d {
    let mut layer = config.init(device);
    let shape = {
        let _alone = alone(); // The weights are drawn here.
        layer.weight.dims()
    };
    let fan_in = shape[1..].iter().product::<usize>() as f32;
    let weight = tensor(&noise(23, shape.iter().product()), shape, device);
    layer.weight = Param::from_tensor(weight.div_scalar(fan_in.sqrt()).detach());
    layer.bias = Some(Param::from_tensor(Tensor::zeros([shape[0]], device)));
    layer
}

#[test]
fn a_network_learns_as_with_burns_layer() {
    let ours = losses(
        |config, device| noisy(config, device).into(),
        Conv2d::forward_relu,
    );
    let burns = losses(noisy, |layer, x| relu(layer.forward(x)));
    assert!(ours[19] < 0.5 * ours[0], "{ours:?}");
    for (ours, burns) in ours.iter().zip(&burns) {
        // Rounding can turn a step, as Adam divides by the gradient's size; seen: below 1e-5.
        assert!((ours - burns).abs() < 1e-3 * burns, "{ours} and {burns}");
    }
}
