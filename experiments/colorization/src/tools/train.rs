//! `colorization train`: a model that `colorize` can use.

use std::path::PathBuf;

use clap::Args;
use retrace_data::shown;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{
    BlogPost, Cell, Config, DataSets, DeviceName, Error, Execution, Experiment, Input, InputKind,
    Invalid, Loaded, Plan, Preset, Report, Result, Results, RunDir, RunTable, Studies, Study,
};
use serde::Serialize;

use super::MODEL;
use crate::Colorization;
use crate::arm::Variant;
use crate::config::ColorizationConfig;
use crate::data::{self, Scenes};
use crate::model_file::{About, Model};
use crate::training::{Trained, Training};

/// The flags of `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// Settings to begin with
    #[arg(long, value_enum, default_value_t = Preset::Quick)]
    preset: Preset,
    /// Side of a bin of the (a,b) plane, in place of the preset's
    #[arg(long, value_name = "W")]
    window: Option<f64>,
    /// Epochs, in place of the preset's
    #[arg(long, value_name = "N")]
    epochs: Option<u64>,
    /// Steps per epoch, in place of the preset's; 0 for as many as there are patches
    #[arg(long, value_name = "N")]
    steps_an_epoch: Option<u64>,
    /// Learning rate, in place of the preset's
    #[arg(long, value_name = "R")]
    learning_rate: Option<f64>,
    /// Training pictures, in place of the preset's
    #[arg(long, value_name = "N")]
    pictures: Option<usize>,
    /// Leave damaged pictures of the data set out, and say which
    #[arg(
        long,
        action = clap::ArgAction::Set,
        value_name = "BOOL",
        num_args = 0..=1,
        default_value_t = false,
        default_missing_value = "true"
    )]
    skip_damaged: bool,
    #[command(flatten)]
    sets: DataSets,
    /// Device to train on
    #[arg(long, default_value_t = DeviceName::Cpu)]
    device: DeviceName,
    /// Folder for the training's own files
    #[arg(long, value_name = "DIR", env = "RETRACE_OUT", default_value = "out")]
    out: PathBuf,
    /// File for the model
    #[arg(long, value_name = "FILE", default_value = MODEL)]
    model: PathBuf,
    /// Replace the model file if there is one
    #[arg(long)]
    overwrite: bool,
    /// Print what was made as JSON on standard output
    ///
    /// Keys: `model`, `bins`, `parameters`, `trained_on`, `rmse` (of a and b on the test pictures),
    /// `rmse_of_grey`, `command`.
    #[arg(long)]
    json: bool,
}

/// What `train` prints with `--json`.
#[derive(Debug, Serialize)]
struct Written {
    model: String,
    bins: usize,
    parameters: usize,
    trained_on: Vec<String>,
    rmse: f64,
    rmse_of_grey: f64,
    command: String,
}

impl Train {
    pub(super) fn run(self) -> Result<()> {
        if self.model.exists() && !self.overwrite {
            return Err(Error::Usage(format!(
                "{} exists; `--overwrite` replaces it",
                shown(&self.model)
            )));
        }
        let config = self.config()?;
        let mut table = RunTable {
            experiment: OneNetwork::NAME.to_owned(),
            preset: self.preset,
            seeds: 1,
            device: self.device,
            threads: rayon::current_num_threads(),
            inputs: Vec::new(),
        };
        let plan = Plan::<OneNetwork>::new(config.clone(), table.clone(), &self.sets, &self.out)?;
        let report = plan.carry_out(&Execution {
            jobs: 1,
            checkpoint_steps: None,
            tensorboard: false,
            fresh: false,
        })?;
        table.inputs.clone_from(&report.inputs);
        let dir = RunDir::new(&report.folder);
        let results = Results::<OneNetwork>::read(&dir, config, table)?;
        let trained = self.write(&results, &report)?;
        if self.json {
            return print_json(&trained);
        }
        print(&format!(
            "{} bins, {} weights and biases, trained on {}\n\
             RMSE of a and b on the test pictures: {:.2}, of grey {:.2}\nModel: {}\n",
            trained.bins,
            trained.parameters,
            trained.trained_on.join(", "),
            trained.rmse,
            trained.rmse_of_grey,
            trained.model
        ))
    }

    fn config(&self) -> Result<ColorizationConfig> {
        let preset = ColorizationConfig::preset(self.preset);
        let config = ColorizationConfig {
            window: self.window.unwrap_or(preset.window),
            epochs: self.epochs.unwrap_or(preset.epochs),
            steps_an_epoch: self.steps_an_epoch.unwrap_or(preset.steps_an_epoch),
            learning_rate: self.learning_rate.unwrap_or(preset.learning_rate),
            pictures: self.pictures.unwrap_or(preset.pictures),
            skip_damaged: self.skip_damaged,
            ..preset
        };
        let refused = |invalid: Invalid| Error::Usage(format!("{invalid}"));
        config.validate().map_err(refused)?;
        Ok(config)
    }

    fn write(&self, results: &Results<OneNetwork>, report: &Report) -> Result<Written> {
        let cell = results.of::<Training>().first();
        let cell = cell.ok_or_else(|| Error::Other("the training left no outcome".into()))?;
        let evaluation = cell.outcome.evaluation.as_ref().ok_or_else(|| {
            Error::Numerics("the training diverged: try a smaller `--learning-rate`".to_owned())
        })?;
        let inputs = report.inputs.iter();
        let about = About::new(
            results.config().window,
            Variant::AsDescribed.method().before_relu,
            self.command(&report.inputs),
            inputs
                .map(|input| format!("{input}, sha256 {}", input.sha256))
                .collect(),
        );
        let damaged = |reason: String| Error::Damaged {
            path: report.folder.clone(),
            reason,
        };
        let model = Model::of_arrays(&cell.arrays, about).map_err(damaged)?;
        model.write(&self.model)?;
        Ok(Written {
            model: self.model.to_string_lossy().into_owned(),
            bins: model.cells.len(),
            parameters: model.network.parameters(),
            trained_on: report.inputs.iter().map(ToString::to_string).collect(),
            rmse: evaluation.scores.rmse,
            rmse_of_grey: evaluation.grey.rmse,
            command: model.about.command,
        })
    }

    /// The flags that make the same numbers again. Left out is where files lie: that is everybody's
    /// own, and the checksum of the data stands beside the command.
    fn command(&self, inputs: &[Input]) -> String {
        let mut command = format!("colorization train --preset {}", self.preset);
        let mut flag = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command += &format!(" --{name} {value}");
            }
        };
        flag("window", self.window.map(|v| v.to_string()));
        flag("epochs", self.epochs.map(|v| v.to_string()));
        flag("steps-an-epoch", self.steps_an_epoch.map(|v| v.to_string()));
        flag("learning-rate", self.learning_rate.map(|v| v.to_string()));
        flag("pictures", self.pictures.map(|v| v.to_string()));
        let skipping = self.skip_damaged.then(|| "true".to_owned());
        flag("skip-damaged", skipping);
        let other = self.device != DeviceName::Cpu;
        flag("device", other.then(|| self.device.to_string()));
        // What was read: `--data auto` may find something else elsewhere.
        let kind = |input: &Input| match input.kind {
            InputKind::Real => "real".to_owned(),
            _ => "synthetic".to_owned(),
        };
        flag("data", inputs.first().map(kind));
        command
    }
}

/// The post's training alone: what a model needs, and nothing to compare.
struct OneNetwork;

impl Experiment for OneNetwork {
    const NAME: &'static str = "colorization-model";
    const POST: BlogPost = Colorization::POST;
    type Config = ColorizationConfig;
    type Data = Scenes;

    fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
        data::load(config, sets)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Training>()
    }
}

impl Study<OneNetwork> for Training {
    type Arm = Variant;
    type Outcome = Trained;

    fn arms(_: &ColorizationConfig) -> Vec<Variant> {
        vec![Variant::AsDescribed]
    }

    fn run(
        arm: &Variant,
        config: &ColorizationConfig,
        scenes: &Scenes,
        cell: &mut Cell,
    ) -> Result<Trained> {
        <Self as Study<Colorization>>::run(arm, config, scenes, cell)
    }
}
