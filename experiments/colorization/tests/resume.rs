//! A training that dies and goes on ends with the bits of one that did not.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::Tensor;
use colorization::batch::Teacher;
use colorization::bins::targets::{Kind, Targets};
use colorization::config::ColorizationConfig;
use colorization::counting;
use colorization::data::{Photo, Scenes};
use colorization::network::{Network, NetworkConfig};
use colorization::patches::{Order, windows};
use colorization::training::{Fit, Tally};
use colorization::twin;
use retrace_lab::{
    Arm, Cell, Claim, Config, DataSets, Drawing, Error, Execution, Experiment, Launcher, Loaded,
    Outcomes, Plan, Post, Preset, Result, RunTable, Seen, Task, Year, train,
};

/// The training dies after this many steps; 0 lets it live.
static DIES_AT: AtomicU64 = AtomicU64::new(0);

const STEPS_BETWEEN_CHECKPOINTS: u64 = 3;

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

struct Colours;

impl Experiment for Colours {
    const NAME: &'static str = "colours";
    const POST: Post = Post {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = ColorizationConfig;
    type Data = Scenes;
    type Outcome = (Vec<f32>, Tally);

    fn arms(_: &ColorizationConfig) -> Vec<Arm> {
        vec![Arm::new("same", "same"), Arm::new("other", "other")]
    }

    fn load(_: &ColorizationConfig, _: &DataSets) -> Result<Loaded<Scenes>> {
        let train = twin::draw("train", 8, 64);
        let data = Scenes {
            train,
            ..Scenes::default()
        };
        Ok(Loaded {
            data,
            inputs: Vec::new(),
        })
    }

    fn run_cell(_: &ColorizationConfig, scenes: &Scenes, cell: &mut Cell) -> Result<Self::Outcome> {
        let photos: Vec<&Photo> = scenes.train.iter().collect();
        let bins = counting::bins(&photos, 40.0).unwrap();
        let teacher = || {
            let targets = Targets::new(&bins, Kind::Gaussian(2.0));
            Teacher::Bins(targets, vec![1.0; bins.len()])
        };
        let same = cell.arm().name == "same";
        let fit = Mortal(Fit {
            photos: &photos,
            order: Order::new(windows(&photos), 4, 5, cell.seed(), same),
            teacher: teacher(),
            unweighted: teacher(),
            test: (&photos, windows(&photos)[..4].to_vec()),
            epochs: 2,
            learning_rate: 1e-2,
            device: cell.device().clone().autodiff(),
        });
        let config = NetworkConfig {
            bins: bins.len(),
            outputs: bins.len(),
            before_relu: false,
        };
        let start = cell.network("weights", 0, |device| Ok::<_, Error>(config.init(device)))?;
        let trained = train(cell, &fit, start, retrace_optim::adam(&AdamConfig::new()))?;
        let network = trained.model.valid();
        let layers = network.layers.iter();
        let weights = layers.flat_map(|layer| {
            layer
                .weight
                .val()
                .into_data()
                .iter::<f32>()
                .collect::<Vec<_>>()
        });
        Ok((weights.collect(), trained.tally))
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
        experiment: "colours".to_owned(),
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
    let config = ColorizationConfig::preset(Preset::Smoke);
    let plan = Plan::<Colours>::new(config, table, &DataSets::synthetic(), out)?;
    plan.carry_out(&how, &Launcher::this_program(&[])?)?;
    Ok(())
}

fn outcomes(out: &Path) -> [Vec<u8>; 2] {
    let cells = out.join("colours/smoke/cells");
    ["same", "other"].map(|arm| std::fs::read(cells.join(arm).join("seed-0/outcome.json")).unwrap())
}

#[test]
fn a_training_that_died_continues_with_the_same_bits() {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), None).unwrap();
    let expected = outcomes(out.path());
    assert_ne!(expected[0], expected[1]);
    for step in [2, 4, 7, 10] {
        let out = tempfile::tempdir().unwrap();
        DIES_AT.store(step, Ordering::SeqCst);
        let error = run(out.path(), Some(STEPS_BETWEEN_CHECKPOINTS)).unwrap_err();
        assert!(error.chain().contains("power cut"), "{}", error.chain());
        DIES_AT.store(0, Ordering::SeqCst);
        run(out.path(), Some(STEPS_BETWEEN_CHECKPOINTS)).unwrap();
        assert!(
            outcomes(out.path()) == expected,
            "after dying at step {step}"
        );
    }
}
