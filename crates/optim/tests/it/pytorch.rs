//! PyTorch's Adam in 64 bits; `scripts/adam_oracle.py` prints the numbers, last run with torch
//! 2.15.0.

use burn::optim::{AdamConfig, Optimizer};
use retrace_optim::Adam;

use crate::{config, numbers, tensor};

/// Steps, and four parameters after them.
type After = (usize, [f64; 4]);

#[rustfmt::skip]
const DEFAULTS: [After; 3] = [
    (1, [9.900000010e-01, 5.503023012e-01, -4.061468366e-01, -9.799924966e-01]),
    (2, [9.800171966e-01, 5.441598194e-01, -4.064073488e-01, -9.821242321e-01]),
    (10, [9.005155481e-01, 4.890998835e-01, -3.970168229e-01, -9.777734343e-01]),
];

#[rustfmt::skip]
const OTHERS: [After; 3] = [
    (1, [9.009764557e-01, 6.358872985e-01, -3.162466829e-01, -8.900270490e-01]),
    (2, [8.029321526e-01, 5.702778939e-01, -3.251656791e-01, -9.171014099e-01]),
    (10, [1.159801670e-01, 8.937438256e-02, -2.546260330e-01, -8.817386683e-01]),
];

/// The script's gradient.
fn gradient(step: usize, parameter: &[f32]) -> Vec<f32> {
    let wave = |index: usize| 10f64.powi(index as i32 - 2) * ((3 * step + index) as f64).sin();
    let numbers = parameter.iter().enumerate();
    numbers
        .map(|(index, w)| (wave(index) + 0.1 * f64::from(*w)) as f32)
        .collect()
}

fn assert_agrees(config: &AdamConfig, rate: f64, expected: &[After]) {
    let start: Vec<f32> = (0..4).map(|index| f64::from(index).cos() as f32).collect();
    let optimizer = Adam::new(config);
    let mut found = (tensor(&start), None);
    for step in 1..=10 {
        let gradient = tensor(&gradient(step, &numbers(&found.0)));
        found = optimizer.step(rate, found.0, gradient, found.1);
        let Some((_, expected)) = expected.iter().find(|after| after.0 == step) else {
            continue;
        };
        for (found, expected) in numbers(&found.0).iter().zip(expected) {
            // Roundings of 6e-8 at each step, and those of the betas: 1 - 0.999 in 32 bits is
            // off by 1.3e-5 of its size, of which the correction takes out nearly all.
            let difference = (f64::from(*found) - expected).abs();
            assert!(
                difference < 1e-6,
                "{config}, step {step}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn the_paths_are_pytorchs() {
    assert_agrees(&config(), 0.01, &DEFAULTS);
    let others = AdamConfig::new().with_beta_1(0.8).with_beta_2(0.95);
    assert_agrees(&others.with_epsilon(1e-3), 0.1, &OTHERS);
}
