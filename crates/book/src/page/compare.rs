//! The runs of an experiment side by side.

use std::fs;

use askama::Template;
use retrace_figure::Figure;
use retrace_lab::{BlogPost, Error, Result, StoredRun};

use super::page_of;
use crate::compare::{Comparison, overlay};
use crate::runs::ExperimentRuns;
use crate::time_format::{date, duration};

/// Largest size of all pictures of the page, in bytes.
const PICTURES: usize = 1_500_000;

#[derive(Template)]
#[template(path = "compare.html")]
pub(crate) struct ComparePage {
    root: &'static str,
    experiment: &'static str,
    post: BlogPost,
    comparison: Comparison,
    /// Page, work time, and date or what is missing of each run.
    heads: Vec<(String, String, String)>,
    curves: Vec<Curves>,
    /// Titles of figures for which there was no room.
    left_out: Vec<String>,
}

/// A figure with the curves of all runs.
struct Curves {
    name: String,
    title: String,
    alt: String,
    svg: String,
}

impl ComparePage {
    /// # Errors
    /// A figure of a run that cannot be read.
    pub(crate) fn of(experiment: &ExperimentRuns<'_>, comparison: Comparison) -> Result<Self> {
        let mut page = Self {
            root: "../../",
            experiment: experiment.entry.name(),
            post: experiment.entry.listed().post,
            heads: experiment.runs.iter().map(head).collect(),
            curves: Vec::new(),
            left_out: Vec::new(),
            comparison,
        };
        let mut room = PICTURES;
        for drawn in &experiment.leading().figures {
            let Some(merged) = overlay(&figures(experiment, &drawn.name)?) else {
                continue;
            };
            let svg = merged.svg()?;
            match room.checked_sub(svg.len()) {
                Some(left) => {
                    room = left;
                    page.curves.push(Curves {
                        name: merged.name.clone(),
                        title: merged.title.clone(),
                        alt: merged.alt_text(),
                        svg,
                    });
                }
                None => page.left_out.push(merged.title),
            }
        }
        Ok(page)
    }
}

fn head(run: &StoredRun) -> (String, String, String) {
    (
        format!("../{}", page_of(run)),
        duration(run.work_time_s()),
        run.unfinished()
            .unwrap_or_else(|| date(run.manifest.finished_unix_s)),
    )
}

/// The figure `name` of each run that has it.
fn figures(experiment: &ExperimentRuns<'_>, name: &str) -> Result<Vec<(String, Figure)>> {
    let mut found = Vec::new();
    for run in &experiment.runs {
        let drawn = run.figures.iter().find(|figure| figure.name == name);
        // An animation's numbers are no figure.
        let Some(file) = drawn
            .filter(|d| d.file("svg").is_some())
            .and_then(|d| d.file("json"))
        else {
            continue;
        };
        let path = run.dir.root().join(file);
        let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let figure = Figure::from_json(&text).map_err(|error| Error::Damaged {
            path,
            reason: error.to_string(),
        })?;
        found.push((run.marked_name(), figure));
    }
    Ok(found)
}
