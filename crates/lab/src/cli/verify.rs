//! `retrace publish` and `retrace verify`: results for others, and theirs run again.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Command};
use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::cluster::ledger_of;
use super::{Entry, by_name, start_process, summary};
use crate::claim::Claim;
use crate::cluster::Turn;
use crate::config::Preset;
use crate::data_sets::{DataDir, DataSets};
use crate::error::{Error, Result};
use crate::files::{create_folder, subfolders};
use crate::input::InputKind;
use crate::manifest::platform;
use crate::progress::Progress;
use crate::published::{Agreement, CLOSE, Published, compare, publish};
use crate::run::{AnyLedger, CellExecution, CellId};
use crate::run_dir::{RunDir, RunTable};
use crate::seal;
use crate::stored::StoredRun;
use crate::worker::Launcher;

/// Put what finished runs came to into a folder for others: settings, outcomes, claims
#[derive(Debug, Args)]
pub(super) struct PublishOptions {
    /// Folders of runs, such as out/rrelu/post
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Where to put them
    #[arg(long, value_name = "DIR", default_value = "results")]
    to: PathBuf,
}

impl PublishOptions {
    pub fn command() -> Command {
        Self::augment_args(Command::new("publish")).about(
            "Put what finished runs came to into a folder for others: settings, outcomes, claims",
        )
    }

    pub fn run(&self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        for folder in &self.folders {
            let ledger = ledger_of(experiments, folder, &DataDir::default())?;
            let cover = by_name(experiments, &ledger.run().experiment)?.cover();
            let published = publish(ledger.as_ref(), cover, &self.to)?;
            summary::print(&format!("{}\n", published.display()))?;
        }
        Ok(())
    }
}

/// Run some cells of published results again, and compare
#[derive(Debug, Args)]
pub(super) struct VerifyOptions {
    /// Experiments; all that are published where none is named
    #[arg(value_name = "EXPERIMENT")]
    experiments: Vec<String>,
    /// Cells of each run that are drawn by lot; a number as large as the run takes all, and compares the
    /// verdicts, too
    #[arg(long, value_name = "N", default_value = "2",
          value_parser = clap::value_parser!(u64).range(1..))]
    cells: u64,
    /// Which lot
    #[arg(long, value_name = "S", default_value = "0")]
    seed: u64,
    /// Draw only from cells that took at most this long when they were published
    #[arg(long, value_name = "SECONDS")]
    at_most: Option<f64>,
    /// Only runs of this preset
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// Where the published results are
    #[arg(long, value_name = "DIR", default_value = "results")]
    results: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataDir,
}

/// What became of one published run.
struct Verified {
    title: String,
    cells: Vec<(String, Agreement)>,
    of: usize,
    /// Claims, and those with another verdict; where all cells were run.
    verdicts: Option<(usize, Vec<String>)>,
    /// What published it, and on what.
    by: String,
}

impl VerifyOptions {
    pub fn command() -> Command {
        Self::augment_args(Command::new("verify"))
            .about("Run some cells of published results again, and compare")
            .after_help(format!(
                "A cell has the same bytes on the same kind of processor. On another, numbers may \
                 differ by {CLOSE} of themselves, or, where training makes more of that, lie no \
                 further out than the published seeds are apart. Exit code 1 when one does not."
            ))
    }

    pub fn run(&self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        for name in &self.experiments {
            by_name(experiments, name)?;
        }
        start_process(1, false)?;
        let (mut verified, mut left_out) = (Vec::new(), None);
        for experiment in experiments {
            let name = experiment.name();
            if !self.experiments.is_empty() && !self.experiments.iter().any(|one| one == name) {
                continue;
            }
            for folder in subfolders(&self.results.join(name))? {
                let published = Published::read(&folder)?;
                let run = &published.stored.run;
                if self.preset.is_some_and(|wanted| wanted != run.preset) {
                    continue;
                }
                match self.can_run(&published.stored) {
                    Ok(()) => verified.push(self.verify(experiments, &published)?),
                    Err(error) => {
                        let title = format!("{name} {}", run.preset);
                        Progress::note(&format!("{title} is left out: {error}"));
                        left_out = Some(error);
                    }
                }
            }
        }
        if verified.is_empty() {
            let nothing = || format!("nothing is published in {}", self.results.display());
            return Err(left_out.unwrap_or_else(|| Error::Usage(nothing())));
        }
        self.report(&verified)
    }

    /// Sees whether cells of a run can be drawn: its data sets are here, and some cell is short enough.
    ///
    /// # Errors
    /// Names a data set that is not here, and says how to get it; says how long the shortest cell took.
    fn can_run(&self, stored: &StoredRun) -> Result<()> {
        let inputs = &stored.run.inputs;
        let sets = DataSets::of_inputs(inputs, &self.data);
        let mut real = inputs.iter().filter(|input| input.kind == InputKind::Real);
        real.try_for_each(|input| sets.folder(&input.name).map(drop))?;
        let times = stored.manifest.cell_time_s.values().copied();
        let shortest = times.fold(f64::INFINITY, f64::min);
        match self.is_short(shortest) {
            true => Ok(()),
            false => Err(Error::Usage(format!(
                "its shortest cell took {shortest:.1} s, which --at-most does not allow"
            ))),
        }
    }

    fn is_short(&self, seconds: f64) -> bool {
        self.at_most.is_none_or(|most| seconds <= most)
    }

    /// Runs the cells that the lot gives in a folder of their own.
    fn verify(&self, experiments: &[Box<dyn Entry>], published: &Published) -> Result<Verified> {
        let run = &published.stored.run;
        let temporary = tempfile::tempdir().map_err(Error::io("make", &std::env::temp_dir()))?;
        let folder = temporary.path().join(&run.experiment);
        create_folder(&folder)?;
        let dir = RunDir::new(&folder);
        let config = published.stored.dir.config();
        std::fs::copy(&config, dir.config()).map_err(Error::io("copy", &config))?;
        let ledger = ledger_of(experiments, &folder, &self.data)?;
        let all = ledger.all_cells();
        let manifest = &published.stored.manifest;
        let time = |cell: &CellId| manifest.cell_time_s.get(&cell.path()).copied();
        let is_short = |cell: &&CellId| time(cell).is_none_or(|seconds| self.is_short(seconds));
        let cells = self.lot(&all.iter().filter(is_short).collect::<Vec<_>>());
        run_again(ledger.as_ref(), cells.clone(), run, &self.data)?;
        let mut compared = Vec::new();
        for cell in &cells {
            let file: Value = seal::read_json(&ledger.cell_dir(cell)?.outcome())?;
            let agreement = compare(&published.outcomes, &cell.path(), &file["outcome"]);
            compared.push((cell.path(), agreement));
        }
        let verdicts = match cells.len() == all.len() {
            true => Some(other_verdicts(
                &published.stored.claims,
                &ledger.finish(1, all.len())?.claims,
            )),
            false => None,
        };
        Ok(Verified {
            title: format!("{} {}", run.experiment, run.preset),
            cells: compared,
            of: all.len(),
            verdicts,
            by: format!(
                "Retrace {} on {}",
                manifest.retrace_version, manifest.platform
            ),
        })
    }

    fn lot(&self, from: &[&CellId]) -> Vec<CellId> {
        let wanted = usize::try_from(self.cells)
            .unwrap_or(usize::MAX)
            .min(from.len());
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut drawn = index::sample(&mut random, from.len(), wanted).into_vec();
        drawn.sort_unstable();
        drawn.into_iter().map(|at| from[at].clone()).collect()
    }

    fn report(&self, verified: &[Verified]) -> Result<()> {
        let failed = verified.iter().filter(|one| one.is_contradiction()).count();
        match self.json {
            true => summary::print_json(&json!({
                "seed": self.seed,
                "at_most_s": self.at_most,
                "platform": platform(),
                "runs": verified.iter().map(Verified::json).collect::<Vec<_>>(),
            }))?,
            false => summary::print(&self.text(verified))?,
        }
        match failed {
            0 => Ok(()),
            failed => Err(Error::Other(
                format!(
                    "{failed} of {} published runs do not come out as published",
                    verified.len()
                )
                .into(),
            )),
        }
    }

    fn text(&self, verified: &[Verified]) -> String {
        let mut text = String::new();
        for one in verified {
            let _ = writeln!(
                text,
                "{}, published by {}: {} of {} cells",
                one.title,
                one.by,
                one.cells.len(),
                one.of
            );
            for (cell, agreement) in &one.cells {
                let _ = writeln!(text, "  {cell:32}  {}", words(agreement));
            }
            if let Some((claims, others)) = &one.verdicts {
                let same = claims - others.len();
                let _ = writeln!(text, "  {same} of {claims} verdicts are the same");
                for other in others {
                    let _ = writeln!(text, "    {other}");
                }
            }
        }
        let cells = || verified.iter().flat_map(|one| &one.cells);
        let of = |kind: fn(&Agreement) -> bool| cells().filter(|(_, one)| kind(one)).count();
        let _ = writeln!(
            text,
            "\nFor an issue: retrace {} verify, cells {}, seed {}{}, {}: {} cells, {} the same bytes, \
             {} close, {} within the seeds' spread, {} different",
            env!("CARGO_PKG_VERSION"),
            self.cells,
            self.seed,
            self.at_most
                .map_or_else(String::new, |most| format!(", at most {most} s")),
            platform(),
            cells().count(),
            of(|one| *one == Agreement::Same),
            of(|one| matches!(one, Agreement::Close(_))),
            of(|one| matches!(one, Agreement::WithinSpread(_))),
            of(Agreement::is_contradiction),
        );
        text
    }
}

impl Verified {
    fn is_contradiction(&self) -> bool {
        let other = self
            .verdicts
            .as_ref()
            .is_some_and(|(_, others)| !others.is_empty());
        other || self.cells.iter().any(|(_, one)| one.is_contradiction())
    }

    fn json(&self) -> Value {
        let cells = self.cells.iter();
        let cells = cells.map(|(cell, one)| json!({"cell": cell, "agreement": words(one)}));
        json!({
            "run": self.title,
            "published_by": self.by,
            "cells": cells.collect::<Vec<_>>(),
            "of": self.of,
            "other_verdicts": self.verdicts.as_ref().map(|(_, others)| others),
            "as_published": !self.is_contradiction(),
        })
    }
}

fn words(agreement: &Agreement) -> String {
    match agreement {
        Agreement::Same => "the same bytes".to_owned(),
        Agreement::Close(largest) => {
            format!("close: numbers differ by {largest:.1e} of themselves")
        }
        Agreement::WithinSpread(_) => "within the spread of the published seeds".to_owned(),
        Agreement::Differs(what) => format!("DIFFERS: {what}"),
    }
}

fn run_again(
    ledger: &dyn AnyLedger,
    cells: Vec<CellId>,
    run: &RunTable,
    data: &DataDir,
) -> Result<()> {
    let sets = DataSets::of_inputs(&run.inputs, data);
    Turn {
        ledger,
        cells,
        launcher: Launcher::this_program(run.threads, &sets)?,
        how: CellExecution::default(),
        retry: false,
        requeue: None,
        log: None,
    }
    .work()
}

/// How many claims there are, and which have another verdict now.
fn other_verdicts(published: &[Claim], now: &[Claim]) -> (usize, Vec<String>) {
    let others = published.iter().filter_map(|claim| {
        let found = now.iter().find(|one| one.id == claim.id);
        match found.map(|one| one.verdict) {
            Some(verdict) if verdict == claim.verdict => None,
            Some(verdict) => Some(format!(
                "{}: {} published, {verdict} now",
                claim.id, claim.verdict
            )),
            None => Some(format!(
                "{}: {} published, not asked now",
                claim.id, claim.verdict
            )),
        }
    });
    (published.len(), others.collect())
}
