//! One arm at one seed: what [`Study::run`](crate::Study::run) gets to work with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha12Rng;

use crate::arm::ArmInfo;
use crate::arrays::Arrays;
use crate::divergence::DivergedAt;
use crate::error::Result;
use crate::loss_log::LossLog;
use crate::manifest::Times;
use crate::network::Freezing;
use crate::random;
use crate::run_dir::CellDir;
use crate::stop;
use crate::train::ONLY_TRAINING;

/// How often a training writes a checkpoint. Neither choice changes any result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointEvery {
    /// After so much time, measured between steps.
    Time(Duration),
    /// After so many steps.
    Steps(u64),
}

/// Called with the steps done and the steps in all.
pub type OnStep<'a> = Box<dyn FnMut(u64, u64) + 'a>;

/// An arm and a seed, with everything around them that a computation may use.
pub struct Cell<'a> {
    arm: ArmInfo,
    seed: u64,
    device: Device,
    dir: CellDir,
    identity: String,
    checkpoint_every: CheckpointEvery,
    on_step: OnStep<'a>,
    arrays: Arrays,
    logs: Vec<(String, LossLog)>,
    diverged: DivergedAt,
    times: Times,
    started: Instant,
    freezing: Option<Freezing>,
    /// Where TensorBoard's files of its trainings go, if they are wanted.
    events: Option<PathBuf>,
}

impl<'a> Cell<'a> {
    pub(crate) fn new(
        (arm, seed): (ArmInfo, u64),
        device: Device,
        dir: CellDir,
        identity: String,
        checkpoint_every: CheckpointEvery,
        on_step: OnStep<'a>,
    ) -> Self {
        Self {
            arm,
            seed,
            device,
            dir,
            identity,
            checkpoint_every,
            on_step,
            arrays: Arrays::default(),
            logs: Vec::new(),
            diverged: DivergedAt::new(),
            times: Times::new(),
            started: Instant::now(),
            freezing: None,
            events: None,
        }
    }

    /// What is compared here.
    pub fn arm(&self) -> &ArmInfo {
        &self.arm
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The device, without autodiff; `device().clone().autodiff()` trains.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The random stream of this cell's seed that is named (`purpose`, `index`).
    ///
    /// Arms share it: what two arms both draw, they draw alike, and differences between arms
    /// can be paired by seed.
    pub fn stream(&self, purpose: &str, index: u64) -> ChaCha12Rng {
        random::stream(self.seed, purpose, index)
    }

    /// A network with the initial weights that the stream (`purpose`, `index`) names, to be trained
    /// on this cell's device. `build` draws them from the generator of the device that it is given.
    ///
    /// That one is always the CPU, and the weights move from there: each back end has a generator
    /// of its own, and a seed is to name the same weights on all of them. Layers that would draw
    /// at their first use have drawn when this returns.
    ///
    /// # Errors
    /// What `build` returns.
    pub fn network<M: Module, E>(
        &self,
        purpose: &str,
        index: u64,
        build: impl FnOnce(&Device) -> Result<M, E>,
    ) -> Result<M, E> {
        let drawing = Device::flex().autodiff();
        drawing.seed(random::device_seed(self.seed, purpose, index));
        let network = build(&drawing)?;
        // Moved before they are drawn, they would be drawn on the other device.
        network.visit(&mut Draw);
        Ok(network.fork(&self.device.clone().autodiff()))
    }

    /// Seeds the device's own generator from the stream (`purpose`, `index`). What is drawn after
    /// this differs between devices; for initial weights there is [`Self::network`].
    pub fn seed_device(&self, purpose: &str, index: u64) {
        self.device
            .seed(random::device_seed(self.seed, purpose, index));
    }

    /// Keeps a large array of the outcome, written beside it.
    pub fn keep_array(&mut self, name: impl Into<String>, array: ndarray::ArrayD<f32>) {
        self.arrays.insert(name, array);
    }

    /// Keeps seconds that were measured. They are kept apart from the outcome, which does not depend
    /// on the machine; figures find them in [`Finished::times`](crate::Finished).
    pub fn keep_times(&mut self, name: impl Into<String>, seconds: Vec<f64>) {
        self.times.insert(name.into(), seconds);
    }

    /// Says how far the work is, and returns early when a stop was asked for. A computation
    /// without a training loop calls it between its parts.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn progress(&mut self, done: u64, of: u64) -> Result<()> {
        (self.on_step)(done, of);
        stop::check()
    }

    /// Has the network that this cell hands over frozen.
    pub(crate) fn freeze_with(&mut self, about: BTreeMap<String, String>) {
        self.freezing = Some(Freezing { about, file: None });
    }

    pub(crate) fn freezing_mut(&mut self) -> Option<&mut Freezing> {
        self.freezing.as_mut()
    }

    /// Has the trainings of this cell write TensorBoard's files below `folder`.
    pub(crate) fn watch_in(&mut self, folder: PathBuf) {
        self.events = Some(folder);
    }

    /// Where TensorBoard's file of a training goes, if it is wanted.
    pub(crate) fn events(&self, training: &str) -> Option<PathBuf> {
        let folder = self.events.as_ref()?;
        Some(match training {
            ONLY_TRAINING => folder.clone(),
            name => folder.join(name),
        })
    }

    pub(crate) fn report_step(&mut self, done: u64, of: u64) {
        (self.on_step)(done, of);
    }

    pub(crate) fn dir(&self) -> &CellDir {
        &self.dir
    }

    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }

    pub(crate) fn checkpoint_every(&self) -> CheckpointEvery {
        self.checkpoint_every
    }

    pub(crate) fn elapsed_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    pub(crate) fn keep_log(&mut self, training: &str, log: LossLog) {
        self.logs.push((training.to_owned(), log));
    }

    pub(crate) fn keep_divergence(&mut self, training: &str, step: u64) {
        self.diverged.insert(training.to_owned(), step);
    }

    pub(crate) fn diverged(&self) -> &DivergedAt {
        &self.diverged
    }

    pub(crate) fn logs(&self) -> &[(String, LossLog)] {
        &self.logs
    }

    /// Seconds of work on this cell, in this process and in earlier ones.
    pub(crate) fn work_time_s(&self) -> f64 {
        let earlier = self.logs.iter().map(|(_, log)| log.time_before_s());
        earlier.fold(0.0, f64::max) + self.elapsed_s()
    }

    pub(crate) fn times(&self) -> &Times {
        &self.times
    }

    pub(crate) fn arrays(&self) -> &Arrays {
        &self.arrays
    }
}

/// Has every parameter draw its value.
struct Draw;

impl ModuleVisitor for Draw {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        drop(param.val());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::Single;
    use crate::error::Error;
    use crate::run_dir::RunDir;
    use burn::nn::{Linear, LinearConfig};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Held by tests that draw: a device has one generator for all threads, and another test's seed must
    /// not come between a seed and its draws.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cell(device: Device) -> Cell<'static> {
        let arm = ArmInfo::new(&Single::new("relu", "ReLU"));
        let dir = RunDir::new("nowhere").cell(&arm, 3);
        Cell::new(
            (arm, 3),
            device,
            dir,
            String::new(),
            CheckpointEvery::Steps(1),
            Box::new(|_, _| ()),
        )
    }

    fn linear(cell: &Cell<'_>, purpose: &str) -> Linear {
        let build = |device: &Device| Ok::<_, Error>(LinearConfig::new(3, 2).init(device));
        cell.network(purpose, 0, build).unwrap()
    }

    fn numbers(layer: &Linear) -> Vec<f32> {
        layer.weight.val().into_data().iter::<f32>().collect()
    }

    #[cfg(feature = "ndarray")]
    #[test]
    fn a_seed_names_the_same_weights_on_every_device() {
        let _alone = alone();
        #[allow(deprecated)] // it is one of the devices
        let other = cell(Device::ndarray());
        let here = cell(Device::flex());
        let moved = linear(&other, "weights");
        assert_eq!(numbers(&moved), numbers(&linear(&here, "weights")));
        assert_ne!(numbers(&moved), numbers(&linear(&here, "other weights")));
        assert_eq!(moved.weight.device(), *other.device());
        assert!(moved.weight.device() != *here.device());
    }

    #[test]
    fn layers_draw_before_another_seed_and_can_be_trained() {
        let _alone = alone();
        let cell = cell(Device::flex());
        let layer = linear(&cell, "weights");
        cell.seed_device("something else", 0);
        assert_eq!(numbers(&layer), numbers(&linear(&cell, "weights")));
        let device = cell.device().clone().autodiff();
        let gradients = layer
            .forward(Tensor::<2>::ones([1, 3], &device))
            .sum()
            .backward();
        let gradient = layer.weight.val().grad(&gradients).unwrap();
        assert_eq!(gradient.into_data().iter::<f32>().sum::<f32>(), 6.0);
    }
}
