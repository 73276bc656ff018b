//! Which gradients come out when something is frozen, untracked, used twice or checkpointed.

use burn::module::Module;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_conv::{Algorithm, Conv2d};

use super::{autodiff, config, pictures};
use crate::alone;
use crate::comparison::{Case, tensor, values};

#[test]
fn checkpointing_changes_no_number() {
    let results = |device: Device| {
        let layer = |channels| {
            let case = Case::same(2, channels, [7, 6], 3);
            Conv2d::from(case.layer(&case.numbers(), &device))
        };
        let (first, second) = (layer([3, 5]), layer([5, 5]));
        let x = pictures(&device).require_grad();
        // Memory-bound operations around the convolutions are recomputed under checkpointing.
        let hidden = first.forward_relu(x.clone().mul_scalar(2.0)).exp();
        let loss = second.forward(relu(hidden)).square().sum();
        let gradients = loss.backward();
        let dx = x.grad(&gradients).unwrap();
        let dw = first.weight.val().grad(&gradients).unwrap();
        (values(dx), values(dw))
    };
    assert_eq!(
        results(autodiff().gradient_checkpointing()),
        results(autodiff())
    );
}

#[test]
fn a_first_layer_has_gradients_though_its_input_has_none() {
    let case = Case::same(2, [3, 5], [7, 6], 3);
    let numbers = case.numbers();
    for device in [autodiff(), Device::flex()] {
        // The input may even be off autodiff altogether, beside a weight that is on it.
        let x = tensor(&numbers.x, case.input(), &device);
        let layer = Conv2d::from(case.layer(&numbers, &autodiff()));
        let y = layer.forward(x);
        let loss = (y * tensor(&numbers.grad, case.output(), &autodiff())).sum();
        let gradients = loss.backward();
        let full = case.ours(&numbers, Algorithm::Auto);
        assert_eq!(
            values(layer.weight.val().grad(&gradients).unwrap()),
            full.dw
        );
        let bias = layer.bias.unwrap().val().grad(&gradients).unwrap();
        assert_eq!(Some(values(bias)), full.db);
    }
}

#[test]
fn a_frozen_layer_passes_the_gradient_on_and_has_none() {
    let case = Case::same(2, [3, 5], [7, 6], 3);
    let numbers = case.numbers();
    for bias_alone in [false, true] {
        let mut layer = Conv2d::from(case.layer(&numbers, &autodiff())).no_grad();
        if bias_alone {
            layer.bias = layer.bias.map(|bias| bias.set_require_grad(true));
        }
        let x = tensor(&numbers.x, case.input(), &autodiff()).require_grad();
        let y = layer.forward(x.clone());
        let loss = (y * tensor(&numbers.grad, case.output(), &autodiff())).sum();
        let gradients = loss.backward();
        let full = case.ours(&numbers, Algorithm::Auto);
        assert_eq!(values(x.grad(&gradients).unwrap()), full.dx);
        assert!(layer.weight.val().grad(&gradients).is_none());
        let db = layer.bias.unwrap().val().grad(&gradients).map(values);
        assert_eq!(db, full.db.filter(|_| bias_alone));
    }
}

#[test]
fn the_bias_alone_can_be_trained() {
    let case = Case::same(2, [3, 5], [7, 6], 3);
    let numbers = case.numbers();
    let mut layer = Conv2d::from(case.layer(&numbers, &autodiff())).no_grad();
    layer.bias = layer.bias.map(|bias| bias.set_require_grad(true));
    let y = layer.forward(tensor(&numbers.x, case.input(), &autodiff()));
    let loss = (y * tensor(&numbers.grad, case.output(), &autodiff())).sum();
    let db = layer.bias.unwrap().val().grad(&loss.backward()).map(values);
    assert_eq!(db, case.ours(&numbers, Algorithm::Auto).db);
}

#[test]
fn a_layer_that_nothing_trains_computes_the_same() {
    let _alone = alone();
    let layer = Conv2d::new(&config(), &autodiff());
    let x = pictures(&autodiff());
    let y = layer.clone().no_grad().forward_relu(x.clone());
    assert!(!y.is_require_grad());
    assert_eq!(values(y), values(layer.forward_relu(x)));
}

#[test]
fn a_layer_used_twice_sums_its_gradients_as_burns() {
    let device = autodiff();
    let case = Case::same(2, [3, 3], [7, 6], 3);
    let numbers = case.numbers();
    let twice = |forward: &dyn Fn(Tensor<4>) -> Tensor<4>, weight: Tensor<4>| {
        let x = pictures(&device).require_grad();
        let gradients = (forward(forward(x.clone())) + x.clone())
            .square()
            .sum()
            .backward();
        let dw = values(weight.grad(&gradients).unwrap());
        (values(x.grad(&gradients).unwrap()), dw)
    };
    let burns = case.layer(&numbers, &device);
    let ours = Conv2d::from(case.layer(&numbers, &device)).with_algorithm(Algorithm::Exact);
    let (dx, dw) = twice(&|x| ours.forward(x), ours.weight.val());
    let (burns_dx, burns_dw) = twice(&|x| burns.forward(x), burns.weight.val());
    assert_close(&dx, &burns_dx);
    assert_close(&dw, &burns_dw);
}

fn assert_close(ours: &[f32], other: &[f32]) {
    let largest = other
        .iter()
        .fold(0.0f32, |largest, value| largest.max(value.abs()));
    assert_eq!(ours.len(), other.len());
    for (ours, other) in ours.iter().zip(other) {
        assert!((ours - other).abs() <= 1e-5 * largest, "{ours} and {other}");
    }
}
