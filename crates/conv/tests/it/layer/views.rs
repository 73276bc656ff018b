//! Tensors that share a storage, or whose numbers are not one after the other in it.

use burn::module::Param;
use burn::nn::conv::Conv2dConfig;
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;

use super::{autodiff, config};
use crate::alone;
use crate::comparison::{noise, tensor, values};

/// A tensor of 2 x 3 x 7 x 6 whose numbers are not one after the other, or in a larger storage.
fn views(device: &Device) -> Vec<(&'static str, Tensor<4>)> {
    let numbers = |shape: [usize; 4]| tensor(&noise(6, shape.iter().product()), shape, device);
    vec![
        ("transposed", numbers([2, 3, 6, 7]).swap_dims(2, 3)),
        ("channels last", numbers([2, 7, 6, 3]).permute([0, 3, 1, 2])),
        ("pictures within", numbers([5, 3, 7, 6]).narrow(0, 2, 2)),
        (
            "rows within",
            numbers([2, 3, 9, 6]).slice([0..2, 0..3, 1..8]),
        ),
        ("flipped", numbers([2, 3, 7, 6]).flip([2, 3])),
        ("broadcast", numbers([1, 3, 7, 1]).expand([2, 3, 7, 6])),
    ]
}

/// The same numbers in a storage of their own.
fn packed(view: &Tensor<4>, device: &Device) -> Tensor<4> {
    Tensor::from_data(view.to_data(), device)
}

#[test]
fn inputs_that_are_views_give_what_their_numbers_give() {
    let _alone = alone();
    let device = autodiff();
    let layer = Conv2d::new(&config(), &device);
    for (name, x) in views(&device) {
        let run = |x: Tensor<4>| {
            let x = x.detach().require_grad();
            let y = layer.forward_relu(x.clone());
            let gradients = y.clone().square().sum().backward();
            let dw = layer.weight.val().grad(&gradients).unwrap();
            (values(y), values(x.grad(&gradients).unwrap()), values(dw))
        };
        assert_eq!(run(x.clone()), run(packed(&x, &device)), "{name}");
    }
}

#[test]
fn weights_and_gradients_that_are_views_give_what_their_numbers_give() {
    let _alone = alone();
    let device = autodiff();
    let x = tensor(&noise(7, 2 * 4 * 8 * 7), [2, 4, 8, 7], &device);
    let gradients: Vec<_> = views(&device);
    for ((name, weight), (grad_name, grad)) in views(&device).into_iter().zip(gradients) {
        let weight = weight.slice([0..2, 0..3, 0..3, 0..2]);
        let run = |weight: Tensor<4>, grad: Tensor<4>| {
            let mut layer = Conv2d::new(&Conv2dConfig::new([3, 2], [3, 2]), &device);
            layer.weight = Param::from_tensor(weight.detach());
            let x = x.clone().slice([0..2, 0..3]).require_grad();
            let y = layer.forward(x.clone());
            assert_eq!(y.dims(), [2, 2, 6, 6]);
            let loss = y * grad.slice([0..2, 0..2, 0..6]);
            let gradients = loss.sum().backward();
            let dw = layer.weight.val().grad(&gradients).unwrap();
            (values(x.grad(&gradients).unwrap()), values(dw))
        };
        let expected = run(packed(&weight, &device), packed(&grad, &device));
        assert_eq!(run(weight, grad), expected, "{name}, {grad_name}");
    }
}
