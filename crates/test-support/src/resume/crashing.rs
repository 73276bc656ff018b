//! A training that crashes at a chosen step.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Tensor;
use retrace_lab::{Error, Result, Seen, Task};

/// What a training fails of.
pub(super) const CAUSE: &str = "crashed on purpose";

/// The training fails after this many steps; 0 lets it go on.
static FAIL_AT_STEP: AtomicU64 = AtomicU64::new(0);

/// Flex has one random generator per process: only one test at a time may draw from it.
pub fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What `run` gives while trainings fail after `step` steps.
pub(super) fn failing_at_step<R>(step: u64, run: impl FnOnce() -> R) -> R {
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
    type Tally = T::Tally;

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

    fn observe(&self, tally: &mut T::Tally, seen: Seen<'_, T::Model>) -> Result<()> {
        if seen.done > 0 && seen.done == FAIL_AT_STEP.load(Ordering::SeqCst) {
            return Err(Error::Other(CAUSE.into()));
        }
        self.0.observe(tally, seen)
    }
}
