//! An experiment behind one object, so that a program can hold a list of them.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Command};
use serde::Serialize;

use super::options::{RunOptions, Settings, experiment_command, no_flags, parsed};
use super::plan;
use super::show::{Shown, help, shown};
use crate::config::{Config, Preset, toml_table};
use crate::data_sets::{DataDir, DataSets};
use crate::device::DeviceName;
use crate::error::Result;
use crate::experiment::{BlogPost, Experiment, Sources};
use crate::pool::Job;
use crate::progress::Progress;
use crate::run::{AnyLedger, AnyPlan, Ledger, Plan, Report};
use crate::run_dir::RunDir;

/// An experiment, as the command line sees it.
pub trait Entry: Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// One row of `retrace list`.
    fn listed(&self) -> Listed;
    /// How the question is answered: Markdown with equations in LaTeX.
    fn method(&self) -> &'static str;
    /// Name of the figure that stands for the experiment.
    fn cover(&self) -> &'static str;
    /// The modules of its questions as this program was built from them.
    fn sources(&self) -> Sources;
    /// Papers that it leans on, and what for.
    fn papers(&self) -> &'static [(&'static str, &'static str)];
    /// The config of a preset.
    ///
    /// # Errors
    /// When it cannot be written as TOML.
    fn preset(&self, preset: Preset) -> Result<toml::Table>;
    /// What each key of the config is.
    fn help(&self) -> BTreeMap<String, String>;
    /// Its command, called `name`.
    fn command(&self, name: &'static str) -> Command;
    /// The run that the options ask for, and the flags of its config, if there are any.
    ///
    /// # Errors
    /// A config that cannot be run, a device that is not there.
    fn job(&self, options: &RunOptions, flags: Option<&ArgMatches>) -> Result<Asked>;
    /// The composed config, without running anything.
    ///
    /// # Errors
    /// A config that cannot be run.
    fn show(&self, flags: &ArgMatches) -> Result<Shown>;
    /// Draws the figures of a finished run again, or with `partial` those of what is there; `data` is
    /// for networks whose size depends on a published data set.
    ///
    /// # Errors
    /// A folder that is not a finished run, or one without a finished cell.
    fn redraw(
        &self,
        folder: &Path,
        partial: bool,
        settle: Duration,
        data: &DataDir,
    ) -> Result<Report>;
    /// Prints what its networks are made of, without running anything.
    ///
    /// # Errors
    /// A config that cannot be run; an experiment without networks.
    fn plan(&self, flags: &ArgMatches) -> Result<()>;
    /// Trains one cell and writes its network to a file.
    ///
    /// # Errors
    /// What stopped the cell; a network that cannot be frozen.
    fn freeze(&self, flags: &ArgMatches) -> Result<()>;
    /// Loads the data of a run, for a worker.
    ///
    /// # Errors
    /// A folder that is not one of this experiment's, data that have changed.
    fn open(&self, dir: RunDir, sets: &DataSets) -> Result<Box<dyn AnyPlan>>;
    /// What there is to know of a run without its data.
    ///
    /// # Errors
    /// A folder that is not one of this experiment's.
    fn ledger(&self, dir: RunDir, data: &DataDir) -> Result<Arc<dyn AnyLedger>>;
}

/// A run that was asked for, its settings checked.
pub struct Asked {
    pub(super) job: Job,
    /// Threads of a cell.
    pub(super) threads: usize,
    /// Bytes that a cell takes at most.
    pub(super) memory: u64,
    /// Whether the cells share a GPU.
    pub(super) on_gpu: bool,
    /// Whether to write files for TensorBoard.
    pub(super) tensorboard: bool,
}

/// One row of `retrace list`.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Name of the experiment.
    pub name: &'static str,
    /// The post.
    pub post: BlogPost,
    /// Seeds of each preset: smoke, quick, post.
    pub seeds: [u64; 3],
    /// Arms whose trained networks the checks of frozen files take.
    pub frozen_arms: &'static [&'static str],
}

struct Of<E>(PhantomData<fn() -> E>);

/// The entry of experiment `E`.
pub fn entry<E: Experiment>() -> Box<dyn Entry> {
    Box::new(Of::<E>(PhantomData))
}

impl<E: Experiment> Entry for Of<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn listed(&self) -> Listed {
        Listed {
            name: E::NAME,
            post: E::POST,
            seeds: E::Config::SEEDS,
            frozen_arms: E::FROZEN_ARMS,
        }
    }

    fn method(&self) -> &'static str {
        E::METHOD
    }

    fn cover(&self) -> &'static str {
        E::COVER
    }

    fn sources(&self) -> Sources {
        E::SOURCES
    }

    fn papers(&self) -> &'static [(&'static str, &'static str)] {
        E::PAPERS
    }

    fn preset(&self, preset: Preset) -> Result<toml::Table> {
        toml_table(&E::Config::preset(preset))
    }

    fn help(&self) -> BTreeMap<String, String> {
        help(&self.command(E::NAME))
    }

    fn command(&self, name: &'static str) -> Command {
        experiment_command::<E>(name)
    }

    fn job(&self, options: &RunOptions, flags: Option<&ArgMatches>) -> Result<Asked> {
        let no_flags = no_flags::<E>();
        let Settings {
            composed,
            mut run,
            tensorboard,
        } = options.settings::<E>(flags.unwrap_or(&no_flags))?;
        if !E::TENSORS && run.device != DeviceName::Cpu {
            Progress::note(&format!(
                "{} has no tensors: it computes on the CPU",
                E::NAME
            ));
            run.device = DeviceName::Cpu;
        }
        run.device.open()?;
        let (config, origins) = (composed.config, composed.origins);
        let (config_of_job, run_of_job) = (config.clone(), run.clone());
        let (sets, out) = (options.data.clone(), options.out.out.clone());
        Ok(Asked {
            threads: run.threads,
            memory: E::memory(&config),
            on_gpu: run.device.is_gpu(),
            tensorboard,
            job: Job::new::<E>(&config, &run, move || {
                Plan::with_origins(config_of_job, run_of_job, &sets, &out, origins)
            }),
        })
    }

    fn show(&self, flags: &ArgMatches) -> Result<Shown> {
        let options: RunOptions = parsed(flags)?;
        shown(&options.settings::<E>(flags)?, &self.command(E::NAME))
    }

    fn redraw(
        &self,
        folder: &Path,
        partial: bool,
        settle: Duration,
        data: &DataDir,
    ) -> Result<Report> {
        Ledger::<E>::of_folder(RunDir::new(folder), data)?.draw_again(partial, settle)
    }

    fn plan(&self, flags: &ArgMatches) -> Result<()> {
        plan::plan::<E>(flags)
    }

    fn freeze(&self, flags: &ArgMatches) -> Result<()> {
        plan::freeze::<E>(flags)
    }

    fn open(&self, dir: RunDir, sets: &DataSets) -> Result<Box<dyn AnyPlan>> {
        Ok(Box::new(Plan::<E>::of_folder(dir, sets)?))
    }

    fn ledger(&self, dir: RunDir, data: &DataDir) -> Result<Arc<dyn AnyLedger>> {
        Ok(Arc::new(Ledger::<E>::of_folder(dir, data)?))
    }
}
