//! What a run is besides its data: settings, folder, and which of its cells are done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::CellExecution;
use super::report::{Report, as_drawn, draw};
use crate::arm::ArmInfo;
use crate::attempts::Attempts;
use crate::cell::Cell;
use crate::config::{Origin, toml_table, unknown};
use crate::data_sets::{DataDir, DataSets};
use crate::divergence::Divergence;
use crate::error::{Error, Result, shell_word};
use crate::experiment::Experiment;
use crate::lease::{self, Lease, alone_in};
use crate::loss_log;
use crate::manifest::{Manifest, Timing};
use crate::network::{NetworkSummary, NetworksFile, PlannedNetwork, configured_batch};
use crate::outcome::{self, AnyOutcome, identity_of};
use crate::progress::Progress;
use crate::run_dir::{CellDir, RunDir, RunTable, remove};
use crate::seal;
use crate::status::{Missing, why_missing};
use crate::stop;
use crate::worker::checkpoint_every;

/// Settings and folder of a run.
pub struct Ledger<E: Experiment> {
    pub config: E::Config,
    pub run: RunTable,
    pub dir: RunDir,
    pub sets: DataSets,
    pub identity: String,
    pub origins: BTreeMap<String, Origin>,
    /// What a person should know of the data.
    pub notes: Vec<String>,
}

/// A cell by its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellId {
    pub arm: String,
    pub seed: u64,
    /// As a person reads it: `relu seed 3`.
    pub name: String,
}

impl CellId {
    /// Its folder below that of all cells: `relu/seed-3`.
    pub fn path(&self) -> String {
        format!("{}/seed-{}", self.arm, self.seed)
    }
}

/// The state of a run when it is taken up.
#[derive(Debug)]
pub struct Begun {
    /// Cells that were finished before.
    pub done: usize,
    /// Cells to run, in the order of arms and seeds.
    pub waiting: Vec<CellId>,
    /// Seconds that finished cells took, by arm.
    pub lengths: BTreeMap<String, Vec<f64>>,
}

/// A [`Ledger`], whatever its experiment.
pub trait AnyLedger: Send + Sync {
    /// The folder.
    fn dir(&self) -> &RunDir;
    /// Makes the folder, or checks the one that is there, and sees what is to be done.
    fn begin(&self, fresh: bool) -> Result<Begun>;
    /// Draws and answers when all cells are finished, after this start has run so many.
    fn finish(&self, jobs: usize, cells_run: usize) -> Result<Report>;
    /// An error with the cell that had it.
    fn blame(&self, cell: &CellId, source: Error) -> Error;
    /// The settings that all experiments share.
    fn run(&self) -> &RunTable;
    /// What the outcome of a cell depends on besides arm and seed, as a hash.
    fn identity(&self) -> &str;
    /// Bytes that a process takes at most while it runs a cell.
    fn memory(&self) -> u64;
    /// All cells, in the order of arms and seeds.
    fn all_cells(&self) -> Vec<CellId>;
    /// The folder of a cell.
    fn cell_dir(&self, cell: &CellId) -> Result<CellDir>;
    /// Whether the outcome of a cell is there, and whole.
    fn is_finished(&self, cell: &CellId) -> bool;
    /// Seconds that a cell of an arm took in the mean, of arms with finished ones.
    fn lengths(&self) -> BTreeMap<String, f64>;
}

impl<E: Experiment> AnyLedger for Ledger<E> {
    fn dir(&self) -> &RunDir {
        &self.dir
    }

    fn begin(&self, fresh: bool) -> Result<Begun> {
        if fresh {
            self.dir.clear()?;
        }
        self.open()?;
        let mut begun = Begun {
            done: 0,
            waiting: Vec::new(),
            lengths: BTreeMap::new(),
        };
        for (arm, seed) in self.cells() {
            if !self.is_done(&arm, seed) {
                begun.waiting.push(cell_id((arm, seed)));
                continue;
            }
            let dir = self.dir.cell(&arm, seed);
            remove_remains(&dir)?;
            begun.done += 1;
            if let Ok(timing) = seal::read_json::<Timing>(&dir.timing()) {
                begun
                    .lengths
                    .entry(arm.name)
                    .or_default()
                    .push(timing.wall_time_s);
            }
        }
        self.notes.iter().for_each(|text| Progress::note(text));
        if let Some(text) = E::notice(&self.config).filter(|_| !begun.waiting.is_empty()) {
            Progress::line(&text); // it has lines of its own
        }
        Ok(begun)
    }

    fn finish(&self, jobs: usize, cells_run: usize) -> Result<Report> {
        if cells_run == 0
            && let Some(report) = as_drawn(&self.dir, &self.run, self.cells().len())?
        {
            return Ok(report);
        }
        let _alone = alone_in(self.dir.root())?;
        let report = self.conclude(jobs, &[])?;
        Ok(Report {
            cells_run,
            ..report
        })
    }

    fn blame(&self, cell: &CellId, source: Error) -> Error {
        name_cell::<E>(&cell.name, source)
    }

    fn run(&self) -> &RunTable {
        &self.run
    }

    fn identity(&self) -> &str {
        &self.identity
    }

    fn memory(&self) -> u64 {
        E::memory(&self.config)
    }

    fn all_cells(&self) -> Vec<CellId> {
        self.cells().into_iter().map(cell_id).collect()
    }

    fn cell_dir(&self, cell: &CellId) -> Result<CellDir> {
        Ok(self.dir.cell(&self.arm(Some(&cell.arm))?, cell.seed))
    }

    fn is_finished(&self, cell: &CellId) -> bool {
        let arm = self.arm(Some(&cell.arm));
        arm.is_ok_and(|arm| self.is_done(&arm, cell.seed))
    }

    fn lengths(&self) -> BTreeMap<String, f64> {
        let mut lengths: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for (arm, seed) in self.cells() {
            let timing = seal::read_json::<Timing>(&self.dir.cell(&arm, seed).timing());
            if let Ok(timing) = timing {
                let (sum, count) = lengths.entry(arm.name).or_default();
                (*sum, *count) = (*sum + timing.wall_time_s, *count + 1.0);
            }
        }
        let mean = |(arm, (sum, count))| (arm, sum / count);
        lengths.into_iter().map(mean).collect()
    }
}

impl<E: Experiment> Ledger<E> {
    /// The ledger of a run that is there, without its data.
    ///
    /// # Errors
    /// A folder that is not one of this experiment's.
    pub fn of_folder(dir: RunDir, data: &DataDir) -> Result<Self> {
        let (config, run) = read_settings::<E>(&dir)?;
        let sets = DataSets::of_inputs(&run.inputs, data);
        Self::new((config, BTreeMap::new()), run, dir, &sets, Vec::new())
    }

    /// # Errors
    /// A config that TOML cannot hold.
    pub fn new(
        (config, origins): (E::Config, BTreeMap<String, Origin>),
        run: RunTable,
        dir: RunDir,
        sets: &DataSets,
        notes: Vec<String>,
    ) -> Result<Self> {
        Ok(Self {
            identity: identity_of(&run, &config)?,
            config,
            run,
            dir,
            sets: sets.clone(),
            origins,
            notes,
        })
    }

    /// Draws and answers again, or for the first time: with `partial` what is there, where cells are
    /// missing, and otherwise what the end of the run draws.
    ///
    /// # Errors
    /// Missing cells without `partial`; with it, when there is none but those.
    ///
    /// Over a shared file system it may take some seconds until one machine sees what another has
    /// written: so long as `settle`, cells that were started and have neither an outcome nor failed are
    /// waited for.
    pub fn draw_again(&self, partial: bool, settle: Duration) -> Result<Report> {
        self.wait_for_outcomes(settle)?;
        let alone = alone_in(self.dir.root())?;
        let missing = self.missing();
        let cells = self.cells().len();
        let folder = shell_word(self.dir.root());
        let was_partial = || {
            let before = seal::read_json::<Manifest>(&self.dir.manifest());
            before.is_ok_and(|manifest| !manifest.missing.is_empty())
        };
        match Missing::summary(&missing, cells) {
            Some(summary) if !partial => Err(Error::Other(
                format!(
                    "{summary}; the command that began the run in {folder} goes on with it, and \
                     `retrace figures {folder} --partial` draws what is there"
                )
                .into(),
            )),
            Some(_) if missing.len() == cells => Err(Error::Other(
                format!("no cell of the run in {folder} is finished yet").into(),
            )),
            Some(_) => self.conclude(1, &missing),
            None if partial => {
                drop(alone);
                self.finish(1, 0)
            }
            None if was_partial() => self.conclude(1, &[]),
            None => draw::<E>(&self.dir, &[]),
        }
    }

    fn wait_for_outcomes(&self, settle: Duration) -> Result<()> {
        let began = Instant::now();
        let is_open = |(arm, seed): &(ArmInfo, u64)| {
            let attempts = Attempts::read(&self.dir.cell(arm, *seed));
            attempts.failure.is_none() && !attempts.starts.is_empty() && !self.is_done(arm, *seed)
        };
        while began.elapsed() < settle && self.cells().iter().any(is_open) {
            stop::check()?;
            std::thread::sleep(Duration::from_secs(1).min(settle));
        }
        Ok(())
    }

    /// Writes all that is known of a run beside its cells, while the caller holds its lease.
    fn conclude(&self, jobs: usize, missing: &[Missing]) -> Result<Report> {
        let manifest = self.manifest(jobs, missing)?;
        // What is drawn is of another state of the run from here on.
        remove(&self.dir.drawn_by(), |path| std::fs::remove_file(path))?;
        self.summarize_networks()?;
        manifest.write(&self.dir)?;
        // Sums of figures and claims are split as those of cells are.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(self.run.threads);
        let threads = threads.build().map_err(|e| Error::Other(Box::new(e)))?;
        let report = threads.install(|| draw::<E>(&self.dir, missing))?;
        if missing.is_empty() {
            // A cluster has nothing to do here any more.
            remove(&self.dir.cluster(), |path| std::fs::remove_dir_all(path))?;
        }
        Ok(report)
    }

    /// The cells that are not finished, and why; where a file is damaged, that is said at once.
    fn missing(&self) -> Vec<Missing> {
        let not_done = |(arm, seed): (ArmInfo, u64)| {
            let error = self.check(&arm, seed).err()?;
            if matches!(error, Error::Damaged { .. }) {
                Progress::note(&format!("{error}; the cell counts as missing"));
            }
            let why = why_missing(&self.dir.cell(&arm, seed));
            Some(Missing {
                cell: arm.cell(seed),
                why,
            })
        };
        self.cells().into_iter().filter_map(not_done).collect()
    }

    fn cells(&self) -> Vec<(ArmInfo, u64)> {
        cells::<E>(&self.config, self.run.seeds)
    }

    pub fn is_done(&self, arm: &ArmInfo, seed: u64) -> bool {
        self.check(arm, seed).is_ok()
    }

    /// Sees whether a cell is finished.
    ///
    /// # Errors
    /// Why it is not: a file that is not there, or damaged.
    pub fn check(&self, arm: &ArmInfo, seed: u64) -> Result<()> {
        let dir = self.dir.cell(arm, seed);
        E::studies().check(&self.config, &dir, &self.identity, (arm, seed))
    }

    /// Writes the config of the run, or checks the one that is there.
    pub fn open(&self) -> Result<()> {
        let _alone = alone_in(self.dir.root())?;
        self.dir.open(&self.run, &toml_table(&self.config)?)
    }

    /// A cell that has not been worked on in this process.
    pub fn open_cell<'a>(
        &self,
        arm: &ArmInfo,
        seed: u64,
        how: &CellExecution,
        on_step: impl FnMut(u64, u64) + 'a,
    ) -> Result<Cell<'a>> {
        let mut cell = Cell::new(
            (arm.clone(), seed),
            self.run.device.open()?,
            self.dir.cell(arm, seed),
            self.identity.clone(),
            checkpoint_every(how.checkpoint_steps),
            Box::new(on_step),
        );
        if how.tensorboard {
            cell.watch_in(self.dir.events(arm, seed));
        }
        Ok(cell)
    }

    pub fn store(&self, dir: &CellDir, cell: &Cell<'_>, outcome: &dyn AnyOutcome) -> Result<()> {
        if !cell.logs().is_empty() {
            loss_log::write(cell.logs(), &dir.log())?;
        }
        let timing = Timing {
            wall_time_s: cell.work_time_s(),
            threads: rayon::current_num_threads(),
            measured: cell.times().clone(),
        };
        seal::write_json(&dir.timing(), &timing)?;
        outcome.write(dir, &self.identity, cell)?;
        // Only now are they of no use: had the process died before, it would go on from there.
        Attempts::forget(dir)?;
        dir.remove_checkpoints()
    }

    /// Writes what the networks are made of, once: it is the same as long as the config is.
    fn summarize_networks(&self) -> Result<()> {
        let path = self.dir.networks();
        match seal::read_json::<NetworksFile>(&path) {
            Ok(_) => return Ok(()),
            Err(error @ Error::Damaged { .. }) => {
                Progress::note(&format!("{error}; it is made again"));
            }
            Err(_) => {}
        }
        let batch = configured_batch(&self.config).unwrap_or(1);
        let networks = E::networks(&self.config, &self.sets)?;
        let summary = |network: &PlannedNetwork| {
            Ok(NetworkSummary {
                network: network.name().to_owned(),
                summary: network.describe(batch)?.json,
            })
        };
        let networks = networks.iter().map(summary).collect::<Result<_>>()?;
        seal::write_json(&path, &NetworksFile { networks })
    }

    fn manifest(&self, jobs: usize, missing: &[Missing]) -> Result<Manifest> {
        let lacks: BTreeSet<&str> = missing.iter().map(|one| one.cell.as_str()).collect();
        let (mut timings, mut diverged) = (Vec::new(), Vec::new());
        for (arm, seed) in self.cells() {
            let (dir, name) = (self.dir.cell(&arm, seed), arm.cell(seed));
            if lacks.contains(name.as_str()) {
                continue;
            }
            timings.push((name, seal::read_json(&dir.timing())?));
            let steps = outcome::diverged(&dir)?;
            diverged.extend(Divergence::of_cell(&arm.name, seed, &steps));
        }
        let (run, origins) = (&self.run, &self.origins);
        let mut manifest = Manifest::gather(run, origins, &timings, diverged, jobs);
        manifest.missing = missing.to_vec();
        if origins.is_empty()
            && let Ok(before) = seal::read_json::<Manifest>(&self.dir.manifest())
        {
            manifest.origins = before.origins;
        }
        Ok(manifest)
    }

    /// The arm of this name, or the first one.
    ///
    /// # Errors
    /// A name that no arm has.
    pub fn arm(&self, name: Option<&str>) -> Result<ArmInfo> {
        let arms = E::studies().arms(&self.config);
        let found = match name {
            Some(name) => arms.iter().find(|arm| arm.name == name),
            None => arms.first(),
        };
        found.cloned().ok_or_else(|| {
            let name = name.unwrap_or_default();
            let names = arms.iter().map(|arm| arm.name.as_str());
            Error::Usage(unknown(E::NAME, "arm", name, names))
        })
    }
}

fn cell_id((arm, seed): (ArmInfo, u64)) -> CellId {
    let name = cell_name(&arm, seed);
    let arm = arm.name;
    CellId { arm, seed, name }
}

/// `rrelu quick`.
pub(crate) fn title(run: &RunTable) -> String {
    format!("{} {}", run.experiment, run.preset)
}

/// All cells of a run, in the order of arms and seeds.
pub(crate) fn cells<E: Experiment>(config: &E::Config, seeds: u64) -> Vec<(ArmInfo, u64)> {
    let of_arm = |arm: ArmInfo| {
        let seeds = arm.seeds(seeds);
        seeds.map(move |seed| (arm.clone(), seed))
    };
    let arms = E::studies().arms(config).into_iter();
    arms.flat_map(of_arm).collect()
}

/// Removes what a process left that died after a cell's outcome was written.
fn remove_remains(dir: &CellDir) -> Result<()> {
    if !lease::has_any(dir.root())? && dir.checkpoints()?.is_empty() {
        return Ok(());
    }
    let alone = Lease::try_take(dir.root())?;
    let Some(_alone) = alone else {
        return Ok(());
    };
    Attempts::forget(dir)?;
    dir.remove_checkpoints()
}

/// An outcome that is there and does not count, as `why` says, was damaged from outside, or what lies
/// beside it was: it is kept, and said.
pub(super) fn set_damaged_outcome_aside(dir: &CellDir, why: &Error) -> Result<()> {
    let (outcome, aside) = (dir.outcome(), dir.root().join("outcome.damaged.json"));
    if !outcome.exists() {
        return Ok(());
    }
    Progress::note(&format!(
        "{why}; the outcome is kept as {} and the cell is run again",
        aside.display()
    ));
    std::fs::rename(&outcome, &aside).map_err(Error::io("rename", &outcome))
}

pub(super) fn read_settings<E: Experiment>(dir: &RunDir) -> Result<(E::Config, RunTable)> {
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

pub(super) fn cell_name(arm: &ArmInfo, seed: u64) -> String {
    if arm.deterministic {
        arm.name.clone()
    } else {
        format!("{} seed {seed}", arm.name)
    }
}

pub(super) fn name_cell<E: Experiment>(cell: &str, source: Error) -> Error {
    match source {
        Error::Interrupted { .. } => source,
        source => Error::Cell {
            cell: format!("{} {cell}", E::NAME),
            source: Box::new(source),
        },
    }
}
