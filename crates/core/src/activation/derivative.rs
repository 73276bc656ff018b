//! Derivatives taken by Burn's autodiff, for figures and to hold against the closed forms.

use burn::tensor::{Device, Tensor, TensorData};

use super::Activation;

/// `f'(x)` at each of `xs`, as Burn's autodiff sees it.
///
/// The derivative of `sum_i f(x_i)` with respect to each x is `f'(x_i)` for every function that
/// works element by element; softmax does not, and gives 0 everywhere. RReLU draws slopes, as in
/// training, unless it is frozen. `device` is the one the activation lives on.
pub fn derivative_by_autodiff(activation: &Activation, xs: &[f32], device: &Device) -> Vec<f32> {
    let device = device.clone().autodiff();
    let data = TensorData::new(xs.to_vec(), [xs.len()]);
    let x = Tensor::<1>::from_data(data, &device).require_grad();
    let gradients = activation.forward(x.clone()).sum().backward();
    let derivative = x
        .grad(&gradients)
        .expect("x was marked as requiring a gradient");
    derivative.into_data().iter::<f32>().collect()
}
