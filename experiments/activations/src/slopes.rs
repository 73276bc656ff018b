//! The slopes that RReLU draws and PReLU learns, away from any network.

use burn::tensor::{Device, Tensor, TensorData};
use rand_distr::{Distribution, StandardNormal};
use retrace_core::activation::{
    Activation, ActivationConfig, PreluConfig, RreluConfig, Sharing, prelu,
};
use retrace_lab::{Cell, statistics};

use crate::outcome::DrawnSlopes;

/// Examples and channels of the tensor on which PReLU's gradient is checked.
const CHECKED: [usize; 2] = [256, 4];

/// What the paper's RReLU draws, over `count` inputs of -1.
pub fn drawn(count: usize, cell: &Cell<'_>) -> DrawnSlopes {
    let device = cell.device().clone().autodiff();
    cell.seed_device("rrelu draws", 0);
    let x = Tensor::<2>::full([1, count], -1.0, &device);
    let output = ActivationConfig::RRELU.init(count, &device).forward(x);
    let slopes: Vec<f64> = output.into_data().iter::<f64>().map(|y| -y).collect();
    let divisors: Vec<f64> = slopes.iter().map(|slope| slope.recip()).collect();
    DrawnSlopes {
        mean_divisor: statistics::mean(&divisors),
        mean_slope: statistics::mean(&slopes),
        test_slope: RreluConfig::PAPER.test_slope(),
    }
}

/// How far autodiff's gradient of PReLU's slopes is from the paper's equation
///
/// ```text
/// dE/da_c = sum over positions of channel c with x < 0 of dE/df * x      (He et al. 2015, eq. 8-9)
/// ```
///
/// for normal x and dE/df of this seed: the largest deviation relative to the sum of absolute
/// terms, over one shared slope and one a channel.
pub fn prelu_gradient_deviation(cell: &Cell<'_>) -> f64 {
    let [batch, channels] = CHECKED;
    let draws = |purpose| -> Vec<f32> {
        StandardNormal
            .sample_iter(cell.stream(purpose, 0))
            .take(batch * channels)
            .collect()
    };
    let (x, upstream) = (draws("prelu inputs"), draws("prelu upstream"));
    let device = cell.device().clone().autodiff();
    [Sharing::Shared, Sharing::PerChannel]
        .into_iter()
        .flat_map(|sharing| {
            let found = gradients_by_autodiff(sharing, &x, &upstream, &device);
            let groups = found.len();
            found
                .into_iter()
                .enumerate()
                .map(move |(group, found)| (group, groups, found))
        })
        .map(|(group, groups, found)| {
            // A shared slope has one group of all positions, channel c is every fourth one.
            let positions = |all: &[f32]| -> Vec<f64> {
                all.iter()
                    .skip(group)
                    .step_by(groups)
                    .map(|v| f64::from(*v))
                    .collect()
            };
            relative_deviation(found, &positions(&x), &positions(&upstream))
        })
        .fold(0.0, f64::max)
}

fn relative_deviation(found: f64, x: &[f64], upstream: &[f64]) -> f64 {
    let sizes: Vec<f64> = upstream.iter().map(|g| -g.abs()).collect();
    let expected = prelu::slope_gradient(x, upstream);
    (found - expected).abs() / prelu::slope_gradient(x, &sizes)
}

/// dE/da with `E = sum of upstream * f(x)`, so that dE/df is the upstream.
fn gradients_by_autodiff(
    sharing: Sharing,
    x: &[f32],
    upstream: &[f32],
    device: &Device,
) -> Vec<f64> {
    let tensor = |v: &[f32]| Tensor::<2>::from_data(TensorData::new(v.to_vec(), CHECKED), device);
    let config = ActivationConfig::Prelu(PreluConfig {
        sharing,
        ..PreluConfig::PAPER
    });
    let Activation::Prelu(layer) = config.init(CHECKED[1], device) else {
        return Vec::new();
    };
    let gradients = (layer.forward(tensor(x)) * tensor(upstream))
        .sum()
        .backward();
    let gradient = layer.alpha.val().grad(&gradients);
    gradient.map_or_else(Vec::new, |g| g.into_data().iter::<f64>().collect())
}
