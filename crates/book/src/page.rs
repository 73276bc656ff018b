//! The first page, a card for each experiment and all claims, and what the pages share.

mod compare;
mod run;

use askama::Template;
use retrace_lab::{Claim, Input, InputKind, StoredRun, Verdict, counts};

pub(crate) use compare::ComparePage;
pub(crate) use run::{Network, RunPage};

use crate::picture::address;
use crate::runs::{ExperimentRuns, Runs};
use crate::time_format::{date, duration};

/// What the cells of a run worked on, in words.
fn data(run: &StoredRun) -> String {
    let inputs = &run.run.inputs;
    if inputs.is_empty() {
        "made by the experiment from its seeds".to_owned()
    } else {
        Input::list(inputs)
    }
}

/// One word for a card: what kind of data a run is about.
fn kind_of_data(run: &StoredRun) -> &'static str {
    let of_kind = |kind| run.run.inputs.iter().any(|input| input.kind == kind);
    match (
        of_kind(InputKind::Real),
        of_kind(InputKind::File),
        of_kind(InputKind::Synthetic),
    ) {
        (true, ..) => "real data",
        (_, true, _) => "data from a file",
        (_, _, true) => "synthetic twin of the data",
        _ => "data made from seeds",
    }
}

/// The address of a run's page, seen from the folder of the book.
pub(crate) fn page_of(run: &StoredRun) -> String {
    let name = format!("{}.html", run.name());
    format!("{}/{}", run.run.experiment, address(name.as_ref()))
}

#[derive(Template)]
#[template(path = "front.html")]
pub(crate) struct FrontPage<'a> {
    root: &'static str,
    cards: Vec<Card>,
    claims: Vec<Row<'a>>,
    made: Vec<Made>,
    left_out: &'a [String],
    version: &'static str,
}

struct Card {
    name: &'static str,
    question: &'static str,
    page: String,
    cover: Option<String>,
    verdicts: Vec<(Verdict, usize)>,
    /// How many cells are missing, of a run that is not finished.
    unfinished: Option<String>,
    /// `preset post, 40 seeds`.
    run: String,
    data: &'static str,
    time: String,
    others: usize,
}

struct Row<'a> {
    experiment: &'static str,
    page: String,
    claim: &'a Claim,
    is_finished: bool,
}

/// How a run was made.
struct Made {
    experiment: &'static str,
    command: String,
    data: String,
    device: String,
    versions: String,
    finished: String,
}

impl<'a> FrontPage<'a> {
    /// `covers` are the addresses of the cards' pictures, in the order of `runs`.
    pub(crate) fn of(runs: &'a Runs<'_>, covers: Vec<Option<String>>) -> Self {
        let experiments = || runs.experiments.iter();
        Self {
            root: "",
            cards: experiments()
                .zip(covers)
                .map(|(v, cover)| card(v, cover))
                .collect(),
            claims: experiments().flat_map(rows).collect(),
            made: experiments().map(how_made).collect(),
            left_out: &runs.left_out,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn total(&self, verdict: &Verdict) -> usize {
        let same = |row: &&Row<'_>| row.claim.verdict == *verdict;
        self.claims.iter().filter(same).count()
    }
}

/// How many claims of a run came to each verdict.
fn verdicts(run: &StoredRun) -> Vec<(Verdict, usize)> {
    let counts = counts(&run.claims);
    Verdict::ALL.into_iter().zip(counts).collect()
}

fn card(experiment: &ExperimentRuns<'_>, cover: Option<String>) -> Card {
    let run = experiment.leading();
    Card {
        name: experiment.entry.name(),
        question: experiment.entry.listed().post.question,
        page: format!("book/{}", page_of(run)),
        cover,
        verdicts: verdicts(run),
        unfinished: run.unfinished(),
        run: format!("preset {}, {}", run.run.preset, run.run.counted_seeds()),
        data: kind_of_data(run),
        time: duration(run.work_time_s()),
        others: experiment.runs.len() - 1,
    }
}

fn rows<'a>(experiment: &'a ExperimentRuns<'_>) -> impl Iterator<Item = Row<'a>> {
    let run = experiment.leading();
    run.claims.iter().map(|claim| Row {
        experiment: experiment.entry.name(),
        page: format!("book/{}", page_of(run)),
        claim,
        is_finished: run.manifest.missing.is_empty(),
    })
}

fn how_made(experiment: &ExperimentRuns<'_>) -> Made {
    let run = experiment.leading();
    Made {
        experiment: experiment.entry.name(),
        command: run::command(experiment, run),
        data: data(run),
        device: run.run.device.to_string(),
        versions: run::versions(run),
        finished: match run.unfinished() {
            Some(count) => format!("Not finished: {count}"),
            None => format!("Finished {}", date(run.manifest.finished_unix_s)),
        },
    }
}
