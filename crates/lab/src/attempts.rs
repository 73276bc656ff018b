//! What became of the starts of a cell that is not finished: `attempts.json`.
//!
//! A cluster starts a cell again when its time was up, when others had precedence, when a node failed.
//! That is bounded here: a cell whose last two starts ended without a step forward has failed. Runs of
//! one machine keep no count: there a person sees what happens.

use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use crate::checkpoint;
use crate::cluster::slurm;
use crate::error::{Error, Result};
use crate::lease::Holder;
use crate::run_dir::{CellDir, remove};
use crate::seal;

/// Starts without a step forward before a cell has failed.
const FRUITLESS: usize = 2;

/// The starts of a cell, and how it failed if it did.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Attempts {
    /// In their order.
    pub starts: Vec<Start>,
    /// Why it is not started any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A start of a cell.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Start {
    /// Name of the machine.
    pub host: String,
    /// What the cluster calls the work, such as `1234_5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// Steps that were done before it.
    pub step: u64,
}

/// Why a cell is not started any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// In a sentence, with its causes.
    pub reason: String,
    /// The last lines of its log, where it had one of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
}

impl Attempts {
    /// What is known of the starts of a cell; nothing where the file is not there or not whole.
    pub fn read(dir: &CellDir) -> Self {
        seal::read_json(&dir.attempts()).unwrap_or_default()
    }

    fn write(&self, dir: &CellDir) -> Result<()> {
        seal::write_json(&dir.attempts(), self)
    }

    /// Forgets them.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn forget(dir: &CellDir) -> Result<()> {
        remove(&dir.attempts(), |path| fs::remove_file(path))
    }

    /// The machine and job of the last start: `node7, job 12_3`.
    pub fn last(&self) -> Option<String> {
        let Start { host, job, .. } = self.starts.last()?;
        let job = job.as_ref();
        Some(job.map_or_else(|| host.clone(), |job| format!("{host}, job {job}")))
    }
}

/// Counts a start of a cell that this process holds.
///
/// # Errors
/// [`Error::Fruitless`] when its last two starts ended without a step forward.
pub fn begin(dir: &CellDir, holder: &Holder) -> Result<()> {
    let mut attempts = Attempts::read(dir);
    let step = steps_done(dir)?;
    let fruitless = attempts
        .starts
        .iter()
        .rev()
        .take_while(|start| start.step == step);
    if fruitless.count() >= FRUITLESS {
        return Err(Error::Fruitless {
            step,
            last: attempts.last().unwrap_or_default(),
        });
    }
    attempts.starts.push(Start {
        host: holder.host.clone(),
        job: holder.job.clone(),
        step,
    });
    attempts.write(dir)
}

/// Keeps why a cell failed. A folder that is gone has nothing to keep it in.
///
/// # Errors
/// When it cannot be written.
pub fn fail(dir: &CellDir, reason: String, lines: Vec<String>) -> Result<()> {
    let mut attempts = Attempts::read(dir);
    attempts.failure = Some(Failure { reason, lines });
    match attempts.write(dir) {
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(()),
        written => written,
    }
}

/// Why a cell without an outcome is not done, as far as its starts and checkpoints tell.
pub fn why(dir: &CellDir) -> String {
    let attempts = Attempts::read(dir);
    if let Some(failure) = attempts.failure {
        return format!("failed: {}", failure.reason);
    }
    let steps = newest_steps(dir).ok().flatten();
    let steps = steps.map(|(done, of)| format!("; a checkpoint is there, at step {done} of {of}"));
    let began = attempts.last().map(|last| {
        let job = attempts
            .starts
            .last()
            .and_then(|start| start.job.as_deref());
        let state = job.and_then(slurm::ended);
        let state = state.map_or_else(String::new, |state| format!(" ({state})"));
        format!("not finished by its start on {last}{state}")
    });
    match (began, steps) {
        (None, None) => "not run yet".to_owned(),
        (began, steps) => began.unwrap_or("not finished".to_owned()) + &steps.unwrap_or_default(),
    }
}

/// Steps in all checkpoints of a cell.
fn steps_done(dir: &CellDir) -> Result<u64> {
    let checkpoints = dir.checkpoints()?;
    let steps = checkpoints
        .iter()
        .filter_map(|path| checkpoint::steps(path));
    Ok(steps.map(|(done, _)| done).sum())
}

/// Where the training of a cell stands that was at work last: steps done, of how many.
///
/// # Errors
/// When the folder cannot be read.
pub fn newest_steps(dir: &CellDir) -> Result<Option<(u64, u64)>> {
    let changed =
        |path: &std::path::PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let newest = dir.checkpoints()?.into_iter().max_by_key(changed);
    Ok(newest.and_then(|path| checkpoint::steps(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::{ArmInfo, Single};
    use crate::lease::Lease;
    use crate::run_dir::RunDir;
    use crate::seal::write_tensors;
    use safetensors::tensor::{Dtype, TensorView};

    fn checkpoint_at(dir: &CellDir, step: u64) {
        let progress = format!("{{\"step\": {step}, \"of\": 900, \"log\": []}}");
        let view = TensorView::new(Dtype::U8, vec![progress.len()], progress.as_bytes());
        write_tensors(
            &dir.checkpoint("training"),
            [view.map(|view| ("progress", view))],
        )
        .unwrap();
    }

    #[test]
    fn a_cell_has_failed_when_two_starts_made_no_step() {
        let folder = tempfile::tempdir().unwrap();
        let arm = ArmInfo::new(&Single::new("relu", "ReLU"));
        let dir = RunDir::new(folder.path()).cell(&arm, 3);
        let lease = Lease::wait(dir.root(), Some("12_3")).unwrap();
        let start = || begin(&dir, lease.holder());
        start().unwrap();
        start().unwrap();
        let error = start().unwrap_err();
        assert!(matches!(error, Error::Fruitless { step: 0, .. }), "{error}");
        for step in [1, 300] {
            checkpoint_at(&dir, step);
            start().unwrap();
        }
        assert_eq!(newest_steps(&dir).unwrap(), Some((300, 900)));
        start().unwrap();
        let error = start().unwrap_err().to_string();
        assert!(
            error.contains("step 300") && error.contains("job 12_3"),
            "{error}"
        );

        fail(&dir, "why".to_owned(), vec!["a line".to_owned()]).unwrap();
        let attempts = Attempts::read(&dir);
        assert_eq!(attempts.starts.len(), 5);
        assert_eq!(attempts.failure.unwrap().reason, "why");
        Attempts::forget(&dir).unwrap();
        Attempts::forget(&dir).unwrap();
        start().unwrap();
    }
}
