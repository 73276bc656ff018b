//! Runs of one experiment side by side: what differs in their settings, and how the claims move.

mod overlay;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use retrace_lab::{Claim, Error, Input, Result, StoredRun, lossy_path, shown};
use serde::Serialize;

pub(crate) use overlay::overlay;

use crate::time_format::{date, duration};

/// Two runs or more, side by side. Lists over runs are in their order.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// Name of the experiment.
    pub(crate) experiment: String,
    /// The runs.
    pub(crate) runs: Vec<Compared>,
    /// Settings in which they differ.
    pub(crate) settings: Vec<Setting>,
    /// All claims of any of them, in the order of the first that has them.
    pub(crate) claims: Vec<ClaimRow>,
}

/// One of the runs.
#[derive(Debug, Serialize)]
pub(crate) struct Compared {
    /// Name of its folder.
    pub(crate) name: String,
    /// How many cells are missing, of a run that is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unfinished: Option<String>,
    /// The name with a mark where that is so.
    #[serde(skip)]
    pub(crate) label: String,
    /// Its folder.
    #[serde(serialize_with = "lossy_path")]
    pub(crate) folder: PathBuf,
    /// Seconds of work of all cells.
    pub(crate) work_time_s: f64,
    /// When it was finished, in seconds since 1970 (UTC).
    pub(crate) finished_unix_s: u64,
}

/// A setting that is not the same in all runs.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Setting {
    /// Its key; `run.` before those that all experiments share.
    pub(crate) key: String,
    /// Its value in each run, as in TOML; absent where it is not set.
    pub(crate) values: Vec<Option<String>>,
}

/// A claim and its answers.
#[derive(Debug, Serialize)]
pub(crate) struct ClaimRow {
    /// Short name.
    pub(crate) id: String,
    /// The claim.
    pub(crate) statement: String,
    /// The answer of each run; absent where it does not answer this claim.
    pub(crate) answers: Vec<Option<Claim>>,
    /// Whether all runs that answer it come to the same verdict.
    pub(crate) agree: bool,
}

impl Comparison {
    /// Puts `runs` side by side.
    ///
    /// # Errors
    /// Fewer than two runs, or runs of several experiments.
    pub(crate) fn of(runs: &[&StoredRun]) -> Result<Self> {
        let [first, others @ ..] = runs else {
            return Err(Error::Usage("name two runs or more".to_owned()));
        };
        let experiment = &first.run.experiment;
        if let Some(other) = others.iter().find(|run| run.run.experiment != *experiment) {
            return Err(Error::Usage(format!(
                "{} is a run of {}, {} of {experiment}; only runs of one experiment compare",
                other.dir.root().display(),
                other.run.experiment,
                first.dir.root().display(),
            )));
        }
        Ok(Self {
            experiment: experiment.clone(),
            runs: runs.iter().map(|run| head(run)).collect(),
            settings: settings(runs),
            claims: claims(runs),
        })
    }
}

fn head(run: &StoredRun) -> Compared {
    Compared {
        name: run.name(),
        unfinished: run.unfinished(),
        label: run.marked_name(),
        folder: run.dir.root().to_path_buf(),
        work_time_s: run.work_time_s(),
        finished_unix_s: run.manifest.finished_unix_s,
    }
}

/// What a run was made under, by key.
fn values(run: &StoredRun) -> Vec<(String, String)> {
    let commit = run.manifest.git_commit.clone().unwrap_or_default();
    let dirty = run.manifest.git_dirty == Some(true);
    let shared = [
        ("run.preset", run.run.preset.to_string()),
        ("run.seeds", run.run.seeds.to_string()),
        ("run.device", run.run.device.to_string()),
        ("run.inputs", Input::list(&run.run.inputs)),
        ("run.threads", run.manifest.threads.to_string()),
        ("run.platform", run.manifest.platform.clone()),
        ("run.retrace", run.manifest.retrace_version.clone()),
        ("run.burn", run.manifest.burn_version.clone()),
        (
            "run.commit",
            format!("{commit}{}", if dirty { ", changed" } else { "" }),
        ),
    ];
    let shared = shared.map(|(key, value)| (key.to_owned(), value));
    let own = run
        .config
        .iter()
        .map(|(key, value)| (key.clone(), value.to_string()));
    shared.into_iter().chain(own).collect()
}

fn settings(runs: &[&StoredRun]) -> Vec<Setting> {
    let of_each: Vec<Vec<(String, String)>> = runs.iter().map(|run| values(run)).collect();
    let mut seen = BTreeSet::new();
    let keys = of_each.iter().flatten().map(|(key, _)| key);
    let rows = keys.filter(|key| seen.insert(*key)).map(|key| Setting {
        key: key.clone(),
        values: of_each
            .iter()
            .map(|values| {
                let found = values.iter().find(|(other, _)| other == key);
                found
                    .map(|(_, value)| value.clone())
                    .filter(|v| !v.is_empty())
            })
            .collect(),
    });
    rows.filter(|row| row.values.iter().any(|value| *value != row.values[0]))
        .collect()
}

fn claims(runs: &[&StoredRun]) -> Vec<ClaimRow> {
    let mut seen = BTreeSet::new();
    let all = runs.iter().flat_map(|run| &run.claims);
    all.filter(|claim| seen.insert(&claim.id))
        .map(|claim| {
            let of = |run: &&StoredRun| run.claims.iter().find(|c| c.id == claim.id).cloned();
            let answers: Vec<Option<Claim>> = runs.iter().map(of).collect();
            let mut verdicts = answers.iter().flatten().map(|answer| answer.verdict);
            let first = verdicts.next();
            ClaimRow {
                id: claim.id.clone(),
                statement: claim.statement.clone(),
                agree: verdicts.all(|verdict| Some(verdict) == first),
                answers,
            }
        })
        .collect()
}

/// As the terminal shows it.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.experiment)?;
        for (run, letter) in self.runs.iter().zip('A'..) {
            let (work, folder) = (duration(run.work_time_s), shown(&run.folder));
            let state = match &run.unfinished {
                Some(count) => format!("not finished: {count}"),
                None => format!("finished {}", date(run.finished_unix_s)),
            };
            writeln!(f, "  {letter}  {folder}  ({work} of work, {state})")?;
        }
        writeln!(f, "\nsettings that differ")?;
        let width = self.settings.iter().map(|s| s.key.len()).max().unwrap_or(0);
        for setting in &self.settings {
            let values = setting.values.iter().zip('A'..).map(|(value, letter)| {
                format!("{letter} {}", value.as_deref().unwrap_or("(none)"))
            });
            let values: Vec<String> = values.collect();
            writeln!(f, "  {:width$}  {}", setting.key, values.join("   "))?;
        }
        if self.settings.is_empty() {
            writeln!(f, "  none")?;
        }
        let (same, moved): (Vec<_>, Vec<_>) = self.claims.iter().partition(|row| row.agree);
        writeln!(
            f,
            "\nclaims whose verdict moves: {} of {}",
            moved.len(),
            self.claims.len()
        )?;
        moved.iter().try_for_each(|row| write_claim(f, row))?;
        writeln!(
            f,
            "\nclaims whose verdict stays: {} of {}",
            same.len(),
            self.claims.len()
        )?;
        same.iter().try_for_each(|row| write_claim(f, row))
    }
}

fn write_claim(f: &mut fmt::Formatter<'_>, row: &ClaimRow) -> fmt::Result {
    writeln!(f, "  {} ({})", row.statement, row.id)?;
    for (answer, letter) in row.answers.iter().zip('A'..) {
        match answer {
            Some(answer) => {
                writeln!(
                    f,
                    "    {letter}  {:12}  {}",
                    answer.verdict,
                    answer.measured()
                )?;
            }
            None => writeln!(f, "    {letter}  does not answer it")?,
        }
    }
    Ok(())
}
