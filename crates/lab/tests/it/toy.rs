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
    Arm, BlogPost, Cell, Claim, Config, DataSets, Execution, Experiment, Invalid, Loaded, Plan,
    Preset, Report, Result, Results, RunTable, Scalar, Single, Step, Studies, Study, Task, Year,
    train,
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
    const SEEDS: [u64; 3] = [2; 3];

    fn preset(_: Preset) -> Self {
        Self {
            steps: 60,
            learning_rate: 0.01,
            noisy: true,
            bound: None,
        }
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

/// The tag of the losses that the task notes, each by the steps done after it.
pub const NOTED: &str = "noted/loss";

struct Fit {
    config: ToyConfig,
    x: Tensor<2>,
    y: Tensor<2>,
}

impl Task for Fit {
    type Model = Net;
    type Metrics = Vec<f64>;

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

    fn observe(&self, metrics: &mut Vec<f64>, step: Step<'_, Net>) -> Result<()> {
        metrics.extend(step.loss);
        Ok(())
    }

    fn watched(&self, metrics: &Vec<f64>) -> Vec<Scalar> {
        let losses = (1..).zip(metrics);
        losses
            .map(|(done, loss)| Scalar::new(NOTED, done, *loss))
            .collect()
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
    const POST: BlogPost = BlogPost {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = ToyConfig;
    type Data = ();

    fn load(_: &ToyConfig, _: &DataSets) -> Result<Loaded<()>> {
        Ok(Loaded::nothing())
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Training>().with::<Nothing>()
    }
}

pub const ADAM: Single = Single::new("adam", "Adam");

/// A small network that learns a sum.
pub struct Training;

impl Study<Toy> for Training {
    type Arm = Single;
    type Outcome = Fitted;

    fn arms(_: &ToyConfig) -> Vec<Single> {
        vec![ADAM]
    }

    fn run(_: &Single, config: &ToyConfig, (): &(), cell: &mut Cell) -> Result<Fitted> {
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
            losses: trained.metrics,
            weights: if diverged { Vec::new() } else { weights },
            diverged_at: trained.diverged_at,
        })
    }

    fn claims(results: &Results<Toy>) -> Vec<Claim> {
        let training = results.of::<Self>();
        let last = training.values(&ADAM, |fitted| fitted.losses.last().copied());
        vec![Claim::says("falls", "a test", "the loss falls").mean_is_below(100.0, &last)]
    }
}

/// A second study, without chance and with an outcome of another type.
pub struct Nothing;

impl Study<Toy> for Nothing {
    type Arm = Single;
    type Outcome = String;

    fn arms(_: &ToyConfig) -> Vec<Single> {
        vec![Single::deterministic("once", "once")]
    }

    fn run(arm: &Single, _: &ToyConfig, (): &(), cell: &mut Cell) -> Result<String> {
        cell.progress(1, 1)?;
        Ok(arm.label())
    }
}

pub fn run_table(seeds: u64) -> RunTable {
    RunTable::new("toy", Preset::Quick, seeds)
}

pub fn execution() -> Execution {
    Execution {
        jobs: 1,
        checkpoint_steps: Some(7),
        tensorboard: false,
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
