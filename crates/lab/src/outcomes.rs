//! The outcomes of a run, for its figures and claims.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::arrays::Arrays;
use crate::error::{Error, Result};
use crate::experiment::{Arm, Experiment, Input};
use crate::files;
use crate::manifest::{Times, Timing};
use crate::run_dir::{CellDir, RunDir, RunTable};

/// One finished cell.
#[derive(Debug, Clone)]
pub struct Finished<O> {
    /// Name of the arm.
    pub arm: String,
    /// The seed.
    pub seed: u64,
    /// What it yielded.
    pub outcome: O,
    /// Its large arrays.
    pub arrays: Arrays,
    /// Seconds that it measured, by name: of the machine that ran it, and no part of the outcome.
    pub times: Times,
}

/// All finished cells of a run, with the config that they ran under.
pub struct Outcomes<E: Experiment + ?Sized> {
    config: E::Config,
    run: RunTable,
    arms: Vec<Arm>,
    cells: Vec<Finished<E::Outcome>>,
}

impl<E: Experiment + ?Sized> Outcomes<E> {
    /// Puts outcomes together; the cells stand in the order of arms and seeds.
    pub fn new(config: E::Config, run: RunTable, cells: Vec<Finished<E::Outcome>>) -> Self {
        let arms = E::arms(&config);
        Self {
            config,
            run,
            arms,
            cells,
        }
    }

    /// Reads the outcomes of every cell of a run.
    ///
    /// # Errors
    /// When a cell is not finished or its files cannot be read: names it.
    pub fn read(dir: &RunDir, config: E::Config, run: RunTable) -> Result<Self> {
        let identity = identity_of(&run, &config)?;
        let mut cells = Vec::new();
        for arm in E::arms(&config) {
            for seed in arm.seeds(run.seeds) {
                cells.push(read_cell(&dir.cell(&arm, seed), &identity, &arm, seed)?);
            }
        }
        Ok(Self::new(config, run, cells))
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// What was run.
    pub fn config(&self) -> &E::Config {
        &self.config
    }

    /// Under which settings.
    pub fn run(&self) -> &RunTable {
        &self.run
    }

    /// The data sets and files that the cells read.
    pub fn inputs(&self) -> &[Input] {
        &self.run.inputs
    }

    /// What was compared.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// The cells of one arm, by seed.
    pub fn of<'a>(&'a self, arm: &'a str) -> impl Iterator<Item = &'a Finished<E::Outcome>> + 'a {
        self.cells.iter().filter(move |cell| cell.arm == arm)
    }

    /// One cell.
    pub fn get(&self, arm: &str, seed: u64) -> Option<&Finished<E::Outcome>> {
        self.of_seed(seed).find(|cell| cell.arm == arm)
    }

    /// The cells of one seed, in the order of the arms.
    pub fn of_seed(&self, seed: u64) -> impl Iterator<Item = &Finished<E::Outcome>> {
        self.cells.iter().filter(move |cell| cell.seed == seed)
    }

    /// A number of every seed of an arm; seeds for which it does not exist are left out.
    pub fn values(&self, arm: &str, number: impl Fn(&E::Outcome) -> Option<f64>) -> Vec<f64> {
        self.of(arm)
            .filter_map(|cell| number(&cell.outcome))
            .collect()
    }

    /// A number of arm `a` minus that of arm `b`, paired by seed; a seed in which one of them
    /// does not exist is left out.
    pub fn differences(
        &self,
        a: &str,
        b: &str,
        number: impl Fn(&E::Outcome) -> Option<f64>,
    ) -> Vec<f64> {
        self.of(a)
            .filter_map(|cell| {
                let other = self.get(b, cell.seed)?;
                Some(number(&cell.outcome)? - number(&other.outcome)?)
            })
            .collect()
    }
}

/// The identity of a run under `config`.
pub(crate) fn identity_of(run: &RunTable, config: &impl Serialize) -> Result<String> {
    let table = toml::Table::try_from(config).map_err(|error| Error::Other(Box::new(error)))?;
    Ok(run.identity(&table))
}

/// What `outcome.json` holds. No times: the same cell gives the same bytes.
#[derive(Serialize, Deserialize)]
struct OutcomeFile<O> {
    identity: String,
    arm: String,
    seed: u64,
    /// Whether `arrays.safetensors` belongs to it.
    arrays: bool,
    outcome: O,
}

pub(crate) fn write_cell<O: Serialize + DeserializeOwned>(
    dir: &CellDir,
    identity: &str,
    cell: &Finished<O>,
) -> Result<()> {
    if !cell.arrays.is_empty() {
        cell.arrays.write(&dir.arrays())?;
    }
    // Last: a cell is finished when this file exists.
    let file = OutcomeFile {
        identity: identity.to_owned(),
        arm: cell.arm.clone(),
        seed: cell.seed,
        arrays: !cell.arrays.is_empty(),
        outcome: &cell.outcome,
    };
    refuse_what_does_not_read_back::<O>(&file)?;
    files::write_json(&dir.outcome(), &file)
}

/// JSON turns NaN and infinity into `null` without a word, and a run would find out only when
/// all its cells are done.
fn refuse_what_does_not_read_back<O: DeserializeOwned>(file: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(file).map_err(|error| Error::Other(Box::new(error)))?;
    match serde_json::from_str::<OutcomeFile<O>>(&text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Numerics(format!(
            "the outcome cannot be stored; a number that may not be finite must be an Option: {error}"
        ))),
    }
}

pub(crate) fn read_cell<O: DeserializeOwned>(
    dir: &CellDir,
    identity: &str,
    arm: &Arm,
    seed: u64,
) -> Result<Finished<O>> {
    let path = dir.outcome();
    let file: OutcomeFile<O> = files::read_json(&path)?;
    if file.identity != identity || file.arm != arm.name || file.seed != seed {
        return Err(Error::Damaged {
            path,
            reason: "it is the outcome of another cell or of other settings".to_owned(),
        });
    }
    let arrays = if file.arrays {
        Arrays::read(&dir.arrays())?
    } else {
        Arrays::default()
    };
    Ok(Finished {
        arm: file.arm,
        seed,
        outcome: file.outcome,
        arrays,
        times: files::read_json::<Timing>(&dir.timing())
            .map_or_else(|_| Times::new(), |t| t.measured),
    })
}
