//! Cells that another program starts: Slurm, GNU parallel, Kubernetes. The folder of the run is the
//! only truth: a cell is done when its outcome is there, whoever asks.

pub mod slurm;
pub mod submission;

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::attempts::{self, Attempts};
use crate::error::{Error, Result, one_line};
use crate::lease;
use crate::progress::{CellProgress, Progress};
use crate::run::{AnyLedger, CellExecution, CellId, title};
use crate::stop;
use crate::worker::{Launcher, Request, Worker};

/// Deaths of a process, without a word, before its cell has failed.
const MOST_DEATHS: u32 = 3;
/// Lines of a log that are kept with a failure.
const LAST_LINES: usize = 20;

/// Some cells of a run, one after the other.
pub struct Turn<'a> {
    /// The run.
    pub ledger: &'a dyn AnyLedger,
    /// Which of its cells.
    pub cells: Vec<CellId>,
    /// How to start a process for them.
    pub launcher: Launcher,
    /// How each of them is carried out.
    pub how: CellExecution,
    /// Whether cells that failed before are taken again.
    pub retry: bool,
    /// How often a task of Slurm may have itself queued again.
    pub requeue: Option<u32>,
    /// Where this process's words go; kept only if a cell fails.
    pub log: Option<PathBuf>,
}

/// How a start of a cell ended.
enum End {
    Done,
    Failed(String, u8),
    /// The process died without a word.
    Died(String),
    /// Another process has taken the cell over.
    TakenOver,
    Stopped,
}

impl Turn<'_> {
    /// Runs the cells that are not done. A cell that another process works on comes last; it is
    /// waited for, and taken over if that process is dead.
    ///
    /// # Errors
    /// What the first cell that failed said, with its exit code, after all others; a stop that was
    /// asked for, when the cell at work has written its checkpoint.
    pub fn work(&self) -> Result<()> {
        let mut waiting: VecDeque<CellId> = self.cells.iter().cloned().collect();
        let mut failed = self.known_failures(&mut waiting)?;
        let progress = Progress::start([(title(self.ledger.run()), self.cells.len())]);
        waiting.retain(|cell| !self.ledger.is_finished(cell));
        progress.begin(0, self.cells.len() - waiting.len() - failed.len());
        let (mut worker, mut deaths) = (None, 0);
        while let Some(cell) = self.next(&mut waiting)? {
            let line = progress.cell(0, &cell.name);
            let end = match stop::is_requested() {
                true => End::Stopped,
                false => self.start(&cell, &mut worker, line)?,
            };
            if !matches!(end, End::Done | End::Failed(..)) {
                worker = None;
            }
            deaths = if matches!(end, End::Died(_)) {
                deaths + 1
            } else {
                0
            };
            match end {
                End::Done => {}
                End::TakenOver => waiting.push_back(cell),
                End::Stopped => return self.stopped(&cell),
                End::Died(status) if deaths < MOST_DEATHS => {
                    Progress::note(&format!("{}: {status}; it is started again", cell.name));
                    waiting.push_front(cell);
                }
                End::Died(reason) => {
                    let reason = format!(
                        "{reason}, {MOST_DEATHS} times; signal 9 is often a limit of memory (--mem)"
                    );
                    failed.push(self.fail(&cell, reason, 1)?);
                }
                End::Failed(reason, code) => failed.push(self.fail(&cell, reason, code)?),
            }
        }
        progress.finish();
        match failed.into_iter().next() {
            Some(first) => Err(first),
            None => {
                let log = self.log.iter();
                log.for_each(|log| drop(fs::remove_file(log)));
                Ok(())
            }
        }
    }

    /// Takes out the cells that failed before, unless they are to be taken again.
    fn known_failures(&self, waiting: &mut VecDeque<CellId>) -> Result<Vec<Error>> {
        let mut failed = Vec::new();
        let mut kept = VecDeque::new();
        for cell in waiting.drain(..) {
            let dir = self.ledger.cell_dir(&cell)?;
            if self.retry {
                Attempts::forget(&dir)?;
            }
            match Attempts::read(&dir).failure {
                Some(failure) if !self.ledger.is_finished(&cell) => {
                    let message = format!(
                        "it failed before; --retry takes it again: {}",
                        failure.reason
                    );
                    let source = Error::Worker { message, code: 1 };
                    failed.push(self.ledger.blame(&cell, source));
                }
                _ => kept.push_back(cell),
            }
        }
        *waiting = kept;
        Ok(failed)
    }

    /// The next cell: the first that no other process holds.
    fn next(&self, waiting: &mut VecDeque<CellId>) -> Result<Option<CellId>> {
        for at in 0..waiting.len() {
            let dir = self.ledger.cell_dir(&waiting[at])?;
            if lease::holder(dir.root())?.is_none() {
                return Ok(waiting.remove(at));
            }
        }
        Ok(waiting.pop_front())
    }

    fn start(
        &self,
        cell: &CellId,
        worker: &mut Option<Worker>,
        mut line: CellProgress<'_>,
    ) -> Result<End> {
        let worker = match worker {
            Some(worker) => worker,
            None => worker.insert(self.launcher.start()?),
        };
        let request = Request::new(self.ledger.dir(), cell, self.how.clone());
        let (keep_alive, over) = (worker.keep_alive(), AtomicBool::new(false));
        let result = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    if stop::is_requested() {
                        keep_alive.end();
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            });
            let result = worker.run(&request, |done, of| line.step(done, of));
            over.store(true, Ordering::SeqCst);
            result
        });
        Ok(match result {
            Ok(_) => {
                line.finish(None);
                End::Done
            }
            Err(_) if stop::is_requested() => End::Stopped,
            // It stopped by itself: it lost its lease.
            Err(Error::Worker { code: 143, .. }) => End::TakenOver,
            Err(Error::Worker { message, code }) => End::Failed(message, code),
            Err(error) => End::Died(error.to_string()),
        })
    }

    /// Keeps why a cell failed; where that cannot be kept, it is said at least.
    fn fail(&self, cell: &CellId, reason: String, code: u8) -> Result<Error> {
        Progress::note(&format!("{} failed: {}", cell.name, one_line(&reason)));
        let lines = self.log.as_deref().map(last_lines).unwrap_or_default();
        if let Err(error) = attempts::fail(&self.ledger.cell_dir(cell)?, reason.clone(), lines) {
            Progress::note(&error.chain());
        }
        let message = reason;
        let source = Error::Worker { message, code };
        Ok(self.ledger.blame(cell, source))
    }

    /// Ends a turn that was asked to stop: by a person, by its time limit, or for others that have
    /// precedence. A task of Slurm goes on later.
    fn stopped(&self, cell: &CellId) -> Result<()> {
        let stopped = stop::check();
        let Some(most) = self.requeue else {
            return stopped;
        };
        match slurm::requeue(most)? {
            slurm::Requeued::Yes => Progress::note("stopped; Slurm starts the task again"),
            slurm::Requeued::Cancelled(state) => {
                Progress::note(&format!(
                    "stopped; the task is {state}, so it is not started again"
                ));
            }
            slurm::Requeued::TooOften => {
                let steps = attempts::newest_steps(&self.ledger.cell_dir(cell)?)?;
                let steps = steps.map_or_else(String::new, |(done, of)| {
                    format!(", at step {done} of {of}")
                });
                let reason = format!(
                    "its task was stopped {} times, by its time limit or for tasks that have precedence{steps}",
                    most + 1
                );
                self.fail(cell, reason, 1)?;
            }
        }
        stopped
    }
}

fn last_lines(log: &Path) -> Vec<String> {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(LAST_LINES);
    lines[first..].iter().map(one_line).collect()
}
