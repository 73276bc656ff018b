//! An experiment behind one object, so that a program can hold a list of them.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::path::Path;

use clap::{ArgMatches, Command};
use serde::Serialize;

use super::options::{RunOptions, experiment_command, no_flags, parsed};
use super::plan;
use super::show::{Shown, help, shown};
use crate::config::{Config, Preset};
use crate::device::DeviceName;
use crate::error::Result;
use crate::experiment::{Experiment, Post};
use crate::progress::Progress;
use crate::run::{self, Plan, Report, toml_table};
use crate::run_dir::RunDir;
use crate::worker::{CellArgs, Launcher};

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
    /// The config of a preset.
    ///
    /// # Errors
    /// When it cannot be written as TOML.
    fn preset(&self, preset: Preset) -> Result<toml::Table>;
    /// What each key of the config is.
    fn help(&self) -> BTreeMap<String, String>;
    /// Its command, called `name`.
    fn command(&self, name: &'static str) -> Command;
    /// Runs it as the flags say.
    ///
    /// # Errors
    /// The first failure.
    fn run(&self, flags: &ArgMatches, launcher: &Launcher) -> Result<Report>;
    /// Runs it with the options that all experiments share.
    ///
    /// # Errors
    /// The first failure.
    fn run_with(&self, options: &RunOptions, launcher: &Launcher) -> Result<Report>;
    /// The composed config, without running anything.
    ///
    /// # Errors
    /// A config that cannot be run.
    fn show(&self, flags: &ArgMatches) -> Result<Shown>;
    /// Draws the figures of a finished run again.
    ///
    /// # Errors
    /// A folder that is not a finished run.
    fn redraw(&self, folder: &Path) -> Result<Report>;
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
    /// Runs one cell as a worker.
    ///
    /// # Errors
    /// What stopped the cell.
    fn work(&self, args: &CellArgs) -> Result<()>;
}

/// One row of `retrace list`.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Name of the experiment.
    pub name: &'static str,
    /// The post.
    pub post: Post,
    /// Seeds of each preset: smoke, quick, post.
    pub seeds: [u64; 3],
}

struct Of<E>(PhantomData<fn() -> E>);

/// The entry of experiment `E`.
pub fn entry<E: Experiment>() -> Box<dyn Entry> {
    Box::new(Of::<E>(PhantomData))
}

impl<E: Experiment> Of<E> {
    fn carry_out(options: &RunOptions, flags: &ArgMatches, launcher: &Launcher) -> Result<Report> {
        let mut settings = options.settings::<E>(flags)?;
        if !E::TENSORS && settings.run.device != DeviceName::Cpu {
            Progress::note(&format!(
                "{} has no tensors: it computes on the CPU",
                E::NAME
            ));
            settings.run.device = DeviceName::Cpu;
        }
        let plan = Plan::<E>::new(
            settings.composed.config,
            settings.run,
            &options.data,
            &options.out.out,
        )?
        .with_origins(settings.composed.origins);
        plan.carry_out(&options.execution(), launcher)
    }
}

impl<E: Experiment> Entry for Of<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn listed(&self) -> Listed {
        Listed {
            name: E::NAME,
            post: E::POST,
            seeds: [Preset::Smoke, Preset::Quick, Preset::Post].map(E::Config::seeds),
        }
    }

    fn method(&self) -> &'static str {
        E::METHOD
    }

    fn cover(&self) -> &'static str {
        E::COVER
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

    fn run(&self, flags: &ArgMatches, launcher: &Launcher) -> Result<Report> {
        Self::carry_out(&parsed(flags)?, flags, launcher)
    }

    fn run_with(&self, options: &RunOptions, launcher: &Launcher) -> Result<Report> {
        Self::carry_out(options, &no_flags::<E>(), launcher)
    }

    fn show(&self, flags: &ArgMatches) -> Result<Shown> {
        let options: RunOptions = parsed(flags)?;
        shown(&options.settings::<E>(flags)?, &self.command(E::NAME))
    }

    fn redraw(&self, folder: &Path) -> Result<Report> {
        run::redraw::<E>(&RunDir::new(folder))
    }

    fn plan(&self, flags: &ArgMatches) -> Result<()> {
        plan::plan::<E>(flags)
    }

    fn freeze(&self, flags: &ArgMatches) -> Result<()> {
        plan::freeze::<E>(flags)
    }

    fn work(&self, args: &CellArgs) -> Result<()> {
        run::work::<E>(args)
    }
}
