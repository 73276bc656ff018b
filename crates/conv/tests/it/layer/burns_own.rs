//! Where the layer is not computed by this crate, it is Burn's: the same bits, the same sentences.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};
use retrace_conv::Conv2d;

use super::{autodiff, config, pictures};
use crate::alone;
use crate::comparison::{noise, tensor};

/// The gradients of the sum of the squares of `y` by input, weight and bias.
fn gradients(y: &Tensor<4>, x: &Tensor<4>, layer: &BurnConv2d) -> Vec<TensorData> {
    let gradients = (y.clone() * y.clone()).sum().backward();
    let of_input = x.grad(&gradients).map(Tensor::into_data);
    let of_weight = layer.weight.val().grad(&gradients).map(Tensor::into_data);
    let bias = layer.bias.as_ref().map(Param::val);
    let of_bias = bias.map(|bias| bias.grad(&gradients).map(Tensor::into_data));
    let all = [Some(of_input), Some(of_weight), of_bias];
    let each = all.into_iter().flatten();
    each.map(|gradient| gradient.expect("a gradient")).collect()
}

/// What is not served is Burn's convolution to the last bit, forward and backward.
fn assert_is_burns(config: &Conv2dConfig, device: &Device, dtype: DType) {
    let shape = [2, config.channels[0], 15, 14];
    let x = tensor(&noise(5, shape.iter().product()), shape, device).cast(dtype);
    let cast = |tensor: Tensor<4>| Param::from_tensor(tensor.cast(dtype).detach());
    let mut burns = config.init(device);
    burns.weight = cast(burns.weight.val());
    let bias = burns.bias.map(|bias| bias.val().cast(dtype).detach());
    burns.bias = bias.map(Param::from_tensor);
    let ours = Conv2d::from(burns.clone());
    let run = |forward: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        let x = x.clone().detach().require_grad();
        let y = forward(x.clone());
        (gradients(&y, &x, &burns), y.into_data())
    };
    assert_eq!(
        run(&|x| ours.forward(x)),
        run(&|x| burns.forward(x)),
        "{config}"
    );
    let rectified = run(&|x| relu(burns.forward(x)));
    assert_eq!(run(&|x| ours.forward_relu(x)), rectified, "{config}");
}

#[test]
fn strides_groups_dilations_and_large_kernels_are_burns_to_the_bit() {
    let _alone = alone();
    let config = Conv2dConfig::new([4, 6], [3, 3]);
    for config in [
        config.clone().with_stride([2, 2]),
        config.clone().with_stride([1, 2]).with_bias(false),
        config.clone().with_groups(2),
        config
            .clone()
            .with_dilation([2, 2])
            .with_padding(PaddingConfig2d::Same),
        Conv2dConfig::new([4, 6], [12, 12]),
    ] {
        assert_is_burns(&config, &autodiff(), DType::F32);
    }
}

#[test]
fn other_floats_are_burns_to_the_bit() {
    let _alone = alone();
    assert_is_burns(&config(), &autodiff(), DType::F64);
    assert_is_burns(&config(), &autodiff(), DType::F16);
}

#[cfg(feature = "ndarray")]
#[test]
fn other_devices_are_burns_to_the_bit() {
    let _alone = alone();
    assert_is_burns(&config(), &crate::ndarray().autodiff(), DType::F32);
}

#[test]
#[should_panic = "Number of channels in input tensor and input channels of convolution must be equal. got: 4, expected: 3"]
fn wrong_channels_panic_with_burns_sentence() {
    let _alone = alone();
    let layer = Conv2d::new(&config(), &Device::flex());
    drop(layer.forward(Tensor::zeros([1, 4, 9, 9], &Device::flex())));
}

#[test]
#[should_panic = "Both channels must be divisible by the number of groups."]
fn wrong_groups_panic_with_burns_sentence() {
    drop(Conv2d::new(&config().with_groups(2), &Device::flex()));
}

#[test]
fn an_empty_batch_has_an_empty_output_as_burns() {
    let _alone = alone();
    let device = Device::flex();
    let (burns, x) = (
        config().init(&device),
        Tensor::<4>::zeros([0, 3, 7, 6], &device),
    );
    let expected = burns.forward(x.clone()).dims();
    assert_eq!(Conv2d::from(burns).forward_relu(x).dims(), expected);
}

#[test]
#[should_panic = "Gradient checkpointing strategy mismatch"]
fn two_strategies_of_checkpointing_panic_with_burns_sentence() {
    let _alone = alone();
    let layer = Conv2d::new(&config(), &autodiff());
    drop(layer.forward(pictures(&autodiff().gradient_checkpointing())));
}
