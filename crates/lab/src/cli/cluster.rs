//! Cells by other engines than this program: `cells`, `cell`, `status`, and `run --on slurm`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, Command};
use serde_json::json;

use super::entry::{Asked, Entry};
use super::options::{RunOptions, parsed};
use super::{by_name, start_process, summary};
use crate::cluster::Turn;
use crate::cluster::slurm::{self, Task};
use crate::cluster::submission::{self, Handover, Submitted};
use crate::data_sets::{DataDir, DataSets};
use crate::error::{Error, Result, shell_word};
use crate::files::absolute;
use crate::progress::Progress;
use crate::run::{AnyLedger, CellExecution, CellId};
use crate::run_dir::{RunDir, RunTable};
use crate::status::{self, Queued, Status};
use crate::stop;
use crate::worker::{Launcher, this_program};

/// Between two looks at the queue with `--wait`.
const LOOK: Duration = Duration::from_secs(2);
pub(super) const CELLS: &str =
    "Print a command for each cell of a run, for GNU parallel and other engines";
const MISSING: &str = "missing";

/// Run some cells of a run, for engines that start commands
#[derive(Debug, Args)]
pub(super) struct CellOptions {
    /// Folder of the run, such as out/rrelu/post
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Cells, such as relu/seed-3; those that are done are skipped
    #[arg(value_name = "CELL", num_args = 1.., required = true)]
    cells: Vec<String>,
    /// Take cells again that failed
    #[arg(long)]
    retry: bool,
    /// Write a checkpoint every N steps instead of every 15 seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_steps: Option<u64>,
    /// Write files for TensorBoard while the networks train
    #[arg(long)]
    tensorboard: bool,
    /// In a task of Slurm: have it queued again when it is stopped, at most N times
    #[arg(long, value_name = "N")]
    requeue: Option<u32>,
    /// Where this process's words go; removed at the end unless a cell failed
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[command(flatten)]
    data: DataDir,
}

impl CellOptions {
    pub fn command() -> Command {
        Self::augment_args(Command::new("cell"))
            .about("Run some cells of a run, for engines that start commands")
    }

    pub fn run(self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        let ledger = ledger_of(experiments, &self.folder, &self.data)?;
        let cells = self.cells.iter().map(|path| cell_of(ledger.as_ref(), path));
        let cells = cells.collect::<Result<_>>()?;
        let RunTable {
            threads, inputs, ..
        } = ledger.run();
        let sets = DataSets::of_inputs(inputs, &self.data);
        start_process(1, false)?;
        Turn {
            ledger: ledger.as_ref(),
            cells,
            launcher: Launcher::this_program(*threads, &sets)?,
            how: CellExecution {
                checkpoint_steps: self.checkpoint_steps,
                tensorboard: self.tensorboard,
                job: slurm::this_task(),
            },
            retry: self.retry,
            requeue: self.requeue,
            log: self.log,
        }
        .work()
    }
}

/// Say how far a run is: which cells are done, running, queued, failed or missing
#[derive(Debug, Args)]
pub(super) struct StatusOptions {
    /// Folder of the run, such as out/rrelu/post
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

impl StatusOptions {
    pub fn command() -> Command {
        Self::augment_args(Command::new("status"))
            .about("Say how far a run is: which cells are done, running, queued, failed or missing")
    }

    pub fn run(&self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        let ledger = ledger_of(experiments, &self.folder, &DataDir::default())?;
        let status = status_of(ledger.as_ref())?;
        match self.json {
            true => summary::print_json(&status),
            false => summary::print(&status.to_string()),
        }
    }
}

/// What became of the cells of a run; Slurm is asked only where it was given cells, and may be down.
fn status_of(ledger: &dyn AnyLedger) -> Result<Status> {
    match ledger.dir().cluster().is_dir() {
        true => status_among(ledger, &submission::tasks_of(ledger)),
        false => status_among(ledger, &Ok(Vec::new())),
    }
}

/// The same with what Slurm said of its tasks.
fn status_among(ledger: &dyn AnyLedger, tasks: &Result<Vec<Task>>) -> Result<Status> {
    match tasks {
        Ok(tasks) => {
            let queued = submission::queued_cells(ledger, tasks);
            let mut status = status::look(ledger, &queued, Vec::new())?;
            let note = submission::without_trace(ledger, tasks, &status);
            status.notes.extend(note);
            Ok(status)
        }
        Err(error) => {
            let note = format!("what is queued is not known: {error}");
            status::look(ledger, &Queued::new(), vec![note])
        }
    }
}

/// The commands `cells EXPERIMENT`.
pub(super) fn cells_command(command: Command) -> Command {
    command.arg(
        clap::Arg::new(MISSING)
            .long(MISSING)
            .action(clap::ArgAction::SetTrue)
            .help("Only cells that are not done"),
    )
}

/// Writes the settings of a run, and prints a command for each of its cells.
pub(super) fn cells(experiment: &dyn Entry, flags: &ArgMatches) -> Result<()> {
    let options: RunOptions = parsed(flags)?;
    start_process(1, true)?;
    let asked = experiment.job(&options, Some(flags))?;
    let how = execution(&options, &[&asked]);
    let ledger = asked.job.ledger()?;
    ledger.begin(options.fresh)?;
    let folder = absolute(ledger.dir().root())?;
    let mut words = vec![this_program()?, "cell".into(), folder.clone()];
    words.extend(options.data.dir().flags().into_iter().map(PathBuf::from));
    words.extend(how.flags().into_iter().map(PathBuf::from));
    let only_missing = flags.get_flag(MISSING);
    let mut rows = Vec::new();
    for cell in ledger.all_cells() {
        let done = ledger.is_finished(&cell);
        if done && only_missing {
            continue;
        }
        let mut command = words.clone();
        command.push(cell.path().into());
        rows.push((cell.path(), done, command));
    }
    if options.json {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(cell, done, command)| {
                let command: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
                json!({ "cell": cell, "done": done, "command": command })
            })
            .collect();
        return summary::print_json(&json!({ "run": folder.to_string_lossy(), "cells": rows }));
    }
    let mut text = String::new();
    for (_, _, command) in rows {
        let words: Vec<String> = command.iter().map(|word| shell_word(word)).collect();
        let _ = writeln!(text, "{}", words.join(" "));
    }
    summary::print(&text)
}

fn execution(options: &RunOptions, asked: &[&Asked]) -> CellExecution {
    CellExecution {
        tensorboard: asked.iter().any(|asked| asked.tensorboard),
        ..options.execution(1).of_a_cell()
    }
}

/// Gives runs to a cluster; `page` says that this program makes a page over all runs.
pub(super) fn hand_over(asked: Vec<Asked>, options: &RunOptions, page: bool) -> Result<()> {
    start_process(1, true)?;
    let how = execution(options, &asked.iter().collect::<Vec<_>>());
    let ledgers = asked.into_iter().map(|asked| asked.job.ledger());
    let ledgers = ledgers.collect::<Result<Vec<_>>>()?;
    for ledger in &ledgers {
        let handover = Handover {
            ledger: ledger.as_ref(),
            site: options.site()?,
            data: options.data.dir().clone(),
            page: page.then(|| options.out.out.clone()),
            retry: options.retry,
            fresh: options.fresh,
            how: how.clone(),
        };
        if options.dry_run {
            summary::print(&handover.scripts()?)?;
            continue;
        }
        let submitted = handover.submit()?;
        let status = status_of(ledger.as_ref())?;
        match options.json && !options.wait {
            true => summary::print_json(&json!({
                "run": ledger.dir().root().to_string_lossy(),
                "arrays": submitted.arrays,
                "last": submitted.last,
                "tasks": submitted.tasks,
                "cells": submitted.cells,
            }))?,
            false => summary::print(&next_words(&submitted, &status, ledger.as_ref()))?,
        }
    }
    if options.wait {
        for ledger in &ledgers {
            wait(ledger.as_ref(), options.json)?;
        }
    }
    Ok(())
}

/// What was submitted, and what to type next.
fn next_words(submitted: &Submitted, status: &Status, ledger: &dyn AnyLedger) -> String {
    let folder = shell_word(ledger.dir().root());
    let mut text = format!("{}: {}\n", status.title, status.summary());
    match &submitted.last {
        None => {
            let failed = status.counts()[3] > 0;
            let _ = writeln!(text, "  nothing to submit");
            if failed {
                let _ = writeln!(text, "  --retry takes the failed ones again");
            }
        }
        Some(last) => {
            let Submitted {
                arrays,
                tasks,
                cells,
                ..
            } = submitted;
            let jobs = arrays.join(" ");
            let _ = writeln!(
                text,
                "  submitted {cells} cells in {tasks} tasks, job {jobs}; job {last} draws when they are done\n  \
                 scancel {jobs} {last}    ends them; the same command goes on"
            );
        }
    }
    let _ = writeln!(text, "  retrace status {folder}    says how far it is");
    text
}

/// Stays until the queue has nothing of a run any more.
fn wait(ledger: &dyn AnyLedger, json: bool) -> Result<()> {
    let mut said = String::new();
    loop {
        // Slurm that does not answer for a while says nothing about the run.
        let tasks = submission::tasks_of(ledger);
        let status = status_among(ledger, &tasks)?;
        let summary = format!("{}: {}", status.title, status.summary());
        if summary != said {
            Progress::line(&summary);
            said = summary;
        }
        if tasks.is_ok_and(|tasks| tasks.is_empty()) {
            match json {
                true => summary::print_json(&status)?,
                false => summary::print(&status.to_string())?,
            }
            let [done, .., failed, missing] = status.counts();
            return match failed + missing {
                0 => Ok(()),
                _ => Err(Error::Other(
                    format!(
                        "{} of {} cells are not done",
                        status.cells.len() - done,
                        status.cells.len()
                    )
                    .into(),
                )),
            };
        }
        for _ in 0..LOOK.as_millis() / 50 {
            stop::check().inspect_err(|_| {
                Progress::note("the jobs stay in the queue; the same command waits for them again");
            })?;
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

pub(super) fn ledger_of(
    experiments: &[Box<dyn Entry>],
    folder: &std::path::Path,
    data: &DataDir,
) -> Result<std::sync::Arc<dyn AnyLedger>> {
    let dir = RunDir::new(folder);
    if !dir.config().exists() {
        return Err(Error::Usage(format!(
            "{} is no run: it has no config.toml; a run on several machines needs a folder on a file \
             system that all of them share",
            retrace_data::shown(folder)
        )));
    }
    let (run, _) = dir.read_config()?;
    by_name(experiments, &run.experiment)?.ledger(dir, data)
}

/// The cell of this path: `relu/seed-3`.
fn cell_of(ledger: &dyn AnyLedger, path: &str) -> Result<CellId> {
    let cells = ledger.all_cells();
    let paths: Vec<String> = cells.iter().map(CellId::path).collect();
    let found = cells.into_iter().find(|cell| cell.path() == path);
    found.ok_or_else(|| {
        let experiment = &ledger.run().experiment;
        let known = paths.iter().map(String::as_str);
        Error::Usage(crate::config::unknown(experiment, "cell", path, known))
    })
}
