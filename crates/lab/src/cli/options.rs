//! The options that every experiment has, and what comes of them with a config file.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use serde::Deserialize;
use toml::Table;

use crate::cluster::submission::Site;
use crate::config::{Composed, Config, Preset, RUN, SLURM, compose, toml_table};
use crate::data_sets::DataSets;
use crate::device::DeviceName;
use crate::error::{Error, Result, one_line};
use crate::experiment::Experiment;
use crate::progress::Progress;
use crate::run::Execution;
use crate::run_dir::RunTable;
use crate::toml_file::{TomlFile, mismatch};
use retrace_data::shown;

/// Seeds that a run has at most.
const MOST_SEEDS: u64 = 1_000_000;
/// Threads that a cell has at most.
const MOST_THREADS: u64 = 1024;

/// Options of a run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Run")]
pub struct RunOptions {
    /// How much to run [default: quick]
    #[arg(long, value_enum)]
    pub preset: Option<Preset>,
    /// A TOML file with keys of the config; one that a run wrote repeats that run
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Number of seeds, counted from 0; more seeds continue a run [default: the preset's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_SEEDS))]
    pub seeds: Option<u64>,
    /// Where to compute: cpu, or with the cargo feature of that name ndarray, wgpu, vulkan, cuda
    /// [default: cpu]
    #[arg(long, value_name = "NAME")]
    pub device: Option<DeviceName>,
    /// Cells to run side by side, each in a process of its own; changes no result [default: as many
    /// as there are cores and memory for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub jobs: Option<u16>,
    /// Threads of a cell; sums are split among them, so a run with another number has a folder of
    /// its own [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MOST_THREADS as i64))]
    pub threads: Option<u16>,
    /// Write a checkpoint every N steps instead of every 15 seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub checkpoint_steps: Option<u64>,
    /// Write files for TensorBoard while the networks train: `tensorboard --logdir
    /// out/rrelu/quick/tensorboard` shows losses and the numbers observed; changes no result
    #[arg(long)]
    pub tensorboard: bool,
    #[command(flatten)]
    /// Which data.
    pub data: DataSets,
    #[command(flatten)]
    /// Where results go.
    pub out: OutOption,
    /// Start over: remove the results of this run first
    #[arg(long)]
    pub fresh: bool,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    pub json: bool,
    /// Give the cells to the engine of a cluster, and return
    #[arg(long, value_enum, value_name = "ENGINE", conflicts_with = "jobs")]
    pub on: Option<Engine>,
    /// With --on: stay until the queue has nothing of the run any more
    #[arg(long, requires = "on", conflicts_with = "dry_run")]
    pub wait: bool,
    /// With --on: print the scripts and submit nothing
    #[arg(long, requires = "on")]
    pub dry_run: bool,
    /// With --on: take cells again that failed
    #[arg(long, requires = "on")]
    pub retry: bool,
    #[command(flatten)]
    /// What Slurm is told.
    slurm: Site,
}

/// What runs the cells on a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Slurm: job arrays
    Slurm,
}

/// The output folder.
#[derive(Debug, Clone, Args)]
pub struct OutOption {
    /// Folder for all results
    #[arg(long, value_name = "DIR", env = "RETRACE_OUT", default_value = "out")]
    pub out: PathBuf,
}

/// The `[run]` table of a config file; all of it may be missing.
#[derive(Debug, Default, Deserialize)]
struct RunOverrides {
    experiment: Option<String>,
    preset: Option<Preset>,
    seeds: Option<u64>,
    device: Option<DeviceName>,
    threads: Option<u64>,
    tensorboard: Option<bool>,
}

const RUN_KEYS: [&str; 7] = [
    "experiment",
    "preset",
    "seeds",
    "device",
    "threads",
    "tensorboard",
    "inputs",
];

/// A composed config with the settings of its run.
#[derive(Debug)]
pub struct Settings<C> {
    /// The config and the origin of its values.
    pub composed: Composed<C>,
    /// The run's table; its inputs are filled in when the data are loaded.
    pub run: RunTable,
    /// Whether to write files for TensorBoard; no part of what the run is.
    pub tensorboard: bool,
}

impl RunOptions {
    /// How to carry out runs with `jobs` processes.
    pub fn execution(&self, jobs: usize) -> Execution {
        Execution {
            jobs,
            checkpoint_steps: self.checkpoint_steps,
            tensorboard: self.tensorboard,
            fresh: self.fresh,
        }
    }

    /// What Slurm is told: flags, and for the rest the `[slurm]` table of the config file.
    ///
    /// # Errors
    /// A table that does not hold what it should.
    pub fn site(&self) -> Result<Site> {
        let file = self.config.as_deref().map(TomlFile::read).transpose()?;
        let site = self.slurm.clone();
        let Some((file, table)) = file
            .as_ref()
            .and_then(|file| Some((file, file.table().get(SLURM)?)))
        else {
            return Ok(site);
        };
        let there = table.clone().try_into();
        let there = there.map_err(|error: toml::de::Error| {
            file.refuse(SLURM, "keys of a table [slurm]", one_line(error.message()))
        })?;
        Ok(site.or(there))
    }

    /// Composes the settings of experiment `E`: preset, then file, then flags.
    ///
    /// # Errors
    /// Unknown keys and values that cannot be run, with where they came from.
    pub fn settings<E: Experiment>(&self, flags: &ArgMatches) -> Result<Settings<E::Config>> {
        let file = self.config.as_deref().map(TomlFile::read).transpose()?;
        let overrides = match &file {
            Some(file) => overrides(file, E::NAME)?,
            None => RunOverrides::default(),
        };
        let preset = self.preset.or(overrides.preset).unwrap_or(Preset::Quick);
        let composed = compose::<E::Config>(preset, file.as_ref(), flags)?;
        let run = RunTable {
            experiment: E::NAME.to_owned(),
            preset,
            seeds: self
                .seeds
                .or(overrides.seeds)
                .unwrap_or(E::Config::seeds(preset)),
            device: self.device.or(overrides.device).unwrap_or(DeviceName::Cpu),
            threads: self
                .threads
                .map(usize::from)
                .or(overrides.threads.map(|threads| threads as usize))
                .unwrap_or(1),
            inputs: Vec::new(),
        };
        let tensorboard = self.tensorboard || overrides.tensorboard.unwrap_or(false);
        Ok(Settings {
            composed,
            run,
            tensorboard,
        })
    }
}

/// The `[run]` table of a config file, checked.
fn overrides(file: &TomlFile, experiment: &str) -> Result<RunOverrides> {
    if file.table().is_empty() {
        let name = shown(file.path());
        Progress::note(&format!("{name} has no keys: the preset stays as it is"));
    }
    let Some(run) = file.table().get(RUN) else {
        return Ok(RunOverrides::default());
    };
    let Some(table) = run.as_table() else {
        let (expected, found) = mismatch(run, Some(&Table::new().into()), "");
        return Err(file.refuse(RUN, expected, found));
    };
    file.refuse_unknown("run.", table.keys(), &RUN_KEYS)?;
    let likes = toml_table(&RunTable::new(experiment, Preset::Quick, 1))?;
    let optional = [
        ("threads".to_owned(), 1.into()),
        ("tensorboard".to_owned(), true.into()),
    ];
    let likes = likes.into_iter().chain(optional);
    let likes: Table = likes.collect();
    let mut checked = Table::new();
    let mut overrides = RunOverrides::default();
    for (key, value) in table {
        checked.insert(key.clone(), value.clone());
        overrides = checked
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| {
                let (expected, found) = mismatch(value, likes.get(key), error.message());
                file.refuse(&format!("run.{key}"), expected, found)
            })?;
    }
    let other = overrides
        .experiment
        .as_ref()
        .filter(|name| *name != experiment);
    if let Some(other) = other {
        let (expected, found) = (format!("`{experiment}`"), format!("`{}`", one_line(other)));
        return Err(file.refuse("run.experiment", expected, found));
    }
    for (key, number, most) in [
        ("run.seeds", overrides.seeds, MOST_SEEDS),
        ("run.threads", overrides.threads, MOST_THREADS),
    ] {
        if let Some(number) = number.filter(|number| !(1..=most).contains(number)) {
            let expected = format!("a whole number from 1 to {most}");
            return Err(file.refuse(key, expected, number.to_string()));
        }
    }
    Ok(overrides)
}

/// The command of one experiment: the options of a run, and a flag for each field of its config.
pub fn experiment_command<E: Experiment>(name: &'static str) -> Command {
    let command = RunOptions::augment_args(Command::new(name)).next_help_heading("Config");
    E::Config::augment_args_for_update(command)
        // Values like -1 shall reach `validate`, which says what the key takes.
        .mut_args(|arg| {
            let takes_values = arg.get_action().takes_values();
            arg.allow_negative_numbers(takes_values)
        })
        // After the fields, whose structs would put their own documentation here.
        .about(E::POST.question)
        .long_about(format!(
            "{}\n\nRe-runs \"{}\" by {} ({}).",
            E::POST.question,
            E::POST.title,
            E::POST.author,
            E::POST.year
        ))
}

/// The config of experiment `E` that these arguments of its command compose: `--preset smoke`,
/// `--epochs 3`.
///
/// # Errors
/// What the command line or the config refuses, in its words.
pub fn config_from<E: Experiment>(arguments: &[&str]) -> Result<E::Config> {
    let arguments = std::iter::once(&E::NAME).chain(arguments);
    let matches = experiment_command::<E>(E::NAME).try_get_matches_from(arguments);
    let matches = matches.map_err(|error| Error::Usage(error.to_string()))?;
    let options: RunOptions = parsed(&matches)?;
    Ok(options.settings::<E>(&matches)?.composed.config)
}

/// The matches of a command line without any flag of the config of `E`.
pub fn no_flags<E: Experiment>() -> ArgMatches {
    E::Config::augment_args_for_update(Command::new(E::NAME))
        .get_matches_from(std::iter::once(E::NAME))
}

/// Reads typed options from matches that clap has already checked.
///
/// # Errors
/// Clap's own message.
pub fn parsed<T: FromArgMatches>(matches: &ArgMatches) -> Result<T> {
    T::from_arg_matches(matches).map_err(|error| Error::Usage(error.to_string()))
}
