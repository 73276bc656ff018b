//! A normalised network whose training crashes and goes on ends with the bits of one that did not:
//! weights, Adam's moments, RReLU's draws and the running statistics.

use std::path::Path;

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, Tensor};
use retrace_core::activation::ActivationConfig;
use retrace_data::{Digits, draw_digits};
use retrace_lab::{Cell, Config, Preset, Result, train};
use retrace_test_support::resume::{CrashingTask, Resume, Subject, TrainingAlone, part, rewrite};
use rrelu::config::RreluConfig;
use rrelu::network::{Network, NetworkConfig};
use rrelu::order::Order;
use rrelu::training::Fit;

/// Six epochs of five steps, the last of two images.
const DIGITS: usize = 42;

const RESUME: Resume<TrainingAlone<Normalised>> = Resume::every(4);

struct Normalised;

fn network(config: &RreluConfig, device: &Device) -> Network {
    let network = NetworkConfig {
        sizes: config.sizes(10),
        activation: ActivationConfig::RRELU,
        normalisation: Some(config.normalisation()),
    };
    network.init(device).unwrap()
}

impl Subject for Normalised {
    const ARMS: &'static [&'static str] = &["rrelu+bn"];
    type Config = RreluConfig;
    type Data = Digits;
    type Outcome = Vec<Vec<f32>>;

    fn data(config: &RreluConfig) -> Digits {
        draw_digits(0, config.twin())
    }

    fn run_cell(config: &RreluConfig, digits: &Digits, cell: &mut Cell) -> Result<Vec<Vec<f32>>> {
        let device = cell.device().clone().autodiff();
        cell.seed_device("weights", 0);
        let network = network(config, &device);
        let fit = CrashingTask(Fit {
            name: "full",
            digits,
            order: Order::new((0..DIGITS).collect(), 10).shuffled(cell.seed()),
            epochs: 6,
            eval_every: 1,
            learning_rate: config.learning_rate,
            device,
        });
        let trained = train(cell, &fit, network, retrace_optim::adam(&AdamConfig::new()))?;
        let network = trained.model.valid();
        let list = |values: Tensor<1>| values.into_data().iter::<f32>().collect();
        let statistics = network.norms.iter().flat_map(|norm| {
            let values = [
                norm.running_mean.value_sync(),
                norm.running_var.value_sync(),
            ];
            values.map(list)
        });
        let weights = network.mlp.layers.iter();
        let weights = weights.map(|layer| list(layer.weight.val().flatten(0, 1)));
        Ok(statistics.chain(weights).collect())
    }
}

#[test]
fn a_normalised_training_that_died_continues_with_the_same_bits() {
    RESUME.ends_with_the_same_bits(&[3, 5, 14, 30]);
}

/// The control: were the running statistics not in the checkpoint, the test above would see it.
#[test]
fn a_checkpoint_without_the_running_statistics_ends_elsewhere() {
    RESUME.ends_elsewhere(14, forget_statistics);
}

fn forget_statistics(checkpoint: &Path) {
    let model = Bytes::from_bytes_vec(part(checkpoint, "model"));
    let record = ModuleRecord::from_bytes(model).unwrap();
    let config = RreluConfig::preset(Preset::Smoke);
    let mut saved = network(&config, &Device::flex().autodiff()).load_record(record);
    let fresh = network(&config, &Device::flex().autodiff());
    for (norm, new) in saved.norms.iter_mut().zip(fresh.norms) {
        norm.running_mean = new.running_mean;
        norm.running_var = new.running_var;
    }
    let forgetful = saved.into_record().into_bytes().unwrap();
    rewrite(checkpoint, "model", &forgetful);
}
