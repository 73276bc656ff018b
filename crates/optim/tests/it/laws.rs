//! What the papers' algorithms promise; and the same bits on any number of threads.

use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamWConfig, Optimizer, SgdConfig};
use rayon::ThreadPoolBuilder;
use retrace_optim::{Adam, AdamW, Sgd};

use crate::{RATE, config, methods, noise, numbers, tensor};

#[test]
fn the_first_step_is_as_long_as_the_rate_against_the_sign_of_the_gradient() {
    let gradient = [1e-4, -1e-4, 0.3, -2.0, 5e6, -1e10, 0.0, -0.0];
    let optimizer = Adam::new(&config());
    let (parameter, _) = optimizer.step(RATE, tensor(&[0.0; 8]), tensor(&gradient), None);
    for (moved, gradient) in numbers(&parameter).iter().zip(gradient) {
        let sign = if gradient == 0.0 {
            0.0
        } else {
            gradient.signum()
        };
        // Epsilon, 1e-8, shortens the step where the gradient is 1e-4.
        let expected = -(RATE as f32) * sign;
        assert!(
            (moved - expected).abs() < 2e-4 * RATE as f32,
            "{gradient}: {moved}"
        );
    }
}

#[test]
fn the_scale_of_the_gradients_does_not_matter() {
    let optimizer = Adam::new(&config().with_epsilon(0.0));
    let path = |scale: f32| {
        let mut found = (tensor(&[0.0; 9]), None);
        for seed in 1..20 {
            let gradient = tensor(&noise(9, seed)).mul_scalar(scale);
            found = optimizer.step(RATE, found.0, gradient, found.1);
        }
        numbers(&found.0)
    };
    // A power of two, which no rounding sees: neither here nor, squared, in the second moment.
    assert_eq!(path(1.0), path(1024.0));
}

#[test]
fn a_constant_gradient_moves_by_the_rate_at_each_step() {
    // Both moments, corrected, are then the gradient and its square.
    let optimizer = Adam::new(&config());
    let mut found = (tensor(&[0.0]), None);
    for time in 1..=500u16 {
        found = optimizer.step(RATE, found.0, tensor(&[0.7]), found.1);
        let expected = -RATE as f32 * f32::from(time);
        let moved = numbers(&found.0)[0];
        assert!(
            (moved / expected - 1.0).abs() < 1e-4,
            "step {time}: {moved}"
        );
    }
}

#[test]
fn a_bowl_is_descended_to_its_bottom() {
    let bottom = [0.3, -1.2, 2.0];
    let optimizer = Adam::new(&config());
    let mut found = (tensor(&[0.0; 3]), None);
    for _ in 0..3000 {
        let gradient = found.0.clone() - tensor(&bottom);
        found = optimizer.step(RATE, found.0, gradient, found.1);
    }
    for (found, bottom) in numbers(&found.0).iter().zip(bottom) {
        assert!((found - bottom).abs() < 1e-3, "{found}, not {bottom}");
    }
}

#[test]
fn decoupled_decay_shrinks_what_has_no_gradient_by_its_share() {
    let optimizer = AdamW::new(&AdamWConfig::new().with_weight_decay(0.5));
    let mut found = (tensor(&[1.0, -2.0]), None);
    for _ in 0..10 {
        found = optimizer.step(0.1, found.0, tensor(&[0.0, 0.0]), found.1);
    }
    let share = (1.0 - 0.1 * 0.5f64).powi(10) as f32;
    for (found, expected) in numbers(&found.0).iter().zip([share, -2.0 * share]) {
        assert!(
            (found / expected - 1.0).abs() < 1e-6,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn momentum_gathers_a_geometric_series() {
    // Without dampening the velocity under a gradient of 1 is 1 + μ + μ² + ...
    let momentum = MomentumConfig::new().with_momentum(0.5).with_dampening(0.0);
    let plain = SgdConfig::new().with_momentum(Some(momentum.clone()));
    let nesterov = SgdConfig::new().with_momentum(Some(momentum.with_nesterov(true)));
    for (config, expected) in [(plain, [1.0, 2.5, 4.25]), (nesterov, [1.5, 3.25, 5.125])] {
        let optimizer = Sgd::new(&config);
        let mut found = (tensor(&[0.0]), None);
        for expected in expected {
            found = optimizer.step(1.0, found.0, tensor(&[1.0]), found.1);
            assert_eq!(numbers(&found.0), [-expected], "{config}");
        }
    }
}

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    let count = 200_001;
    let results = [1, 2, 4].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            assert_eq!(rayon::current_num_threads(), threads);
            let gradients = [1, 2, 3].map(|seed| tensor(&noise(count, seed)));
            let results = methods().into_iter().map(|method| {
                let [ours, _] = method.both(&tensor(&noise(count, 0)), &gradients);
                ours
            });
            results.collect::<Vec<_>>()
        })
    });
    assert!(results[0] == results[1] && results[0] == results[2]);
}
