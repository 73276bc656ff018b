//! Freezing, and frozen files that run without the model's code.

use std::cell::Cell;
use std::path::Path;

use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Identity, Linear, LinearConfig};
use burn::tensor::activation as burns;
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{
    Activation, ActivationConfig, Elu, PreluConfig, RreluConfig, Softmax,
};
use retrace_inspect::{Error, Frozen, Labels, Side, freeze, tap};

use crate::{Digits, Residual, numbers};

fn activations() -> [ActivationConfig; 12] {
    [
        ActivationConfig::Identity,
        ActivationConfig::Sigmoid,
        ActivationConfig::Relu,
        ActivationConfig::LRELU,
        ActivationConfig::PRELU,
        ActivationConfig::Prelu(PreluConfig::PER_CHANNEL),
        ActivationConfig::RRELU,
        ActivationConfig::Rrelu(RreluConfig::AS_WRITTEN),
        ActivationConfig::ELU,
        ActivationConfig::Elu(Elu { alpha: 0.5 }),
        ActivationConfig::SOFTMAX,
        ActivationConfig::Softmax(Softmax { temperature: 0.38 }),
    ]
}

fn frozen_digits(model: &Digits) -> Result<Frozen, Error> {
    let example = numbers([2, 1, 28, 28]);
    freeze(model, &example, Digits::forward, &Labels::default())
}

fn frozen_residual(model: &Residual) -> Result<Frozen, Error> {
    let example = numbers([4, 2, 4, 5]);
    freeze(model, &example, Residual::forward, &Labels::default())
}

/// Something to freeze whose layers are in the closure.
fn nothing() -> Identity {
    Identity::new()
}

fn assert_close(frozen: &Frozen, x: Tensor<2>, expected: Tensor<2>) {
    let found = frozen.run(&x.into_data()).expect("it runs");
    let expected = expected.into_data();
    assert_eq!(found.shape(), expected.shape());
    let largest = expected
        .iter::<f32>()
        .fold(0.0, |most: f32, v| most.max(v.abs()));
    for (a, b) in found.iter::<f32>().zip(expected.iter::<f32>()) {
        assert!((a - b).abs() <= 1e-5 * largest, "{a} instead of {b}");
    }
}

#[test]
fn every_activation_of_the_posts_freezes() {
    for config in activations() {
        let model: Activation = config.init(5, &Device::flex());
        let forward = |model: &Activation, x: Tensor<2>| model.forward(x) + 0.0;
        let frozen = freeze(&model, &numbers([4, 5]), forward, &Labels::default());
        let frozen = frozen.unwrap_or_else(|error| panic!("{config:?}: {error}"));
        for batch in [1, 2, 9] {
            let x = numbers([batch, 5]) * 4.0;
            assert_close(&frozen, x.clone(), model.valid().forward(x));
        }
    }
}

#[test]
fn they_are_native_operations_in_the_file() {
    let operators = |config: ActivationConfig| -> Vec<String> {
        let model = config.init(5, &Device::flex());
        let forward = |model: &Activation, x: Tensor<2>| model.forward(x);
        let frozen = freeze(&model, &numbers([4, 5]), forward, &Labels::default()).unwrap();
        frozen
            .nodes()
            .nodes
            .into_iter()
            .map(|node| node.operator)
            .collect()
    };
    assert_eq!(operators(ActivationConfig::LRELU), ["LeakyRelu"]);
    assert_eq!(operators(ActivationConfig::PRELU).last().unwrap(), "PRelu");
    assert_eq!(
        operators(ActivationConfig::SOFTMAX).last().unwrap(),
        "Softmax"
    );
}

#[test]
fn other_operations_of_burn_freeze() {
    type Forward = fn(&Identity, Tensor<2>) -> Tensor<2>;
    let cases: [(&str, Forward); 22] = [
        ("clamp", |_, x| x.clamp(-0.5, 0.5)),
        ("clamp_min", |_, x| x.clamp_min(0.1)),
        ("clamp_max", |_, x| x.clamp_max(0.1)),
        ("burn's elu", |_, x| burns::elu(x, 0.7)),
        ("gelu", |_, x| burns::gelu(x)),
        ("silu", |_, x| burns::silu(x)),
        ("softplus", |_, x| burns::softplus(x, 1.0)),
        ("hard sigmoid", |_, x| burns::hard_sigmoid(x, 0.2, 0.5)),
        ("log sigmoid", |_, x| burns::log_sigmoid(x)),
        ("log softmax", |_, x| burns::log_softmax(x, 1)),
        ("softmin", |_, x| burns::softmin(x, 1)),
        ("powers", |_, x| {
            x.clone().powf_scalar(2.0) + x.abs().powf_scalar(0.5)
        }),
        ("reductions", |_, x| {
            x.clone().mean_dim(1) + x.clone().max_dim(1) + x.min_dim(1)
        }),
        ("compared", |_, x| {
            x.clone().greater(x.clone() * x.clone()).float() + x
        }),
        ("not equal", |_, x| {
            x.clone().not_equal_scalar(0.0).float() * x
        }),
        ("transposed", |_, x| {
            x.reshape([0, 1, 5])
                .swap_dims(1, 2)
                .sin()
                .flatten::<2>(1, 2)
        }),
        ("reshaped from a list", |_, x| {
            x.reshape([0, 5, 1, 1])
                .reshape([0, 1, 5])
                .flatten::<2>(1, 2)
        }),
        ("folded into the batch and back", |_, x| {
            let [batch, width] = x.dims();
            x.reshape([batch * width, 1]).sin().reshape([batch, width])
        }),
        ("sliced", |_, x| x.slice(burn::tensor::s![.., 1..4])),
        ("every second", |_, x| x.slice(burn::tensor::s![.., 0..5;2])),
        ("rounded", |_, x| {
            x.clone().floor() + x.clone().ceil() + x.sign()
        }),
        ("exponentials", |_, x| {
            x.clone().exp().log1p() + (x.abs() + 1.0).recip().erf()
        }),
    ];
    for (name, forward) in cases {
        let frozen = freeze(&nothing(), &numbers([4, 5]), forward, &Labels::default());
        let frozen = frozen.unwrap_or_else(|error| panic!("{name}: {error}"));
        for batch in [1, 3, 7] {
            let x = numbers([batch, 5]);
            assert_close(&frozen, x.clone(), forward(&nothing(), x));
        }
    }
}

#[test]
fn softmax_does_not_overflow_in_the_file() {
    let forward = |_: &Identity, x: Tensor<2>| burns::softmax(x, 1);
    let frozen = freeze(&nothing(), &numbers([4, 5]), forward, &Labels::default()).unwrap();
    let huge = Tensor::<2>::from_data([[1e30, 1e30, -1e30, 0.0, 5.0]], &Device::flex());
    let found = frozen.run(&huge.into_data()).unwrap();
    assert_eq!(
        found.iter::<f32>().collect::<Vec<_>>(),
        [0.5, 0.5, 0.0, 0.0, 0.0]
    );
}

#[test]
fn a_whole_network_runs_from_its_file_at_any_batch() {
    let model = Residual::new(&Device::flex().autodiff());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.onnx");
    let frozen = frozen_residual(&model);
    frozen.unwrap().save(&file).unwrap();
    let frozen = Frozen::load(&file).unwrap();
    assert_eq!(
        frozen.inputs()[0].shape.as_ref().unwrap()[0],
        Side::Open("batch".into())
    );
    assert_eq!(frozen.inputs()[0].to_string(), "input: batch x 2 x 4 x 5");
    assert_eq!(
        frozen.outputs()[0].to_string(),
        "output: batch x 3 x 7 x 10"
    );
    for batch in [1, 2, 6] {
        let x = numbers([batch, 2, 4, 5]);
        let found = frozen.run(&x.clone().into_data()).unwrap();
        let expected = model.valid().forward(x).into_data();
        assert_eq!(found.shape().as_slice(), [batch, 3, 7, 10]);
        let gaps = found
            .iter::<f32>()
            .zip(expected.iter::<f32>())
            .map(|(a, b)| (a - b).abs());
        assert!(gaps.into_iter().all(|gap| gap < 1e-5));
    }
}

#[test]
fn names_and_labels_are_in_the_file() {
    let metadata = [("data".to_owned(), "mnist".to_owned())].into();
    let labels = Labels::about(&metadata)
        .input("digit", &["batch"])
        .output("classes");
    let model = Digits::new(&Device::flex());
    let frozen = freeze(&model, &numbers([2, 1, 28, 28]), Digits::forward, &labels).unwrap();
    assert_eq!(frozen.metadata().collect::<Vec<_>>(), [("data", "mnist")]);
    assert!(
        frozen.producer().starts_with("retrace-inspect "),
        "{}",
        frozen.producer()
    );
    let nodes = frozen.nodes();
    let first = &nodes.nodes[0];
    assert_eq!(
        (first.name.as_str(), first.operator.as_str()),
        ("conv1/conv2d", "Conv")
    );
    assert_eq!(first.inputs, ["digit", "conv1.weight", "conv1.bias"]);
    assert_eq!(first.outputs, ["conv1/before"]);
    assert_eq!(nodes.nodes.last().unwrap().outputs, ["classes"]);
    let text = nodes.to_string();
    assert!(
        text.starts_with("input digit: batch x 1 x 28 x 28\n"),
        "{text}"
    );
    assert!(
        nodes
            .nodes
            .iter()
            .all(|node| !node.name.is_empty() && text.contains(&node.name))
    );
    assert!(
        !text.contains("tensor_") && !text.contains("node_"),
        "{text}"
    );
}

#[test]
fn what_only_training_needs_is_gone() {
    #[derive(Module, Debug)]
    struct Net {
        dropout: Dropout,
        used: Linear,
        unused: Linear,
    }
    let device = Device::flex().autodiff();
    let linear = || LinearConfig::new(3, 3).init(&device);
    let net = Net {
        dropout: DropoutConfig::new(0.5).init(),
        used: linear(),
        unused: linear(),
    };
    let forward = |net: &Net, x: Tensor<2>| net.used.forward(net.dropout.forward(x));
    let nodes = freeze(&net, &numbers([2, 3]), forward, &Labels::default())
        .unwrap()
        .nodes();
    let operators: Vec<_> = nodes
        .nodes
        .iter()
        .map(|node| node.operator.as_str())
        .collect();
    assert!(
        operators
            .iter()
            .all(|op| ["MatMul", "Add", "Reshape"].contains(op)),
        "{operators:?}"
    );
    assert!(
        nodes
            .constants
            .iter()
            .all(|(name, _)| !name.starts_with("unused"))
    );
}

#[test]
fn what_cannot_be_frozen_is_named_with_the_tap_before_it() {
    let refused = |forward: fn(&Identity, Tensor<2>) -> Tensor<2>| {
        freeze(&nothing(), &numbers([4, 5]), forward, &Labels::default())
            .unwrap_err()
            .to_string()
    };
    let text = refused(|_, x| tap("start", x * 2.0).cumprod(1));
    assert!(text.starts_with("CumProd cannot be frozen: "), "{text}");
    assert!(
        text.ends_with("(it comes after the tap \"start\")"),
        "{text}"
    );
    let text = refused(|_, x| x.cumprod(1));
    assert!(
        text.ends_with("(it comes before the first tap; taps narrow the place down)"),
        "{text}"
    );
    let text = refused(|_, _| Tensor::ones([1, 1], &Device::flex()));
    assert!(!text.is_empty());
}

#[test]
fn a_network_that_computes_something_else_when_frozen_is_refused() {
    // Recorded at six sizes, then compared: the later calls add something.
    let calls = Cell::new(0);
    let forward = |layer: &Linear, x: Tensor<2>| {
        calls.set(calls.get() + 1);
        let offset = if calls.get() > 6 { 1e-3 } else { 0.0 };
        layer.forward(x) + offset
    };
    let layer = LinearConfig::new(3, 3).init(&Device::flex());
    let error = freeze(&layer, &numbers([4, 3]), forward, &Labels::default()).unwrap_err();
    assert!(matches!(error, Error::Differs { .. }), "{error}");
    assert!(error.to_string().contains("at most 1e-5"), "{error}");
}

#[test]
fn damaged_foreign_and_missing_files_are_errors_with_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let model = Digits::new(&Device::flex());
    let frozen = frozen_digits(&model);
    let whole = frozen.unwrap().as_bytes().to_vec();
    let load = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Frozen::load(&path).map(|_| ())
    };
    load("whole.onnx", &whole).unwrap();
    for kept in [0, 1, 10, whole.len() / 2, whole.len() - 1] {
        let error = load("cut.onnx", &whole[..kept]).unwrap_err();
        assert!(error.to_string().contains("cut.onnx"), "{kept}: {error}");
    }
    let error = load("text.onnx", b"# not a network\n").unwrap_err();
    assert!(matches!(error, Error::File { .. }), "{error}");
    let missing = Frozen::load(Path::new("missing.onnx")).unwrap_err();
    assert!(matches!(missing, Error::Io { .. }) && missing.to_string().contains("missing.onnx"));
}

#[test]
fn every_byte_may_be_wrong() {
    let forward = |layer: &Linear, x: Tensor<2>| burns::relu(layer.forward(x));
    let layer = LinearConfig::new(3, 2).init(&Device::flex());
    let frozen = freeze(&layer, &numbers([2, 3]), forward, &Labels::default()).unwrap();
    let x = numbers::<2>([1, 3]).into_data();
    for at in 0..frozen.as_bytes().len() {
        for flip in [0x01, 0x80] {
            let mut bytes = frozen.as_bytes().to_vec();
            bytes[at] ^= flip;
            // Many still are networks, and some run: what counts is that none panics.
            if let Ok(other) = Frozen::from_bytes(bytes) {
                let _ = other.run(&x);
            }
        }
    }
}

#[test]
fn an_input_of_the_wrong_shape_is_an_error() {
    let model = Digits::new(&Device::flex());
    let frozen = frozen_digits(&model);
    let error = frozen
        .unwrap()
        .run(&numbers([2, 1, 27, 28]).into_data())
        .unwrap_err();
    let text = "expected an input of shape batch x 1 x 28 x 28, got 2 x 1 x 27 x 28";
    assert_eq!(error.to_string(), text);
}

#[test]
fn saving_replaces_the_whole_file_or_nothing() {
    let layer = LinearConfig::new(3, 2).init(&Device::flex());
    let forward = |layer: &Linear, x: Tensor<2>| layer.forward(x);
    let frozen = freeze(&layer, &numbers([2, 3]), forward, &Labels::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.onnx");
    std::fs::write(&file, "something else").unwrap();
    frozen.save(&file).unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), frozen.as_bytes());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(frozen.save(&folder.path().join("no/folder.onnx")).is_err());
}

#[test]
fn structure_and_weights_make_the_frozen_file_again() {
    let model = Residual::new(&Device::flex());
    let frozen = frozen_residual(&model);
    let frozen = frozen.unwrap();
    let (structure, weights) = (frozen.structure(), frozen.weights().unwrap());
    let joined = Frozen::join(&structure, &weights).unwrap();
    assert!(joined.as_bytes() == frozen.as_bytes());
    // The structure alone asks for the weights as inputs.
    assert!(
        Frozen::from_bytes(structure.clone())
            .unwrap()
            .inputs()
            .len()
            > 1
    );
    let other = Digits::new(&Device::flex());
    let other = frozen_digits(&other);
    let error = Frozen::join(&structure, &other.unwrap().weights().unwrap()).unwrap_err();
    assert!(error.to_string().contains("weights"), "{error}");
    assert!(Frozen::join(&weights, &structure).is_err());
    assert!(Frozen::join(&structure, &weights[..weights.len() / 2]).is_err());
}
