//! RReLU: what it draws, who shares a draw, what its gradient is, what it does at test.

use std::sync::MutexGuard;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{
    ActivationConfig, Draw, LreluConfig, Rrelu, RreluConfig, Slopes, derivative_by_autodiff,
};

use crate::alone;

/// What Burn's own RReLU draws by default.
const BURN: Slopes = Slopes::Uniform {
    lower: 1.0 / 8.0,
    upper: 1.0 / 3.0,
};

fn seeded(seed: u64) -> (Device, MutexGuard<'static, ()>) {
    let alone = alone();
    let device = Device::flex().autodiff();
    device.seed(seed);
    (device, alone)
}

fn layer(slopes: Slopes, draw: Draw) -> Rrelu {
    RreluConfig { slopes, draw }.init()
}

/// The slopes of an input of -1s, sorted.
fn drawn(layer: &Rrelu, count: usize, device: &Device) -> Vec<f64> {
    let y = layer.forward(Tensor::<2>::full([1, count], -1.0, device));
    let mut slopes: Vec<f64> = y.into_data().iter::<f64>().map(|y| -y).collect();
    slopes.sort_by(f64::total_cmp);
    slopes
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[test]
fn slopes_stay_within_the_bounds_and_have_the_stated_mean() {
    let (device, _alone) = seeded(1);
    for slopes in [Slopes::PAPER, Slopes::AS_WRITTEN, BURN] {
        let drawn = drawn(&layer(slopes, Draw::Element), 20_000, &device);
        let (lower, upper) = slopes.bounds();
        let slack = 1e-6 * upper;
        assert!(
            drawn[0] >= lower - slack && drawn[19_999] <= upper + slack,
            "{slopes:?}"
        );
        // Six standard errors of the mean of a uniform number over the range.
        let tolerance = 6.0 * (upper - lower) / 12_f64.sqrt() / 20_000_f64.sqrt();
        assert!(
            (mean(&drawn) - slopes.mean()).abs() < tolerance,
            "{slopes:?}"
        );
    }
}

#[test]
fn the_papers_slopes_are_reciprocals_of_uniform_numbers_and_not_uniform() {
    let (device, _alone) = seeded(2);
    let paper = drawn(&layer(Slopes::PAPER, Draw::Element), 20_000, &device);
    let uniform = drawn(&layer(BURN, Draw::Element), 20_000, &device);
    // Half of the divisors are above 5.5; of U(1/8, 1/3) only 27 % lie below 1/5.5.
    let share_below = |slopes: &[f64]| {
        slopes.iter().filter(|slope| **slope < 1.0 / 5.5).count() as f64 / slopes.len() as f64
    };
    assert!(
        (share_below(&paper) - 0.5).abs() < 0.02,
        "{}",
        share_below(&paper)
    );
    assert!(
        (share_below(&uniform) - 0.2727).abs() < 0.02,
        "{}",
        share_below(&uniform)
    );
}

#[test]
fn a_draw_is_shared_as_configured() {
    let (device, _alone) = seeded(3);
    let x = || Tensor::<4>::full([2, 3, 4, 5], -1.0, &device);
    let distinct = |draw| {
        let y = layer(Slopes::PAPER, draw).forward(x()).into_data();
        let mut bits: Vec<u32> = y.iter::<f32>().map(f32::to_bits).collect();
        let channels_constant = bits
            .chunks(20)
            .all(|channel| channel.iter().all(|b| *b == channel[0]));
        bits.sort_unstable();
        bits.dedup();
        (bits.len(), channels_constant)
    };
    assert_eq!(distinct(Draw::Layer), (1, true));
    assert_eq!(distinct(Draw::Channel), (6, true));
    let (elements, constant) = distinct(Draw::Element);
    assert!(elements > 110 && !constant, "{elements} of 120");
}

#[test]
fn an_input_without_channels_draws_for_each_example() {
    let (device, _alone) = seeded(4);
    let (_, slopes) = layer(Slopes::PAPER, Draw::Channel).forward_with_slopes(Tensor::<1>::full(
        [7],
        -1.0,
        &device,
    ));
    assert_eq!(slopes.dims(), [7]);
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_seed_others() {
    let run = |seed| {
        let (device, _alone) = seeded(seed);
        drawn(&RreluConfig::PAPER.init(), 64, &device)
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn successive_steps_draw_anew() {
    let (device, _alone) = seeded(5);
    let layer = layer(Slopes::PAPER, Draw::Layer);
    assert_ne!(drawn(&layer, 1, &device), drawn(&layer, 1, &device));
}

#[test]
fn positive_inputs_and_zero_pass_unchanged() {
    let (device, _alone) = seeded(6);
    let x = Tensor::<2>::from_data([[0.0, 0.5, 3.0]], &device);
    let y = RreluConfig::PAPER.init().forward(x.clone());
    assert_eq!(y.into_data(), x.into_data());
}

#[test]
fn the_gradient_is_the_drawn_slope_and_the_output_the_slope_times_the_input() {
    let (device, _alone) = seeded(9);
    let x = Tensor::<2>::from_data([[-2.0, 1.0, -0.5], [0.0, -4.0, 2.0]], &device).require_grad();
    for draw in [Draw::Element, Draw::Channel, Draw::Layer] {
        let (y, slopes) = layer(Slopes::PAPER, draw).forward_with_slopes(x.clone());
        let gradient = x
            .grad(&y.clone().sum().backward())
            .expect("x requires a gradient");
        let list = |data: Tensor<2>| data.into_data().iter::<f32>().collect::<Vec<_>>();
        let slopes = list(slopes.inner().expand([2, 3]));
        for (i, x) in list(x.clone()).into_iter().enumerate() {
            let slope = if x < 0.0 { slopes[i] } else { 1.0 };
            assert_eq!(list(gradient.clone())[i], slope, "{draw:?} at {x}");
            assert_eq!(list(y.clone())[i], slope * x, "{draw:?} at {x}");
        }
    }
}

#[test]
fn evaluation_is_lrelu_at_the_stated_slope() {
    let readings = [
        (RreluConfig::PAPER, 1.0 / 5.5),
        (RreluConfig::AS_WRITTEN, 5.5),
    ];
    let xs = [-3.0, -0.5, 0.0, 2.0];
    for (config, slope) in readings {
        assert!((config.test_slope() - slope).abs() < 1e-15, "{config:?}");
        let lrelu = ActivationConfig::Lrelu(LreluConfig { slope }).init(1, &Device::flex());
        let expected = lrelu
            .forward(Tensor::<1>::from_data(xs, &Device::flex()))
            .into_data();
        let on = |layer: &Rrelu, device: &Device| {
            let x = Tensor::<1>::from_data(xs, device);
            let (y, slopes) = layer.forward_with_slopes(x.clone());
            assert_eq!(slopes.dims(), [1]);
            assert_eq!(y.into_data(), expected, "with slopes");
            layer.forward(x).into_data()
        };
        let training = Device::flex().autodiff();
        assert_eq!(
            on(&config.init(), &Device::flex()),
            expected,
            "plain device"
        );
        assert_eq!(on(&config.init().freeze(), &training), expected, "frozen");
        assert_eq!(on(&config.init().valid(), &training), expected, "valid");
    }
}

#[test]
fn evaluation_draws_nothing() {
    let draw_after = |evaluate: bool| {
        let (device, _alone) = seeded(11);
        if evaluate {
            let x = Tensor::<1>::full([9], -1.0, &device);
            drop(RreluConfig::PAPER.init().freeze().forward(x));
        }
        drawn(&RreluConfig::PAPER.init(), 8, &device)
    };
    assert_eq!(draw_after(true), draw_after(false));
}

#[test]
fn the_mean_slope_is_above_the_slope_of_the_mean() {
    let slopes = Slopes::PAPER;
    // scripts/core_oracles.py, by quadrature.
    assert!((slopes.mean() - 0.19616585060234523).abs() < 1e-15);
    assert!(slopes.mean() > slopes.slope_of_mean());
    assert_eq!(slopes.bounds(), (1.0 / 8.0, 1.0 / 3.0));
}

#[test]
fn burns_own_rrelu_is_the_reading_with_uniform_slopes() {
    use burn::nn::activation::RReluConfig;
    let x = |device: &Device| Tensor::<2>::from_data([[-2.0, 1.0, -0.5], [0.0, -4.0, 2.0]], device);
    let ours = || {
        let (device, _alone) = seeded(13);
        layer(BURN, Draw::Element).forward(x(&device)).into_data()
    };
    let burns = || {
        let (device, _alone) = seeded(13);
        RReluConfig::new().init().forward(x(&device)).into_data()
    };
    assert_eq!(ours(), burns());
}

#[test]
fn a_derivative_in_training_lies_in_the_band() {
    let (device, _alone) = seeded(12);
    let activation = ActivationConfig::RRELU.init(1, &device);
    let slopes = derivative_by_autodiff(&activation, &[-1.0; 50], &device);
    assert!(
        slopes.iter().all(|slope| (0.1249..0.3334).contains(slope)),
        "{slopes:?}"
    );
}

/// The generator of the second device is another one; the laws are the same.
#[cfg(feature = "ndarray")]
#[test]
#[allow(deprecated)]
fn the_ndarray_device_draws_by_the_same_rules() {
    let _alone = alone();
    let device = Device::ndarray().autodiff();
    let run = |seed| {
        device.seed(seed);
        drawn(&RreluConfig::PAPER.init(), 5_000, &device)
    };
    let slopes = run(1);
    assert_eq!(slopes, run(1));
    assert_ne!(slopes, run(2));
    assert!(slopes[0] >= 0.1249 && slopes[4_999] <= 0.3334);
    assert!(
        (mean(&slopes) - Slopes::PAPER.mean()).abs() < 0.005,
        "{}",
        mean(&slopes)
    );
}
