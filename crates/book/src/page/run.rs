//! The page of a run: question, method, figures, claims, settings, networks.

use std::collections::BTreeMap;

use askama::Template;
use retrace_inspect::Summary;
use retrace_lab::cli::Entry;
use retrace_lab::{
    BlogPost, Claim, DeviceName, Divergence, Error, InputKind, Reported, Result, RunTable, Sources,
    StoredRun, Verdict, shell_word,
};

use super::{data, page_of, verdicts};
use crate::claim_plot::claim_plot;
use crate::explorable::Explorable;
use crate::markdown::html_from_markdown;
use crate::picture::{Body, Picture};
use crate::runs::ExperimentRuns;
use crate::time_format::{date, duration};

/// Missing cells that are shown without being asked for.
const LISTED: usize = 8;

#[derive(Template)]
#[template(path = "run.html")]
pub(crate) struct RunPage<'a> {
    root: &'static str,
    experiment: &'static str,
    post: BlogPost,
    run: &'a StoredRun,
    name: String,
    seeds: String,
    /// How many cells are missing, of a run that is not finished.
    unfinished: Option<String>,
    /// How many cells diverged, and where.
    diverged: Option<String>,
    data: String,
    verdicts: Vec<(Verdict, usize)>,
    method: String,
    /// What can be tried, its data as JSON.
    explorable: Option<(Explorable, &'a str)>,
    figures: Vec<Picture>,
    claims: Vec<Evidence<'a>>,
    reported: &'a [Reported],
    settings: Vec<Setting>,
    networks: Vec<Network<'a>>,
    command: String,
    made: Vec<(&'static str, String)>,
    cite: Vec<(&'static str, String)>,
    /// Modules whose lines are others in this program than in the one that drew the run.
    changed: Vec<&'a str>,
    /// Names and pages of the experiment's other runs.
    others: Vec<(String, String)>,
}

/// A claim with its picture.
struct Evidence<'a> {
    claim: &'a Claim,
    plot: Option<String>,
}

/// A value of the config.
struct Setting {
    key: String,
    value: String,
    origin: String,
    help: String,
}

pub(crate) struct Network<'a> {
    pub name: &'a str,
    pub summary: Summary,
    /// Address of its picture.
    pub picture: String,
}

impl<'a> RunPage<'a> {
    /// # Errors
    /// A method with an equation that is none, a config that cannot be written as TOML.
    pub(crate) fn of(
        experiment: &'a ExperimentRuns<'_>,
        run: &'a StoredRun,
        figures: Vec<Picture>,
        networks: Vec<Network<'a>>,
    ) -> Result<Self> {
        let entry = experiment.entry;
        let method = html_from_markdown(entry.method());
        let others = experiment
            .runs
            .iter()
            .filter(|other| other.name() != run.name());
        Ok(Self {
            root: "../../",
            experiment: entry.name(),
            post: entry.listed().post,
            run,
            name: run.name(),
            seeds: run.run.counted_seeds(),
            unfinished: run.unfinished(),
            diverged: Divergence::summary(&run.manifest.diverged, run.manifest.cell_time_s.len()),
            data: data(run),
            verdicts: verdicts(run),
            method: method.map_err(|error| Error::Other(Box::new(error)))?,
            explorable: Explorable::of(entry.name()).zip(run.explorable.as_deref()),
            figures,
            claims: run.claims.iter().map(evidence).collect(),
            reported: &run.reported,
            settings: settings(entry, run)?,
            networks,
            command: command(experiment, run),
            made: made(run),
            cite: cite(entry.listed().post, run),
            changed: changed(entry.sources(), &run.sources),
            others: others
                .map(|o| (o.marked_name(), format!("../{}", page_of(o))))
                .collect(),
        })
    }

    /// The figure that shows a claim, where it is on the page.
    fn shown_in(&self, claim: &Claim) -> Option<&Picture> {
        self.figure(claim.figure.as_ref()?)
    }

    fn figure(&self, name: &str) -> Option<&Picture> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The lines of Rust behind a figure.
    fn lines(&self, figure: &Picture) -> Option<&String> {
        self.run.sources.get(&figure.question)
    }

    /// Whether they stand beside this figure: the first of its module.
    fn has_lines(&self, figure: &Picture) -> bool {
        let mut figures = self.figures.iter();
        let first = figures.find(|other| other.question == figure.question);
        first.is_some_and(|first| first.name == figure.name)
    }

    /// Modules that measure and draw nothing.
    fn undrawn(&self) -> Vec<(&String, &String)> {
        let draws = |name: &str| self.figures.iter().any(|figure| figure.question == name);
        let sources = self.run.sources.iter();
        sources.filter(|(name, _)| !draws(name)).collect()
    }
}

fn evidence(claim: &Claim) -> Evidence<'_> {
    Evidence {
        claim,
        plot: claim_plot(claim),
    }
}

fn settings(entry: &dyn Entry, run: &StoredRun) -> Result<Vec<Setting>> {
    let help = entry.help();
    let preset = entry.preset(run.run.preset)?;
    let origin = |key: &str, value: &toml::Value| match run.manifest.origins.get(key) {
        Some(origin) => origin.clone(),
        None if preset.get(key) == Some(value) => format!("preset {}", run.run.preset),
        None => "changed".to_owned(),
    };
    let settings = run.config.iter().map(|(key, value)| Setting {
        key: key.clone(),
        value: value.to_string(),
        origin: origin(key, value),
        help: help.get(key).cloned().unwrap_or_default(),
    });
    Ok(settings.collect())
}

/// The command that repeats a run.
pub(super) fn command(experiment: &ExperimentRuns<'_>, run: &StoredRun) -> String {
    let name = experiment.entry.name();
    let start = format!("cargo run --release -- run {name}");
    let as_preset = experiment
        .entry
        .preset(run.run.preset)
        .is_ok_and(|p| p == run.config);
    let files = run
        .run
        .inputs
        .iter()
        .any(|input| input.kind == InputKind::File);
    if !as_preset || files {
        let config = run.dir.config();
        return format!("{start} --config {}", shell_word(&config));
    }
    let mut command = format!(
        "{start} --preset {} --seeds {}",
        run.run.preset, run.run.seeds
    );
    if run.run.device != DeviceName::Cpu {
        command.push_str(&format!(" --device {}", run.run.device));
    }
    if let Some(input) = run.run.inputs.first() {
        let kind = match input.kind {
            InputKind::Real => "real",
            _ => "synthetic",
        };
        command.push_str(&format!(" --data {kind}"));
    }
    command
}

/// `retrace 0.1.0, burn 0.22.1, commit 3f9a1c2`.
pub(super) fn versions(run: &StoredRun) -> String {
    let manifest = &run.manifest;
    let commit = match (&manifest.git_commit, manifest.git_dirty) {
        (Some(commit), dirty) => {
            let short: String = commit.chars().take(10).collect();
            let changed = if dirty == Some(true) {
                " with changes"
            } else {
                ""
            };
            format!(", commit {short}{changed}")
        }
        (None, _) => String::new(),
    };
    let (retrace, burn) = (&manifest.retrace_version, &manifest.burn_version);
    format!("retrace {retrace}, burn {burn}{commit}")
}

/// Modules of a run that are others by `now`, or gone.
fn changed(now: Sources, then: &BTreeMap<String, String>) -> Vec<&str> {
    let same = |(name, text): &(&String, &String)| now.contains(&(name.as_str(), text.as_str()));
    let changed = then.iter().filter(|module| !same(module));
    changed.map(|(name, _)| name.as_str()).collect()
}

/// What those cite who use the run: the post, the data, the run itself.
fn cite(post: BlogPost, run: &StoredRun) -> Vec<(&'static str, String)> {
    let BlogPost {
        author,
        year,
        title,
        link,
        ..
    } = post;
    let mut cite = vec![("the post", format!("{author} ({year}). {title}. {link}"))];
    let inputs = run.run.inputs.iter();
    cite.extend(inputs.filter_map(|input| Some(("the data", input.citation()?.to_owned()))));
    let RunTable {
        experiment, preset, ..
    } = &run.run;
    let day = date(run.manifest.finished_unix_s);
    cite.push((
        "this run",
        format!(
            "The Retrace developers. Retrace: {experiment}, preset {preset}, {}, run {day} ({}). \
             SHA-256 of its claims.json: {}",
            run.run.counted_seeds(),
            versions(run),
            run.claims_sha256,
        ),
    ));
    cite
}

fn made(run: &StoredRun) -> Vec<(&'static str, String)> {
    let manifest = &run.manifest;
    let drawn = match manifest.missing.is_empty() {
        true => "finished",
        false => "drawn, not finished",
    };
    let mut made = vec![
        (drawn, date(manifest.finished_unix_s)),
        ("versions", versions(run)),
        (
            "Cargo.lock",
            format!("SHA-256 {}", manifest.cargo_lock_sha256),
        ),
        ("device", run.run.device.to_string()),
        ("platform", manifest.platform.clone()),
        ("threads", format!("{} per process", manifest.threads)),
        (
            "time",
            format!(
                "{} of work in {} cells, {} at a time when it was finished",
                duration(run.work_time_s()),
                manifest.cell_time_s.len(),
                manifest.jobs
            ),
        ),
    ];
    let inputs = run.run.inputs.iter();
    made.extend(inputs.map(|input| ("data", format!("{input}, SHA-256 {}", input.sha256))));
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_changed_or_went_are_named() {
        let then = [("curves", "a"), ("gone", "b"), ("ranking", "c")];
        let then = then.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let now = &[("curves", "a"), ("new", "d"), ("ranking", "other")];
        assert_eq!(changed(now, &BTreeMap::from(then)), ["gone", "ranking"]);
    }
}
