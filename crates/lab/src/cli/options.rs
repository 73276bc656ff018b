//! The options that every experiment has, and what comes of them with a config file.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Deserialize;

use crate::config::{Composed, Config, Preset, compose, nearest_hint};
use crate::data_sets::DataSets;
use crate::device::DeviceName;
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::run::Execution;
use crate::run_dir::{RunTable, read_toml};

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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Write a checkpoint every N steps instead of every 15 seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub checkpoint_steps: Option<u64>,
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
    threads: Option<usize>,
}

const RUN_KEYS: [&str; 6] = [
    "experiment",
    "preset",
    "seeds",
    "device",
    "threads",
    "inputs",
];

/// A composed config with the settings of its run.
#[derive(Debug)]
pub struct Settings<C> {
    /// The config and the origin of its values.
    pub composed: Composed<C>,
    /// The run's table; its inputs are filled in when the data are loaded.
    pub run: RunTable,
}

impl RunOptions {
    /// How to carry out runs with `jobs` processes.
    pub fn execution(&self, jobs: usize) -> Execution {
        Execution {
            jobs,
            checkpoint_steps: self.checkpoint_steps,
            fresh: self.fresh,
        }
    }

    /// Composes the settings of experiment `E`: preset, then file, then flags.
    ///
    /// # Errors
    /// Unknown keys and values that cannot be run, with where they came from.
    pub fn settings<E: Experiment>(&self, flags: &ArgMatches) -> Result<Settings<E::Config>> {
        let (table, overrides) = match &self.config {
            Some(path) => {
                let (table, overrides) = read_config_file(path, E::NAME)?;
                (Some((path.as_path(), table)), overrides)
            }
            None => (None, RunOverrides::default()),
        };
        let preset = self.preset.or(overrides.preset).unwrap_or(Preset::Quick);
        let file = table.as_ref().map(|(path, table)| (*path, table));
        let composed = compose::<E::Config>(preset, file, flags)?;
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
                .or(overrides.threads)
                .unwrap_or(1),
            inputs: Vec::new(),
        };
        Ok(Settings { composed, run })
    }
}

fn read_config_file(path: &Path, experiment: &str) -> Result<(toml::Table, RunOverrides)> {
    let mut table = read_toml(path)?;
    let Some(run) = table.remove("run") else {
        return Ok((table, RunOverrides::default()));
    };
    let refuse = |key: &str, expected: String, found: String| Error::Config {
        key: key.to_owned(),
        origin: format!("file {}", path.display()),
        expected,
        found,
    };
    let keys = run.as_table().into_iter().flat_map(toml::Table::keys);
    if let Some(key) = keys
        .into_iter()
        .find(|key| !RUN_KEYS.contains(&key.as_str()))
    {
        let expected = nearest_hint(key, RUN_KEYS.into_iter());
        return Err(refuse(
            &format!("run.{key}"),
            expected,
            "an unknown key".to_owned(),
        ));
    }
    let overrides: RunOverrides = run.try_into().map_err(|error: toml::de::Error| {
        refuse(
            "run",
            error.message().to_owned(),
            "another value".to_owned(),
        )
    })?;
    if let Some(other) = overrides
        .experiment
        .as_ref()
        .filter(|name| *name != experiment)
    {
        return Err(refuse(
            "run.experiment",
            format!("`{experiment}`"),
            format!("`{other}`"),
        ));
    }
    for (key, number) in [
        ("run.seeds", overrides.seeds),
        (
            "run.threads",
            overrides.threads.map(|threads| threads as u64),
        ),
    ] {
        if number == Some(0) {
            return Err(refuse(key, "at least 1".to_owned(), "0".to_owned()));
        }
    }
    Ok((table, overrides))
}

/// The command of one experiment: the options of a run, and a flag for each field of its config.
pub fn experiment_command<E: Experiment>(name: &'static str) -> Command {
    let command = RunOptions::augment_args(Command::new(name)).next_help_heading("Config");
    E::Config::augment_args_for_update(command)
        // Values like -1 shall reach `validate`, which says what the key takes.
        .mut_args(|arg| arg.allow_negative_numbers(true))
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
