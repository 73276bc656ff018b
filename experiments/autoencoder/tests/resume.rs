//! A training that dies and goes on ends with the bits of one that did not: weights, Adam's
//! moments, dropout's draws, what was noted and filmed.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use autoencoder::arm::{self, Setup};
use autoencoder::config::AutoencoderConfig;
use autoencoder::data::Circles;
use autoencoder::film::Film;
use autoencoder::network::{Erase, Network, NetworkConfig};
use autoencoder::training::{Fit, Tally};
use burn::module::Module;
use burn::tensor::Tensor;
use retrace_lab::{
    Arm, Cell, Claim, Config, DataSets, Drawing, Error, Execution, Experiment, Launcher, Loaded,
    Outcomes, Plan, Post, Preset, Result, RunTable, Seen, Task, Year, train,
};

/// Flex has one random generator a process: only one test at a time may draw from it.
static ALONE: Mutex<()> = Mutex::new(());

/// The training dies after this many steps; 0 lets it live.
static DIES_AT: AtomicU64 = AtomicU64::new(0);

const STEPS: u64 = 24;
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

struct Erasing;

/// The sound setting with dropout between the layers, which draws in every step.
fn setup(config: &AutoencoderConfig) -> Setup {
    Setup {
        erase: Some(Erase::Between),
        ..arm::of(config, arm::SOUND).unwrap()
    }
}

impl Experiment for Erasing {
    const NAME: &'static str = "erasing";
    const POST: Post = Post {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = AutoencoderConfig;
    type Data = ();
    type Outcome = (Vec<f32>, Tally);

    fn arms(_: &AutoencoderConfig) -> Vec<Arm> {
        vec![Arm::new("erasing", "with dropout")]
    }

    fn load(_: &AutoencoderConfig, _: &DataSets) -> Result<Loaded<()>> {
        Ok(Loaded::nothing())
    }

    fn run_cell(config: &AutoencoderConfig, _: &(), cell: &mut Cell) -> Result<Self::Outcome> {
        let setup = setup(config);
        let circles = |purpose| Circles {
            seed: cell.seed(),
            purpose,
            count: 10,
            size: config.size(),
            radius: config.radius_pixels(),
            levels: Circles::ONE,
        };
        let (training, validation) = (circles("training"), circles("validation"));
        let network = NetworkConfig {
            architecture: setup.architecture,
            initial: setup.initial,
            answer: setup.answer,
            erase: setup.erase.map(|place| (place, 0.3)),
            scale: 1.0,
            config,
        };
        let network = cell.network("weights", 0, |device| Ok::<_, Error>(network.init(device)))?;
        let fit = Mortal(Fit {
            setup: &setup,
            steps: STEPS,
            batch: 2,
            training: &training,
            validation: &validation,
            measured: vec![0, 1],
            seed: cell.seed(),
            device: cell.device().clone().autodiff(),
            film: Some(Film::Maps),
            constant: 0.0.into(),
        });
        let trained = train(cell, &fit, network, setup.optimizer.init())?;
        let kernels = trained.model.valid().first_kernels().into_data();
        Ok((kernels.iter::<f32>().collect(), trained.tally))
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
        experiment: "erasing".to_owned(),
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
    let config = AutoencoderConfig::preset(Preset::Smoke);
    let plan = Plan::<Erasing>::new(config, table, &DataSets::synthetic(), out)?;
    plan.carry_out(&how, &Launcher::this_program(&[])?)?;
    Ok(())
}

const CELL: &str = "erasing/smoke/cells/erasing/seed-0";

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
fn a_training_that_died_continues_with_the_same_bits() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let undisturbed = tempfile::tempdir().unwrap();
    run(undisturbed.path(), None).unwrap();
    let expected = outcome(undisturbed.path());
    for step in [1, 6, 13, STEPS] {
        let out = tempfile::tempdir().unwrap();
        die_at(out.path(), step);
        run(out.path(), Some(STEPS_BETWEEN_CHECKPOINTS)).unwrap();
        assert!(
            outcome(out.path()) == expected,
            "after dying at step {step}"
        );
    }
}
