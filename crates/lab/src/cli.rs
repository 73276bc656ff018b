//! The command line: of the one binary, which knows all experiments, and of each experiment's
//! own, which has the same flags.

mod cluster;
mod data;
mod entry;
mod options;
mod plan;
mod show;
mod summary;
mod tables;
mod tool;
mod verify;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, Id};

pub use entry::{Entry, Listed, entry};
pub use options::{OutOption, RunOptions, config_from};
pub use summary::{note, notes, print, print_json};
pub use tool::{Pages, Tool};

use self::cluster::{CELLS, CellOptions, StatusOptions, cells, cells_command, hand_over};
use self::data::Data;
use self::entry::Asked;
use self::options::parsed;
use self::plan::{FREEZE, PLAN, freeze_command, plan_command};
use self::tables::TablesOptions;
use self::tool::{NoTools, with_tools};
use self::verify::{PublishOptions, VerifyOptions};
use crate::config::nearest;
use crate::data_sets::{DataDir, DataSets};
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::jobs::{self, Jobs};
use crate::progress::Progress;
use crate::run::{Execution, Report};
use crate::run_dir::RunDir;
use crate::worker::{self, Launcher};
use crate::{pool, stop};

/// The names after the first in `retrace run A B`.
const MORE: &str = "more";

/// Exit codes, for `--help`.
const EXIT_CODES: &str = "Exit codes: 0 fine, 1 failure, 2 usage or config, 3 data, 4 numerics, \
                          130 Ctrl-C, 143 terminated.";

/// The `main` of the one binary.
pub fn main<P: Pages>(experiments: &[Box<dyn Entry>]) -> ExitCode {
    default_to_the_cpu();
    let command = with_tools::<P>(workspace_command(experiments));
    let matches = matches_of(command.clone());
    exit(dispatch::<P>(experiments, command, &matches))
}

/// The `main` of an experiment's own binary.
pub fn main_of<E: Experiment>() -> ExitCode {
    main_with_tools::<E, NoTools>()
}

/// The `main` of an experiment whose method people can use on their own files.
pub fn main_with_tools<E: Experiment, T: Tool>() -> ExitCode {
    default_to_the_cpu();
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
        .subcommand(cells_command(experiment.command("cells")).about(CELLS))
        .subcommand(CellOptions::command())
        .subcommand(StatusOptions::command())
        .subcommand(Figures::command())
        .subcommand(Worker::command());
    let matches = matches_of(with_tools::<T>(command));
    exit((|| match matches.subcommand() {
        Some(("show", flags)) => show(experiment.as_ref(), flags),
        Some(("plan", flags)) => plan(experiment.as_ref(), flags),
        Some(("freeze", flags)) => freeze(experiment.as_ref(), flags),
        Some(("cells", flags)) => cells(experiment.as_ref(), flags),
        Some(("cell", flags)) => parsed::<CellOptions>(flags)?.run(&[experiment]),
        Some(("status", flags)) => parsed::<StatusOptions>(flags)?.run(&[experiment]),
        Some(("figures", flags)) => redraw(&[experiment], &parsed::<Figures>(flags)?),
        Some(("worker", flags)) => parsed::<Worker>(flags)?.run(&[experiment]),
        // A tool writes its file in one piece at its end, so that Ctrl-C may simply end it.
        Some(_) => parsed::<T>(&matches)?.run(),
        None => run_one(experiment.as_ref(), &matches),
    })())
}

/// Clap's answer to the command line of this process; ends the process where clap has the last word.
fn matches_of(command: Command) -> ArgMatches {
    command.try_get_matches().unwrap_or_else(|error| {
        if error.kind() != ErrorKind::ValueValidation {
            error.exit();
        }
        let text = error.render();
        let text = match std::io::stderr().is_terminal() {
            true => text.ansi().to_string(),
            false => text.to_string(),
        };
        let said = NUMBERS
            .iter()
            .fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
        let _ = std::io::stderr().write_all(said.as_bytes());
        std::process::exit(error.exit_code())
    })
}

/// What the standard library says of a text that is no number, and what a person is told.
const NUMBERS: [(&str, &str); 7] = [
    ("invalid float literal", "expected a number"),
    (
        "cannot parse float from empty string",
        "expected a number, found nothing",
    ),
    ("invalid digit found in string", "expected a whole number"),
    (
        "cannot parse integer from empty string",
        "expected a whole number, found nothing",
    ),
    (
        "number too large to fit in target type",
        "expected a smaller whole number",
    ),
    (
        "number too small to fit in target type",
        "expected a larger whole number",
    ),
    (
        "provided string was not `true` or `false`",
        "expected true or false",
    ),
];

fn workspace_command(experiments: &[Box<dyn Entry>]) -> Command {
    let of_each_with = |command: Command, with: fn(Command) -> Command| {
        let with = experiments.iter().map(|e| with(e.command(e.name())));
        let command = command
            .subcommand_required(true)
            .arg_required_else_help(true);
        with.fold(command, Command::subcommand)
    };
    let run = of_each_with(
        Command::new("run").about("Run one experiment or several"),
        |command| command.arg(more_experiments()),
    );
    let show = of_each_with(
        Command::new("show")
            .about("Print an experiment's composed config with the origin of each value"),
        |command| command,
    );
    let plan = of_each_with(Command::new("plan").about(PLAN), plan_command);
    let cells = of_each_with(Command::new("cells").about(CELLS), cells_command);
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
        .subcommand(show)
        .subcommand(plan)
        .subcommand(freeze)
        .subcommand(cells)
        .subcommand(CellOptions::command())
        .subcommand(StatusOptions::command())
        .subcommand(PublishOptions::command())
        .subcommand(TablesOptions::command())
        .subcommand(VerifyOptions::command())
        .subcommand(Data::command())
        .subcommand(Figures::command())
        .subcommand(Completions::command())
        .subcommand(Worker::command())
}

/// Names after the first one, of `retrace run A B`.
fn more_experiments() -> Arg {
    Arg::new(MORE)
        .value_name("EXPERIMENT")
        .num_args(0..)
        .help("More experiments, to run with the same options")
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
            match flags.get_many::<String>(MORE) {
                None => {
                    let options: RunOptions = parsed(flags)?;
                    let asked = experiment.job(&options, Some(flags))?;
                    run_with_book::<P>(experiments, vec![asked], &options)
                }
                Some(more) => {
                    let more: Vec<&str> = more.map(String::as_str).collect();
                    run_several::<P>(experiments, experiment, &more, flags)
                }
            }
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
        Some(("cells", flags)) => {
            let (experiment, flags) = chosen(experiments, flags)?;
            cells(experiment, flags)
        }
        Some(("cell", flags)) => parsed::<CellOptions>(flags)?.run(experiments),
        Some(("status", flags)) => parsed::<StatusOptions>(flags)?.run(experiments),
        Some(("tables", flags)) => parsed::<TablesOptions>(flags)?.run(experiments),
        Some(("publish", flags)) => parsed::<PublishOptions>(flags)?.run(experiments),
        Some(("verify", flags)) => parsed::<VerifyOptions>(flags)?.run(experiments),
        Some(("list", flags)) => list(experiments, &parsed(flags)?),
        Some(("data", flags)) => parsed::<Data>(flags)?.run(),
        Some(("figures", flags)) => redraw(experiments, &parsed(flags)?),
        Some(("completions", flags)) => parsed::<Completions>(flags)?.print(command),
        Some(("worker", flags)) => parsed::<Worker>(flags)?.run(experiments),
        Some(_) => parsed::<P>(matches)?.run(experiments),
    }
}

/// Draw the figures of a run again, without training
#[derive(Debug, Args)]
struct Figures {
    /// Folder of the run, such as out/regularization/quick
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Draw what is there of a run whose cells are not all finished, and list what is missing
    #[arg(long)]
    partial: bool,
    /// First wait at most so many seconds for outcomes that another machine may just have written
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 0,
        hide_default_value = true
    )]
    settle: u32,
    #[command(flatten)]
    data: DataDir,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

impl Figures {
    fn command() -> Command {
        Self::augment_args(Command::new("figures"))
            .about("Draw the figures of a run again, without training")
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

/// Run the cells that standard input asks for; started by a run with several jobs
#[derive(Debug, Args)]
struct Worker {
    /// Threads of a cell
    #[arg(long)]
    threads: usize,
    #[command(flatten)]
    sets: DataSets,
}

impl Worker {
    fn command() -> Command {
        Self::augment_args(Command::new("worker"))
            .about("Run the cells that standard input asks for")
            .hide(true)
    }

    fn run(&self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        start_process(self.threads, true)?;
        worker::serve(|dir| {
            let (run, _) = dir.read_config()?;
            by_name(experiments, &run.experiment)?.open(dir, &self.sets)
        })
    }
}

fn run_all<P: Pages>(experiments: &[Box<dyn Entry>], options: &RunOptions) -> Result<()> {
    refuse_config(options)?;
    let all = experiments
        .iter()
        .map(|experiment| experiment.job(options, None));
    run_with_book::<P>(experiments, all.collect::<Result<_>>()?, options)
}

/// `retrace run A B`: only with options that all experiments have.
fn run_several<P: Pages>(
    experiments: &[Box<dyn Entry>],
    first: &dyn Entry,
    more: &[&str],
    flags: &ArgMatches,
) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    refuse_config(&options)?;
    let shared = RunOptions::augment_args(Command::new("run"));
    let shared: Vec<&Id> = shared.get_arguments().map(Arg::get_id).collect();
    let all = first.command(first.name());
    let mut own = all.get_arguments().map(Arg::get_id);
    let typed = |id: &&Id| {
        !shared.contains(id) && flags.value_source(id.as_str()) == Some(ValueSource::CommandLine)
    };
    if let Some(key) = own.find(typed) {
        return Err(Error::Usage(format!(
            "`{key}` belongs to the config of one experiment, and several are named"
        )));
    }
    let mut asked = vec![first.job(&options, None)?];
    let mut seen = BTreeSet::from([first.name()]);
    for name in more {
        let experiment = by_name(experiments, name)?;
        if !seen.insert(experiment.name()) {
            return Err(Error::Usage(format!("{name} is named twice")));
        }
        asked.push(experiment.job(&options, None)?);
    }
    run_with_book::<P>(experiments, asked, &options)
}

fn refuse_config(options: &RunOptions) -> Result<()> {
    match options.config {
        None => Ok(()),
        Some(_) => Err(Error::Usage(
            "a config file belongs to one experiment: `retrace run NAME --config FILE`".to_owned(),
        )),
    }
}

fn run_with_book<P: Pages>(
    experiments: &[Box<dyn Entry>],
    asked: Vec<Asked>,
    options: &RunOptions,
) -> Result<()> {
    if options.on.is_some() {
        return hand_over(asked, options, true);
    }
    let out = &options.out.out;
    let page = |report: &Report| match report.is_new {
        true => P::write(experiments, out),
        false => Ok(figures_of(report)),
    };
    let reports = run_jobs(asked, options, &page)?;
    let page = P::write(experiments, out)?;
    summary::reports(&reports, options.json, &page)
}

/// A run by the experiment's own program, which makes no book.
fn run_one(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    let asked = experiment.job(&options, Some(flags))?;
    if options.on.is_some() {
        return hand_over(vec![asked], &options, false);
    }
    let look = |report: &Report| Ok(figures_of(report));
    let reports = run_jobs(vec![asked], &options, &look)?;
    let folder = reports.first().map_or_else(PathBuf::new, figures_of);
    summary::reports(&reports, options.json, &folder)
}

/// Where the figures of a run lie.
fn figures_of(report: &Report) -> PathBuf {
    RunDir::new(&report.folder).figures()
}

/// Carries out runs; `page` makes what is to be looked at when one is done.
fn run_jobs(
    asked: Vec<Asked>,
    options: &RunOptions,
    page: &(dyn Fn(&Report) -> Result<PathBuf> + Sync),
) -> Result<Vec<Report>> {
    let threads = asked.iter().map(|asked| asked.threads).max().unwrap_or(1);
    let memory = asked.iter().map(|asked| asked.memory).max().unwrap_or(0);
    // Side by side on one GPU, cells only take its memory from each other.
    let one_at_a_time = asked.iter().any(|asked| asked.on_gpu).then_some(1);
    let Jobs { count, note } = jobs::jobs(options.jobs.or(one_at_a_time), threads, memory);
    note.iter().for_each(|text| Progress::note(text));
    let launcher = match count {
        1 => None,
        _ => Some(Launcher::this_program(threads, &options.data)?),
    };
    // Where workers run the cells, this process loads data, which is the same by any threads.
    let own_threads = if launcher.is_some() { count } else { threads };
    start_process(own_threads, launcher.is_none())?;
    let drawn = |report: &Report, progress: &Progress| {
        let look = page(report)?;
        progress.say(&summary::drawn(report, &look));
        Ok(())
    };
    let how = Execution {
        tensorboard: asked.iter().any(|asked| asked.tensorboard),
        ..options.execution(count)
    };
    let jobs = asked.into_iter().map(|asked| asked.job).collect();
    pool::carry_out(jobs, &how, launcher.as_ref(), &drawn)
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
    start_process(1, true)?;
    experiment.plan(flags)
}

fn freeze(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
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
    start_process(run.threads, true)?;
    let experiment = by_name(experiments, &run.experiment)?;
    let report = experiment.redraw(
        &options.folder,
        options.partial,
        Duration::from_secs(options.settle.into()),
        &options.data,
    )?;
    let look = figures_of(&report);
    summary::reports(&[report], options.json, &look)
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

/// Sets up what a process has only one of: signals and the pool of threads, whose number decides how
/// sums are split.
///
/// `here` says that cells run on the thread that calls this. It is then one of the pool's: it works
/// on its products itself, and does not sleep until others have been woken and are done. A thread
/// that only waits for others must not be one of them.
fn start_process(threads: usize, here: bool) -> Result<()> {
    stop::listen()?;
    let mut pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    if here {
        pool = pool.use_current_thread();
    }
    pool.build_global()
        .map_err(|error| Error::Other(Box::new(error)))
}

/// Burn reads the state of an optimizer, as checkpoints have it, to its default device, whatever
/// device the training is on, and panics where that is not there. A GPU's build would take the GPU.
#[allow(unsafe_code)]
fn default_to_the_cpu() {
    // SAFETY: `main` calls this first; no other thread is there yet that could read the environment.
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
