//! Whether a training that crashes and goes on ends with the bits of one that did not.
//!
//! A test brings its experiment, or a [`Subject`] in place of one, whose training is a
//! [`CrashingTask`]; [`Resume`] lets it crash and compares what the cells leave.

use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Tensor;
use retrace_lab::{
    BlogPost, Cell, Config, DataSets, Error, Execution, Experiment, Loaded, Plan, Preset, Report,
    Result, RunTable, Scalar, Single, Step, Studies, Study, Task, Year, write_tensors,
};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{contents, files, temporary};

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
        let error = match failing_at_step(step, || self.start(out)) {
            Err(error) => error.chain(),
            Ok(_) => panic!("no training was there to crash at step {step}"),
        };
        assert!(error.contains(CAUSE), "{error}");
        assert!(results(out).is_empty(), "the crashed cell has results");
        let checkpoint = checkpoint_below(out);
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

    /// Starts again in `out`, to the end; what lies there then.
    ///
    /// # Panics
    /// When the run fails.
    pub fn go_on(&self, out: &Path) -> Results {
        finished(out, self.start(out))
    }

    fn undisturbed(&self) -> Results {
        let out = temporary();
        finished(out.path(), run::<E>(out.path(), None))
    }
}

fn run<E: Experiment>(out: &Path, checkpoint_steps: Option<u64>) -> Result<Report> {
    let table = RunTable::new(E::NAME, Preset::Smoke, 1);
    let how = Execution {
        jobs: 1,
        checkpoint_steps,
        // It changes no result, and what crashes is compared with what had none.
        tensorboard: checkpoint_steps.is_some(),
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
    let left = checkpoint_below(out);
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

/// What a training fails of.
const CAUSE: &str = "crashed on purpose";

/// The training fails after this many steps; 0 lets it go on.
static FAIL_AT_STEP: AtomicU64 = AtomicU64::new(0);

/// Flex has one random generator per process: only one test at a time may draw from it.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `run` gives while trainings fail after `step` steps.
fn failing_at_step<R>(step: u64, run: impl FnOnce() -> R) -> R {
    FAIL_AT_STEP.store(step, Ordering::SeqCst);
    let result = run();
    FAIL_AT_STEP.store(0, Ordering::SeqCst);
    result
}

/// A training that can be made to crash; what it learns and notes is its task's.
#[derive(Debug)]
pub struct CrashingTask<T>(pub T);

impl<T: Task> Task for CrashingTask<T> {
    type Model = T::Model;
    type Metrics = T::Metrics;

    fn name(&self) -> &str {
        self.0.name()
    }

    fn steps(&self) -> u64 {
        self.0.steps()
    }

    fn learning_rate(&self, step: u64) -> f64 {
        self.0.learning_rate(step)
    }

    fn loss(&self, model: &T::Model, step: u64) -> Tensor<1> {
        self.0.loss(model, step)
    }

    fn observe(&self, metrics: &mut T::Metrics, finished: Step<'_, T::Model>) -> Result<()> {
        if finished.done > 0 && finished.done == FAIL_AT_STEP.load(Ordering::SeqCst) {
            return Err(Error::Other(CAUSE.into()));
        }
        self.0.observe(metrics, finished)
    }

    fn watched(&self, metrics: &T::Metrics) -> Vec<Scalar> {
        self.0.watched(metrics)
    }
}

/// What a test of resuming has of its own, in place of a whole experiment.
pub trait Subject: 'static {
    /// Names of the arms; the training of the first one crashes.
    const ARMS: &'static [&'static str];
    /// That of the experiment.
    type Config: Config;
    /// What the cells work on.
    type Data: Send;
    /// All that a checkpoint could lose: weights, running statistics, what was noted.
    type Outcome: Serialize + DeserializeOwned + 'static;

    /// Makes what the cells work on.
    fn data(config: &Self::Config) -> Self::Data;

    /// Trains a [`CrashingTask`].
    ///
    /// # Errors
    /// Those of the training.
    fn run_cell(config: &Self::Config, data: &Self::Data, cell: &mut Cell)
    -> Result<Self::Outcome>;
}

/// A [`Subject`] as an experiment that draws and claims nothing.
#[derive(Debug)]
pub struct TrainingAlone<S>(PhantomData<fn() -> S>);

impl<S: Subject> Experiment for TrainingAlone<S> {
    const NAME: &'static str = "training-alone";
    const POST: BlogPost = BlogPost {
        title: "A test",
        author: "nobody",
        year: Year::Known(2000),
        link: "",
        question: "Does it come back?",
    };
    type Config = S::Config;
    type Data = S::Data;

    fn load(config: &S::Config, _: &DataSets) -> Result<Loaded<S::Data>> {
        Ok(Loaded {
            data: S::data(config),
            inputs: Vec::new(),
            notes: Vec::new(),
        })
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Self>()
    }
}

impl<S: Subject> Study<Self> for TrainingAlone<S> {
    type Arm = Single;
    type Outcome = S::Outcome;

    fn arms(_: &S::Config) -> Vec<Single> {
        let names = S::ARMS.iter();
        names.map(|name| Single::new(name, name)).collect()
    }

    fn run(_: &Single, config: &S::Config, data: &S::Data, cell: &mut Cell) -> Result<S::Outcome> {
        S::run_cell(config, data, cell)
    }
}

/// The first checkpoint below `out`.
fn checkpoint_below(out: &Path) -> Option<PathBuf> {
    let is_one = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("checkpoint-")
    };
    files(out)
        .into_iter()
        .find(is_one)
        .map(|file| out.join(file))
}

/// The bytes of a part of a checkpoint: `model`, `optimizer` or `progress`.
///
/// # Panics
/// When it has no such part.
#[must_use]
pub fn part(checkpoint: &Path, name: &str) -> Vec<u8> {
    let file = fs::read(checkpoint).expect("a checkpoint to read");
    let parts = SafeTensors::deserialize(&file).expect("a whole checkpoint");
    parts.tensor(name).expect("a known part").data().to_vec()
}

/// Puts `data` in place of the part `name` of a checkpoint.
///
/// # Panics
/// When it has no such part, or cannot be written.
pub fn rewrite(checkpoint: &Path, name: &str, data: &[u8]) {
    let file = fs::read(checkpoint).expect("a checkpoint to read");
    let parts = SafeTensors::deserialize(&file).expect("a whole checkpoint");
    assert!(parts.names().contains(&name), "no part `{name}`");
    let changed = parts.iter().map(|(other, view)| {
        let data = if other == name { data } else { view.data() };
        let view = TensorView::new(view.dtype(), vec![data.len()], data)?;
        Ok((other, view))
    });
    write_tensors(checkpoint, changed).expect("a checkpoint to write");
}
