//! A normalised network whose training dies and goes on ends with the bits of one that did not:
//! weights, Adam's moments, RReLU's draws and the running statistics.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Device, Tensor};
use retrace_core::activation::ActivationConfig;
use retrace_data::{Digits, draw_digits};
use retrace_lab::{
    Arm, Cell, Claim, Config, DataSets, Drawing, Error, Execution, Experiment, Launcher, Loaded,
    Outcomes, Plan, Post, Preset, Result, RunTable, Seen, Task, Year, train,
};
use rrelu::config::RreluConfig;
use rrelu::network::{Network, NetworkConfig};
use rrelu::order::Order;
use rrelu::training::{Fit, Tally};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;

/// Flex has one random generator a process: only one test at a time may draw from it.
static ALONE: Mutex<()> = Mutex::new(());

/// The training dies after this many steps; 0 lets it live.
static DIES_AT: AtomicU64 = AtomicU64::new(0);

/// Six epochs of five steps, the last of two images.
const DIGITS: usize = 42;
const STEPS_BETWEEN_CHECKPOINTS: u64 = 4;

/// The experiment's own training, with an end.
struct Mortal<'a>(Fit<'a>);

impl Task for Mortal<'_> {
    type Model = Network;
    type Tally = Tally;

    fn steps(&self) -> u64 {
        self.0.steps()
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.0.learning_rate(step)
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        self.0.loss(network, step)
    }

    fn observe(&self, tally: &mut Tally, seen: Seen<'_, Network>) -> Result<()> {
        if seen.done > 0 && seen.done == DIES_AT.load(Ordering::SeqCst) {
            return Err(Error::Other("power cut".into()));
        }
        self.0.observe(tally, seen)
    }
}

struct Normalised;

fn network(config: &RreluConfig, device: &Device) -> Network {
    let network = NetworkConfig {
        sizes: config.sizes(),
        activation: ActivationConfig::RRELU,
        normalisation: Some(config.normalisation()),
    };
    network.init(device).unwrap()
}

impl Experiment for Normalised {
    const NAME: &'static str = "normalised";
    const POST: Post = Post {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = RreluConfig;
    type Data = Digits;
    type Outcome = Vec<Vec<f32>>;

    fn arms(_: &RreluConfig) -> Vec<Arm> {
        vec![Arm::new("rrelu+bn", "RReLU, normalised")]
    }

    fn load(config: &RreluConfig, _: &DataSets) -> Result<Loaded<Digits>> {
        Ok(Loaded {
            data: draw_digits(0, config.twin()),
            inputs: Vec::new(),
        })
    }

    fn run_cell(config: &RreluConfig, digits: &Digits, cell: &mut Cell) -> Result<Vec<Vec<f32>>> {
        let device = cell.device().clone().autodiff();
        cell.seed_device("weights", 0);
        let network = network(config, &device);
        let fit = Mortal(Fit {
            name: "full",
            digits,
            order: Order::new((0..DIGITS).collect(), 10).shuffled(cell.seed()),
            epochs: 6,
            look_every: 1,
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

    fn figures(_: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(Vec::new())
    }

    fn claims(_: &Outcomes<Self>) -> Vec<Claim> {
        Vec::new()
    }
}

fn run(out: &Path, checkpoint_steps: Option<u64>) -> Result<()> {
    let table = RunTable {
        experiment: "normalised".to_owned(),
        preset: Preset::Smoke,
        seeds: 1,
        device: "cpu".parse().unwrap(),
        inputs: Vec::new(),
    };
    let how = Execution {
        jobs: 1,
        threads: 1,
        checkpoint_steps,
        fresh: false,
    };
    let config = RreluConfig::preset(Preset::Smoke);
    let plan = Plan::<Normalised>::new(config, table, &DataSets::synthetic(), out)?;
    plan.carry_out(&how, &Launcher::this_program(&[])?)?;
    Ok(())
}

const CELL: &str = "normalised/smoke/cells/rrelu+bn/seed-0";

/// The outcome of a run without a single checkpoint.
fn undisturbed() -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), None).unwrap();
    outcome(out.path())
}

/// The outcome of a run that goes on where one died.
fn continued(out: &Path) -> Vec<u8> {
    run(out, Some(STEPS_BETWEEN_CHECKPOINTS)).unwrap();
    outcome(out)
}

fn outcome(out: &Path) -> Vec<u8> {
    std::fs::read(out.join(CELL).join("outcome.json")).unwrap()
}

/// Runs until it dies; the checkpoint that is left.
fn die_at(out: &Path, step: u64) -> PathBuf {
    DIES_AT.store(step, Ordering::SeqCst);
    let error = run(out, Some(STEPS_BETWEEN_CHECKPOINTS)).unwrap_err();
    DIES_AT.store(0, Ordering::SeqCst);
    assert!(error.chain().contains("power cut"), "{}", error.chain());
    let checkpoint = out.join(CELL).join("checkpoint-training.safetensors");
    assert_eq!(checkpoint.exists(), step > STEPS_BETWEEN_CHECKPOINTS);
    checkpoint
}

#[test]
fn a_normalised_training_that_died_continues_with_the_same_bits() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let expected = undisturbed();
    for step in [3, 5, 14, 30] {
        let out = tempfile::tempdir().unwrap();
        die_at(out.path(), step);
        let same = continued(out.path()) == expected;
        assert!(same, "after dying at step {step}");
    }
}

/// The control: were the running statistics not in the checkpoint, the test above would see it.
#[test]
fn a_checkpoint_without_the_running_statistics_ends_elsewhere() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let expected = undisturbed();
    let out = tempfile::tempdir().unwrap();
    let checkpoint = die_at(out.path(), 14);
    forget_statistics(&checkpoint);
    assert!(continued(out.path()) != expected);
}

fn forget_statistics(checkpoint: &Path) {
    let file = std::fs::read(checkpoint).unwrap();
    let parts = SafeTensors::deserialize(&file).unwrap();
    let model = parts.tensor("model").unwrap().data().to_vec();
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(model)).unwrap();
    let config = RreluConfig::preset(Preset::Smoke);
    let mut saved = network(&config, &Device::flex().autodiff()).load_record(record);
    let fresh = network(&config, &Device::flex().autodiff());
    for (norm, new) in saved.norms.iter_mut().zip(fresh.norms) {
        norm.running_mean = new.running_mean;
        norm.running_var = new.running_var;
    }
    let forgetful = saved.into_record().into_bytes().unwrap();
    let changed = parts.iter().map(|(name, view)| {
        let data = if name == "model" {
            &forgetful[..]
        } else {
            view.data()
        };
        let view = TensorView::new(view.dtype(), vec![data.len()], data).unwrap();
        (name.to_owned(), view)
    });
    std::fs::write(checkpoint, safetensors::serialize(changed, None).unwrap()).unwrap();
}
