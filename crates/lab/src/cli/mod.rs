//! The command line: of the one binary, which knows all experiments, and of each experiment's
//! own, which has the same flags.

mod data;
mod entry;
mod frozen;
mod options;
mod pages;
mod plan;
mod show;
mod summary;
mod tool;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Args, Command};

pub use entry::{Entry, Listed, entry};
pub use options::{OutOption, RunOptions};
pub use pages::Pages;
pub use summary::{note, print, print_json};
pub use tool::Tool;

use self::data::Data;
use self::options::parsed;
use self::plan::{FREEZE, PLAN, freeze_command, plan_command};
use self::tool::{NoTools, with_tools};
use crate::config::nearest;
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::run::Report;
use crate::run_dir::RunDir;
use crate::stop;
use crate::worker::{CellArgs, Launcher};

/// Exit codes, for `--help`.
const EXIT_CODES: &str = "Exit codes: 0 fine, 1 failure, 2 usage or config, 3 data, 4 numerics, \
                          130 Ctrl-C, 143 terminated.";

/// The `main` of the one binary.
pub fn main<P: Pages>(experiments: &[Box<dyn Entry>]) -> ExitCode {
    let command = with_tools::<P>(workspace_command(experiments));
    let matches = command.clone().get_matches();
    exit(dispatch::<P>(experiments, command, &matches))
}

/// The `main` of an experiment's own binary.
pub fn main_of<E: Experiment>() -> ExitCode {
    main_with_tools::<E, NoTools>()
}

/// The `main` of an experiment whose method people can use on their own files.
pub fn main_with_tools<E: Experiment, T: Tool>() -> ExitCode {
    let experiment = entry::<E>();
    let command = experiment
        .command(E::NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(EXIT_CODES)
        .args_conflicts_with_subcommands(true)
        .subcommand(
            experiment
                .command("show")
                .about("Print the composed config with the origin of each value"),
        )
        .subcommand(plan_command(experiment.command("plan")).about(PLAN))
        .subcommand(freeze_command(experiment.command("freeze")).about(FREEZE))
        .subcommand(Figures::command())
        .subcommand(Cell::command());
    let matches = with_tools::<T>(command).get_matches();
    exit((|| match matches.subcommand() {
        Some(("show", flags)) => show(experiment.as_ref(), flags),
        Some(("plan", flags)) => plan(experiment.as_ref(), flags),
        Some(("freeze", flags)) => freeze(experiment.as_ref(), flags),
        Some(("figures", flags)) => redraw(&[experiment], &parsed::<Figures>(flags)?),
        Some(("cell", flags)) => {
            let cell: Cell = parsed(flags)?;
            start_process(Some(cell.args.threads))?;
            experiment.work(&cell.args)
        }
        // A tool writes its file in one piece at its end, so that Ctrl-C may simply end it.
        Some(_) => parsed::<T>(&matches)?.run(),
        None => run_one(experiment.as_ref(), &matches, &["cell"]),
    })())
}

fn workspace_command(experiments: &[Box<dyn Entry>]) -> Command {
    let of_each = |command: Command| {
        experiments.iter().fold(command, |command, e| {
            command.subcommand(e.command(e.name()))
        })
    };
    let run = of_each(Command::new("run").about("Run one experiment"))
        .subcommand_required(true)
        .arg_required_else_help(true);
    let show = of_each(
        Command::new("show")
            .about("Print an experiment's composed config with the origin of each value"),
    );
    let of_each_with = |command: Command, with: fn(Command) -> Command| {
        let with = experiments.iter().map(|e| with(e.command(e.name())));
        let command = command
            .subcommand_required(true)
            .arg_required_else_help(true);
        with.fold(command, Command::subcommand)
    };
    let plan = of_each_with(Command::new("plan").about(PLAN), plan_command);
    let freeze = of_each_with(Command::new("freeze").about(FREEZE), freeze_command);
    let command = RunOptions::augment_args(List::augment(Command::new("retrace")))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Re-runs published deep-learning blog posts and redraws every figure")
        .long_about(
            "Re-runs published deep-learning blog posts, redraws every figure and answers every \
             claim.\n\nWithout a subcommand, runs every experiment.",
        )
        .after_help(EXIT_CODES)
        .args_conflicts_with_subcommands(true);
    command
        .subcommand(run)
        .subcommand(show.subcommand_required(true).arg_required_else_help(true))
        .subcommand(plan)
        .subcommand(freeze)
        .subcommands(frozen::commands())
        .subcommand(Data::command())
        .subcommand(Figures::command())
        .subcommand(Completions::command())
        .subcommand(Cell::command().arg(clap::Arg::new("experiment").required(true)))
}

fn dispatch<P: Pages>(
    experiments: &[Box<dyn Entry>],
    command: Command,
    matches: &ArgMatches,
) -> Result<()> {
    match matches.subcommand() {
        None => run_all::<P>(experiments, &parsed(matches)?),
        Some(("run", flags)) => {
            let (experiment, flags) = chosen(experiments, flags)?;
            run_one(experiment, flags, &["cell", experiment.name()])
        }
        Some(("show", flags)) => {
            let (experiment, flags) = chosen(experiments, flags)?;
            show(experiment, flags)
        }
        Some(("plan", flags)) => {
            let (experiment, flags) = chosen(experiments, flags)?;
            plan(experiment, flags)
        }
        Some(("freeze", flags)) => {
            let (experiment, flags) = chosen(experiments, flags)?;
            freeze(experiment, flags)
        }
        Some(("summary", flags)) => parsed::<frozen::FileSummary>(flags)?.run(),
        Some(("nodes", flags)) => parsed::<frozen::Nodes>(flags)?.run(),
        Some(("run-frozen", flags)) => parsed::<frozen::RunFrozen>(flags)?.run(),
        Some(("list", flags)) => list(experiments, &parsed(flags)?),
        Some(("data", flags)) => parsed::<Data>(flags)?.run(),
        Some(("figures", flags)) => redraw(experiments, &parsed(flags)?),
        Some(("completions", flags)) => parsed::<Completions>(flags)?.print(command),
        Some(("cell", flags)) => {
            let cell: Cell = parsed(flags)?;
            start_process(Some(cell.args.threads))?;
            let name = flags
                .get_one::<String>("experiment")
                .map_or("", String::as_str);
            by_name(experiments, name)?.work(&cell.args)
        }
        Some(_) => parsed::<P>(matches)?.run(experiments),
    }
}

/// Draw the figures of a finished run again, without training
#[derive(Debug, Args)]
struct Figures {
    /// Folder of the run, such as out/regularization/quick
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

impl Figures {
    fn command() -> Command {
        Self::augment_args(Command::new("figures"))
            .about("Draw the figures of a finished run again, without training")
    }
}

/// List the experiments
#[derive(Debug, Args)]
struct List {
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

impl List {
    fn augment(command: Command) -> Command {
        command.subcommand(Self::augment_args(Command::new("list")).about("List the experiments"))
    }
}

/// Print a completion script
#[derive(Debug, Args)]
struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

impl Completions {
    fn command() -> Command {
        Self::augment_args(Command::new("completions"))
            .about("Print a completion script for a shell, to be sourced or installed")
    }

    fn print(self, mut command: Command) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "retrace", &mut script);
        summary::print(&String::from_utf8_lossy(&script))
    }
}

/// Run one cell; started by a run with `--jobs`, or by a cluster's scheduler
#[derive(Debug, Args)]
struct Cell {
    #[command(flatten)]
    args: CellArgs,
}

impl Cell {
    fn command() -> Command {
        Self::augment_args(Command::new("cell"))
            .about("Run one cell of a run")
            .hide(true)
    }
}

fn run_all<P: Pages>(experiments: &[Box<dyn Entry>], options: &RunOptions) -> Result<()> {
    start_process(options.threads.map(std::num::NonZeroUsize::get))?;
    if options.config.is_some() {
        return Err(Error::Usage(
            "a config file belongs to one experiment: `retrace run NAME --config FILE`".to_owned(),
        ));
    }
    let reports = experiments
        .iter()
        .map(|experiment| {
            let launcher = Launcher::this_program(&["cell", experiment.name()])?;
            experiment.run_with(options, &launcher)
        })
        .collect::<Result<Vec<Report>>>()?;
    let page = P::write(experiments, &options.out.out)?;
    summary::reports(&reports, options.json, &page)
}

fn run_one(experiment: &dyn Entry, flags: &ArgMatches, worker: &[&str]) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    start_process(options.threads.map(std::num::NonZeroUsize::get))?;
    let report = experiment.run(flags, &Launcher::this_program(worker)?)?;
    let page = RunDir::new(&report.folder).page();
    summary::reports(&[report], options.json, &page)
}

fn show(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    let shown = experiment.show(flags)?;
    if options.json {
        summary::print_json(&shown)
    } else {
        summary::print(&shown.to_string())
    }
}

fn plan(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
    start_process(None)?;
    experiment.plan(flags)
}

fn freeze(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    start_process(options.threads.map(std::num::NonZeroUsize::get))?;
    experiment.freeze(flags)
}

fn list(experiments: &[Box<dyn Entry>], options: &List) -> Result<()> {
    let rows: Vec<Listed> = experiments.iter().map(|e| e.listed()).collect();
    if options.json {
        summary::print_json(&rows)
    } else {
        summary::print(&summary::list(&rows))
    }
}

fn redraw(experiments: &[Box<dyn Entry>], options: &Figures) -> Result<()> {
    let (run, _) = RunDir::new(&options.folder).read_config()?;
    let report = by_name(experiments, &run.experiment)?.redraw(&options.folder)?;
    summary::reports(
        &[report],
        options.json,
        &RunDir::new(&options.folder).page(),
    )
}

fn chosen<'a>(
    experiments: &'a [Box<dyn Entry>],
    flags: &'a ArgMatches,
) -> Result<(&'a dyn Entry, &'a ArgMatches)> {
    let (name, flags) = flags
        .subcommand()
        .ok_or_else(|| Error::Usage("name an experiment; `retrace list` has them".to_owned()))?;
    Ok((by_name(experiments, name)?, flags))
}

fn by_name<'a>(experiments: &'a [Box<dyn Entry>], name: &str) -> Result<&'a dyn Entry> {
    if let Some(found) = experiments
        .iter()
        .find(|experiment| experiment.name() == name)
    {
        return Ok(found.as_ref());
    }
    let hint = nearest(name, experiments.iter().map(|experiment| experiment.name()))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Error::Usage(format!(
        "there is no experiment `{name}`{hint}"
    )))
}

/// Sets up what a process has only one of: Burn's default device, signals and the pool of threads.
fn start_process(threads: Option<usize>) -> Result<()> {
    default_to_the_cpu();
    stop::listen()?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0)) // 0: rayon's own choice.
        // The thread that trains is one of the pool's: it works on its products itself, and does
        // not sleep until others have been woken and are done.
        .use_current_thread()
        .build_global()
        .map_err(|error| Error::Other(Box::new(error)))
}

/// Burn reads the state of an optimizer, as checkpoints have it, to its default device, whatever
/// device the training is on, and panics where that is not there. A GPU's build would take the GPU.
#[allow(unsafe_code)]
fn default_to_the_cpu() {
    // SAFETY: the process has no other thread yet that could read the environment.
    unsafe { std::env::set_var("BURN_DEVICE", "flex") };
}

fn exit(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            summary::complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
