//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use autoencoder::arm::{Arm, AtRate, Optimizer, extent};
use autoencoder::config::{Config, Size};
use autoencoder::data::{Circles, Examples, tensors};
use autoencoder::initial::Initial;
use autoencoder::loss::{Extent, Loss};
use autoencoder::network::{Architecture, NetworkConfig, OutputActivation};
use autoencoder::score::{Answers, Copying};
use autoencoder::training::{Outcome, StepLoss};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use burn::module::Module;
use burn::tensor::Device;
use ndarray::ArrayD;
use retrace_lab::{Config as _, Preset};
use retrace_test_support::explorable::Calls;
use retrace_test_support::resume::alone;
use serde_json::{Value, json};

use crate::networks::network;
use crate::program::SMOKE;

/// Both compute in 64 bits; the page has losses with seven digits.
const ROUNDING: f64 = 1e-6;
/// Both add up to 392 products of 32 bits, in another order: a share of the largest answer.
const ROUNDING_32: f64 = 1e-5;

const SIZES: [Size; 2] = [
    Size {
        width: 12,
        height: 8,
    },
    Size {
        width: 31,
        height: 17,
    },
];

fn circles(size: Size, radius: f64) -> Circles {
    Circles {
        seed: 5,
        purpose: "page",
        count: 8,
        size,
        radius,
        levels: Circles::ONE,
    }
}

/// A circle as the page has it.
fn drawn(circles: &Circles, number: usize) -> [f64; 3] {
    let circle = circles.circles(number)[0];
    [circle.x, circle.y, circle.radius]
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn circles_are_drawn_pixel_by_pixel_as_by_the_program() {
    let mut calls = Calls::default();
    for size in SIZES {
        // Also without a pixel, and across all borders.
        for radius in [0.3, 1.0, 2.0, 4.25, 20.0] {
            let circles = circles(size, radius);
            for number in 0..circles.count {
                let given = json!([size, drawn(&circles, number)]);
                calls.expect("circle", given, circles.example(number).input, 0.0);
            }
        }
    }
    calls.agree("autoencoder");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_three_layers_answer_as_in_the_program() {
    let _alone = alone();
    let mut calls = Calls::default();
    let device = Device::flex();
    let three = network(NetworkConfig::plain(Architecture::Small)).valid();
    let layers = layers(&three.layer_arrays());
    for size in SIZES {
        for radius in [0.8, 3.0] {
            let circles = circles(size, radius);
            for number in 0..4 {
                let (input, _) = tensors(&circles, &[number], &device);
                let answer = three.forward(input).into_data();
                let answer: Vec<f32> = answer.iter::<f32>().collect();
                let given = json!([layers, size, drawn(&circles, number)]);
                // As a whole, and where the answer to black does not hold.
                calls.expect("answer", &given, &answer, ROUNDING_32);
                calls.expect("answerAround", &given, &answer, ROUNDING_32);
                let targets = circles.example(number).input;
                let answers = Answers {
                    outputs: answer,
                    targets,
                };
                let Some(score) = answers.score(1, size.pixels()) else {
                    continue;
                };
                let expected = json!({"circle-left": score.share});
                calls.expect("scored", &given, expected, ROUNDING_32);
            }
        }
    }
    calls.agree("autoencoder");
}

/// As the page has them when it has read the numbers.
fn layers(arrays: &[(String, ArrayD<f32>)]) -> Vec<Value> {
    let of = |array: &ArrayD<f32>| array.iter().copied().collect::<Vec<f32>>();
    let pairs = arrays.chunks(2).map(|pair| {
        let (weights, biases) = (&pair[0].1, &pair[1].1);
        let [outputs, inputs, kernel] = [0, 1, 2].map(|axis| weights.shape()[axis]);
        json!({
            "inputs": inputs, "outputs": outputs, "kernel": kernel,
            "weights": of(weights), "biases": of(biases),
        })
    });
    pairs.collect()
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn a_loss_and_its_mean_of_squares_are_told_apart_by_the_program_and_the_page() {
    let mut calls = Calls::default();
    let data = SMOKE.json("explorable.json")["data"].take();
    let extent: Extent = extent(&Config::preset(Preset::Smoke));
    for (loss, of) in Loss::ALL.iter().zip(data["losses"].as_array().unwrap()) {
        assert_eq!(of["name"], loss.name());
        for value in [3e-7, 0.02, 1.0, 5.4e6] {
            let mean_square = loss.mean_square(value, extent);
            calls.expect("meanSquare", json!([value, of]), mean_square, ROUNDING);
            for (share, expected) in [(0.0, value.log10()), (1.0, mean_square.log10())] {
                calls.expect("level", json!([value, of, share]), expected, ROUNDING);
            }
        }
    }
    calls.agree("autoencoder");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_comes_to_the_numbers_of_a_run() {
    let mut calls = Calls::default();
    let mut page = SMOKE.json("explorable.json");
    let data = page["data"].take();
    let checks = page["checks"].as_array().unwrap();
    // Gradient descent and Adam, with and without a ReLU, at a usual rate; without it at its own
    // rate, too; 1 / D twice; a circle.
    assert_eq!(checks.len(), 8, "{checks:#?}");
    for check in checks {
        let (state, readings) = (&check["state"], &check["readings"]);
        let expected = readings.clone();
        match state.get("x") {
            None => {
                let mut state = state.clone();
                state["c"] = "none".into();
                calls.expect("shown", json!([data, state]), expected, ROUNDING);
            }
            Some(_) => {
                let size = &data["size"];
                let circle = ["x", "y", "radius"].map(|key| -> f64 {
                    let number = state[key].as_str().unwrap();
                    number.parse().unwrap()
                });
                let layers = stored_layers(&data);
                let given = json!([layers, size, circle]);
                calls.expect("scored", given, expected, 1e-4);
            }
        }
    }
    calls.agree("autoencoder");
}

/// The page's own, out of base 64.
fn stored_layers(data: &Value) -> Vec<Value> {
    let numbers = |text: &Value| -> Vec<f32> {
        let bytes = STANDARD.decode(text.as_str().unwrap()).unwrap();
        let (chunks, rest) = bytes.as_chunks::<4>();
        assert!(rest.is_empty());
        chunks.iter().copied().map(f32::from_le_bytes).collect()
    };
    let layers = data["network"]["layers"].as_array().unwrap().iter();
    let layers = layers.map(|layer| {
        let mut layer = layer.clone();
        for key in ["weights", "biases"] {
            layer[key] = json!(numbers(&layer[key]));
        }
        layer
    });
    layers.collect()
}

/// Multiples of the sum of squares at the same rate on the mean (gradient descent), and at the same
/// rate (Adam): how far their means of squares are apart.
#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn curves_are_as_far_apart_as_in_the_outcomes() {
    let config = Config::preset(Preset::Smoke);
    let extent = extent(&config);
    let data = SMOKE.json("explorable.json")["data"].take();
    let at = |loss: Loss, optimizer, rate: f64| AtRate {
        loss,
        optimizer,
        rate,
        initial: Initial::Truncated,
        output: OutputActivation::Linear,
        is_usual: true,
    };
    let squares = |arm: AtRate| -> Vec<f64> {
        let outcome: Outcome<Copying> = SMOKE.outcome(&arm.name(), 0);
        let square = |loss: &StepLoss| arm.loss.mean_square(loss.loss, extent);
        outcome.history.losses.iter().map(square).collect()
    };
    let multiples: Vec<Loss> = Loss::ALL.into_iter().filter(|l| l.is_multiple()).collect();
    assert_eq!(multiples.len(), 4);
    let mut calls = Calls::default();
    let cases = [
        (Optimizer::Sgd, "k", "own-0"),
        (Optimizer::Adam, "same", "usual-1"),
    ];
    for (optimizer, beside, rate) in cases {
        let of = |loss: Loss| match optimizer {
            Optimizer::Sgd => {
                let own = Arm::all(&config).into_iter().find_map(|arm| match arm {
                    Arm::AtRate(arm) => (arm.loss == loss && !arm.is_usual).then_some(arm),
                    Arm::Variant(_) => None,
                });
                squares(own.unwrap())
            }
            Optimizer::Adam => squares(at(loss, optimizer, config.rates[1])),
        };
        let mean = of(Loss::Mean);
        let factors = multiples.iter().flat_map(|loss| {
            let pairs = of(*loss).into_iter().zip(mean.clone());
            pairs.map(|(a, b)| (a / b).max(b / a)).collect::<Vec<f64>>()
        });
        let apart = factors.fold(1.0, f64::max);
        let state =
            json!({"l": "mean", "o": optimizer.name(), "e": "linear", "r": rate, "c": beside});
        calls.expect(
            "shown",
            json!([data, state]),
            json!({"apart": apart}),
            ROUNDING,
        );
    }
    calls.agree("autoencoder");
}
