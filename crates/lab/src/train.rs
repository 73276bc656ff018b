//! The training loop: one explicit function.
//!
//! A training's state between two steps is (step, model, optimizer) and what was observed so
//! far. The device's generator is seeded before each step from (seed, arm, step), so noise of
//! step k, as in dropout or RReLU, does not depend on what ran before: a training that is
//! stopped and continued ends with the same bits as one that was not, on one machine, back end
//! and number of threads.

use std::time::Instant;

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::Tensor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cell::{Cell, CheckpointEvery};
use crate::checkpoint::{self, State};
use crate::error::{Error, Result};
use crate::loss_log::LossLog;
use crate::progress::Progress;
use crate::tensorboard::{Events, Scalar};
use crate::{random, stop};

/// Name of a training that has none of its own.
pub(crate) const ONLY_TRAINING: &str = "training";

/// What is trained: a loss for every step, and what to note on the way.
pub trait Task {
    /// The network, on an autodiff device.
    type Model: Module;
    /// What is observed; saved with each checkpoint.
    type Metrics: Serialize + DeserializeOwned + Default;

    /// Names this training among those of its cell: a cell that trains twice gives each a name
    /// of its own, and each then has its own checkpoint.
    fn name(&self) -> &str {
        ONLY_TRAINING
    }

    /// Number of steps.
    fn steps(&self) -> u64;

    /// Learning rate of step `step`, counted from 0.
    fn learning_rate(&self, step: u64) -> f64;

    /// The loss of step `step`, of shape `[1]`.
    fn loss(&self, model: &Self::Model, step: u64) -> Tensor<1>;

    /// Looks at the model before the first step (`done` = 0, no loss) and after each step.
    ///
    /// # Errors
    /// Ends the training.
    fn observe(&self, metrics: &mut Self::Metrics, step: Step<'_, Self::Model>) -> Result<()>;

    /// The numbers in `metrics` that a person may want to watch beside the losses, from the first one
    /// on, those of a tag by their steps. They go to TensorBoard and into no result.
    fn watched(&self, _metrics: &Self::Metrics) -> Vec<Scalar> {
        Vec::new()
    }
}

/// A step of a training, for [`Task::observe`].
#[derive(Debug)]
pub struct Step<'a, M> {
    /// Steps done.
    pub done: u64,
    /// The loss of the last step, before its update.
    pub loss: Option<f64>,
    /// The model after the update.
    pub model: &'a M,
}

/// A finished training.
#[derive(Debug)]
pub struct Trained<M, T> {
    /// The model after the last step that was finite.
    pub model: M,
    /// What was observed.
    pub metrics: T,
    /// The step, counted from 0, whose loss or update was not a finite number.
    pub diverged_at: Option<u64>,
}

/// Trains `model` on `task`, continuing from this cell's checkpoint when there is one.
///
/// # Errors
/// [`Error::Interrupted`] after a stop was asked for and a checkpoint
/// written; otherwise a checkpoint that cannot be read or written. One that is damaged is said, and
/// the training begins again. A loss that is not finite is
/// not an error but [`Trained::diverged_at`].
pub fn train<T: Task>(
    cell: &mut Cell<'_>,
    task: &T,
    model: T::Model,
    optimizer: ModuleOptimizer,
) -> Result<Trained<T::Model, T::Metrics>> {
    let (mut state, mut optimizer) = start_or_continue(cell, task, model, optimizer)?;
    let mut saved = (Instant::now(), state.step);
    let mut diverged_at = None;
    let worked_s = state.log.time_before_s() + cell.elapsed_s();
    let mut events = Events::begin(cell.events(task.name()).as_deref(), worked_s);
    events.append(&state.log, || task.watched(&state.metrics));
    while state.step < task.steps() {
        let step = state.step;
        cell.device()
            .seed(random::device_seed(cell.seed(), &cell.arm().name, step));
        let loss = task.loss(&state.model, step);
        let value = loss.clone().into_scalar::<f64>();
        if !value.is_finite() {
            diverged_at = Some(step);
            break;
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &state.model);
        state.model = optimizer.step(task.learning_rate(step), state.model, gradients);
        state.step += 1;
        state.log.push(step, cell.elapsed_s(), value);
        let finished = Step {
            done: state.step,
            loss: Some(value),
            model: &state.model,
        };
        task.observe(&mut state.metrics, finished)?;
        cell.report_step(state.step, task.steps());
        let saves = stop::is_requested() || is_due(cell.checkpoint_every(), saved, state.step);
        if saves || events.are_due() {
            events.append(&state.log, || task.watched(&state.metrics));
        }
        if saves {
            save(cell, task, &state, &optimizer)?;
            stop::check()?;
            saved = (Instant::now(), state.step);
        }
    }
    events.append(&state.log, || task.watched(&state.metrics));
    if diverged_at.is_none() && !is_finite(&state.model) {
        // The last update broke the weights, and no later loss was there to show it.
        diverged_at = task.steps().checked_sub(1);
    }
    if let Some(step) = diverged_at {
        cell.keep_divergence(task.name(), step);
    }
    cell.keep_log(task.name(), state.log);
    Ok(Trained {
        model: state.model,
        metrics: state.metrics,
        diverged_at,
    })
}

/// A training and its optimizer, where they stand.
type Continued<T> = (
    State<<T as Task>::Model, <T as Task>::Metrics>,
    ModuleOptimizer,
);

fn start_or_continue<T: Task>(
    cell: &Cell<'_>,
    task: &T,
    model: T::Model,
    optimizer: ModuleOptimizer,
) -> Result<Continued<T>> {
    let path = cell.dir().checkpoint(task.name());
    match checkpoint::load(&path, cell.identity(), &model, &optimizer) {
        Ok(Some(found)) => return Ok(found),
        Ok(None) => {}
        Err(error @ Error::Damaged { .. }) => {
            Progress::note(&format!(
                "{error}; the training begins again from its start"
            ));
        }
        Err(error) => return Err(error),
    }
    let mut metrics = T::Metrics::default();
    let finished = Step {
        done: 0,
        loss: None,
        model: &model,
    };
    task.observe(&mut metrics, finished)?;
    let state = State {
        step: 0,
        model,
        metrics,
        log: LossLog::default(),
    };
    Ok((state, optimizer))
}

fn is_due(every: CheckpointEvery, (at, step_then): (Instant, u64), step: u64) -> bool {
    match every {
        CheckpointEvery::Time(duration) => at.elapsed() >= duration,
        CheckpointEvery::Steps(steps) => step >= step_then.saturating_add(steps),
    }
}

fn save<T: Task>(
    cell: &Cell<'_>,
    task: &T,
    state: &State<T::Model, T::Metrics>,
    optimizer: &ModuleOptimizer,
) -> Result<()> {
    let log = state.log.at_checkpoint(cell.elapsed_s());
    checkpoint::save(
        &cell.dir().checkpoint(task.name()),
        cell.identity(),
        (state, task.steps()),
        &log,
        optimizer,
    )
}

/// Whether every parameter of `model` is a finite number.
pub fn is_finite<M: Module>(model: &M) -> bool {
    struct Finite(bool);
    impl ModuleVisitor for Finite {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            // A sum is finite only if its terms are; overflow of a finite sum counts as well.
            self.0 &= param.val().abs().sum().into_scalar::<f64>().is_finite();
        }
    }
    let mut finite = Finite(true);
    model.visit(&mut finite);
    finite.0
}
