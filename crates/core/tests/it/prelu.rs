//! PReLU's gradient against the paper's equation; that its slope trains, freezes and is saved.

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{Activation, ActivationConfig, PRelu, PreluConfig, prelu};

use crate::autodiff_devices;

const PER_CHANNEL: ActivationConfig = ActivationConfig::Prelu(PreluConfig::PER_CHANNEL);

/// Two examples, two channels, three positions; a zero among them.
const X: [[[f64; 3]; 2]; 2] = [
    [[-1.0, 2.0, -3.0], [0.5, -0.25, 0.0]],
    [[4.0, -0.5, 1.0], [-2.0, -1.5, 3.0]],
];
/// dE/df at each of them.
const UPSTREAM: [[[f64; 3]; 2]; 2] = [
    [[0.5, 1.0, -2.0], [1.5, 3.0, 7.0]],
    [[1.0, 0.25, -1.0], [-0.5, 2.0, 1.0]],
];

fn tensor(values: [[[f64; 3]; 2]; 2], device: &Device) -> Tensor<3> {
    Tensor::from_data(values, device)
}

/// dE/da by autodiff, E being the sum of `UPSTREAM * f(X)`.
fn gradient_by_autodiff(config: ActivationConfig, device: &Device) -> Vec<f64> {
    let activation = config.init(2, device);
    let loss = (activation.forward(tensor(X, device)) * tensor(UPSTREAM, device)).sum();
    let gradients = loss.backward();
    let slopes = slopes_of(&activation);
    let gradient = slopes
        .alpha
        .val()
        .grad(&gradients)
        .expect("the slope is trainable");
    gradient.into_data().iter::<f64>().collect()
}

fn slopes_of(activation: &Activation) -> &PRelu {
    match activation {
        Activation::Prelu(layer) => layer,
        other => panic!("{other:?} is no PReLU"),
    }
}

/// The values of one channel over examples and positions.
fn channel(values: [[[f64; 3]; 2]; 2], channel: usize) -> Vec<f64> {
    values.iter().flat_map(|example| example[channel]).collect()
}

#[test]
fn the_gradient_of_a_shared_slope_is_the_papers_sum() {
    let expected = prelu::slope_gradient(
        X.as_flattened().as_flattened(),
        UPSTREAM.as_flattened().as_flattened(),
    );
    // By hand: -0.5 + 6 - 0.75 - 0.125 + 1 - 3.
    assert_eq!(expected, 2.625);
    for device in autodiff_devices() {
        assert_eq!(
            gradient_by_autodiff(ActivationConfig::PRELU, &device),
            [expected]
        );
    }
}

#[test]
fn the_gradient_of_a_channels_slope_sums_over_that_channel() {
    let by_equation = |c| prelu::slope_gradient(&channel(X, c), &channel(UPSTREAM, c));
    let expected = [by_equation(0), by_equation(1)];
    assert_eq!(expected, [5.375, -2.75]);
    for device in autodiff_devices() {
        assert_eq!(gradient_by_autodiff(PER_CHANNEL, &device), expected);
    }
}

#[test]
fn slopes_start_at_a_quarter_one_or_one_per_channel() {
    let device = Device::flex();
    assert_eq!(
        ActivationConfig::PRELU.init(3, &device).learnt_slopes(),
        Some(vec![0.25])
    );
    assert_eq!(
        PER_CHANNEL.init(3, &device).learnt_slopes(),
        Some(vec![0.25; 3])
    );
    assert_eq!(
        ActivationConfig::Relu.init(3, &device).learnt_slopes(),
        None
    );
}

/// One step of plain gradient descent on the loss above.
fn after_a_step(activation: Activation, device: &Device) -> Activation {
    let x = tensor(X, device).require_grad();
    let loss = (activation.forward(x) * tensor(UPSTREAM, device)).sum();
    let gradients = GradientsParams::from_grads(loss.backward(), &activation);
    SgdConfig::new().init().step(0.1, activation, gradients)
}

#[test]
fn the_slope_trains_and_a_frozen_clone_does_not() {
    let device = Device::flex().autodiff();
    let activation = ActivationConfig::PRELU.init(2, &device);
    let frozen = after_a_step(activation.clone().freeze(), &device);
    assert_eq!(frozen.learnt_slopes(), Some(vec![0.25]));
    let trained = after_a_step(activation, &device)
        .learnt_slopes()
        .expect("PReLU has slopes");
    assert!(
        (trained[0] - (0.25 - 0.1 * 2.625)).abs() < 1e-7,
        "{trained:?}"
    );
}

#[test]
fn the_slope_is_saved_with_the_module() {
    let device = Device::flex().autodiff();
    let trained = after_a_step(PER_CHANNEL.init(2, &device), &device);
    let record = trained.clone().into_record();
    let loaded = PER_CHANNEL.init(2, &device).load_record(record);
    assert_eq!(loaded.learnt_slopes(), trained.learnt_slopes());
    assert_ne!(loaded.learnt_slopes(), Some(vec![0.25; 2]));
}
