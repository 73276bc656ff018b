//! Each activation against its closed form, finite differences and scipy, on each CPU device.

use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::{
    Activation, ActivationConfig, Draw, Elu, LreluConfig, PreluConfig, RreluConfig, Sharing,
    Slopes, Softmax, derivative_by_autodiff, elu, sigmoid,
};

use crate::{alone, devices};

fn lrelu(slope: f64) -> ActivationConfig {
    ActivationConfig::Lrelu(LreluConfig { slope })
}

fn prelu(slope: f64) -> ActivationConfig {
    let sharing = Sharing::Shared;
    ActivationConfig::Prelu(PreluConfig { slope, sharing })
}

fn softmax(temperature: f64) -> ActivationConfig {
    ActivationConfig::Softmax(Softmax { temperature })
}

/// Every function of one number, with settings on and off their defaults.
fn functions() -> Vec<ActivationConfig> {
    vec![
        ActivationConfig::Identity,
        ActivationConfig::Sigmoid,
        ActivationConfig::Relu,
        ActivationConfig::LRELU,
        lrelu(0.18),
        ActivationConfig::PRELU,
        prelu(-0.5),
        ActivationConfig::RRELU,
        ActivationConfig::Rrelu(RreluConfig::AS_WRITTEN),
        ActivationConfig::ELU,
        ActivationConfig::Elu(Elu { alpha: 0.3 }),
    ]
}

/// From -8 to 8 in steps of 1/8, with 0 in it: all exact in 32 bits.
fn grid() -> Vec<f32> {
    (-64_i16..=64).map(|i| f32::from(i) / 8.0).collect()
}

/// The function as at test: RReLU frozen.
fn in_evaluation(config: ActivationConfig, device: &Device) -> Activation {
    use burn::module::Module;
    config.init(1, device).freeze()
}

fn forward(activation: &Activation, xs: &[f32], device: &Device) -> Vec<f32> {
    let x = Tensor::<1>::from_data(TensorData::new(xs.to_vec(), [xs.len()]), device);
    activation.forward(x).into_data().iter::<f32>().collect()
}

fn assert_close(found: f32, expected: f64, about: &str) {
    let tolerance = 1e-6 * expected.abs().max(1.0);
    assert!(
        (f64::from(found) - expected).abs() <= tolerance,
        "{about}: {found}, not {expected}"
    );
}

#[test]
fn the_modules_agree_with_the_closed_forms() {
    for device in devices() {
        for config in functions() {
            let ys = forward(&in_evaluation(config, &device), &grid(), &device);
            for (x, y) in grid().into_iter().zip(ys) {
                let expected = config.value(x.into()).expect("a function of one number");
                assert_close(y, expected, &format!("{config} at {x}"));
            }
        }
    }
}

#[test]
fn autodiff_agrees_with_the_closed_derivatives_kinks_included() {
    for device in devices() {
        for config in functions() {
            let activation = in_evaluation(config, &device);
            let slopes = derivative_by_autodiff(&activation, &grid(), &device);
            for (x, slope) in grid().into_iter().zip(slopes) {
                let expected = config
                    .derivative(x.into())
                    .expect("a function of one number");
                assert_close(slope, expected, &format!("{config}' at {x}"));
            }
        }
    }
}

#[test]
fn closed_derivatives_agree_with_finite_differences_away_from_the_kink() {
    let h = 1e-6;
    for config in functions() {
        let f = |x| config.value(x).expect("a function of one number");
        for x in grid().into_iter().map(f64::from).filter(|x| *x != 0.0) {
            let difference = (f(x + h) - f(x - h)) / (2.0 * h);
            let derivative = config.derivative(x).expect("a function of one number");
            assert!((difference - derivative).abs() < 1e-8, "{config} at {x}");
        }
    }
}

#[test]
fn at_the_kink_autodiff_returns_what_the_pages_say() {
    let _alone = alone(); // RReLU draws.
    let expected = [
        (ActivationConfig::Relu, 0.0),
        (ActivationConfig::LRELU, 1.0),
        (ActivationConfig::PRELU, 1.0),
        (ActivationConfig::RRELU, 1.0),
        (ActivationConfig::ELU, 1.0),
        (ActivationConfig::Elu(Elu { alpha: 0.3 }), 0.3),
    ];
    for device in devices() {
        for (config, slope) in expected {
            let at_zero = derivative_by_autodiff(&config.init(1, &device), &[0.0, -0.0], &device);
            assert_eq!(at_zero, [slope, slope], "{config}");
        }
    }
}

#[test]
fn all_are_continuous_and_rise_unless_their_slope_is_negative() {
    for config in functions() {
        let f = |x| config.value(x).expect("a function of one number");
        assert!((f(1e-9) - f(-1e-9)).abs() < 1e-8, "{config} jumps at 0");
        let falls = f(-1.0) > f(0.0);
        let rises = grid().windows(2).all(|x| f(x[0].into()) <= f(x[1].into()));
        assert_eq!(rises, !falls, "{config}");
    }
}

#[test]
fn large_inputs_give_finite_values_and_gradients() {
    let _alone = alone(); // RReLU draws.
    let xs = [-1e4, -200.0, 89.0, 200.0, 1e4];
    for device in devices() {
        for config in functions() {
            let activation = config.init(1, &device);
            let slopes = derivative_by_autodiff(&activation, &xs, &device);
            let ys = forward(&activation, &xs, &device);
            let all = ys.iter().chain(&slopes).all(|number| number.is_finite());
            assert!(all, "{config}: {ys:?}, {slopes:?}");
        }
    }
}

/// The reason why ELU is not Burn's; when this fails, Burn's can be taken.
#[test]
fn the_gradient_of_burns_own_elu_is_nan_where_the_exponential_overflows() {
    let x = Tensor::<1>::from_data([100.0], &Device::flex().autodiff()).require_grad();
    let gradients = burn::tensor::activation::elu(x.clone(), 1.0)
        .sum()
        .backward();
    let slope = x
        .grad(&gradients)
        .expect("x requires a gradient")
        .into_scalar::<f32>();
    assert!(slope.is_nan(), "{slope}");
}

/// The numbers of `scripts/core_oracles.py`.
#[test]
fn sigmoid_and_elu_agree_with_scipy() {
    let table = [
        // x, expit(x), expit'(x), expm1(x) or x
        (-40.0, 4.248354255291589e-18, 4.248354255291589e-18, -1.0),
        (
            -5.0,
            0.0066928509242848554,
            0.006648056670790155,
            -0.9932620530009145,
        ),
        (
            -1.5,
            0.18242552380635635,
            0.14914645207033284,
            -0.7768698398515702,
        ),
        (
            -0.1,
            0.47502081252106,
            0.24937604019289197,
            -0.09516258196404043,
        ),
        (0.0, 0.5, 0.25, 0.0),
        (1.5, 0.8175744761936437, 0.14914645207033284, 1.5),
    ];
    for (x, value, derivative, elu_value) in table {
        assert!((sigmoid::value(x) - value).abs() <= 1e-15 * value, "{x}");
        assert!(
            (sigmoid::derivative(x) - derivative).abs() <= 1e-14 * derivative,
            "{x}"
        );
        assert!((elu::value(1.0, x) - elu_value).abs() <= 1e-15, "{x}");
    }
}

#[test]
fn the_derivative_of_sigmoid_is_at_most_a_quarter_and_small_where_saturated() {
    let largest = grid()
        .into_iter()
        .map(|x| sigmoid::derivative(x.into()))
        .fold(0.0, f64::max);
    assert_eq!(largest, 0.25);
    let edge = sigmoid::saturated_beyond(0.01);
    assert!((sigmoid::derivative(edge) - 0.01).abs() < 1e-14, "{edge}");
    assert_eq!(sigmoid::saturated_beyond(0.25), 0.0);
    assert_eq!(sigmoid::saturated_beyond(1.0), 0.0);
}

#[test]
fn an_activation_made_on_a_plain_device_can_be_differentiated() {
    let device = Device::flex();
    let slopes =
        derivative_by_autodiff(&ActivationConfig::PRELU.init(1, &device), &[-1.0], &device);
    assert_eq!(slopes, [0.25]);
    let softmax = Activation::Softmax(Softmax::PLAIN);
    let row = derivative_by_autodiff(&softmax, &[1.0, 2.0], &device);
    assert!(row.iter().all(|slope| slope.abs() < 1e-7), "{row:?}");
}

#[test]
fn what_is_written_reads_back() {
    let table = [
        ("identity", ActivationConfig::Identity),
        ("sigmoid", ActivationConfig::Sigmoid),
        ("relu", ActivationConfig::Relu),
        ("lrelu", ActivationConfig::LRELU),
        ("lrelu(0.3333333333333333)", lrelu(1.0 / 3.0)),
        ("lrelu(0)", lrelu(0.0)),
        ("prelu", ActivationConfig::PRELU),
        ("prelu(-0.5)", prelu(-0.5)),
        ("rrelu", ActivationConfig::RRELU),
        ("elu", ActivationConfig::ELU),
        ("elu(0.5)", ActivationConfig::Elu(Elu { alpha: 0.5 })),
        ("softmax", ActivationConfig::SOFTMAX),
        ("softmax(0.38)", softmax(0.38)),
    ];
    for (text, config) in table {
        assert_eq!(text.parse(), Ok(config), "{text}");
        assert_eq!(config.to_string(), text);
    }
}

#[test]
fn a_text_without_sense_is_refused_in_a_sentence() {
    for text in [
        "", "tanh", "ReLU", "relu(", "relu(1)", "lrelu()", "lrelu(a)", "elu(1;2)", "rrelu(8)",
    ] {
        let refusal = text.parse::<ActivationConfig>().map_err(|e| e.to_string());
        let sentence = format!(
            "`{text}` is no activation function: known are identity, sigmoid, relu, lrelu, prelu, \
             rrelu, elu, softmax, some with a number as in lrelu(0.18)"
        );
        assert_eq!(refusal, Err(sentence));
    }
}

#[test]
fn settings_without_sense_are_refused_in_a_sentence() {
    let rrelu = |slopes| {
        ActivationConfig::Rrelu(RreluConfig {
            slopes,
            draw: Draw::Element,
        })
    };
    let reciprocal = |lower, upper| rrelu(Slopes::Reciprocal { lower, upper });
    let uniform = |lower, upper| rrelu(Slopes::Uniform { lower, upper });
    let table = [
        (
            lrelu(f64::NAN),
            "lrelu(NaN)`: the slope must be a finite number, and is NaN",
        ),
        (
            prelu(f64::INFINITY),
            "the initial slope must be a finite number, and is inf",
        ),
        (
            ActivationConfig::Elu(Elu { alpha: 0.0 }),
            "the alpha must be above 0 and finite, and is 0",
        ),
        (
            softmax(-1.0),
            "the temperature must be above 0 and finite, and is -1",
        ),
        (
            softmax(f64::INFINITY),
            "the temperature must be above 0 and finite, and is inf",
        ),
        (
            reciprocal(0.0, 8.0),
            "its range of divisors must be above 0, and is 0..8",
        ),
        (reciprocal(8.0, 3.0), "the lower one first, and is 8..3"),
        (
            reciprocal(3.0, f64::INFINITY),
            "the lower one first, and is 3..inf",
        ),
        (uniform(2.0, 2.0), "the lower one first, and is 2..2"),
        (uniform(f64::NAN, 1.0), "the lower one first, and is NaN..1"),
    ];
    for (config, reason) in table {
        let refusal = config.validate().map_err(|e| e.to_string());
        assert!(refusal.is_err_and(|e| e.ends_with(reason)), "{config}");
    }
    assert!("elu(-1)".parse::<ActivationConfig>().is_err());
}
