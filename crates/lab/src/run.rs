//! Running an experiment: cells that are not done yet, then figures, claims and manifest.

mod freeze;
mod report;

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;

pub use report::{Report, redraw};

use crate::cell::Cell;
use crate::config::{Config, Origin};
use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::experiment::{Arm, Experiment};
use crate::files::{self, Lock};
use crate::manifest::{Manifest, Timing};
use crate::network::{NetworkSummary, configured_batch};
use crate::outcomes::{self, Finished};
use crate::progress::Progress;
use crate::run_dir::{CellDir, RunDir, RunTable};
use crate::worker::{CellArgs, Launcher, Reporter, checkpoint_every};
use crate::{foremen, loss_log, stop};

/// How a run is carried out; none of it changes a result.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Processes side by side.
    pub jobs: usize,
    /// Threads over all processes.
    pub threads: usize,
    /// Steps between checkpoints, instead of a time.
    pub checkpoint_steps: Option<u64>,
    /// Whether to start over.
    pub fresh: bool,
}

/// A run that is ready to go: settings checked, data there, nothing written yet.
pub struct Plan<E: Experiment> {
    config: E::Config,
    run: RunTable,
    dir: RunDir,
    data: E::Data,
    notes: Vec<String>,
    sets: DataSets,
    identity: String,
    origins: BTreeMap<String, Origin>,
}

impl<E: Experiment> Plan<E> {
    /// Loads the data and decides the folder.
    ///
    /// # Errors
    /// Data or a device that cannot be used.
    pub fn new(
        config: E::Config,
        mut run: RunTable,
        sets: &DataSets,
        out: &std::path::Path,
    ) -> Result<Self> {
        let loaded = E::load(&config, sets)?;
        run.inputs = loaded.inputs;
        run.device.open()?;
        let table = toml_table(&config)?;
        let preset = toml_table(&E::Config::preset(run.preset))?;
        let dir = RunDir::below(out, &run, &table, &preset);
        let identity = run.identity(&table);
        Ok(Self {
            config,
            run,
            dir,
            data: loaded.data,
            notes: loaded.notes,
            sets: sets.clone(),
            identity,
            origins: BTreeMap::new(),
        })
    }

    /// Keeps in the manifest where each value of the config came from.
    #[must_use]
    pub fn with_origins(self, origins: BTreeMap<String, Origin>) -> Self {
        Self { origins, ..self }
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
        let identity = outcomes::identity_of(&run, &config)?;
        Ok(Self {
            config,
            run,
            dir,
            data: loaded.data,
            notes: loaded.notes,
            sets: sets.clone(),
            identity,
            origins: BTreeMap::new(),
        })
    }

    fn cells(&self) -> Vec<(Arm, u64)> {
        let arms = E::arms(&self.config);
        arms.iter()
            .flat_map(|arm| arm.seeds(self.run.seeds).map(|seed| (arm.clone(), seed)))
            .collect()
    }

    /// Runs all cells that are not finished, then draws and answers.
    ///
    /// # Errors
    /// The first failure; what is finished stays and is skipped next time.
    pub fn carry_out(&self, how: &Execution, launcher: &Launcher) -> Result<Report> {
        let started = Instant::now();
        if how.fresh {
            self.dir.clear()?;
        }
        self.open()?;
        let cells = self.cells();
        let (finished, pending): (Vec<_>, Vec<_>) = cells
            .iter()
            .cloned()
            .partition(|(arm, seed)| self.is_done(arm, *seed));
        for (arm, seed) in &finished {
            remove_remains(&self.dir.cell(arm, *seed))?;
        }
        let title = format!("{} {}", E::NAME, self.run.preset);
        self.notes.iter().for_each(|text| Progress::note(text));
        if let Some(text) = E::notice(&self.config).filter(|_| !pending.is_empty()) {
            Progress::note(&text);
        }
        let progress = Progress::start(&title, cells.len() as u64, finished.len() as u64);
        if how.jobs > 1 {
            self.run_in_workers(&pending, how, launcher, &progress)?;
        } else {
            self.run_here(&pending, how, &progress)?;
        }
        progress.finish();
        let alone = files::alone_in(self.dir.root())?;
        self.summarize_networks()?;
        self.manifest(&cells, how.jobs)?.write(&self.dir)?;
        drop(alone);
        let mut report = redraw::<E>(&self.dir)?;
        report.cells_run = pending.len();
        report.wall_time_s = started.elapsed().as_secs_f64();
        Ok(report)
    }

    fn is_done(&self, arm: &Arm, seed: u64) -> bool {
        let dir = self.dir.cell(arm, seed);
        outcomes::read_cell::<E::Outcome>(&dir, &self.identity, arm, seed).is_ok()
    }

    fn run_here(&self, pending: &[(Arm, u64)], how: &Execution, progress: &Progress) -> Result<()> {
        for (arm, seed) in pending {
            let name = cell_name(arm, *seed);
            let mut line = progress.cell(&name);
            self.run_cell(arm, *seed, how.checkpoint_steps, |done, of| {
                line.step(done, of);
            })
            .map_err(|source| name_cell::<E>(&name, source))?;
            line.finish();
        }
        Ok(())
    }

    fn run_in_workers(
        &self,
        pending: &[(Arm, u64)],
        how: &Execution,
        launcher: &Launcher,
        progress: &Progress,
    ) -> Result<()> {
        let cells = pending
            .iter()
            .map(|(arm, seed)| self.cell_args(arm, *seed, how))
            .collect();
        foremen::run(cells, how.jobs, launcher, progress).map_err(|failure| {
            let (cell, source) = *failure;
            name_cell::<E>(&cell, source)
        })
    }

    fn cell_args(&self, arm: &Arm, seed: u64, how: &Execution) -> CellArgs {
        CellArgs {
            run: self.dir.root().to_path_buf(),
            arm: arm.name.clone(),
            seed,
            threads: (how.threads / how.jobs).max(1),
            checkpoint_steps: how.checkpoint_steps,
            sets: self.sets.clone(),
        }
    }

    fn run_cell(
        &self,
        arm: &Arm,
        seed: u64,
        checkpoint_steps: Option<u64>,
        on_step: impl FnMut(u64, u64),
    ) -> Result<()> {
        let dir = self.dir.cell(arm, seed);
        let _alone = files::alone_in(dir.root())?;
        if self.is_done(arm, seed) {
            // Another process finished it while this one waited for the lock.
            return Ok(());
        }
        set_damaged_outcome_aside(&dir)?;
        let mut cell = self.begin(arm, seed, checkpoint_steps, on_step)?;
        stop::check()?;
        let outcome = E::run_cell(&self.config, &self.data, &mut cell)?;
        self.store(&dir, &cell, outcome)
    }

    /// Writes the config of the run, or checks the one that is there.
    fn open(&self) -> Result<()> {
        let _alone = files::alone_in(self.dir.root())?;
        self.dir.open(&self.run, &toml_table(&self.config)?)
    }

    /// A cell that has not been worked on in this process.
    fn begin<'a>(
        &self,
        arm: &Arm,
        seed: u64,
        checkpoint_steps: Option<u64>,
        on_step: impl FnMut(u64, u64) + 'a,
    ) -> Result<Cell<'a>> {
        Ok(Cell::new(
            (arm.clone(), seed),
            self.run.device.open()?,
            self.dir.cell(arm, seed),
            self.identity.clone(),
            checkpoint_every(checkpoint_steps),
            Box::new(on_step),
        ))
    }

    fn store(&self, dir: &CellDir, cell: &Cell<'_>, outcome: E::Outcome) -> Result<()> {
        if !cell.logs().is_empty() {
            loss_log::write(cell.logs(), &dir.log())?;
        }
        let timing = Timing {
            wall_time_s: cell.work_time_s(),
            threads: rayon::current_num_threads(),
        };
        files::write_json(&dir.timing(), &timing)?;
        let finished = Finished {
            arm: cell.arm().name.clone(),
            seed: cell.seed(),
            outcome,
            arrays: cell.arrays().clone(),
        };
        outcomes::write_cell(dir, &self.identity, &finished)?;
        // Only now is it of no use: had the process died before, it would go on from there.
        dir.remove_checkpoints()
    }

    /// Writes what the networks are made of, once: it is the same as long as the config is.
    fn summarize_networks(&self) -> Result<()> {
        let path = self.dir.networks();
        if path.exists() {
            return Ok(());
        }
        let batch = configured_batch(&self.config).unwrap_or(1);
        let summaries = E::networks(&self.config, &self.sets)?
            .iter()
            .map(|network| NetworkSummary::of(network, batch))
            .collect::<Result<Vec<_>>>()?;
        files::write_json(&path, &summaries)
    }

    fn manifest(&self, cells: &[(Arm, u64)], jobs: usize) -> Result<Manifest> {
        let timings = cells
            .iter()
            .map(|(arm, seed)| {
                let timing = files::read_json(&self.dir.cell(arm, *seed).timing())?;
                Ok((format!("{}/seed-{seed}", arm.name), timing))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Manifest::gather(&self.run, &self.origins, &timings, jobs))
    }
}

/// Runs one cell as the worker of a parent process.
///
/// # Errors
/// What stopped the cell; the parent has been told.
pub fn work<E: Experiment>(args: &CellArgs) -> Result<()> {
    let mut reporter = Reporter::start();
    let result = (|| {
        let plan = Plan::<E>::of_folder(RunDir::new(&args.run), &args.sets)?;
        let arm = E::arms(&plan.config)
            .into_iter()
            .find(|arm| arm.name == args.arm)
            .ok_or_else(|| Error::Usage(format!("{} has no arm `{}`", E::NAME, args.arm)))?;
        plan.run_cell(&arm, args.seed, args.checkpoint_steps, |done, of| {
            reporter.step(done, of);
        })
    })();
    Reporter::end(&result);
    result
}

/// Removes what a process left that died after a cell's outcome was written.
fn remove_remains(dir: &CellDir) -> Result<()> {
    let at_work = Lock::try_take(&dir.lock())?;
    at_work.map_or(Ok(()), |_lock| dir.remove_checkpoints())
}

/// An outcome that is there and does not count was damaged from outside: it is kept, and said.
fn set_damaged_outcome_aside(dir: &CellDir) -> Result<()> {
    let (outcome, aside) = (dir.outcome(), dir.root().join("outcome.damaged.json"));
    if !outcome.exists() {
        return Ok(());
    }
    Progress::note(&format!(
        "{} is damaged; it is kept as {} and the cell is run again",
        outcome.display(),
        aside.display()
    ));
    std::fs::rename(&outcome, &aside).map_err(Error::io("rename", &outcome))
}

fn read_settings<E: Experiment>(dir: &RunDir) -> Result<(E::Config, RunTable)> {
    let (run, table) = dir.read_config()?;
    if run.experiment != E::NAME {
        return Err(Error::Usage(format!(
            "{} is a run of {}, not of {}",
            dir.root().display(),
            run.experiment,
            E::NAME
        )));
    }
    let config: E::Config = table
        .try_into()
        .map_err(|error: toml::de::Error| Error::Damaged {
            path: dir.config(),
            reason: error.message().to_owned(),
        })?;
    Ok((config, run))
}

pub(crate) fn toml_table(config: &impl Serialize) -> Result<toml::Table> {
    toml::Table::try_from(config).map_err(|error| Error::Other(Box::new(error)))
}

fn cell_name(arm: &Arm, seed: u64) -> String {
    if arm.deterministic {
        arm.name.clone()
    } else {
        format!("{} seed {seed}", arm.name)
    }
}

fn name_cell<E: Experiment>(cell: &str, source: Error) -> Error {
    match source {
        Error::Interrupted { .. } => source,
        source => Error::Cell {
            cell: format!("{} {cell}", E::NAME),
            source: Box::new(source),
        },
    }
}
