//! What Kingma & Ba's algorithm promises; and the same bits on any number of threads.

use burn::optim::Optimizer;
use rayon::ThreadPoolBuilder;
use retrace_optim::Adam;

use crate::{RATE, config, noise, numbers, tensor, trained};

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
fn one_two_and_four_threads_give_the_same_bits() {
    let count = 200_001;
    let results = [1, 2, 4].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            assert_eq!(rayon::current_num_threads(), threads);
            let gradients = (1..4).map(|seed| tensor(&noise(count, seed)));
            trained(&Adam::new(&config()), tensor(&noise(count, 0)), gradients)
        })
    });
    assert!(results[0] == results[1] && results[0] == results[2]);
}
