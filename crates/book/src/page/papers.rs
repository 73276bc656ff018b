//! The reading list.

use askama::Template;

use super::page_of;
use crate::papers::{PAPERS, Paper};
use crate::shelf::Shelf;

#[derive(Template)]
#[template(path = "papers.html")]
pub(crate) struct PapersPage {
    root: &'static str,
    /// Those of the post, then the others.
    lists: [(&'static str, Vec<Entry>); 2],
}

struct Entry {
    paper: &'static Paper,
    /// Experiment, what for, and the address of its page, if there is one.
    uses: Vec<(&'static str, &'static str, Option<String>)>,
}

impl PapersPage {
    pub(crate) fn of(shelf: &Shelf<'_>) -> Self {
        let entry = |paper: &'static Paper| {
            let page = |name: &str| {
                let volume = shelf.volumes.iter().find(|v| v.entry.name() == name)?;
                Some(page_of(volume.leading()))
            };
            let uses = paper
                .uses
                .iter()
                .map(|(name, why)| (*name, *why, page(name)));
            Entry {
                paper,
                uses: uses.collect(),
            }
        };
        let list = |listed: bool| {
            let mut papers: Vec<&'static Paper> =
                PAPERS.iter().filter(|p| p.listed == listed).collect();
            papers.sort_by_key(|paper| paper.title);
            papers.into_iter().map(entry).collect()
        };
        Self {
            root: "../",
            lists: [
                ("The list of the post", list(true)),
                ("What else the experiments lean on", list(false)),
            ],
        }
    }
}
