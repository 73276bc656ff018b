//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::Device;
use regularization::config::Config;
use regularization::network::{Layers, network};
use regularization::penalties::Method;
use regularization::points::Source;
use regularization::pruning::prune;
use regularization::training::Fit;
use retrace_lab::{Config as _, Preset, Task};
use retrace_test_support::explorable::Calls;
use serde_json::json;

const STEPS: [u64; 3] = [1, 7, 40];

/// The network after so many of the run's own steps.
fn trained(fit: &Fit<'_>, layers: &Layers, steps: u64) -> Layers {
    let device = Device::flex().autodiff();
    let mut network = layers.network(&device).unwrap();
    let mut sgd = SgdConfig::new().init();
    for step in 0..steps {
        let gradients = fit.loss(&network, step).backward();
        let gradients = GradientsParams::from_grads(gradients, &network);
        network = sgd.step(fit.learning_rate(step), network, gradients);
    }
    Layers::from_network(&network)
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_trains_measures_and_prunes() {
    let config = Config::preset(Preset::Post);
    let device = Device::flex();
    device.seed(0);
    let layers = Layers::from_network(&network(&config.sizes(), &device).unwrap());
    let samples = Source::Recipe.samples(&config, 0);
    let (train, test) = (samples.train(), samples.test());
    let mut calls = Calls::default();
    for method in Method::ALL {
        let penalty = method.penalty(&config);
        let fit = Fit::new(method.name(), &config, penalty, &train, &device);
        let settings = json!({
            "method": method.name(), "lambda": config.lambda, "share": config.l1_share,
            "rate": config.learning_rate,
        });
        for steps in STEPS {
            let expected = trained(&fit, &layers, steps);
            // The run computes in 32 bits, 40 steps of which each builds on the one before.
            calls.expect(
                "trained",
                json!([layers, train, settings, steps]),
                &expected,
                2e-5,
            );
            let line = expected.line();
            calls.expect("line", [&expected], line, 1e-9);
            calls.expect(
                "totalError",
                json!([line, test]),
                line.total_error(&test),
                1e-9,
            );
            let weights: Vec<f64> = expected.weights().collect();
            let value = penalty.value(&weights);
            calls.expect("penalty", json!([expected, settings]), value, 1e-9);
        }
    }
    // Thresholds that take out nothing, something, and more than the tolerance allows.
    for threshold in [0.01, 0.3, 0.5, 10.0] {
        for tolerance in [0.2, 100.0] {
            let pruned = prune(&layers, train.range(), threshold, tolerance);
            let (low, high) = train.range();
            let given = json!([layers, [low, high], threshold, tolerance]);
            calls.expect("prune", given, pruned, 1e-9);
        }
    }
    calls.agree("regularization");
}
