//! What a run says before its first step: shapes, parameters and memory of its networks, and how
//! long it will take.
//!
//! The author wished for "some easy planner for architecture" and something like a memory
//! profiler: the summary of a forward pass that is recorded and not computed, also by
//! `retrace plan autoencoder`.

use std::time::Instant;

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use retrace_inspect::{Planned, Summary};
use retrace_lab::{Error, PlannedNetwork, Result};

use crate::arm::{Optimizer, Settings};
use crate::config::{Config, Size, bytes, dense_weights};
use crate::loss::Loss;
use crate::network::{Architecture, Network, NetworkConfig};

/// Bytes of a number.
pub(crate) const FLOAT: usize = 4;

/// The size at which the author had the first attempt.
pub const AUTHORS: Size = Size {
    width: 150,
    height: 100,
};

/// Feature maps of the author's first attempt, "about 30" in "a couple" of layers.
pub const AUTHORS_FEATURES: [usize; 2] = [30, 30];

/// Steps with which the time is estimated; the first one, which fills caches, not counted.
const TIMED: u32 = 2;

/// Networks that differ in more than their training: the six layers, the smaller one, a bottleneck
/// for each code, and the first attempt at the size of its pictures.
fn architectures(config: &Config) -> Vec<(String, Architecture)> {
    let mut all = vec![
        ("six-layers".to_owned(), Architecture::SixLayers),
        ("small".to_owned(), Architecture::Small),
    ];
    let codes = config.codes.iter();
    all.extend(codes.map(|code| (format!("code-{code}"), Architecture::Bottleneck(*code))));
    all.push(("first-attempt".to_owned(), Architecture::Colour));
    all
}

/// The networks to plan.
pub fn networks(config: &Config) -> Vec<PlannedNetwork> {
    let architectures = architectures(config).into_iter();
    architectures
        .map(|(name, architecture)| {
            let planned = planned(architecture, config);
            PlannedNetwork::new(
                name,
                planned.parameters(),
                move |batch| planned.summary(batch),
                Summary::to_svg,
            )
        })
        .collect()
}

fn planned(architecture: Architecture, config: &Config) -> Planned {
    let network = NetworkConfig::plain(architecture).init(config, &Device::flex());
    let size = architecture.size(config);
    Planned::new(network, &[1, size.height, size.width], Network::forward)
}

fn summary(architecture: Architecture, config: &Config, batch: usize) -> Result<Summary> {
    let summary = planned(architecture, config).summary(batch);
    summary.map_err(|error| Error::Other(Box::new(error)))
}

/// Multiplications of a forward pass for one picture.
///
/// # Errors
/// A forward pass that cannot be recorded.
pub fn multiplications(architecture: Architecture, config: &Config) -> Result<u64> {
    let totals = summary(architecture, config, 1)?.totals;
    Ok(totals.multiply_adds.unwrap_or_default())
}

/// Layers and memory of the networks that are trained most and last, of the one that cannot be
/// built, and the time that the trainings with these settings will take.
///
/// # Errors
/// A forward pass that cannot be recorded.
pub fn notice(config: &Config, trainings: &[Settings]) -> Result<String> {
    let code = config.codes.last().copied().unwrap_or(1);
    let shown = [
        ("six layers", Architecture::SixLayers),
        ("the largest code", Architecture::Bottleneck(code)),
        ("the first attempt", Architecture::Colour),
    ];
    let mut text = format!("layers and memory, a batch of {}:\n", config.batch);
    for (name, architecture) in shown {
        let summary = summary(architecture, config, config.batch)?;
        text.push_str(&format!("{name}:\n{summary}\n"));
    }
    let dense = FLOAT * dense_weights(AUTHORS, &AUTHORS_FEATURES);
    text.push_str(&format!(
        "the first attempt at the author's size, which is not built: {} for the weights of its \
         dense layer, {} to train them with Adam\n",
        bytes(dense),
        bytes(4 * dense)
    ));
    let hours = seconds_per_seed(config, trainings)? / 3600.0;
    let time = if hours < 0.1 {
        format!("{:.0} s", hours * 3600.0)
    } else {
        format!("{hours:.1} h")
    };
    text.push_str(&format!(
        "about {time} of computing for each seed, by one process; what diverges ends earlier"
    ));
    Ok(text)
}

/// From some steps of the six layers, scaled by multiplications.
fn seconds_per_seed(config: &Config, trainings: &[Settings]) -> Result<f64> {
    let mut work = 0.0;
    for (_, architecture) in architectures(config) {
        let own = trainings.iter();
        let own = own.filter(|training| training.network.architecture == architecture);
        let steps: u64 = own.map(|training| training.steps).sum();
        work += steps as f64 * multiplications(architecture, config)? as f64;
    }
    let six_layers = multiplications(Architecture::SixLayers, config)? as f64;
    Ok(work * step_s(config) / six_layers)
}

fn step_s(config: &Config) -> f64 {
    let device = Device::flex().autodiff();
    let mut network = NetworkConfig::plain(Architecture::SixLayers).init(config, &device);
    let mut optimizer = Optimizer::Adam.init();
    let x = Tensor::<4>::ones([config.batch, 1, config.height, config.width], &device);
    let mut started = Instant::now();
    for step in 0..=TIMED {
        if step == 1 {
            started = Instant::now();
        }
        let loss = Loss::Mean.value(network.forward(x.clone()), x.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(config.sound_rate, network, gradients);
    }
    started.elapsed().as_secs_f64() / f64::from(TIMED)
}
