//! Running an experiment: cells that are not done yet, then figures, claims and manifest.

mod ledger;
mod report;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

pub use ledger::{AnyLedger, Begun, CellId};
pub(crate) use report::Answers;
pub use report::Report;

pub(crate) use self::ledger::{Ledger, cells, title};
use self::ledger::{cell_name, name_cell, read_settings};
use crate::arm::ArmInfo;
use crate::config::{Config, Origin, toml_table};
use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::lease::{Lease, alone_in};
use crate::network::{NetworkFile, about};
use crate::pool::{self, Job};
use crate::progress::Progress;
use crate::run_dir::{RunDir, RunTable};
use crate::{attempts, stop};

/// How a run is carried out; none of it changes a result.
#[derive(Debug, Clone, Copy)]
pub struct Execution {
    /// Processes side by side.
    pub jobs: usize,
    /// Steps between checkpoints, instead of a time.
    pub checkpoint_steps: Option<u64>,
    /// Whether to write files for TensorBoard.
    pub tensorboard: bool,
    /// Whether to start over.
    pub fresh: bool,
}

impl Execution {
    /// What of it concerns a cell.
    pub(crate) fn of_a_cell(&self) -> CellExecution {
        CellExecution {
            checkpoint_steps: self.checkpoint_steps,
            tensorboard: self.tensorboard,
            job: None,
        }
    }
}

/// How a cell is carried out; none of it changes its outcome.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CellExecution {
    /// Steps between checkpoints, instead of a time.
    pub checkpoint_steps: Option<u64>,
    /// Whether to write files for TensorBoard.
    pub tensorboard: bool,
    /// What a cluster calls the work, such as `1234_5`; its starts of a cell are counted.
    pub job: Option<String>,
}

impl CellExecution {
    /// The flags of `retrace cell` that say the same; the job is known to whoever runs there.
    pub(crate) fn flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if let Some(steps) = self.checkpoint_steps {
            flags.extend(["--checkpoint-steps".to_owned(), steps.to_string()]);
        }
        flags.extend(self.tensorboard.then(|| "--tensorboard".to_owned()));
        flags
    }
}

/// A run that is ready to go: settings checked, data there, nothing written yet.
pub struct Plan<E: Experiment> {
    ledger: Arc<Ledger<E>>,
    data: E::Data,
}

/// A [`Plan`], whatever its experiment.
pub trait AnyPlan {
    /// Settings and folder.
    fn ledger(&self) -> Arc<dyn AnyLedger>;
    /// Runs one cell; the seconds of work on it.
    fn run_cell(
        &self,
        cell: &CellId,
        how: &CellExecution,
        on_step: &mut dyn FnMut(u64, u64),
    ) -> Result<f64>;
}

impl<E: Experiment> Plan<E> {
    /// Loads the data and decides the folder.
    ///
    /// # Errors
    /// Data or a device that cannot be used.
    pub fn new(config: E::Config, run: RunTable, sets: &DataSets, out: &Path) -> Result<Self> {
        Self::with_origins(config, run, sets, out, BTreeMap::new())
    }

    /// The same, and the manifest says where each value of the config came from.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_origins(
        config: E::Config,
        mut run: RunTable,
        sets: &DataSets,
        out: &Path,
        origins: BTreeMap<String, Origin>,
    ) -> Result<Self> {
        run.device.open()?;
        let loaded = E::load(&config, sets)?;
        run.inputs = loaded.inputs;
        let preset = toml_table(&E::Config::preset(run.preset))?;
        let dir = RunDir::below(out, &run, &toml_table(&config)?, &preset);
        Self::ready(
            (config, origins),
            run,
            dir,
            sets,
            (loaded.data, loaded.notes),
        )
    }

    /// Takes up the run in `dir` under the settings that it was begun with.
    ///
    /// # Errors
    /// When the folder is not one of this experiment's, or its data have changed since.
    pub fn of_folder(dir: RunDir, sets: &DataSets) -> Result<Self> {
        let (config, run) = read_settings::<E>(&dir)?;
        let loaded = E::load(&config, sets)?;
        if loaded.inputs != run.inputs {
            return Err(Error::Usage(format!(
                "the data of {} have changed since it was begun",
                dir.root().display()
            )));
        }
        let config = (config, BTreeMap::new());
        Self::ready(config, run, dir, sets, (loaded.data, loaded.notes))
    }

    fn ready(
        config: (E::Config, BTreeMap<String, Origin>),
        run: RunTable,
        dir: RunDir,
        sets: &DataSets,
        (data, notes): (E::Data, Vec<String>),
    ) -> Result<Self> {
        let ledger = Arc::new(Ledger::new(config, run, dir, sets, notes)?);
        Ok(Self { ledger, data })
    }

    /// Runs all cells that are not finished, one after the other in this process, then draws and
    /// answers.
    ///
    /// # Errors
    /// The first failure; what is finished stays and is skipped next time.
    pub fn carry_out(self, how: &Execution) -> Result<Report>
    where
        E::Data: Send,
    {
        let how = Execution { jobs: 1, ..*how };
        let ledger = Arc::clone(&self.ledger);
        let job = Job::new(&ledger.config, &ledger.run, move || Ok(self));
        let reports = pool::carry_out(vec![job], &how, None, &|_, _| Ok(()))?;
        let report = reports.into_iter().next();
        report.ok_or_else(|| Error::Other("a run ended without a report".into()))
    }

    /// Runs a cell, also one that is finished, and freezes the network that it hands over.
    ///
    /// # Errors
    /// As [`Study::run`](crate::Study::run); a cell without a network, or whose network cannot be frozen.
    pub fn freeze(&self, arm: &ArmInfo, seed: u64, how: &Execution) -> Result<NetworkFile> {
        let ledger = &self.ledger;
        ledger.open()?;
        let dir = ledger.dir.cell(arm, seed);
        let _alone = alone_in(dir.root())?;
        let name = cell_name(arm, seed);
        ledger.notes.iter().for_each(|text| Progress::note(text));
        let progress = Progress::start([(title(&ledger.run), 1)]);
        progress.begin(0, 0);
        let mut line = progress.cell(0, &name);
        let on_step = |done, of| line.step(done, of);
        let mut cell = ledger.open_cell(arm, seed, &how.of_a_cell(), on_step)?;
        let config = toml::to_string(&ledger.config).unwrap_or_default();
        cell.freeze_with(about(&ledger.run, &config, &arm.name, seed));
        stop::check()?;
        let outcome = E::studies()
            .run(&ledger.config, &self.data, &mut cell)
            .map_err(|source| name_cell::<E>(&name, source))?;
        let file = cell.freezing_mut().and_then(|wanted| wanted.file.take());
        if ledger.is_done(arm, seed) {
            dir.remove_checkpoints()?;
        } else {
            ledger.store(&dir, &cell, outcome.as_ref())?;
        }
        drop(cell);
        line.finish(None);
        progress.finish();
        file.ok_or_else(|| {
            Error::Usage(format!(
                "{} {name} has no trained network to freeze: it trains none, or its training \
                 diverged",
                E::NAME
            ))
        })
    }

    /// The arm of this name, or the first one.
    ///
    /// # Errors
    /// A name that no arm has.
    pub fn arm(&self, name: Option<&str>) -> Result<ArmInfo> {
        self.ledger.arm(name)
    }
}

impl<E: Experiment> AnyPlan for Plan<E> {
    fn ledger(&self) -> Arc<dyn AnyLedger> {
        Arc::<Ledger<E>>::clone(&self.ledger)
    }

    fn run_cell(
        &self,
        cell: &CellId,
        how: &CellExecution,
        on_step: &mut dyn FnMut(u64, u64),
    ) -> Result<f64> {
        let ledger = &self.ledger;
        let (arm, seed) = (ledger.arm(Some(&cell.arm))?, cell.seed);
        let dir = ledger.dir.cell(&arm, seed);
        let alone = Lease::wait(dir.root(), how.job.as_deref())?;
        match ledger.check(&arm, seed) {
            // Another process finished it while this one waited for the lock.
            Ok(()) => return Ok(0.0),
            Err(why) => ledger::set_damaged_outcome_aside(&dir, &why)?,
        }
        stop::check()?;
        if how.job.is_some() {
            attempts::begin(&dir, alone.holder())?;
        }
        let mut cell = ledger.open_cell(&arm, seed, how, on_step)?;
        let outcome = E::studies().run(&ledger.config, &self.data, &mut cell)?;
        ledger.store(&dir, &cell, outcome.as_ref())?;
        if E::TENSORS {
            free_graphs(cell.device());
        }
        Ok(cell.elapsed_s())
    }
}

/// Frees what a cell computed with autodiff and without a backward pass, so that the next one of this
/// process has the memory: Burn frees such a graph from its inputs on, a layer at each backward pass
/// of another graph.
fn free_graphs(device: &Device) {
    const MOST_LAYERS: usize = 64;
    let device = device.clone().autodiff();
    for _ in 0..MOST_LAYERS {
        drop(Tensor::<1>::ones([1], &device).require_grad().backward());
    }
}
