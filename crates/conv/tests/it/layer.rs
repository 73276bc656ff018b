//! The layer as a module: its records and weights, its gradients under autodiff, and Burn's
//! convolution where it is not its own.

use burn::module::{Module, Param};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::store::ModuleRecord;
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};
use retrace_conv::{Algorithm, Conv2d};

use crate::against_flex::{Case, Results, noise, tensor, values};
use crate::alone;

fn autodiff() -> Device {
    Device::flex().autodiff()
}

/// Three channels to five, 3x3, of the same size.
fn config() -> Conv2dConfig {
    Conv2dConfig::new([3, 5], [3, 3]).with_padding(PaddingConfig2d::Same)
}

/// An input of two pictures for it.
fn pictures(device: &Device) -> Tensor<4> {
    tensor(&noise(9, 2 * 3 * 7 * 6), [2, 3, 7, 6], device)
}

#[test]
fn records_of_this_layer_and_of_burns_load_into_each_other() {
    let _alone = alone();
    let device = Device::flex();
    for bias in [true, false] {
        let config = config().with_bias(bias);
        let (burns, ours) = (config.init(&device), Conv2d::new(&config, &device));
        let from_burn = Conv2d::new(&config, &device).load_record(burns.clone().into_record());
        assert_same_parameters(&from_burn, &burns);
        let to_burn = config.init(&device).load_record(ours.clone().into_record());
        assert_same_parameters(&ours, &to_burn);

        let bytes = burns.clone().into_record().into_bytes().unwrap();
        let record = ModuleRecord::from_bytes(bytes).unwrap();
        assert_same_parameters(&Conv2d::new(&config, &device).load_record(record), &burns);
    }
}

fn assert_same_parameters(ours: &Conv2d, burns: &BurnConv2d) {
    assert_eq!(ours.weight.id, burns.weight.id);
    assert_eq!(values(ours.weight.val()), values(burns.weight.val()));
    let bias = |bias: &Option<Param<Tensor<1>>>| bias.as_ref().map(|b| (b.id, values(b.val())));
    assert_eq!(bias(&ours.bias), bias(&burns.bias));
}

#[test]
fn both_layers_write_the_same_record() {
    let _alone = alone();
    let device = Device::flex();
    let burns = config().init(&device);
    let bytes = |record: ModuleRecord| record.into_bytes().unwrap().to_vec();
    let ours = bytes(Conv2d::from(burns.clone()).into_record());
    assert_eq!(ours, bytes(burns.into_record()));
}

#[test]
fn initial_weights_are_those_that_burn_draws_from_the_same_seed() {
    let _alone = alone();
    let devices = [
        Device::flex(),
        #[cfg(feature = "ndarray")]
        crate::ndarray(),
    ];
    for device in devices {
        device.seed(4);
        let burns = config().init(&device);
        let burns = (
            values(burns.weight.val()),
            values(burns.bias.unwrap().val()),
        );
        device.seed(4);
        let ours = Conv2d::new(&config(), &device);
        assert_eq!(
            (values(ours.weight.val()), values(ours.bias.unwrap().val())),
            burns
        );
    }
}

#[test]
fn the_layer_displays_as_burns() {
    let _alone = alone();
    let device = Device::flex();
    for config in [
        config(),
        Conv2dConfig::new([4, 6], [2, 1])
            .with_groups(2)
            .with_bias(false),
    ] {
        let ours = Conv2d::new(&config, &device);
        assert_eq!(ours.to_string(), config.init(&device).to_string());
    }
}

#[test]
fn the_layer_is_a_module_like_burns() {
    let _alone = alone();
    let ours = Conv2d::new(&config(), &autodiff()).with_algorithm(Algorithm::Exact);
    assert_eq!(ours.num_params(), 5 * 3 * 3 * 3 + 5);
    assert_eq!(ours.clone().algorithm, Algorithm::Exact);
    assert_eq!(ours.clone().into_record().len(), 2);
    let valid = ours.valid();
    assert_eq!(valid.algorithm, Algorithm::Exact);
    assert!(!valid.weight.val().is_autodiff());
    let x = pictures(&autodiff());
    assert_eq!(
        values(valid.forward(x.clone().inner())),
        values(ours.forward(x))
    );
    #[cfg(feature = "ndarray")]
    {
        let there = crate::ndarray();
        let moved = valid.to_device(&there);
        assert_eq!(moved.weight.val().device(), there);
        assert_eq!(moved.forward(pictures(&there)).dims(), [2, 5, 7, 6]);
    }
}

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

/// What is not supported is Burn's convolution to the last bit, forward and backward.
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

/// Layers that are computed here where there are vector instructions.
fn cases() -> Vec<Case> {
    let padding = PaddingConfig2d::Explicit(1, 0, 2, 3);
    vec![
        Case::same(2, [3, 5], [17, 14], 3),
        Case::valid(2, [32, 33], [12, 13], 3),
        Case::same(2, [8, 9], [17, 14], 7),
        Case {
            padding,
            ..Case::same(2, [7, 4], [9, 8], 4)
        },
        Case {
            bias: false,
            ..Case::same(2, [3, 17], [9, 8], 5)
        },
    ]
}

fn bits(results: &Results) -> [Vec<u32>; 4] {
    let Results { y, dx, dw, db } = results;
    let db = db.clone().unwrap_or_default();
    [y, dx, dw, &db].map(|result| result.iter().map(|number| number.to_bits()).collect())
}

/// With vector instructions the layer is not Burn's, to the bit; without any it is.
#[test]
fn the_layer_is_burns_where_there_are_no_vector_instructions() {
    for case in cases() {
        let numbers = case.numbers();
        let burns = case.burns(&numbers);
        let rectified = case.results(&numbers, |layer, x| relu(layer.forward(x)));
        for algorithm in [Algorithm::Auto, Algorithm::Exact] {
            let ours = case.ours(&numbers, algorithm);
            let fused = case.fused(&numbers, algorithm);
            let same = [
                bits(&ours) == bits(&burns),
                bits(&fused) == bits(&rectified),
            ];
            assert_eq!(same, [!retrace_conv::supported_here(); 2], "{case:?}");
        }
    }
}
