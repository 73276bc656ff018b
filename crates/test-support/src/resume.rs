//! Whether a training that crashes and goes on ends with the bits of one that did not.
//!
//! A test brings its experiment, or a [`Subject`] in place of one, whose training is a
//! [`CrashingTask`]; [`Resume`] lets it crash and compares what the cells leave.

mod checkpoint;
mod crashing;
mod subject;

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use retrace_lab::{
    Config, DataSets, Error, Execution, Experiment, Plan, Preset, Report, Result, RunTable,
};

pub use checkpoint::{part, rewrite};
pub use crashing::{CrashingTask, alone};
pub use subject::{Subject, TrainingAlone};

use crate::{contents, temporary};

/// What the finished cells of a run hold: name and bytes of each file.
pub type Results = Vec<(PathBuf, Vec<u8>)>;

/// Lets the first cell of `E` crash, at its smoke preset and for one seed.
#[derive(Debug)]
pub struct Resume<E> {
    steps_between_checkpoints: u64,
    experiment: PhantomData<fn() -> E>,
}

impl<E: Experiment> Resume<E> {
    /// With a checkpoint after each `steps_between_checkpoints` steps.
    #[must_use]
    pub const fn every(steps_between_checkpoints: u64) -> Self {
        Self {
            steps_between_checkpoints,
            experiment: PhantomData,
        }
    }

    /// The law: after a crash at each of these steps, a second start ends with the results of a run
    /// without a single checkpoint. These are returned.
    ///
    /// # Panics
    /// When it does not, and where [`fail_at_step`](Self::fail_at_step) panics.
    pub fn ends_with_the_same_bits(&self, steps: &[u64]) -> Results {
        let _alone = alone();
        let expected = self.undisturbed();
        for step in steps {
            let out = temporary();
            self.fail_at_step(out.path(), *step);
            let same = self.go_on(out.path()) == expected;
            assert!(same, "after a crash at step {step}");
        }
        expected
    }

    /// The control: when `spoil` has changed the checkpoint that a death at `step` left, a second
    /// start ends with other results.
    ///
    /// # Panics
    /// When it does not: the law would not see such a loss.
    pub fn ends_elsewhere(&self, step: u64, spoil: impl FnOnce(&Path)) {
        let _alone = alone();
        let expected = self.undisturbed();
        let out = temporary();
        match self.fail_at_step(out.path(), step) {
            Some(checkpoint) => spoil(&checkpoint),
            None => panic!("no checkpoint before step {step}"),
        }
        let same = self.go_on(out.path()) == expected;
        assert!(!same, "the change makes no difference");
    }

    /// Starts in `out` and crashes after `step` steps; the checkpoint that is left, if the training
    /// came so far.
    ///
    /// # Panics
    /// When it does not crash, fails of something else, leaves results, or leaves no checkpoint
    /// where there should be one or the other way round.
    pub fn fail_at_step(&self, out: &Path, step: u64) -> Option<PathBuf> {
        let error = match crashing::failing_at_step(step, || self.start(out)) {
            Err(error) => error.chain(),
            Ok(_) => panic!("no training was there to crash at step {step}"),
        };
        assert!(error.contains(crashing::CAUSE), "{error}");
        assert!(results(out).is_empty(), "the crashed cell has results");
        let checkpoint = checkpoint::below(out);
        let is_due = step > self.steps_between_checkpoints;
        assert_eq!(checkpoint.is_some(), is_due, "crashed at step {step}");
        checkpoint
    }

    /// Starts in `out`, or goes on there.
    ///
    /// # Errors
    /// Those of the run.
    pub fn start(&self, out: &Path) -> Result<Report> {
        run::<E>(out, Some(self.steps_between_checkpoints))
    }

    fn go_on(&self, out: &Path) -> Results {
        finished(out, self.start(out))
    }

    fn undisturbed(&self) -> Results {
        let out = temporary();
        finished(out.path(), run::<E>(out.path(), None))
    }
}

fn run<E: Experiment>(out: &Path, checkpoint_steps: Option<u64>) -> Result<Report> {
    let table = RunTable {
        experiment: E::NAME.to_owned(),
        preset: Preset::Smoke,
        seeds: 1,
        device: "cpu".parse().map_err(Error::Usage)?,
        threads: 1,
        inputs: Vec::new(),
    };
    let how = Execution {
        jobs: 1,
        checkpoint_steps,
        fresh: false,
    };
    let config = E::Config::preset(Preset::Smoke);
    let plan = Plan::<E>::new(config, table, &DataSets::synthetic(), out)?;
    plan.carry_out(&how)
}

fn finished(out: &Path, report: Result<Report>) -> Results {
    if let Err(error) = report {
        panic!("{}", error.chain());
    }
    let left = checkpoint::below(out);
    assert_eq!(left, None, "a finished cell keeps no checkpoint");
    let results = results(out);
    assert!(!results.is_empty(), "no cell has results");
    results
}

/// Without what holds times, such as the log of the losses.
fn results(out: &Path) -> Results {
    let mut all = contents(out);
    all.retain(|(file, _)| file.ends_with("outcome.json") || file.ends_with("arrays.safetensors"));
    all
}
