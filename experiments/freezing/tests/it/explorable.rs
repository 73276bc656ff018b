//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use burn::module::Module;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor, TensorData};
use freezing::network::{DROPOUT, Kind, Network};
use retrace_data::{DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, draw_digits};
use retrace_inspect::{Frozen, Labels, freeze, record};
use retrace_test_support::explorable::Calls;
use serde_json::json;

/// Sums in another order; the page's are in 64 bits.
const ROUNDING: f64 = 1e-5;
const PICTURES: usize = 4;
const TAPS: [&str; 4] = ["first", "second", "hidden", "logits"];
const NO_ONNX: &str = "This is no ONNX file, or a damaged one.";

fn pictures() -> Tensor<4> {
    let digits = draw_digits(0, DigitCounts::for_training(60));
    let pixels = (0..PICTURES).flat_map(|image| digits.test.image(image));
    let ink: Vec<f32> = pixels.map(|pixel| f32::from(*pixel) / 255.0).collect();
    let shape = [PICTURES, 1, DIGIT_SIDE, DIGIT_SIDE];
    Tensor::from_data(TensorData::new(ink, shape), &Device::flex())
}

fn rows(data: &TensorData) -> Vec<Vec<f32>> {
    let values: Vec<f32> = data.iter::<f32>().collect();
    let each = values.len() / PICTURES;
    values.chunks(each).map(<[f32]>::to_vec).collect()
}

/// In use, with statistics of some batches.
fn network(kind: Kind) -> Network {
    let device = Device::flex().autodiff();
    device.seed(5);
    let network = Network::new(kind, 10, &device);
    for scale in [0.5, 1.0, 2.0] {
        drop(network.forward((pictures() * scale).to_device(&device)));
    }
    network.valid()
}

/// A number from 0 to 1 for a place in a draw, as the page has it.
fn chance(draw: u32, place: u32) -> f64 {
    let hash = (draw + 1).wrapping_mul(0x9e37_79b1) ^ (place + 1).wrapping_mul(0x85eb_ca6b);
    let hash = (hash ^ (hash >> 16)).wrapping_mul(0x21f0_aaad);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x735a_2d97);
    f64::from(hash ^ (hash >> 15)) / 2.0_f64.powi(32)
}

/// What the dense layers make of the maps, some erased.
fn logits_with_dropout(network: &Network, draw: u32) -> TensorData {
    let second = record(network, pictures(), Network::forward, &["second"]).unwrap();
    let width = second[0].shape()[1..].iter().product::<usize>();
    let keep = 1.0 - DROPOUT;
    let erased = (0..width).map(|place| chance(draw, place as u32) < DROPOUT);
    let factors = erased.map(|erased| if erased { 0.0 } else { (1.0 / keep) as f32 });
    let factors = TensorData::new(factors.collect(), [1, width]);
    let device = Device::flex();
    let x = Tensor::<4>::from_data(second[0].clone(), &device).flatten::<2>(1, 3);
    let x = network.dense[0].forward(x * Tensor::from_data(factors, &device));
    network.dense[1]
        .forward(network.functions[2].forward(x))
        .into_data()
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_runs_a_frozen_file_as_the_program_does() {
    let mut calls = Calls::default();
    for kind in Kind::ALL {
        let network = network(kind);
        let frozen = freeze(&network, &pictures(), Network::forward, &Labels::default()).unwrap();
        let given = rows(&pictures().into_data());
        let mut values = record(&network, pictures(), Network::forward, &TAPS).unwrap();
        values.push(frozen.run(&pictures().into_data()).unwrap());
        let of_each: Vec<Vec<Vec<f32>>> = values.iter().map(rows).collect();
        let expected: Vec<Vec<&Vec<f32>>> = (0..PICTURES)
            .map(|picture| of_each.iter().map(|value| &value[picture]).collect())
            .collect();
        let names = [&TAPS[..], &["output"]].concat();
        let bytes = frozen.as_bytes();
        let call = json!([bytes, given, names]);
        calls.expect("answers", call, expected, ROUNDING);

        let mut changed = |change: serde_json::Value, logits: &TensorData| {
            let expected: Vec<[Vec<f32>; 1]> = rows(logits).into_iter().map(|row| [row]).collect();
            let call = json!([bytes, given, ["logits"], change]);
            calls.expect("answers", call, expected, ROUNDING);
        };
        for draw in [1, 2] {
            let change =
                json!({"node": "reshape", "how": "dropout", "draw": draw, "share": DROPOUT});
            changed(change, &logits_with_dropout(&network, draw));
        }
        if kind == Kind::Full {
            let without = Network {
                norm: None,
                ..network.clone()
            };
            let change = json!({"node": "norm/batch_norm", "how": "skip"});
            changed(change, &without.logits(pictures()).into_data());
        }
        // Of another shape than what it reads: it stays.
        let change = json!({"node": "dense.0/matmul", "how": "skip"});
        changed(change, &network.logits(pictures()).into_data());
    }
    calls.agree("freezing");
}

/// A small file: what a linear layer of so many inputs makes.
fn linear(inputs: usize, outputs: usize) -> Frozen {
    let layer = LinearConfig::new(inputs, outputs).init(&Device::flex());
    let example = Tensor::<2>::ones([2, inputs], &Device::flex());
    freeze(&layer, &example, Linear::forward::<2>, &Labels::default()).unwrap()
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_refuses_other_files_in_a_sentence() {
    let mut calls = Calls::default();
    let mut refused = |bytes: &[u8], sentence: &str| {
        calls.expect("open", [bytes], json!({"refused": sentence}), 0.0);
    };
    let small = linear(DIGIT_PIXELS, 3);
    let small = small.as_bytes();
    refused(&[], "The file is empty.");
    refused(b"<!DOCTYPE html>\n<title>404</title>", NO_ONNX);
    refused(b"PK\x03\x04 weights", NO_ONNX);
    for part in 1..16 {
        refused(&small[..small.len() * part / 20], NO_ONNX);
    }
    refused(
        linear(5, 3).as_bytes(),
        "The network takes 1 x 5 numbers; what is drawn here has 28 x 28.",
    );
    refused(
        linear(DIGIT_PIXELS, 63).as_bytes(),
        "The network gives 1 x 63 numbers, not one for each of at most 62 classes.",
    );
    let pool = MaxPool2dConfig::new([2, 2]).init();
    let pool = freeze(&pool, &pictures(), MaxPool2d::forward, &Labels::default()).unwrap();
    let pool = pool.as_bytes();
    refused(
        pool,
        "The node max_pool2d is of the operation MaxPool, which this page does not compute. It \
         knows Conv, BatchNormalization, Relu, LeakyRelu, PRelu, Exp, Add, Sub, Mul, Greater, \
         Where, Reshape, MatMul, Softmax.",
    );
    calls.expect("open", [small], json!({"classes": 3}), 0.0);
    // Damaged by a bit, a file is refused or is another network: the page goes on either way.
    for flip in 0..200 {
        let mut bytes = small.to_vec();
        let bit = flip * 8 * bytes.len() / 200 + flip;
        let byte = bit / 8 % bytes.len();
        bytes[byte] ^= 1 << (bit % 8);
        calls.expect("open", [bytes], json!({}), 0.0);
    }
    calls.agree("freezing");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn drawings_are_words_and_words_are_drawings() {
    let mut calls = Calls::default();
    let mut drawn = vec![0_u8; DIGIT_PIXELS];
    drawn[2..6].copy_from_slice(&[3, 3, 3, 15]);
    calls.expect("words", [&drawn], json!("a2d3p"), 0.0);
    calls.expect("levels", ["a2d3p"], &drawn, 0.0);
    let letters: String = drawn.iter().map(|level| char::from(b'a' + level)).collect();
    calls.expect("levels", [letters], &drawn, 0.0);
    let mut strange = vec![0; DIGIT_PIXELS];
    strange[0] = 1;
    calls.expect("levels", ["%00<b>"], strange, 0.0);
    calls.expect("levels", ["p999p999"], vec![15; DIGIT_PIXELS], 0.0);
    calls.expect("levels", [""], vec![0; DIGIT_PIXELS], 0.0);
    let levels = [0, 3, 15];
    calls.expect("ink", json!([levels, "usual"]), [0.0, 0.2, 1.0], 1e-7);
    calls.expect("ink", json!([levels, "swapped"]), [1.0, 0.8, 0.0], 1e-7);
    calls.expect("ink", json!([levels, "bytes"]), [0.0, 51.0, 255.0], 1e-7);
    let summary = json!({"shape": [1, 4], "mean": 1.0, "low": -2.0, "high": 4.0});
    let value = json!({"shape": [1, 4], "values": [1.0, -2.0, 4.0, 1.0]});
    calls.expect("summary", [value], summary, 1e-12);
    calls.agree("freezing");
}
