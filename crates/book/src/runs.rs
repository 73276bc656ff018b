//! The runs that the book is about.

use std::cmp::Reverse;
use std::path::Path;

use retrace_lab::cli::Entry;
use retrace_lab::{InputKind, Preset, Result, StoredRun, run_folders};

/// All runs below an output folder that are drawn.
pub(crate) struct Runs<'a> {
    /// Experiments with at least one such run, in the order of the program.
    pub(crate) experiments: Vec<ExperimentRuns<'a>>,
    /// What was found and left out, and why.
    pub(crate) left_out: Vec<String>,
}

/// An experiment and its runs.
pub(crate) struct ExperimentRuns<'a> {
    /// The experiment.
    pub(crate) entry: &'a dyn Entry,
    /// Its runs, at least one; the first speaks for the experiment: finished, of the presets that
    /// went furthest, on real data rather than synthetic, the latest.
    pub(crate) runs: Vec<StoredRun>,
}

impl<'a> Runs<'a> {
    /// Reads the runs of `experiments` below `out`.
    ///
    /// # Errors
    /// When the folder cannot be read. A single run that cannot be read is left out.
    pub(crate) fn read(experiments: &'a [Box<dyn Entry>], out: &Path) -> Result<Self> {
        let mut found = Self {
            experiments: Vec::new(),
            left_out: Vec::new(),
        };
        for entry in experiments {
            let mut runs = Vec::new();
            for folder in run_folders(out, entry.name())? {
                match StoredRun::read(&folder) {
                    Ok(run) if run.run.experiment == entry.name() => runs.push(run),
                    Ok(run) => found.left_out.push(format!(
                        "{} is a run of {}",
                        folder.display(),
                        run.run.experiment
                    )),
                    Err(error) => found.left_out.push(error.chain()),
                }
            }
            runs.sort_by_key(|run| Reverse(rank(run)));
            if !runs.is_empty() {
                found.experiments.push(ExperimentRuns {
                    entry: entry.as_ref(),
                    runs,
                });
            }
        }
        Ok(found)
    }
}

impl ExperimentRuns<'_> {
    /// The run that speaks for the experiment.
    pub(crate) fn leading(&self) -> &StoredRun {
        &self.runs[0]
    }
}

/// What makes a run speak for its experiment: that it is finished, how far it went, real data, when.
fn rank(run: &StoredRun) -> (bool, Preset, bool, u64) {
    let inputs = &run.run.inputs;
    let real = !inputs.is_empty() && inputs.iter().all(|i| i.kind == InputKind::Real);
    let is_finished = run.manifest.missing.is_empty();
    (
        is_finished,
        run.run.preset,
        real,
        run.manifest.finished_unix_s,
    )
}
