//! Published results: what a finished run came to, small enough for a repository, and whole enough that
//! anyone can run some of its cells again and compare.
//!
//! A folder `EXPERIMENT/RUN` is that of the run without cells and without what is large: settings,
//! claims, small figures, of which those in SVG are packed (`.svgz`); and `outcomes.json.gz`, the outcomes of
//! all cells without their arrays, and with long lists told by number of entries, mean, root mean square and
//! SHA-256.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use retrace_data::sha256;
use serde_json::{Value, json};

use crate::drawing::Drawn;
use crate::error::{Error, Result};
use crate::files::{create_folder, subfolders, write_atomically};
use crate::manifest::Manifest;
use crate::provenance::Provenance;
use crate::run::{Answers, AnyLedger};
use crate::run_dir::RunDir;
use crate::seal::{self, damaged};
use crate::stored::StoredRun;

/// Largest file that is read, unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// Largest SVG that stands in a page of the book itself, in bytes: a page of twenty has three megabytes at
/// most. Larger ones are shown as pictures of pixels, and are not published.
pub const INLINE_SVG: u64 = 150_000;
/// Largest PNG that is published, in bytes: that of the figure that stands for the experiment.
const SMALL_COVER: u64 = 500_000;

/// Results that were published.
pub(crate) struct Published {
    /// Settings, machine, claims.
    pub stored: StoredRun,
    /// What each cell came to, by its path: `l1/seed-0`.
    pub outcomes: BTreeMap<String, Value>,
}

/// Copies what is to be published of a finished run to below `to`, the figure `cover` among it; the
/// folder that it becomes.
///
/// # Errors
/// A run that is not finished, files that are damaged or cannot be written.
pub(crate) fn publish(ledger: &dyn AnyLedger, cover: &str, to: &Path) -> Result<PathBuf> {
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
        outcomes.insert(cell.path(), condensed(&file["outcome"]));
    }
    let command = command(&stored)?;
    let folder = to.join(&stored.run.experiment).join(stored.name());
    let published = RunDir::new(&folder);
    create_folder(&published.figures())?;
    copy(&from.config(), &published.config())?;
    if from.networks().exists() {
        copy(&from.networks(), &published.networks())?;
    }
    let manifest = Manifest {
        command: vec![command],
        ..stored.manifest
    };
    manifest.write(&published)?;
    let figures = stored.figures.iter();
    let figures = figures.map(|figure| small(figure, figure.name == cover, (from, &published)));
    let mut figures: Vec<Drawn> = figures.collect::<Result<_>>()?;
    figures.retain(|figure| !figure.files.is_empty());
    let answers = Answers {
        figures,
        claims: stored.claims,
        reported: stored.reported,
        explorable: stored.explorable,
        sources: stored.sources,
    };
    answers.write(&published, None)?;
    write_outcomes(&folder, &outcomes)?;
    Ok(folder)
}

/// A figure with those of its files that are small, which are copied.
fn small(figure: &Drawn, is_cover: bool, (from, to): (&RunDir, &RunDir)) -> Result<Drawn> {
    let mut kept = Vec::new();
    for file in &figure.files {
        let limit = match file.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => INLINE_SVG,
            Some("png") if is_cover => SMALL_COVER,
            _ => continue,
        };
        let path = from.root().join(file);
        if fs::metadata(&path).is_ok_and(|data| data.len() <= limit) {
            let to = to.root().join(file);
            match packed(&to) {
                None => copy(&path, &to)?,
                Some(to) => pack(&fs::read(&path).map_err(Error::io("read", &path))?, &to)?,
            }
            kept.push(file.clone());
        }
    }
    Ok(Drawn {
        files: kept,
        ..figure.clone()
    })
}

/// Where a figure in SVG lies among published results; `None` of one that is no SVG and lies as it is.
fn packed(figure: &Path) -> Option<PathBuf> {
    let is_svg = figure.extension().is_some_and(|found| found == "svg");
    is_svg.then(|| figure.with_extension("svgz"))
}

/// Writes `bytes` in gzip's format.
fn pack(bytes: &[u8], to: &Path) -> Result<()> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(bytes).and_then(|()| packed.finish());
    write_atomically(to, &packed.map_err(Error::io("write", to))?)
}

/// What [`pack`] was given.
fn unpack(path: &Path) -> Result<Vec<u8>> {
    let file = fs::File::open(path).map_err(Error::io("read", path))?;
    let mut bytes = Vec::new();
    let unpacked = GzDecoder::new(file)
        .take(MOST_BYTES)
        .read_to_end(&mut bytes);
    unpacked.map_err(|error| damaged(path, error.to_string()))?;
    Ok(bytes)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).map_err(Error::io("read", from))?;
    write_atomically(to, &bytes)
}

/// Copies published results to below the output folder `out`, where they are runs like others, called
/// `published-quick`; how many there are.
///
/// # Errors
/// What cannot be read or written.
pub fn bring_published(experiments: &[&str], results: &Path, out: &Path) -> Result<usize> {
    let mut count = 0;
    for experiment in experiments {
        for folder in subfolders(&results.join(experiment))? {
            let stored = StoredRun::read(&folder)?;
            let there = RunDir::new(
                out.join(experiment)
                    .join(format!("published-{}", stored.name())),
            );
            create_folder(&there.figures())?;
            let dir = &stored.dir;
            let lists = [
                dir.config(),
                dir.manifest(),
                dir.claims(),
                dir.reported(),
                dir.drawn(),
                dir.networks(),
                dir.drawn_by(),
                dir.explorable(),
                dir.sources(),
            ];
            for file in lists.into_iter().filter(|file| file.exists()) {
                let name = file.strip_prefix(dir.root()).unwrap_or(&file);
                copy(&file, &there.root().join(name))?;
            }
            for file in stored.figures.iter().flat_map(|figure| &figure.files) {
                let (from, to) = (dir.root().join(file), there.root().join(file));
                match packed(&from) {
                    None => copy(&from, &to)?,
                    Some(from) => write_atomically(&to, &unpack(&from)?)?,
                }
            }
            count += 1;
        }
    }
    Ok(count)
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

fn outcomes_of(folder: &Path) -> PathBuf {
    folder.join("outcomes.json.gz")
}

fn write_outcomes(folder: &Path, outcomes: &BTreeMap<String, Value>) -> Result<()> {
    let json = serde_json::to_vec(outcomes).map_err(|error| Error::Other(Box::new(error)))?;
    pack(&json, &outcomes_of(folder))
}

impl Published {
    /// Reads a folder that [`publish`] wrote.
    ///
    /// # Errors
    /// Names the file that is missing or damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = outcomes_of(folder);
        Ok(Self {
            stored: StoredRun::read(folder)?,
            outcomes: serde_json::from_slice(&unpack(&path)?)
                .map_err(|e| damaged(&path, e.to_string()))?,
        })
    }
}

/// The arm of a cell by its path: `l1` of `l1/seed-0`.
pub(crate) fn arm_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(arm, _)| arm)
}

/// Compares what a cell came to when it was run again with the published `outcomes` of its run.
pub(crate) fn compare(outcomes: &BTreeMap<String, Value>, cell: &str, again: &Value) -> Agreement {
    let Some(published) = outcomes.get(cell) else {
        return Agreement::Differs("it is not among the published ones".to_owned());
    };
    let again = &condensed(again);
    if published == again {
        return Agreement::Same;
    }
    let of_arm = |(path, _): &(&String, &Value)| arm_of(path) == arm_of(cell);
    let seeds = outcomes
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

/// Entries of a list, those of lists in it counted, from which on it is condensed.
const LONG: usize = 100;
/// The key of a condensed list's hash.
const HASH: &str = "list_sha256";

/// An outcome with what is enough to compare of its long lists: how many entries they have, mean and root
/// mean square of the numbers among them, and the SHA-256 of their JSON.
fn condensed(outcome: &Value) -> Value {
    fn entries(value: &Value, numbers: &mut Vec<f64>) -> usize {
        match value {
            Value::Array(list) => list.iter().map(|value| entries(value, numbers)).sum(),
            Value::Object(fields) => fields.values().map(|value| entries(value, numbers)).sum(),
            other => {
                numbers.extend(other.as_f64());
                1
            }
        }
    }
    match outcome {
        Value::Array(list) => {
            let mut numbers = Vec::new();
            let count = entries(outcome, &mut numbers);
            if count < LONG {
                return list.iter().map(condensed).collect();
            }
            let mean = |sum: f64| sum / numbers.len().max(1) as f64;
            json!({
                "entries": count,
                "numbers": numbers.len(),
                "mean": mean(numbers.iter().sum()),
                "rms": mean(numbers.iter().map(|number| number * number).sum()).sqrt(),
                HASH: sha256(outcome.to_string().as_bytes()),
            })
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| (key.clone(), condensed(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// All that is in an outcome but its structure, by its place: `curve.3`.
pub(crate) fn numbers(outcome: &Value) -> BTreeMap<String, Value> {
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
            // Of a list that differs in a last digit it says nothing.
            _ if place.ends_with(HASH) => (),
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
    use super::*;

    fn agreement(found: &Value) -> Agreement {
        let outcome = |loss: f64| json!({"curve": [loss, loss / 2.0], "name": "a"});
        let outcomes = [(0, 1.0), (1, 1.2), (2, 1.1)];
        let outcomes = outcomes.map(|(seed, loss)| (format!("l1/seed-{seed}"), outcome(loss)));
        let far_away = [("l2/seed-0".to_owned(), outcome(50.0))];
        compare(
            &outcomes.into_iter().chain(far_away).collect(),
            "l1/seed-0",
            found,
        )
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

    #[test]
    fn a_long_list_is_told_by_its_sums_and_any_change_in_it_is_seen() {
        let curve = |last: f64| {
            let numbers = (0..LONG).map(|k| if k == 0 { last } else { k as f64 });
            json!({"curve": numbers.collect::<Vec<_>>(), "short": [1.0, null]})
        };
        let told = condensed(&curve(0.0));
        assert_eq!(told["curve"]["entries"], LONG);
        assert_eq!(told["curve"]["mean"], 49.5);
        assert_eq!(told["short"], json!([1.0, null]));
        assert_eq!(condensed(&told), told, "what is condensed stays");
        let outcomes = BTreeMap::from([("a/seed-0".to_owned(), told)]);
        let compared = |last| compare(&outcomes, "a/seed-0", &curve(last));
        assert_eq!(compared(0.0), Agreement::Same);
        assert!(matches!(compared(1e-9), Agreement::Close(_)));
        assert!(compared(1e4).is_contradiction());
        let nested: Value = (0..LONG).map(|_| json!([{"x": 1.0}])).collect();
        assert_eq!(condensed(&nested)["mean"], 1.0);
    }
}
