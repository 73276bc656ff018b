//! The page's script against the modules: run by `scripts/explorables-check.sh`, which has Node.

use activations::depth::signal;
use activations::functions::{forward, grid};
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::{ActivationConfig, derivative_by_autodiff};
use retrace_core::layer::MlpConfig;
use retrace_test_support::explorable::Calls;
use serde_json::json;

const LAYERS: usize = 6;
const WIDTH: usize = 5;
const EXAMPLES: usize = 4;
/// Burn computes in 32 bits.
const ROUNDING: f64 = 1e-6;

/// A config, and the same function as the page writes it.
fn functions() -> [(&'static str, serde_json::Value); 7] {
    let leaky = |name: &str, slope: f64| json!({"name": name, "slope": slope});
    [
        ("sigmoid", json!({"name": "sigmoid"})),
        ("relu", leaky("relu", 0.0)),
        ("lrelu", leaky("lrelu", 0.01)),
        ("lrelu(0.5)", leaky("lrelu", 0.5)),
        ("prelu", leaky("prelu", 0.25)),
        (
            "rrelu",
            json!({"name": "rrelu", "lower": 3.0, "upper": 8.0}),
        ),
        ("elu", json!({"name": "elu"})),
    ]
}

fn numbers(seed: f64, count: usize) -> Vec<f32> {
    let number = |k: usize| (1.3 * seed + 0.7 * (k * k) as f64 + k as f64).sin() as f32;
    (0..count).map(number).collect()
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_computes_functions_softmax_and_the_way_back() {
    let device = Device::flex();
    let xs = grid(6.0, 41);
    let mut calls = Calls::default();
    for (name, f) in functions() {
        let config: ActivationConfig = name.parse().unwrap();
        let activation = config.init(1, &device).freeze();
        let values = forward(&activation, &xs, &device);
        let slopes = derivative_by_autodiff(&activation, &xs, &device);
        calls.expect("values", json!([f, xs]), values, ROUNDING);
        calls.expect("derivatives", json!([f, xs]), slopes, ROUNDING);
        // RReLU's draws are Burn's own.
        if name != "rrelu" {
            way_back(&mut calls, config, &f);
        }
    }
    for temperature in [0.25, 1.0, 5.0] {
        let softmax = retrace_core::activation::Softmax { temperature };
        let softmax = ActivationConfig::Softmax(softmax).init(1, &device);
        let logits = [3.0_f32, 0.7, 0.5];
        let expected = forward(&softmax, &logits, &device);
        calls.expect("softmax", (logits, temperature), expected, ROUNDING);
    }
    calls.agree("activations");
}

/// A batch through a small network of the same weights.
fn way_back(calls: &mut Calls, config: ActivationConfig, f: &serde_json::Value) {
    let device = Device::flex().autodiff();
    let network = MlpConfig::new(vec![WIDTH; LAYERS + 1], config).init(&device);
    let mut network = network.unwrap();
    let tensor = |values: &[f32], rows: usize| {
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), [rows, WIDTH]), &device)
    };
    let mut weights = Vec::new();
    for (l, layer) in network.layers.iter_mut().enumerate() {
        let matrix = numbers(l as f64, WIDTH * WIDTH);
        layer.weight = Param::from_tensor(tensor(&matrix, WIDTH));
        weights.push(matrix);
    }
    let (inputs, targets) = (
        numbers(20.0, EXAMPLES * WIDTH),
        numbers(30.0, EXAMPLES * WIDTH),
    );
    let expected = signal(
        &network,
        tensor(&inputs, EXAMPLES),
        tensor(&targets, EXAMPLES),
    );
    let batch = json!({"inputs": inputs, "targets": targets, "examples": EXAMPLES});
    let expected = json!({
        "error": expected.error_norm,
        "gradient": expected.gradient_norm,
        "zeros": expected.zero_share,
    });
    // Six layers in 32 bits.
    calls.expect(
        "signal",
        json!([f, weights, batch]),
        expected,
        10.0 * ROUNDING,
    );
}
