//! Recording a forward pass, and the values between its layers.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};
use retrace_inspect::{Error, Trace, record, tap, trace};

use crate::{Digits, Residual, numbers};

fn digits() -> (Digits, Trace) {
    let model = Digits::new(&Device::flex());
    let trace =
        trace(&model, &numbers([2, 1, 28, 28]), Digits::forward).expect("it can be recorded");
    (model, trace)
}

fn layer() -> Linear {
    LinearConfig::new(3, 3).init(&Device::flex())
}

#[test]
fn operations_have_names_shapes_and_parameters() {
    let (_, trace) = digits();
    let names: Vec<&str> = trace
        .operations()
        .iter()
        .map(|op| op.name.as_str())
        .collect();
    assert_eq!(
        names[..4],
        ["conv1/conv2d", "relu", "conv2/conv2d", "relu_2"]
    );
    assert_eq!(trace.input_shape(), [2, 1, 28, 28]);
    assert_eq!(trace.output_shape(), [2, 10]);
    let first = &trace.operations()[0];
    assert_eq!(first.input_shapes, [vec![2, 1, 28, 28]]);
    assert_eq!(first.output_shape, [2, 32, 26, 26]);
    let read: Vec<&str> = first
        .parameters
        .iter()
        .map(|&at| trace.parameters()[at].path.as_str())
        .collect();
    assert_eq!(read, ["conv1.weight", "conv1.bias"]);
    let taps: Vec<&str> = trace.taps().collect();
    assert_eq!(taps, ["conv1/before", "conv1/after", "probabilities"]);
}

#[test]
fn replayed_values_have_the_bits_of_a_direct_pass() {
    let (model, trace) = digits();
    let x = numbers([2, 1, 28, 28]);
    let taps = ["probabilities", "conv1/after", "conv1/before"];
    let replayed = trace.values(x.clone(), &taps).unwrap();
    assert_eq!(
        replayed,
        record(&model, x.clone(), Digits::forward, &taps).unwrap()
    );
    assert_eq!(replayed[0], model.forward(x.clone()).into_data());
    // An operation, and a layer of the summary for its last operation.
    let others = trace.values(x, &["conv1/conv2d", "conv1"]).unwrap();
    assert_eq!(others, [replayed[2].clone(), replayed[1].clone()]);
}

#[test]
fn replayed_values_of_a_network_with_a_shortcut_and_statistics() {
    let model = Residual::new(&Device::flex().autodiff());
    let x = numbers([2, 2, 4, 5]);
    let trace = trace(&model, &x, Residual::forward).unwrap();
    let replayed = trace.values(x.clone(), &["sum", "scale"]).unwrap();
    let valid = model.valid();
    assert_eq!(
        replayed[0],
        record(&valid, x.clone(), Residual::forward, &["sum"]).unwrap()[0]
    );
    assert_eq!(replayed[1], valid.forward(x).into_data());
}

#[test]
fn a_layer_with_kernels_of_its_own_agrees_to_rounding() {
    let config = burn::nn::conv::Conv2dConfig::new([3, 8], [3, 3]);
    let layer = retrace_conv::Conv2d::from(config.init(&Device::flex()));
    let forward = |layer: &retrace_conv::Conv2d, x| tap("out", layer.forward(x));
    let x = numbers([2, 3, 20, 20]);
    let replayed = trace(&layer, &x, forward)
        .unwrap()
        .values(x.clone(), &["out"])
        .unwrap();
    let direct = record(&layer, x, forward, &["out"]).unwrap();
    let pairs = replayed[0].iter::<f32>().zip(direct[0].iter::<f32>());
    assert!(pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
}

#[test]
fn the_training_phase_is_seen_only_by_a_direct_pass() {
    let device = Device::flex().autodiff();
    device.seed(3);
    let model = Residual::new(&device);
    let x = numbers([4, 2, 4, 5]);
    let at = |model: &Residual| {
        let x = x.clone().to_device(&device);
        record(model, x, Residual::forward, &["sum"])
            .unwrap()
            .remove(0)
    };
    let testing = record(&model.valid(), x.clone(), Residual::forward, &["sum"]).unwrap();
    assert_ne!(at(&model), testing[0]);
    let replayed = trace(&model, &x, Residual::forward)
        .unwrap()
        .values(x.clone(), &["sum"]);
    // The direct pass above moved the running statistics, so only now it is the same again.
    let testing = record(&model.valid(), x.clone(), Residual::forward, &["sum"]).unwrap();
    assert_eq!(replayed.unwrap(), testing);
}

#[test]
fn the_model_still_trains_after_it_was_recorded() {
    let device = Device::flex().autodiff();
    let model = Residual::new(&device);
    let x = numbers([4, 2, 4, 5]);
    trace(&model, &x, Residual::forward).unwrap();
    let gradients = model.forward(x.to_device(&device)).abs().sum().backward();
    let gradient = model
        .first
        .weight
        .val()
        .grad(&gradients)
        .expect("it is trained");
    assert!(gradient.abs().sum().into_scalar::<f32>() > 0.0);
}

#[test]
fn a_name_that_does_not_exist_is_answered_with_the_nearest() {
    let (model, trace) = digits();
    let x = numbers([2, 1, 28, 28]);
    let error = trace.values(x.clone(), &["conv1/befor"]).unwrap_err();
    let text =
        "there is no tap, operation or layer \"conv1/befor\"; did you mean \"conv1/before\"?";
    assert_eq!(error.to_string(), text);
    let error = record(&model, x.clone(), Digits::forward, &["conv1/afte"]).unwrap_err();
    assert!(
        error.to_string().ends_with("did you mean \"conv1/after\"?"),
        "{error}"
    );
    let error = trace.values(x, &["zzz"]).unwrap_err();
    assert!(
        matches!(error, Error::UnknownName { nearest: None, .. }),
        "{error}"
    );
}

#[test]
fn two_taps_of_one_name_are_refused() {
    let twice = |layer: &Linear, x: Tensor<2>| tap("x", layer.forward(tap("x", x)));
    let recorded = trace(&layer(), &numbers([1, 3]), twice).unwrap_err();
    assert!(matches!(recorded, Error::DuplicateTap(name) if name == "x"));
    let direct = record(&layer(), numbers([1, 3]), twice, &["x"]).unwrap_err();
    assert!(matches!(direct, Error::DuplicateTap(name) if name == "x"));
}

#[test]
fn an_input_of_the_wrong_shape_is_an_error() {
    let (model, trace) = digits();
    let error = trace
        .values(numbers([1, 1, 28, 28]), &["conv1"])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected an input of shape 2x1x28x28, got 1x1x28x28"
    );
    let small = numbers([1, 1, 10, 10]);
    let error = retrace_inspect::trace(&model, &small, Digits::forward).unwrap_err();
    assert!(matches!(error, Error::Forward(_)), "{error}");
    // The thread is as before: nothing is watched any more, and a good input works.
    tap("conv1/before", numbers([1, 1]));
    retrace_inspect::trace(&model, &numbers([1, 1, 28, 28]), Digits::forward).unwrap();
}

#[test]
fn an_output_that_is_the_input_has_values_too() {
    let pass = |_: &Linear, x: Tensor<2>| tap("same", x);
    let x = numbers([2, 3]);
    let values = trace(&layer(), &x, pass)
        .unwrap()
        .values(x.clone(), &["same"]);
    assert_eq!(values.unwrap(), [x.into_data()]);
}

#[test]
fn nested_recordings_keep_their_taps_apart() {
    let inner = |layer: &Linear, x: Tensor<2>| tap("inner", relu(layer.forward(x)));
    let model = layer();
    let outer = |layer: &Linear, x: Tensor<2>| {
        let nested = trace(&model, &numbers([1, 3]), inner).unwrap();
        assert_eq!(nested.taps().collect::<Vec<_>>(), ["inner"]);
        tap("outer", softmax(layer.forward(x), 1))
    };
    let recorded = trace(&model, &numbers([1, 3]), outer).unwrap();
    assert_eq!(recorded.taps().collect::<Vec<_>>(), ["outer"]);
}
