//! Published results: what a finished run came to, small enough for a repository, and whole enough that
//! anyone can run some of its cells again and compare.
//!
//! A folder `EXPERIMENT/RUN` holds `config.toml`, `manifest.json`, `claims.json` and `reported.json` as
//! the run has them, and `outcomes.json.gz`: the outcomes of all cells, without their arrays.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::claim::Claim;
use crate::error::{Error, Result};
use crate::files::{create_folder, write_atomically};
use crate::manifest::Manifest;
use crate::provenance::Provenance;
use crate::run::AnyLedger;
use crate::run_dir::{RunDir, RunTable};
use crate::seal;
use crate::stored::StoredRun;

/// Largest file of outcomes that is read, unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// Results that were published.
pub(crate) struct Published {
    /// Their folder.
    pub dir: RunDir,
    /// What was run.
    pub run: RunTable,
    /// How, and on which machine.
    pub manifest: Manifest,
    /// What was answered.
    pub claims: Vec<Claim>,
    /// What each cell came to, by its path: `l1/seed-0`.
    pub outcomes: BTreeMap<String, Value>,
}

/// Copies what is to be published of a finished run to below `to`; the folder that it becomes.
///
/// # Errors
/// A run that is not finished, files that are damaged or cannot be written.
pub(crate) fn publish(ledger: &dyn AnyLedger, to: &Path) -> Result<PathBuf> {
    let from = ledger.dir();
    let stored = StoredRun::read(from.root())?;
    if let Some(unfinished) = stored.unfinished() {
        return Err(Error::Usage(format!(
            "{} is not finished ({unfinished}), so it is not published",
            from.root().display()
        )));
    }
    let mut outcomes = BTreeMap::new();
    for cell in ledger.all_cells() {
        let file: Value = seal::read_json(&ledger.cell_dir(&cell)?.outcome())?;
        outcomes.insert(cell.path(), file["outcome"].clone());
    }
    let folder = to.join(&stored.run.experiment).join(stored.name());
    create_folder(&folder)?;
    let published = RunDir::new(&folder);
    let text = fs::read(from.config()).map_err(Error::io("read", &from.config()))?;
    write_atomically(&published.config(), &text)?;
    let manifest = Manifest {
        command: vec![command(&stored)?],
        ..stored.manifest
    };
    manifest.write(&published)?;
    write_list(&published.claims(), &stored.claims)?;
    write_list(&published.reported(), &stored.reported)?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let json = serde_json::to_vec(&outcomes).map_err(|error| Error::Other(Box::new(error)))?;
    let path = outcomes_of(&folder);
    let packed = packed.write_all(&json).and_then(|()| packed.finish());
    write_atomically(&path, &packed.map_err(Error::io("write", &path))?)?;
    Ok(folder)
}

/// The command that makes the run, without anything of the machine: as its figures have it.
fn command(stored: &StoredRun) -> Result<String> {
    let pictures = stored
        .figures
        .iter()
        .filter_map(|figure| figure.files.first());
    let first = pictures.map(|file| stored.dir.root().join(file)).next();
    let first =
        first.ok_or_else(|| Error::Usage("a run without figures is not published".into()))?;
    Ok(Provenance::read(&first)?.0.command)
}

fn write_list(path: &Path, list: &impl serde::Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(list).map_err(|error| Error::Other(Box::new(error)))?;
    write_atomically(path, (text + "\n").as_bytes())
}

fn outcomes_of(folder: &Path) -> PathBuf {
    folder.join("outcomes.json.gz")
}

impl Published {
    /// Reads a folder that [`publish`] wrote.
    ///
    /// # Errors
    /// Names the file that is missing or damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        let dir = RunDir::new(folder);
        let (run, _) = dir.read_config()?;
        let path = dir.claims();
        let claims = fs::read(&path).map_err(Error::io("read", &path))?;
        let damaged = |path: &Path, reason: String| Error::Damaged {
            path: path.to_path_buf(),
            reason,
        };
        let claims = serde_json::from_slice(&claims).map_err(|e| damaged(&path, e.to_string()))?;
        let path = outcomes_of(folder);
        let file = fs::File::open(&path).map_err(Error::io("read", &path))?;
        let mut json = Vec::new();
        let mut unpacked = GzDecoder::new(file).take(MOST_BYTES);
        unpacked
            .read_to_end(&mut json)
            .map_err(|error| damaged(&path, error.to_string()))?;
        let outcomes = serde_json::from_slice(&json).map_err(|e| damaged(&path, e.to_string()))?;
        let manifest = seal::read_json(&dir.manifest())?;
        Ok(Self {
            dir,
            run,
            manifest,
            claims,
            outcomes,
        })
    }

    /// Compares what a cell came to when it was run again.
    pub fn compare(&self, cell: &str, again: &Value) -> Agreement {
        let Some(published) = self.outcomes.get(cell) else {
            return Agreement::Differs("it is not among the published ones".to_owned());
        };
        if published == again {
            return Agreement::Same;
        }
        let (arm, _) = cell.rsplit_once('/').unwrap_or((cell, ""));
        let of_arm = |(path, _): &(&String, &Value)| {
            path.rsplit_once('/').is_some_and(|(other, _)| other == arm)
        };
        let seeds = self
            .outcomes
            .iter()
            .filter(of_arm)
            .map(|(_, outcome)| numbers(outcome));
        let seeds: Vec<BTreeMap<String, Value>> = seeds.collect();
        let (published, again) = (numbers(published), numbers(again));
        if !published.keys().eq(again.keys()) {
            return Agreement::Differs("it has other parts than the published one".to_owned());
        }
        let mut largest: f64 = 0.0;
        let mut beyond = Vec::new();
        for (place, number) in &published {
            let found = &again[place];
            let difference = relative_difference(number, found);
            largest = largest.max(difference);
            if difference > CLOSE
                && !within_spread(found, seeds.iter().filter_map(|seed| seed.get(place)))
            {
                beyond.push(format!("{place}: {number} published, {found} now"));
            }
        }
        match (beyond.first(), largest <= CLOSE) {
            (Some(first), _) => Agreement::Differs(match beyond.len() {
                1 => first.clone(),
                several => format!("{first}, and {} more", several - 1),
            }),
            (None, true) => Agreement::Close(largest),
            (None, false) => Agreement::WithinSpread(largest),
        }
    }
}

/// Largest relative difference between numbers that count as the same, computed by another kind of
/// processor: sums come out in another order there.
pub(crate) const CLOSE: f64 = 1e-3;

/// How a cell that was run again agrees with the published one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Agreement {
    /// The same bytes.
    Same,
    /// No number differs by more than [`CLOSE`]; the largest relative difference.
    Close(f64),
    /// What differs by more lies no further out than the published seeds of its arm are apart: training
    /// has made much of a last digit, as it does of another seed.
    WithinSpread(f64),
    /// What differs.
    Differs(String),
}

impl Agreement {
    /// Whether it contradicts what was published.
    pub fn is_contradiction(&self) -> bool {
        matches!(self, Self::Differs(_))
    }
}

/// All that is in an outcome but its structure, by its place: `curve.3`.
fn numbers(outcome: &Value) -> BTreeMap<String, Value> {
    fn walk(place: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
        let below = |key: &str| match place {
            "" => key.to_owned(),
            place => format!("{place}.{key}"),
        };
        match value {
            Value::Array(list) => {
                for (at, value) in list.iter().enumerate() {
                    walk(&below(&at.to_string()), value, found);
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    walk(&below(key), value, found);
                }
            }
            other => drop(found.insert(place.to_owned(), other.clone())),
        }
    }
    let mut found = BTreeMap::new();
    walk("", outcome, &mut found);
    found
}

/// 0 for what is equal, 1 for what is no number or has another sign.
fn relative_difference(a: &Value, b: &Value) -> f64 {
    match (a.as_f64(), b.as_f64()) {
        _ if a == b => 0.0,
        (Some(a), Some(b)) => ((a - b).abs() / a.abs().max(b.abs())).min(1.0),
        _ => 1.0,
    }
}

/// Whether a number lies no further out of those of the seeds than they are apart.
fn within_spread<'a>(found: &Value, seeds: impl Iterator<Item = &'a Value>) -> bool {
    let seeds: Vec<f64> = seeds.filter_map(Value::as_f64).collect();
    let least = seeds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = seeds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let spread = most - least;
    found
        .as_f64()
        .is_some_and(|found| (least - spread..=most + spread).contains(&found))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn agreement(found: &Value) -> Agreement {
        let outcome = |loss: f64| json!({"curve": [loss, loss / 2.0], "name": "a"});
        let outcomes = [(0, 1.0), (1, 1.2), (2, 1.1)];
        let outcomes = outcomes.map(|(seed, loss)| (format!("l1/seed-{seed}"), outcome(loss)));
        let far_away = [("l2/seed-0".to_owned(), outcome(50.0))];
        let published = Published {
            dir: RunDir::new("nowhere"),
            run: RunTable::new("toy", crate::config::Preset::Quick, 3),
            manifest: Manifest::gather(
                &RunTable::new("toy", crate::config::Preset::Quick, 3),
                &BTreeMap::new(),
                &[],
                Vec::new(),
                1,
            ),
            claims: Vec::new(),
            outcomes: outcomes.into_iter().chain(far_away).collect(),
        };
        published.compare("l1/seed-0", found)
    }

    #[test]
    fn a_cell_is_the_same_or_close_or_as_another_seed_or_it_differs() {
        let found = |first: f64, second: f64| json!({"curve": [first, second], "name": "a"});
        assert_eq!(agreement(&found(1.0, 0.5)), Agreement::Same);
        assert!(matches!(
            agreement(&found(1.0005, 0.5)),
            Agreement::Close(_)
        ));
        assert!(matches!(
            agreement(&found(1.15, 0.52)),
            Agreement::WithinSpread(_)
        ));
        // The spread is 0.2: from 0.8 to 1.4.
        assert!(matches!(
            agreement(&found(1.39, 0.5)),
            Agreement::WithinSpread(_)
        ));
        let Agreement::Differs(what) = agreement(&found(1.41, -0.5)) else {
            panic!("it differs")
        };
        assert_eq!(what, "curve.0: 1.0 published, 1.41 now, and 1 more");
        let other_word = json!({"curve": [1.0, 0.5], "name": "b"});
        assert!(agreement(&other_word).is_contradiction());
        assert!(agreement(&json!({"curve": [1.0], "name": "a"})).is_contradiction());
    }
}
