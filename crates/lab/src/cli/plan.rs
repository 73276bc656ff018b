//! `retrace plan` and `retrace freeze`: the networks of an experiment before and after training.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Args, Command};
use serde::Serialize;

use super::options::{RunOptions, parsed};
use super::start_process;
use super::summary::{print, print_json};
use crate::config::unknown;
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::files::write_atomically;
use crate::network::{BATCH, Description, NetworkSummary, configured_batch};
use crate::run::{Execution, Plan};
use retrace_data::shown;

/// Options of `plan`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
pub struct PlanOptions {
    /// Only the network of this name
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// Draw the network, too; with several a name is wanted
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Options of `freeze`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Freeze")]
pub struct FreezeOptions {
    /// Arm whose network to train and freeze [default: the first]
    #[arg(long, value_name = "NAME")]
    arm: Option<String>,
    /// Its seed
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

pub const PLAN: &str = "Print shapes, parameters, multiply-adds and memory of an experiment's \
                        networks, without running anything";
pub const FREEZE: &str = "Train one cell of an experiment and write its network to an ONNX file";

/// The command of an experiment with the options of `plan`.
///
/// `--batch` is the config's where it has one.
pub fn plan_command(command: Command) -> Command {
    let has_batch = command.get_arguments().any(|arg| arg.get_id() == BATCH);
    let batch = Arg::new(BATCH)
        .long(BATCH)
        .value_name("N")
        .default_value("1")
        .value_parser(clap::value_parser!(u32).range(1..=1_000_000))
        .help("Examples in a batch");
    let command = if has_batch {
        command
    } else {
        command.arg(batch)
    };
    with::<PlanOptions>(command, PLAN)
}

/// The command of an experiment with the options of `freeze`.
pub fn freeze_command(command: Command) -> Command {
    with::<FreezeOptions>(command, FREEZE)
}

/// The command with more options, whose documentation would otherwise replace its own.
fn with<O: Args>(command: Command, long_about: &'static str) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    O::augment_args(command).about(about).long_about(long_about)
}

/// The batch to plan for: of the config, else of the flag.
fn batch(config: &impl Serialize, flags: &ArgMatches) -> usize {
    configured_batch(config).unwrap_or_else(|| {
        let flag = flags.try_get_one::<u32>(BATCH).ok().flatten();
        flag.map_or(1, |batch| *batch as usize)
    })
}

/// `retrace plan` of experiment `E`.
///
/// # Errors
/// A config that cannot be run, an experiment without networks, a name that none has.
pub fn plan<E: Experiment>(flags: &ArgMatches) -> Result<()> {
    let run: RunOptions = parsed(flags)?;
    let options: PlanOptions = parsed(flags)?;
    let settings = run.settings::<E>(flags)?;
    let mut networks = E::networks(&settings.composed.config, &run.data)?;
    if networks.is_empty() {
        return Err(Error::Usage(format!("{} has no networks to plan", E::NAME)));
    }
    if let Some(name) = &options.network {
        let names: Vec<String> = networks.iter().map(|n| n.name().to_owned()).collect();
        networks.retain(|network| network.name() == name);
        if networks.is_empty() {
            let names = names.iter().map(String::as_str);
            return Err(Error::Usage(unknown(E::NAME, "network", name, names)));
        }
    }
    let batch = batch(&settings.composed.config, flags);
    let described = networks
        .iter()
        .map(|network| Ok((network.name(), network.describe(batch)?)))
        .collect::<Result<Vec<_>>>()?;
    if let Some(path) = &options.svg {
        draw(&described, path)?;
    }
    if run.json {
        let summary = |(name, description): &(&str, Description)| NetworkSummary {
            network: (*name).to_owned(),
            summary: description.json.clone(),
        };
        return print_json(&described.iter().map(summary).collect::<Vec<_>>());
    }
    let text = described
        .iter()
        .map(|(name, description)| format!("{name}\n\n{}", description.text));
    print(&text.collect::<Vec<_>>().join("\n"))
}

fn draw(described: &[(&str, Description)], path: &Path) -> Result<()> {
    let [(_, only)] = described else {
        let names: Vec<&str> = described.iter().map(|(name, _)| *name).collect();
        return Err(Error::Usage(format!(
            "--svg draws one network: choose one with --network, of {}",
            names.join(", ")
        )));
    };
    write_atomically(path, only.svg.as_bytes())
}

/// `retrace freeze` of experiment `E`.
///
/// # Errors
/// What stops the cell; a network that cannot be frozen; a file that cannot be written.
pub fn freeze<E: Experiment>(flags: &ArgMatches) -> Result<()> {
    let run: RunOptions = parsed(flags)?;
    let options: FreezeOptions = parsed(flags)?;
    // Before minutes of training.
    let folder = options
        .output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Error::Usage(format!(
            "there is no folder {}",
            folder.display()
        )));
    }
    let settings = run.settings::<E>(flags)?;
    start_process(settings.run.threads, true)?;
    let plan = Plan::<E>::new(
        settings.composed.config,
        settings.run,
        &run.data,
        &run.out.out,
    )?;
    let arm = plan.arm(options.arm.as_deref())?;
    let how = Execution {
        tensorboard: settings.tensorboard,
        ..run.execution(1)
    };
    let file = plan.freeze(&arm, options.seed, &how)?;
    write_atomically(&options.output, &file.bytes)?;
    print(&format!(
        "{}: {} seed {}, {}, {} bytes\n",
        shown(&options.output),
        arm.name,
        options.seed,
        file.words,
        file.bytes.len()
    ))
}
