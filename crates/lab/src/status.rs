//! How far a run is: what became of each of its cells.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::attempts::{self, Attempts, Failure};
use crate::error::{Error, Result, one_line};
use crate::files;
use crate::lease;
use crate::outcome;
use crate::run::{AnyLedger, CellId, title};
use crate::run_dir::CellDir;
use retrace_data::shown;

/// Cells of one state that `status` names.
const NAMED: usize = 20;

/// What became of a cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Its outcome is there.
    Done,
    /// A process works on it.
    Running {
        /// Machine and job, or machine and process.
        by: String,
        /// Steps done of how many, in its newest checkpoint.
        #[serde(skip_serializing_if = "Option::is_none")]
        steps: Option<(u64, u64)>,
    },
    /// A cluster has it to do.
    Queued {
        /// The task, and what Slurm says of it: `1234_5 (PENDING: Resources)`.
        job: String,
    },
    /// It is not started any more, until a person asks for it.
    Failed(Failure),
    /// Nobody is at it.
    Missing {
        /// Why there is no outcome.
        why: String,
    },
}

/// A cell and what became of it.
#[derive(Debug, Serialize)]
pub struct CellStatus {
    /// Arm and seed: `relu+bn/seed-3`.
    pub cell: String,
    /// What became of it.
    #[serde(flatten)]
    pub state: State,
}

/// What became of the cells of a run.
#[derive(Debug, Serialize)]
pub struct Status {
    /// `rrelu quick`.
    pub title: String,
    /// Folder of the run.
    #[serde(serialize_with = "files::lossy_path")]
    pub folder: PathBuf,
    /// What a person should know besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// In the order of arms and seeds.
    pub cells: Vec<CellStatus>,
}

/// Cells by their paths, and the tasks of a cluster that have them to do.
pub type Queued = BTreeMap<String, String>;

/// Looks at every cell of a run.
///
/// # Errors
/// When its folders cannot be read.
pub fn look(ledger: &dyn AnyLedger, queued: &Queued, notes: Vec<String>) -> Result<Status> {
    let of_cell = |cell: CellId| {
        let state = state(ledger, &cell, queued.get(&cell.path()))?;
        let cell = cell.path();
        Ok(CellStatus { cell, state })
    };
    Ok(Status {
        title: title(ledger.run()),
        folder: ledger.dir().root().to_path_buf(),
        notes,
        cells: ledger
            .all_cells()
            .into_iter()
            .map(of_cell)
            .collect::<Result<_>>()?,
    })
}

fn state(ledger: &dyn AnyLedger, cell: &CellId, queued: Option<&String>) -> Result<State> {
    let dir = ledger.cell_dir(cell)?;
    if ledger.is_finished(cell) {
        return Ok(State::Done);
    }
    if let Some((holder, _)) = lease::holder(dir.root())? {
        return Ok(State::Running {
            by: holder.to_string(),
            steps: attempts::newest_steps(&dir)?,
        });
    }
    if let Some(failure) = Attempts::read(&dir).failure {
        return Ok(State::Failed(failure));
    }
    Ok(match queued {
        Some(job) => State::Queued { job: job.clone() },
        None => State::Missing {
            why: why_missing(&dir),
        },
    })
}

impl Status {
    /// How many cells are done, running, queued, failed and missing.
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for cell in &self.cells {
            counts[match cell.state {
                State::Done => 0,
                State::Running { .. } => 1,
                State::Queued { .. } => 2,
                State::Failed(_) => 3,
                State::Missing { .. } => 4,
            }] += 1;
        }
        counts
    }

    /// `48 done, 3 running, 9 queued`.
    pub fn summary(&self) -> String {
        let words = ["done", "running", "queued", "failed", "missing"];
        let counts = self.counts().into_iter().zip(words);
        let there = counts.filter(|(count, word)| *count > 0 || *word == "done");
        let parts: Vec<String> = there
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        format!("{} of {} cells", parts.join(", "), self.cells.len())
    }
}

/// For people: the counts, and each cell that is not done.
impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{} in {}: {}",
            self.title,
            shown(&self.folder),
            self.summary()
        )?;
        for note in &self.notes {
            writeln!(f, "  note: {}", one_line(note))?;
        }
        let mut named = [0; 4];
        for CellStatus { cell, state } in &self.cells {
            let (kind, text) = match state {
                State::Done => continue,
                State::Running { by, steps } => {
                    let steps = steps.map_or_else(String::new, |(done, of)| {
                        format!(", a checkpoint at step {done} of {of}")
                    });
                    (0, format!("running on {by}{steps}"))
                }
                State::Queued { job } => (1, format!("queued as {job}")),
                State::Failed(failure) => (2, format!("failed: {}", in_lines(failure))),
                State::Missing { why } => (3, format!("missing: {why}")),
            };
            named[kind] += 1;
            match named[kind] {
                count if count <= NAMED => writeln!(f, "  {cell}: {text}")?,
                count if count == NAMED + 1 => writeln!(f, "  ... and more; --json has them all")?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn in_lines(failure: &Failure) -> String {
    let mut text = failure.reason.clone();
    for line in &failure.lines {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n    | {}", one_line(line));
    }
    text
}

/// Cells that a summary names.
const SHOWN: usize = 6;

/// A cell that a drawing does without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Its arm and seed: `relu+bn/seed-3`.
    pub cell: String,
    /// Why it is not there.
    pub why: String,
}

impl Missing {
    /// How many of `cells` are missing, the first of them and why: `2 of 8 cells are missing:
    /// relu/seed-0 (not run yet), elu/seed-3 (not run yet)`. Nothing where all are there.
    pub fn summary(all: &[Self], cells: usize) -> Option<String> {
        let named = all.iter().take(SHOWN);
        let mut parts: Vec<String> = named
            .map(|one| format!("{} ({})", one.cell, one.why))
            .collect();
        if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            parts.push(format!("and {more} more"));
        }
        let count = Self::count(all, cells)?;
        Some(format!("{count}: {}", parts.join(", ")))
    }

    /// The same without their names: `2 of 8 cells are missing`.
    pub fn count(all: &[Self], cells: usize) -> Option<String> {
        let verb = if cells == 1 { "cell is" } else { "cells are" };
        (!all.is_empty()).then(|| format!("{} of {cells} {verb} missing", all.len()))
    }
}

/// Why the outcome of a cell does not count, as far as its folder tells.
pub(crate) fn why_missing(dir: &CellDir) -> String {
    let damaged = |path: &Path, reason: String| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("its outcome is damaged: {name}: {reason}")
    };
    match outcome::check_files(dir) {
        _ if !dir.outcome().exists() => attempts::why(dir),
        Ok(()) => "its outcome is that of another cell or of other settings".to_owned(),
        Err(Error::Damaged { path, reason }) => damaged(&path, reason),
        Err(Error::Io { path, source, .. }) => damaged(&path, source.to_string()),
        Err(error) => damaged(&dir.outcome(), error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_all_and_names_the_first() {
        let missing = |count: usize| -> Vec<Missing> {
            let one = |seed| Missing {
                cell: format!("relu/seed-{seed}"),
                why: "not run yet".to_owned(),
            };
            (0..count).map(one).collect()
        };
        let summary = |count, cells| Missing::summary(&missing(count), cells);
        assert_eq!(summary(0, 8), None);
        let one = "1 of 8 cells are missing: relu/seed-0 (not run yet)";
        assert_eq!(summary(1, 8).as_deref(), Some(one));
        let many = summary(SHOWN + 2, 40).unwrap_or_default();
        assert!(
            many.starts_with("8 of 40 ") && many.ends_with(", and 2 more"),
            "{many}"
        );
    }
}
