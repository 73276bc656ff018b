//! The part of an experiment that trains, without the rest.

use std::marker::PhantomData;

use retrace_lab::{
    Arm, Cell, Claim, Config, DataSets, Drawing, Experiment, Loaded, Outcomes, Post, Result, Year,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a test of resuming has of its own.
pub trait Subject: 'static {
    /// Names of the arms; the training of the first one crashes.
    const ARMS: &'static [&'static str];
    /// That of the experiment.
    type Config: Config;
    /// What the cells work on.
    type Data: Send;
    /// All that a checkpoint could lose: weights, running statistics, what was noted.
    type Outcome: Serialize + DeserializeOwned;

    /// Makes what the cells work on.
    fn data(config: &Self::Config) -> Self::Data;

    /// Trains a [`CrashingTask`](super::CrashingTask).
    ///
    /// # Errors
    /// Those of the training.
    fn run_cell(config: &Self::Config, data: &Self::Data, cell: &mut Cell)
    -> Result<Self::Outcome>;
}

/// A [`Subject`] as an experiment that draws and claims nothing.
#[derive(Debug)]
pub struct TrainingAlone<S>(PhantomData<fn() -> S>);

impl<S: Subject> Experiment for TrainingAlone<S> {
    const NAME: &'static str = "training-alone";
    const POST: Post = Post {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = S::Config;
    type Data = S::Data;
    type Outcome = S::Outcome;

    fn arms(_: &S::Config) -> Vec<Arm> {
        S::ARMS.iter().map(|name| Arm::new(*name, *name)).collect()
    }

    fn load(config: &S::Config, _: &DataSets) -> Result<Loaded<S::Data>> {
        Ok(Loaded {
            data: S::data(config),
            inputs: Vec::new(),
            notes: Vec::new(),
        })
    }

    fn run_cell(config: &S::Config, data: &S::Data, cell: &mut Cell) -> Result<S::Outcome> {
        S::run_cell(config, data, cell)
    }

    fn figures(_: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(Vec::new())
    }

    fn claims(_: &Outcomes<Self>) -> Vec<Claim> {
        Vec::new()
    }
}
