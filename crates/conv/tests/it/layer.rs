//! The layer as a module: its records and weights, and its gradients under autodiff.

use burn::module::{Module, Param};
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::store::ModuleRecord;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_conv::{Algorithm, Conv2d, Shape};

use crate::alone;
use crate::reference::{Numbers, Results, noise, shape};

pub fn autodiff() -> Device {
    Device::flex().autodiff()
}

pub fn tensor<const D: usize>(numbers: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), device)
}

pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().expect("32-bit floats")
}

/// Three channels to five, 3x3, of the same size.
pub fn config() -> Conv2dConfig {
    Conv2dConfig::new([3, 5], [3, 3]).with_padding(PaddingConfig2d::Same)
}

/// An input of two pictures for it.
pub fn pictures(device: &Device) -> Tensor<4> {
    tensor(&noise(9, 2 * 3 * 7 * 6), [2, 3, 7, 6], device)
}

/// The same sizes.
fn small() -> Shape {
    shape((2, 3, 5), (7, 6), (3, 3), [1; 4])
}

fn input(shape: &Shape, numbers: &Numbers, device: &Device) -> Tensor<4> {
    let axes = [shape.batch, shape.inputs, shape.height, shape.width];
    tensor(&numbers.x, axes, device)
}

/// Burn's layer with these numbers.
fn layer(shape: &Shape, numbers: &Numbers, device: &Device) -> BurnConv2d {
    let (kernel, zeros) = (shape.kernel, shape.padding);
    let padding = PaddingConfig2d::Explicit(zeros.top, zeros.left, zeros.bottom, zeros.right);
    let config = Conv2dConfig::new([shape.inputs, shape.outputs], [kernel.0, kernel.1]);
    let mut layer = config.with_padding(padding).init(device);
    let axes = [shape.outputs, shape.inputs, kernel.0, kernel.1];
    layer.weight = Param::from_tensor(tensor(&numbers.weight, axes, device));
    let bias = |bias: &Vec<f32>| Param::from_tensor(tensor(bias, [shape.outputs], device));
    layer.bias = numbers.bias.as_ref().map(bias);
    layer
}

/// The gradients of `y` weighted by the numbers' gradient.
fn gradients_of(y: Tensor<4>, numbers: &Numbers) -> burn::tensor::Gradients {
    let weights = tensor(&numbers.dy, y.dims(), &autodiff());
    (y * weights).sum().backward()
}

/// Output and gradients of `forward` on flex; none of the bias where there is none.
pub fn results(
    shape: &Shape,
    numbers: &Numbers,
    forward: impl Fn(BurnConv2d, Tensor<4>) -> Tensor<4>,
) -> Results {
    let layer = layer(shape, numbers, &autodiff());
    let x = input(shape, numbers, &autodiff()).require_grad();
    let y = forward(layer.clone(), x.clone());
    let gradients = gradients_of(y.clone(), numbers);
    let dx = x.grad(&gradients).expect("a gradient");
    let dw = layer.weight.val().grad(&gradients).expect("a gradient");
    let db = layer
        .bias
        .map(|bias| bias.val().grad(&gradients).expect("a gradient"));
    [
        values(y),
        values(dx),
        values(dw),
        db.map(values).unwrap_or_default(),
    ]
}

/// Those of our layer.
pub fn ours(shape: &Shape, numbers: &Numbers, algorithm: Algorithm, with_relu: bool) -> Results {
    results(shape, numbers, |layer, x| {
        let layer = Conv2d::from(layer).with_algorithm(algorithm);
        if with_relu {
            layer.forward_relu(x)
        } else {
            layer.forward(x)
        }
    })
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

        let bytes = |record: ModuleRecord| record.into_bytes().unwrap();
        let stored = bytes(burns.clone().into_record());
        let converted = Conv2d::from(burns.clone()).into_record();
        assert_eq!(stored.to_vec(), bytes(converted).to_vec());
        let record = ModuleRecord::from_bytes(stored).unwrap();
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
        let ours = (values(ours.weight.val()), values(ours.bias.unwrap().val()));
        assert_eq!(ours, burns);
    }
}

#[test]
fn the_layer_is_a_module_like_burns() {
    let _alone = alone();
    let halves = Conv2dConfig::new([4, 6], [2, 1])
        .with_groups(2)
        .with_bias(false);
    for config in [config(), halves] {
        let ours = Conv2d::new(&config, &Device::flex());
        assert_eq!(ours.to_string(), config.init(&Device::flex()).to_string());
    }
    let ours = Conv2d::new(&config(), &autodiff()).with_algorithm(Algorithm::Exact);
    assert_eq!(ours.num_params(), 5 * 3 * 3 * 3 + 5);
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
        let layer = |shape| Conv2d::from(layer(&shape, &Numbers::new(&shape, 1), &device));
        let first = layer(small());
        let second = layer(shape((2, 5, 5), (7, 6), (3, 3), [1; 4]));
        let x = pictures(&device).require_grad();
        // Memory-bound operations around the convolutions are recomputed under checkpointing.
        let hidden = first.forward_relu(x.clone().mul_scalar(2.0)).exp();
        let gradients = second.forward(relu(hidden)).square().sum().backward();
        let dw = first.weight.val().grad(&gradients).unwrap();
        (values(x.grad(&gradients).unwrap()), values(dw))
    };
    let checkpointed = results(autodiff().gradient_checkpointing());
    assert_eq!(checkpointed, results(autodiff()));
}

/// A frozen layer, a first layer whose input has no gradient, a bias that alone is trained: what
/// is trained has the gradient that it has when all is.
#[test]
fn any_part_can_be_trained_alone() {
    let (shape, numbers) = (small(), Numbers::new(&small(), 2));
    let [y, dx, dw, db] = ours(&shape, &numbers, Algorithm::Auto, false);
    // The input may even be off autodiff altogether, beside a weight that is on it.
    for device in [autodiff(), Device::flex()] {
        for subset in 0..8 {
            let [input_wants, weight_wants, bias_wants] = [1, 2, 4].map(|bit| subset & bit != 0);
            if input_wants && !device.is_autodiff() {
                continue;
            }
            let mut layer = Conv2d::from(layer(&shape, &numbers, &autodiff()));
            layer.weight = layer.weight.set_require_grad(weight_wants);
            layer.bias = layer.bias.map(|bias| bias.set_require_grad(bias_wants));
            let x = input(&shape, &numbers, &device).set_require_grad(input_wants);
            let found = layer.forward(x.clone());
            assert!(subset > 0 || !found.is_require_grad());
            assert_eq!(values(found.clone()), y);
            if subset == 0 {
                continue;
            }
            let gradients = gradients_of(found, &numbers);
            let found = [
                if input_wants {
                    x.grad(&gradients).map(values)
                } else {
                    None
                },
                layer.weight.val().grad(&gradients).map(values),
                layer.bias.unwrap().val().grad(&gradients).map(values),
            ];
            let kept = |wants: bool, gradient: &Vec<f32>| wants.then(|| gradient.clone());
            let expected = [
                kept(input_wants, &dx),
                kept(weight_wants, &dw),
                kept(bias_wants, &db),
            ];
            assert_eq!(found, expected, "{subset:03b}");
        }
    }
}

#[test]
fn a_layer_used_twice_sums_its_gradients() {
    let (shape, numbers) = (small(), Numbers::new(&small(), 3));
    let once = ours(&shape, &numbers, Algorithm::Auto, false);
    let twice = results(&shape, &numbers, |layer, x| {
        let layer = Conv2d::from(layer);
        layer.forward(x.clone()) + layer.forward(x)
    });
    let doubled = once.map(|result| result.iter().map(|number| 2.0 * number).collect::<Vec<_>>());
    assert_eq!(twice, doubled);
}

/// A tensor of 2 x 3 x 7 x 6 whose numbers are not one after the other, or in a larger storage.
fn views(device: &Device) -> Vec<(&'static str, Tensor<4>)> {
    let numbers = |shape: [usize; 4]| tensor(&noise(6, shape.iter().product()), shape, device);
    let taller = numbers([2, 3, 9, 6]);
    vec![
        ("transposed", numbers([2, 3, 6, 7]).swap_dims(2, 3)),
        ("channels last", numbers([2, 7, 6, 3]).permute([0, 3, 1, 2])),
        ("pictures within", numbers([5, 3, 7, 6]).narrow(0, 2, 2)),
        ("rows within", taller.slice([0..2, 0..3, 1..8])),
        ("flipped", numbers([2, 3, 7, 6]).flip([2, 3])),
        ("broadcast", numbers([1, 3, 7, 1]).expand([2, 3, 7, 6])),
    ]
}

#[test]
fn inputs_weights_and_gradients_that_are_views_give_what_their_numbers_give() {
    let device = autodiff();
    let run = |x: Tensor<4>, weight: Tensor<4>, grad: Tensor<4>| {
        let numbers = Numbers::new(&shape((2, 3, 2), (7, 6), (3, 2), [0; 4]), 4);
        let mut layer = layer(&shape((2, 3, 2), (7, 6), (3, 2), [0; 4]), &numbers, &device);
        layer.weight = Param::from_tensor(weight.detach());
        let (x, layer) = (x.detach().require_grad(), Conv2d::from(layer));
        let y = layer.forward_relu(x.clone());
        let gradients = (y.clone() * grad.detach()).sum().backward();
        let dw = layer.weight.val().grad(&gradients).unwrap();
        [values(y), values(x.grad(&gradients).unwrap()), values(dw)]
    };
    let packed = |view: &Tensor<4>| Tensor::from_data(view.to_data(), &device);
    for (x_name, x) in views(&device) {
        for (name, view) in views(&device) {
            let weight = view.clone().slice([0..2, 0..3, 0..3, 0..2]);
            let grad = view.slice([0..2, 0..2, 0..5, 0..5]);
            let expected = run(packed(&x), packed(&weight), packed(&grad));
            assert_eq!(run(x.clone(), weight, grad), expected, "{x_name}, {name}");
        }
    }
}

#[test]
#[should_panic = "Gradient checkpointing strategy mismatch"]
fn two_strategies_of_checkpointing_panic_with_burns_sentence() {
    let _alone = alone();
    let layer = Conv2d::new(&config(), &autodiff());
    drop(layer.forward(pictures(&autodiff().gradient_checkpointing())));
}
