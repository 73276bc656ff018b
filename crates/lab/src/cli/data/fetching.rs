//! `retrace data fetch`.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use retrace_data::sets::{self, DataSet, Event, FetchOptions, Fetched};
use serde::Serialize;

use super::listing::size;
use super::{Fetch, named};
use crate::cli::summary::{print, print_json};
use crate::error::{Error, Result};
use crate::progress::Progress;

#[derive(Debug, Serialize)]
struct Report<'a> {
    name: &'a str,
    complete: bool,
    already: usize,
    came: &'a [String],
    missing: &'a [String],
    tried: Vec<Asked<'a>>,
}

#[derive(Debug, Serialize)]
struct Asked<'a> {
    address: &'a str,
    asked_for: &'a str,
    failure: String,
}

impl<'a> Report<'a> {
    fn of(set: &'a DataSet, fetched: &'a Fetched) -> Self {
        Self {
            name: &set.name,
            complete: fetched.is_complete(),
            already: fetched.already,
            came: &fetched.came,
            missing: &fetched.missing,
            tried: fetched
                .tried
                .iter()
                .map(|tried| Asked {
                    address: &tried.address,
                    asked_for: &tried.asked_for,
                    failure: tried.failure.to_string(),
                })
                .collect(),
        }
    }

    fn text(&self) -> String {
        let (already, came) = (self.already, self.came.len());
        let mut text = format!("{}: {came} files came, {already} were here", self.name);
        // Writing to a String cannot fail.
        if let [first, rest @ ..] = self.missing {
            let more = match rest.len() {
                0 => String::new(),
                count => format!(" and {count} more"),
            };
            let _ = write!(text, ", still missing: {first}{more}");
        }
        text.push('\n');
        text
    }
}

/// Fetches the sets one after the other; a set that stays incomplete does not stop the others.
pub fn fetch(wanted: &Fetch) -> Result<()> {
    let root = wanted.dir.root()?;
    let options = FetchOptions {
        offline: wanted.offline,
        from: wanted.from.clone(),
        ..FetchOptions::default()
    };
    let mut results = Vec::new();
    for set in named(&wanted.names) {
        let mut watcher = Watcher::new(&set.name);
        let fetched = sets::fetch(set, &root, &options, &mut |event| watcher.see(&event))
            .map_err(Error::data)?;
        results.push((set, fetched));
    }
    let reports: Vec<Report> = results
        .iter()
        .map(|(set, got)| Report::of(set, got))
        .collect();
    if wanted.json {
        print_json(&reports)?;
    } else {
        print(&reports.iter().map(Report::text).collect::<String>())?;
    }
    let incomplete = reports.iter().filter(|report| !report.complete);
    let names: Vec<&str> = incomplete.map(|report| report.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Error::Data(
        format!(
            "not complete: {}; a later fetch goes on, and --from takes local copies",
            names.join(", ")
        )
        .into(),
    ))
}

/// Tells on standard error how a fetch goes.
struct Watcher {
    bar: ProgressBar,
    address: String,
}

impl Watcher {
    fn new(set: &str) -> Self {
        // Hidden where there is no terminal.
        let bar = ProgressBar::no_length()
            .with_style(style())
            .with_message(set.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            address: String::new(),
        }
    }

    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Received {
                address,
                bytes,
                total,
            } => self.received(address, *bytes, *total),
            Event::Waiting { .. } => self.note("another process fetches this set; waiting for it"),
            Event::Retrying {
                address,
                failure,
                wait,
            } => {
                let wait = wait.as_secs_f64();
                self.note(&format!(
                    "{address}: {failure}; asking again in {wait:.0} s"
                ));
            }
            Event::Failed { address, failure } => self.note(&format!("{address}: {failure}")),
            Event::Unpacking { address } => self.note(&format!("looking through {address}")),
            Event::Placed { .. } => {}
        }
    }

    fn received(&mut self, address: &str, bytes: u64, total: Option<u64>) {
        if self.address != address {
            address.clone_into(&mut self.address);
            let whole = total.map_or_else(String::new, |total| format!(" ({})", size(total)));
            self.note(&format!("{address}{whole}"));
        }
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(bytes);
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| Progress::note(text));
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg:12} {wide_bar:.cyan/dim} {bytes}/{total_bytes} (eta {eta})")
        .expect("the template is a constant that the tests parse")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_parses() {
        let _ = super::style();
    }
}
