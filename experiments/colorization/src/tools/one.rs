//! The experiment's training alone: what a model needs, and nothing to compare.

use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, Post, Result,
};

use crate::Colorization;
use crate::arm::AS_DESCRIBED;
use crate::config::ColorizationConfig;
use crate::data::Scenes;
use crate::outcome::Outcome;

/// One arm of [`Colorization`].
pub struct OneNetwork;

impl Experiment for OneNetwork {
    const NAME: &'static str = "colorization-model";
    const POST: Post = Colorization::POST;
    type Config = ColorizationConfig;
    type Data = Scenes;
    type Outcome = Outcome;

    fn arms(_config: &ColorizationConfig) -> Vec<Arm> {
        vec![Arm::new(AS_DESCRIBED.name, AS_DESCRIBED.label)]
    }

    fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
        Colorization::load(config, sets)
    }

    fn run_cell(config: &ColorizationConfig, scenes: &Scenes, cell: &mut Cell) -> Result<Outcome> {
        Colorization::run_cell(config, scenes, cell)
    }

    fn figures(_outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(Vec::new())
    }

    fn claims(_outcomes: &Outcomes<Self>) -> Vec<Claim> {
        Vec::new()
    }
}
