//! What a run says before its first step: shapes and memory of the networks, and how long it will
//! take.

use std::time::Instant;

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use crate::arm::{self, Setup};
use crate::config::AutoencoderConfig;
use crate::data::Size;
use crate::loss::Loss;
use crate::network::{Architecture, NetworkConfig};
use crate::plan::{Plan, bytes};

/// The size at which the author had the first attempt.
pub(crate) const AUTHORS: Size = Size {
    width: 150,
    height: 100,
};

/// And its feature maps, "about 30" in "a couple" of layers.
pub(crate) const AUTHORS_FEATURES: [usize; 2] = [30, 30];

/// Steps with which the time is estimated; the first one, which fills caches, not counted.
const TIMED: u32 = 2;

/// Shapes and memory of every network, and the estimated time.
pub fn text(config: &AutoencoderConfig) -> String {
    let plans = [
        ("six layers", Plan::of(Architecture::SixLayers, config)),
        ("the largest code", largest_code(config)),
        (
            "the first attempt, at the size of this run",
            Plan::of(Architecture::Colour, config),
        ),
        (
            "the first attempt at the author's size, which is not built",
            Plan::colour(&AUTHORS_FEATURES, AUTHORS),
        ),
    ];
    let mut text = format!("layers and memory, a batch of {}:\n", config.batch);
    for (name, plan) in plans {
        text.push_str(&format!(
            "{name}: {} parameters, about {} to train with Adam\n{plan}",
            plan.parameters(),
            bytes(plan.training_bytes(config.batch))
        ));
    }
    let hours = seconds_a_seed(config) / 3600.0;
    text.push_str(&format!(
        "about {} of computing for each seed, by one process; what diverges ends earlier",
        if hours < 0.1 {
            format!("{:.0} s", hours * 3600.0)
        } else {
            format!("{hours:.1} h")
        }
    ));
    text
}

fn largest_code(config: &AutoencoderConfig) -> Plan {
    let code = config.codes.last().copied().unwrap_or(1);
    Plan::of(Architecture::Bottleneck(code), config)
}

/// From some steps of the six layers, scaled by multiplications.
fn seconds_a_seed(config: &AutoencoderConfig) -> f64 {
    let a_multiplication = step_s(config) / six_layers(config);
    let setups = arm::setups(config);
    let work = |setup: &Setup| {
        let plan = Plan::of(setup.architecture, config);
        setup.steps(config) as f64 * plan.multiplications() as f64
    };
    setups.iter().map(work).sum::<f64>() * a_multiplication
}

fn six_layers(config: &AutoencoderConfig) -> f64 {
    Plan::of(Architecture::SixLayers, config).multiplications() as f64
}

fn step_s(config: &AutoencoderConfig) -> f64 {
    let device = Device::flex().autodiff();
    let network = NetworkConfig::plain(Architecture::SixLayers, config);
    let mut network = network.init(&device);
    let mut optimizer = arm::Optimizer::Adam.init();
    let x = Tensor::<4>::ones([config.batch, 1, config.height, config.width], &device);
    let mut started = Instant::now();
    for step in 0..=TIMED {
        if step == 1 {
            started = Instant::now();
        }
        let loss = Loss::Mean.of(network.forward(x.clone()), x.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(config.sound_rate, network, gradients);
    }
    started.elapsed().as_secs_f64() / f64::from(TIMED)
}
