//! Whether a training that dies and goes on ends with the bits of one that did not.
//!
//! A test brings its experiment, or a [`Subject`] in place of one, whose training is a
//! [`Mortal`]; [`Resume`] lets it die and compares what the cells leave.

mod checkpoint;
mod mortal;
mod subject;

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use retrace_lab::{
    Config, DataSets, Error, Execution, Experiment, Plan, Preset, Report, Result, RunTable,
};

pub use checkpoint::{part, rewrite};
pub use mortal::{Mortal, alone};
pub use subject::{Subject, Trial};

use crate::{contents, temporary};

/// What the finished cells of a run hold: name and bytes of each file.
pub type Results = Vec<(PathBuf, Vec<u8>)>;

/// Lets the first cell of `E` die, at its smoke preset and for one seed.
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

    /// The law: after each of these deaths, a second start ends with the results of a run
    /// without a single checkpoint. These are returned.
    ///
    /// # Panics
    /// When it does not, and where [`die_at`](Self::die_at) panics.
    pub fn ends_with_the_same_bits(&self, deaths: &[u64]) -> Results {
        let _alone = alone();
        let expected = self.undisturbed();
        for step in deaths {
            let out = temporary();
            self.die_at(out.path(), *step);
            let same = self.go_on(out.path()) == expected;
            assert!(same, "after dying at step {step}");
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
        match self.die_at(out.path(), step) {
            Some(checkpoint) => spoil(&checkpoint),
            None => panic!("no checkpoint before step {step}"),
        }
        let same = self.go_on(out.path()) == expected;
        assert!(!same, "the change makes no difference");
    }

    /// Starts in `out` and dies after `step` steps; the checkpoint that is left, if the training
    /// came so far.
    ///
    /// # Panics
    /// When it does not die, dies of something else, leaves results, or leaves no checkpoint
    /// where there should be one or the other way round.
    pub fn die_at(&self, out: &Path, step: u64) -> Option<PathBuf> {
        let error = match mortal::dying_at(step, || self.start(out)) {
            Err(error) => error.chain(),
            Ok(_) => panic!("no training was there to die at step {step}"),
        };
        assert!(error.contains(mortal::CAUSE), "{error}");
        assert!(results(out).is_empty(), "the dead cell has results");
        let checkpoint = checkpoint::below(out);
        let is_due = step > self.steps_between_checkpoints;
        assert_eq!(checkpoint.is_some(), is_due, "dead at step {step}");
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
