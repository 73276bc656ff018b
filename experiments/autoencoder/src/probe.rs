//! A network from inside: how large each layer's gradient is, and how many of its units are dead.
//!
//! A map that is zero in every pixel of every picture of a batch gets no gradient, and neither does
//! anything before it that goes through it alone: gradient descent cannot bring it back on pictures
//! like these.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use retrace_core::layer::gradient_norms;

use crate::loss::Loss;
use crate::network::Network;
use crate::outcome::Probe;

/// A pass of a batch forward and backward, without an update.
///
/// # Shapes
/// - inputs: `[batch, 1, height, width]`
/// - targets: `[batch, channels, height, width]`
pub fn probe(
    network: &Network,
    loss: Loss,
    (inputs, targets): (Tensor<4>, Tensor<4>),
    done: u64,
) -> Probe {
    let values = network.values(inputs);
    let output: Vec<f32> = values.output.clone().into_data().iter::<f32>().collect();
    let activity = values.hidden.into_iter().map(activity);
    let (dead, zero) = activity.unzip();
    let gradients = loss.of(values.output, targets).backward();
    let gradients = GradientsParams::from_grads(gradients, network);
    let norms = gradient_norms(network, &gradients).into_iter();
    let norms = norms.filter(|(path, _)| path.ends_with("weight"));
    let finite = output.iter().all(|value| value.is_finite());
    let (low, high) = crate::score::range(&output);
    Probe {
        done,
        gradients: norms
            .map(|(_, norm)| Some(norm).filter(|norm| norm.is_finite()))
            .collect(),
        dead,
        zero,
        range: finite.then_some((low.into(), high.into())),
    }
}

/// Shares of dead maps and of zeros.
fn activity(hidden: Tensor<4>) -> (f64, f64) {
    let [batch, maps, rows, columns] = hidden.dims();
    let data = hidden.into_data();
    let values: Vec<f32> = data.iter::<f32>().collect();
    let pixels = rows * columns;
    let zero = values.iter().filter(|value| **value == 0.0).count();
    let is_dead = |map: &usize| {
        let pictures =
            (0..batch).map(|picture| &values[(picture * maps + map) * pixels..][..pixels]);
        pictures.flatten().all(|value| *value == 0.0)
    };
    let dead = (0..maps).filter(is_dead).count();
    (dead as f64 / maps as f64, zero as f64 / values.len() as f64)
}
