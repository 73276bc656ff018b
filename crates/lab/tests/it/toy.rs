//! The smallest experiment that has all that can go wrong: dropout noise, an optimizer with
//! state, a loss that can leave the numbers, and a process that can crash at a chosen step.

use std::path::Path;

use burn::module::Module;
use burn::nn::loss::{MseLoss, Reduction};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::AdamConfig;
use burn::tensor::activation::relu;
use burn::tensor::{Distribution, Tensor};
use clap::Args;
use retrace_lab::{
    Arm, Cell, Claim, Config, DataSets, Drawing, Execution, Experiment, Invalid, Loaded, Outcomes,
    Plan, Post, Preset, Report, Result, RunTable, Seen, Task, Year, train,
};
use retrace_test_support::resume::CrashingTask;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
pub struct ToyConfig {
    /// Steps of the training.
    #[arg(long)]
    pub steps: u64,
    /// Learning rate of Adam.
    #[arg(long)]
    pub learning_rate: f64,
    /// Whether to noise the hidden layer.
    #[arg(long, action = clap::ArgAction::Set)]
    pub noisy: bool,
    /// An optional number.
    #[arg(long)]
    pub bound: Option<f64>,
}

impl Config for ToyConfig {
    fn preset(_: Preset) -> Self {
        Self {
            steps: 60,
            learning_rate: 0.01,
            noisy: true,
            bound: None,
        }
    }

    fn seeds(_: Preset) -> u64 {
        2
    }

    fn validate(&self) -> Result<(), Invalid> {
        Invalid::unless(
            self.learning_rate > 0.0,
            "learning_rate",
            "a positive number",
            self.learning_rate,
        )
    }
}

#[derive(Module, Debug)]
pub struct Net {
    hidden: Linear,
    dropout: Dropout,
    out: Linear,
}

impl Net {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.out
            .forward(self.dropout.forward(relu(self.hidden.forward(x))))
    }
}

struct Fit {
    config: ToyConfig,
    x: Tensor<2>,
    y: Tensor<2>,
}

impl Task for Fit {
    type Model = Net;
    type Tally = Vec<f64>;

    fn steps(&self) -> u64 {
        self.config.steps
    }

    fn learning_rate(&self, _: u64) -> f64 {
        self.config.learning_rate
    }

    fn loss(&self, model: &Net, _: u64) -> Tensor<1> {
        MseLoss::new().forward(
            model.forward(self.x.clone()),
            self.y.clone(),
            Reduction::Mean,
        )
    }

    fn observe(&self, tally: &mut Vec<f64>, seen: Seen<'_, Net>) -> Result<()> {
        tally.extend(seen.loss);
        Ok(())
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Fitted {
    pub losses: Vec<f64>,
    pub weights: Vec<f32>,
    pub diverged_at: Option<u64>,
}

pub struct Toy;

impl Experiment for Toy {
    const NAME: &'static str = "toy";
    const POST: Post = Post {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = ToyConfig;
    type Data = ();
    type Outcome = Fitted;

    fn arms(_: &ToyConfig) -> Vec<Arm> {
        vec![Arm::new("adam", "Adam"), Arm::deterministic("once", "once")]
    }

    fn load(_: &ToyConfig, _: &DataSets) -> Result<Loaded<()>> {
        Ok(Loaded::nothing())
    }

    fn run_cell(config: &ToyConfig, (): &(), cell: &mut Cell) -> Result<Fitted> {
        let device = cell.device().clone().autodiff();
        cell.seed_device("weights", 0);
        let keep_all = if config.noisy { 0.3 } else { 0.0 };
        let model = Net {
            hidden: LinearConfig::new(3, 8).init(&device),
            dropout: DropoutConfig::new(keep_all).init(),
            out: LinearConfig::new(8, 1).init(&device),
        };
        cell.seed_device("data", 0);
        let x = Tensor::random([16, 3], Distribution::Default, &device);
        let y = x.clone().sum_dim(1);
        let config = config.clone();
        let fit = CrashingTask(Fit { config, x, y });
        let trained = train(cell, &fit, model, AdamConfig::new().init())?;
        let weights = trained
            .model
            .hidden
            .weight
            .val()
            .into_data()
            .try_to_vec()
            .unwrap();
        cell.keep_array(
            "weights",
            ndarray::Array1::from_vec(weights.clone()).into_dyn(),
        );
        let diverged = trained.diverged_at.is_some();
        Ok(Fitted {
            losses: trained.tally,
            weights: if diverged { Vec::new() } else { weights },
            diverged_at: trained.diverged_at,
        })
    }

    fn figures(_: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(Vec::new())
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        let last = outcomes.values("adam", |fitted| fitted.losses.last().copied());
        vec![Claim::says("falls", "a test", "the loss falls").mean_is_below(100.0, &last)]
    }
}

pub fn run_table(seeds: u64) -> RunTable {
    RunTable {
        experiment: "toy".to_owned(),
        preset: Preset::Quick,
        seeds,
        device: "cpu".parse().unwrap(),
        threads: 1,
        inputs: Vec::new(),
    }
}

pub fn execution() -> Execution {
    Execution {
        jobs: 1,
        checkpoint_steps: Some(7),
        fresh: false,
    }
}

pub fn run(out: &Path, config: ToyConfig, how: &Execution) -> Result<Report> {
    let plan = Plan::<Toy>::new(config, run_table(2), &DataSets::synthetic(), out)?;
    plan.carry_out(how)
}

pub fn preset() -> ToyConfig {
    ToyConfig::preset(Preset::Quick)
}
