//! The first page: a card an experiment, and all claims.

use askama::Template;
use retrace_lab::{Claim, StoredRun, Verdict, counts};

use super::{data, kind_of_data, made, page_of};
use crate::moment::{duration, moment};
use crate::shelf::{Shelf, Volume};

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
    /// `covers` are the addresses of the cards' pictures, in the order of the shelf.
    pub(crate) fn of(shelf: &'a Shelf<'_>, covers: Vec<Option<String>>) -> Self {
        let volumes = || shelf.volumes.iter();
        Self {
            root: "",
            cards: volumes()
                .zip(covers)
                .map(|(v, cover)| card(v, cover))
                .collect(),
            claims: volumes().flat_map(rows).collect(),
            made: volumes().map(how_made).collect(),
            left_out: &shelf.left_out,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn total(&self, verdict: &Verdict) -> usize {
        let same = |row: &&Row<'_>| row.claim.verdict == *verdict;
        self.claims.iter().filter(same).count()
    }
}

/// How many claims of a run came to each verdict.
pub(super) fn verdicts(run: &StoredRun) -> Vec<(Verdict, usize)> {
    let counts = counts(&run.claims);
    Verdict::ALL.into_iter().zip(counts).collect()
}

fn card(volume: &Volume<'_>, cover: Option<String>) -> Card {
    let run = volume.leading();
    Card {
        name: volume.entry.name(),
        question: volume.entry.listed().post.question,
        page: format!("book/{}", page_of(run)),
        cover,
        verdicts: verdicts(run),
        run: format!("preset {}, {}", run.run.preset, seeds(run.run.seeds)),
        data: kind_of_data(run),
        time: duration(run.work_time_s()),
        others: volume.runs.len() - 1,
    }
}

/// `1 seed`, `5 seeds`.
pub(super) fn seeds(count: u64) -> String {
    let noun = if count == 1 { "seed" } else { "seeds" };
    format!("{count} {noun}")
}

fn rows<'a>(volume: &'a Volume<'_>) -> impl Iterator<Item = Row<'a>> {
    let run = volume.leading();
    run.claims.iter().map(|claim| Row {
        experiment: volume.entry.name(),
        page: format!("book/{}", page_of(run)),
        claim,
    })
}

fn how_made(volume: &Volume<'_>) -> Made {
    let run = volume.leading();
    Made {
        experiment: volume.entry.name(),
        command: made::command(volume, run),
        data: data(run),
        device: run.run.device.to_string(),
        versions: made::versions(run),
        finished: moment(run.manifest.finished_unix_s),
    }
}
