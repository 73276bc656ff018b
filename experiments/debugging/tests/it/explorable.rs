//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use burn::tensor::Device;
use debugging::hand::{OnesByHand, Weights};
use debugging::network::{CLASSES, MAPS, Network, NetworkConfig, TAPS, input};
use debugging::ones::Softmaxes;
use retrace_core::activation::{ActivationConfig, relu};
use retrace_inspect::record;
use retrace_test_support::explorable::Calls;
use serde_json::{Value, json};

/// By hand the program computes in 64 bits throughout; the page gives maps of 32 bits to the next layer.
const BY_HAND: f64 = 1e-6;
/// Burn adds up in 32 bits: 288 rounded products in conv2.
const BURN: f64 = 1e-5;

/// Ink without a pattern, in steps of a 255th as in an image, none in the upper rows.
fn image(phase: f64) -> Vec<f32> {
    let level = |at: usize| (200.0 * (phase + 1.7 * at as f64).sin()).max(0.0).round();
    let levels = (0..28 * 28).map(|at| if at < 200 { 0.0 } else { level(at) });
    levels.map(|level| level as f32 / 255.0).collect()
}

/// The post's network with weights and biases of its own, and ReLU.
fn network() -> Network {
    let device = Device::flex();
    device.seed(3);
    let config = NetworkConfig {
        activation: ActivationConfig::Relu,
        ..NetworkConfig::split()
    };
    config.init(&device)
}

fn given(weights: &Weights) -> Value {
    let [(kernels1, biases1), (kernels2, biases2)] = &weights.convolutions;
    json!({
        "kernels1": kernels1.values, "biases1": biases1,
        "kernels2": kernels2.values, "biases2": biases2,
    })
}

/// Layers as the page has them, from lists in the order of [`TAPS`].
fn layers(taps: &[Vec<f64>]) -> Value {
    json!({
        "conv1": { "side": 26, "maps": 32, "before": taps[0], "after": taps[1] },
        "conv2": { "side": 24, "maps": 64, "before": taps[2], "after": taps[3] },
        "pool": { "side": 12, "maps": 64, "after": taps[4] },
    })
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_has_the_maps_of_the_network() {
    let mut calls = Calls::default();
    let (network, image, before) = (network(), image(0.0), image(0.4));
    let weights = Weights::from_network(&network);
    let by_hand = layers(&weights.stages(&image, relu::value));
    calls.expect(
        "network",
        json!([image, given(&weights)]),
        &by_hand,
        BY_HAND,
    );
    // While a digit is drawn, only what changed is computed: here the lower half, or a pixel.
    let mut dotted = image.clone();
    dotted[400] += 0.5;
    let half: Vec<f32> = image[..400].iter().chain(&before[400..]).copied().collect();
    for before in [half, dotted, image.clone()] {
        let arguments = json!([before, image, given(&weights)]);
        calls.expect("redrawn", arguments, &by_hand, BY_HAND);
    }
    let x = input(&image, &Device::flex());
    let burn = record(&network, x, Network::forward, &TAPS).unwrap();
    let burn: Vec<Vec<f64>> = burn.iter().map(|tap| tap.iter::<f64>().collect()).collect();
    calls.expect(
        "network",
        json!([image, given(&weights)]),
        layers(&burn),
        BURN,
    );
    let mut turned = weights.clone();
    for (kernels, _) in &mut turned.convolutions {
        kernels.values.chunks_mut(9).for_each(<[f64]>::reverse);
    }
    calls.expect("turned", [given(&weights)], given(&turned), 0.0);
    calls.agree("debugging");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_writes_out_the_sum_behind_a_pixel() {
    let mut calls = Calls::default();
    let (network, image) = (network(), image(0.0));
    let weights = Weights::from_network(&network);
    let stages = weights.stages(&image, relu::value);
    let [_, (_, biases)] = &weights.convolutions;
    for map in [0, 40] {
        // Of max-pool, the largest: its sum stands before ReLU of conv2.
        let pooled = &stages[4][map * 144..][..144];
        let at = (0..144)
            .max_by(|a, b| pooled[*a].total_cmp(&pooled[*b]))
            .unwrap();
        let (x, y) = (at % 12, at / 12);
        let four = [0, 1, 24, 25].map(|step| stages[3][(map * 24 + 2 * y) * 24 + 2 * x + step]);
        let place = json!({ "layer": "pool", "map": map, "x": x, "y": y });
        let given = json!([image, given(&weights), layers(&stages), place]);
        let (sum, bias) = (pooled[at], biases[map]);
        let expected = json!({ "sum": sum, "bias": bias, "products": sum - bias, "four": four });
        calls.expect("pixel", given, expected, BY_HAND);
    }
    let (kernels, biases) = &weights.convolutions[0];
    let [map, x, y] = [7, 11, 13];
    let window = [0, 1, 2]
        .map(|row| &image[(y + row) * 28 + x..][..3])
        .concat();
    let kernel = &kernels.values[map * 9..][..9];
    let products: Vec<f64> = window
        .iter()
        .zip(kernel)
        .map(|(a, k)| f64::from(*a) * k)
        .collect();
    let place = json!({ "layer": "conv1", "map": map, "x": x, "y": y });
    let given = json!([image, given(&weights), layers(&stages), place]);
    let expected = json!({
        "terms": [{ "window": window, "kernel": kernel, "products": products }],
        "bias": biases[map], "sum": stages[0][(map * 26 + y) * 26 + x],
    });
    calls.expect("pixel", given, expected, BY_HAND);
    calls.agree("debugging");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_counts_as_the_network_of_ones() {
    let mut calls = Calls::default();
    let image = image(0.0);
    let binary: Vec<f32> = image
        .iter()
        .map(|ink| f32::from(u8::from(*ink > 0.0)))
        .collect();
    calls.expect("binary", [&image], &binary, 0.0);
    let ones = Weights::from_network(&NetworkConfig::ones().init(&Device::flex()));
    calls.expect("ones", json!([]), given(&ones), 0.0);
    let by_hand = OnesByHand::from_image(&binary);
    let conv1 = by_hand.conv1.repeated(MAPS[0]).values;
    let conv2 = by_hand.conv2.repeated(MAPS[1]).values;
    let pool = by_hand.pool.repeated(MAPS[1]).values;
    let all = layers(&[conv1.clone(), conv1, conv2.clone(), conv2, pool]);
    calls.expect("network", json!([binary, given(&ones)]), &all, 0.0);
    calls.expect("logitsOfOnes", [&all], [by_hand.dense2; CLASSES], 0.0);
    calls.agree("debugging");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_takes_softmax_in_four_ways() {
    let mut calls = Calls::default();
    let small = [0.3, -1.0, 2.5, 0.0];
    // In 32 bits e^100 is infinite.
    let large = [100.0, 99.0, -3.0, 0.5];
    for logits in [small, large, [1_125_122_048.0; 4], [0.0; 4]] {
        let each = (0..4).map(|class| {
            let mut logits = logits;
            logits.rotate_left(class);
            Softmaxes::new(&logits)
        });
        let each: Vec<Softmaxes> = each.collect();
        let list = |of: fn(&Softmaxes) -> Option<f64>| -> Option<Vec<f64>> {
            each.iter().map(of).collect()
        };
        let expected = json!({
            "plain32": list(|s| s.plain32), "plain64": list(|s| s.plain64),
            "divided": list(|s| Some(s.divided)), "subtracted": list(|s| Some(s.subtracted)),
        });
        calls.expect("softmaxes", [logits], expected, BY_HAND);
    }
    calls.agree("debugging");
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_counts_maps_of_zeros_and_measures_differences() {
    let mut calls = Calls::default();
    let layer = |after: [f64; 8]| json!([{ "side": 2, "maps": 2, "after": after }]);
    calls.expect(
        "dead",
        layer([0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0]),
        1,
        0.0,
    );
    calls.expect("dead", layer([0.0; 8]), 2, 0.0);
    calls.expect("difference", json!([[1.0, -4.5], [1.0, -4.0]]), 0.125, 0.0);
    calls.expect("difference", json!([[0.0], [0.0]]), 0, 0.0);
    calls.agree("debugging");
}
