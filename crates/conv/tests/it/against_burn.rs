//! Where the layer meets Burn's: what padding means, where numbers go that are not finite, and
//! Burn's own convolution, to the bit, for all that is not computed here.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};
use retrace_conv::{Algorithm, Conv2d, Padding, Shape};

use crate::alone;
use crate::layer::{autodiff, config, ours, results, tensor};
use crate::reference::{BOTH, Numbers, Results, assert_right, bits, noise, shape};

fn burns(shape: &Shape, numbers: &Numbers, with_relu: bool) -> Results {
    results(shape, numbers, |layer, x| {
        let y = layer.forward(x);
        if with_relu { relu(y) } else { y }
    })
}

/// Both layers against the sum as it is written.
#[test]
fn padding_means_what_burn_means() {
    for (rows, columns) in (1..=11).flat_map(|rows| [(rows, rows), (rows, 12 - rows)]) {
        let valid = shape((2, 3, 5), (14, 13), (rows, columns), [0; 4]);
        let same = Shape {
            padding: Padding::same(valid.kernel),
            ..valid
        };
        let explicit = shape((2, 3, 5), (14, 13), (rows, columns), [1, 3, 2, 0]);
        for (shape, padding) in [
            (valid, PaddingConfig2d::Valid),
            (same, PaddingConfig2d::Same),
            (explicit, PaddingConfig2d::Explicit(1, 2, 3, 0)),
        ] {
            let numbers = Numbers::new(&shape, 14);
            let expected = numbers.expected(&shape);
            for ours in [true, false] {
                let found = results(&shape, &numbers, |layer, x| {
                    let layer = BurnConv2d {
                        padding: padding.clone(),
                        ..layer
                    };
                    let exact = Conv2d::from(layer.clone()).with_algorithm(Algorithm::Exact);
                    if ours {
                        exact.forward(x)
                    } else {
                        layer.forward(x)
                    }
                });
                assert_right(&shape, Algorithm::Exact, &found, &expected);
            }
        }
    }
}

/// What kind of number each is: NaN, an infinity of either sign, or finite.
fn kinds(results: &Results) -> [Vec<&'static str>; 4] {
    let kind = |number: &f32| match *number {
        n if n.is_nan() => "NaN",
        f32::INFINITY => "inf",
        f32::NEG_INFINITY => "-inf",
        _ => "finite",
    };
    results
        .each_ref()
        .map(|result| result.iter().map(kind).collect())
}

/// Every number that is not finite is where flex has one, of the same kind, with and without ReLU,
/// whether it comes in input, weight, bias or gradient.
///
/// flex sums over the zeros of the padding too: in the output and in the weight's gradient, where
/// such a zero meets a number that is not finite, the sum is NaN. The input's gradient has no
/// padding.
#[test]
fn numbers_that_are_not_finite_go_where_flex_has_them() {
    let kernels = [1, 3, 4, 7].map(|k| (k, k));
    let valid = kernels.map(|kernel| shape((2, 2, 3), (9, 10), kernel, [0; 4]));
    let same = valid.map(|shape| Shape {
        padding: Padding::same(shape.kernel),
        ..shape
    });
    let others = [
        shape((1, 32, 33), (9, 10), (3, 3), [0; 4]),
        shape((1, 32, 33), (9, 10), (3, 3), [1; 4]),
        shape((2, 2, 3), (9, 10), (3, 3), [3, 1, 0, 2]),
    ];
    for shape in valid.into_iter().chain(same).chain(others) {
        for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for place in 0..4 {
                let mut numbers = Numbers::new(&shape, 15);
                let bias = numbers.bias.as_mut().expect("a bias");
                let array = [&mut numbers.x, &mut numbers.weight, bias, &mut numbers.dy];
                let array = array.into_iter().nth(place).expect("four arrays");
                let middle = array.len() / 2;
                array[middle] = poison;
                for with_relu in [false, true] {
                    let expected = kinds(&burns(&shape, &numbers, with_relu));
                    for algorithm in BOTH {
                        let found = kinds(&ours(&shape, &numbers, algorithm, with_relu));
                        assert_eq!(found, expected, "{poison} in {place}, {shape:?}");
                    }
                }
            }
        }
    }
}

/// With vector instructions the layer is not Burn's, to the bit; without any it is.
#[test]
fn the_layer_is_burns_where_there_are_no_vector_instructions() {
    for shape in [
        shape((2, 3, 5), (17, 14), (3, 3), [1; 4]),
        shape((2, 32, 33), (12, 13), (3, 3), [0; 4]),
        shape((2, 8, 9), (17, 14), (7, 7), [3; 4]),
        shape((2, 7, 4), (9, 8), (4, 4), [1, 2, 0, 3]),
        shape((2, 3, 17), (9, 8), (5, 5), [2; 4]),
    ] {
        let numbers = Numbers::new(&shape, 16);
        for with_relu in [false, true] {
            let bits = |results: Results| results.map(|result| bits(&result));
            let expected = bits(burns(&shape, &numbers, with_relu));
            for algorithm in BOTH {
                let same = bits(ours(&shape, &numbers, algorithm, with_relu)) == expected;
                assert_eq!(same, !retrace_conv::supported_here(), "{shape:?}");
            }
        }
    }
}

/// Output, and gradients of the sum of its squares by input, weight and bias.
fn outcome(y: Tensor<4>, x: &Tensor<4>, layer: &BurnConv2d) -> Vec<TensorData> {
    let gradients = (y.clone() * y.clone()).sum().backward();
    let dx = x.grad(&gradients).map(Tensor::into_data);
    let dw = layer.weight.val().grad(&gradients).map(Tensor::into_data);
    let bias = layer.bias.as_ref().map(Param::val);
    let db = bias.map(|bias| bias.grad(&gradients).map(Tensor::into_data));
    let gradients = [Some(dx), Some(dw), db].into_iter().flatten();
    let gradients = gradients.map(|gradient| gradient.expect("a gradient"));
    std::iter::once(y.into_data()).chain(gradients).collect()
}

/// Forward and backward, to the bit.
fn assert_is_burns(config: &Conv2dConfig, device: &Device, dtype: DType) {
    let _alone = alone();
    let axes = [2, config.channels[0], 15, 14];
    let x = tensor(&noise(5, axes.iter().product()), axes, device).cast(dtype);
    let mut burns = config.init(device);
    burns.weight = Param::from_tensor(burns.weight.val().cast(dtype).detach());
    let bias = burns.bias.map(|bias| bias.val().cast(dtype).detach());
    burns.bias = bias.map(Param::from_tensor);
    let ours = Conv2d::from(burns.clone());
    let run = |forward: &dyn Fn(Tensor<4>) -> Tensor<4>| {
        let x = x.clone().detach().require_grad();
        outcome(forward(x.clone()), &x, &burns)
    };
    let expected = run(&|x| burns.forward(x));
    assert_eq!(run(&|x| ours.forward(x)), expected, "{config}");
    let rectified = run(&|x| relu(burns.forward(x)));
    assert_eq!(run(&|x| ours.forward_relu(x)), rectified, "{config}");
}

#[test]
fn what_is_not_supported_is_burns_to_the_bit() {
    let plain = || Conv2dConfig::new([4, 6], [3, 3]);
    for config in [
        plain().with_stride([2, 2]),
        plain().with_stride([1, 2]).with_bias(false),
        // Too few channels in a group, and pictures of different sizes under a dilation.
        plain().with_groups(2),
        Conv2dConfig::new([4, 4], [3, 3]).with_groups(4),
        plain()
            .with_dilation([2, 2])
            .with_padding(PaddingConfig2d::Same),
        Conv2dConfig::new([4, 6], [12, 12]),
    ] {
        assert_is_burns(&config, &autodiff(), DType::F32);
    }
    assert_is_burns(&config(), &autodiff(), DType::F64);
    assert_is_burns(&config(), &autodiff(), DType::F16);
    #[cfg(feature = "ndarray")]
    assert_is_burns(&config(), &crate::ndarray().autodiff(), DType::F32);
}

#[test]
fn an_empty_batch_has_an_empty_output_as_burns() {
    let _alone = alone();
    let (burns, x) = (config().init(&Device::flex()), || {
        Tensor::<4>::zeros([0, 3, 7, 6], &Device::flex())
    });
    let expected = burns.forward(x()).dims();
    assert_eq!(Conv2d::from(burns).forward_relu(x()).dims(), expected);
}

#[test]
#[should_panic = "Number of channels in input tensor and input channels of convolution must be equal. got: 4, expected: 3"]
fn wrong_channels_panic_with_burns_sentence() {
    let _alone = alone();
    let layer = Conv2d::new(&config(), &Device::flex());
    drop(layer.forward(Tensor::zeros([1, 4, 9, 9], &Device::flex())));
}
