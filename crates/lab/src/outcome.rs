//! What a finished cell leaves on disk, and how it is read again.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::arm::ArmInfo;
use crate::arrays::Arrays;
use crate::cell::Cell;
use crate::config::toml_table;
use crate::divergence::DivergedAt;
use crate::error::{Error, Result};
use crate::manifest::{Times, Timing};
use crate::run_dir::{CellDir, RunTable};
use crate::seal;

/// One finished cell.
#[derive(Debug, Clone)]
pub struct Finished<A, O> {
    /// What was compared.
    pub arm: A,
    /// The seed.
    pub seed: u64,
    /// What the cell yielded.
    pub outcome: O,
    /// Its large arrays.
    pub arrays: Arrays,
    /// Its trainings that diverged.
    pub diverged: DivergedAt,
    /// Seconds that it measured, by name: of the machine that ran it, and no part of the outcome.
    pub times: Times,
}

impl<A, O> Finished<A, O> {
    /// A cell without arrays and times.
    pub fn new(arm: A, seed: u64, outcome: O) -> Self {
        Self {
            arm,
            seed,
            outcome,
            arrays: Arrays::default(),
            diverged: DivergedAt::new(),
            times: Times::new(),
        }
    }
}

/// The identity of a run under `config`.
pub(crate) fn identity_of(run: &RunTable, config: &impl Serialize) -> Result<String> {
    Ok(run.identity(&toml_table(config)?))
}

/// What `outcome.json` holds. No times: the same cell gives the same bytes.
#[derive(Serialize, Deserialize)]
struct OutcomeFile<O> {
    identity: String,
    arm: String,
    seed: u64,
    /// Whether `arrays.safetensors` belongs to it.
    arrays: bool,
    /// Where there are any.
    #[serde(default, skip_serializing_if = "DivergedAt::is_empty")]
    diverged: DivergedAt,
    outcome: O,
}

/// What a cell yielded, whatever its type.
pub(crate) trait AnyOutcome {
    /// Writes it, and what the cell keeps beside it.
    fn write(&self, dir: &CellDir, identity: &str, cell: &Cell<'_>) -> Result<()>;
}

impl<O: Serialize + DeserializeOwned> AnyOutcome for O {
    fn write(&self, dir: &CellDir, identity: &str, cell: &Cell<'_>) -> Result<()> {
        let arrays = cell.arrays();
        if !arrays.is_empty() {
            arrays.write(&dir.arrays())?;
        }
        // Last: a cell is finished when this file exists.
        let file = OutcomeFile {
            identity: identity.to_owned(),
            arm: cell.arm().name.clone(),
            seed: cell.seed(),
            arrays: !arrays.is_empty(),
            diverged: cell.diverged().clone(),
            outcome: self,
        };
        refuse_what_does_not_read_back::<O>(&file)?;
        seal::write_json(&dir.outcome(), &file)
    }
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

/// Sees whether the files of a finished cell are whole, whatever its study.
pub(crate) fn check_files(dir: &CellDir) -> Result<()> {
    let file: OutcomeFile<IgnoredAny> = seal::read_json(&dir.outcome())?;
    if file.arrays {
        Arrays::read(&dir.arrays())?;
    }
    seal::read_json::<Timing>(&dir.timing()).map(drop)
}

/// The trainings of a finished cell that diverged.
pub(crate) fn diverged(dir: &CellDir) -> Result<DivergedAt> {
    let file: OutcomeFile<IgnoredAny> = seal::read_json(&dir.outcome())?;
    Ok(file.diverged)
}

/// Reads what [`AnyOutcome::write`] wrote: of an arm, in the type of its study and as the engine knows
/// it, and a seed.
pub(crate) fn read_cell<A, O: DeserializeOwned>(
    dir: &CellDir,
    identity: &str,
    (arm, info, seed): (A, &ArmInfo, u64),
) -> Result<Finished<A, O>> {
    let path = dir.outcome();
    let file: OutcomeFile<O> = seal::read_json(&path)?;
    if file.identity != identity || file.arm != info.name || file.seed != seed {
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
        arm,
        seed,
        outcome: file.outcome,
        arrays,
        diverged: file.diverged,
        times: seal::read_json::<Timing>(&dir.timing())?.measured,
    })
}
