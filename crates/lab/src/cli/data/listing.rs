//! `retrace data list`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use retrace_data::sets::{self, DataSet};
use serde::Serialize;

use crate::cli::summary::{print, print_json};
use crate::error::Result;

/// Whether a data set is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// All files, with their sizes; `verify` reads them.
    Here,
    /// A folder in which something is missing.
    Incomplete,
    /// Nothing.
    NotHere,
}

impl State {
    fn of(set: &DataSet, root: &Path) -> Self {
        if sets::present(set, root) {
            Self::Here
        } else if set.folder(root).exists() {
            Self::Incomplete
        } else {
            Self::NotHere
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Incomplete => "incomplete",
            Self::NotHere => "not here",
        }
    }
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    name: &'a str,
    title: &'a str,
    description: &'a str,
    files: usize,
    bytes: u64,
    home: &'a str,
    terms: &'a str,
    citation: &'a str,
    folder: PathBuf,
    state: State,
}

impl<'a> Row<'a> {
    fn of(set: &'a DataSet, root: &Path) -> Self {
        Self {
            name: &set.name,
            title: &set.title,
            description: &set.description,
            files: set.files.len(),
            bytes: set.bytes(),
            home: &set.home,
            terms: &set.terms,
            citation: &set.citation,
            folder: set.folder(root),
            state: State::of(set, root),
        }
    }
}

/// Prints all data sets.
pub fn list(root: &Path, json: bool) -> Result<()> {
    let rows: Vec<Row> = sets::all().iter().map(|set| Row::of(set, root)).collect();
    if json {
        return print_json(&rows);
    }
    let mut text = format!("Data sets in {}\n", root.display());
    for row in &rows {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\n{:12} {}\n{:12} {}\n{:12} {} files, {}; {}\n{:12} Terms: {}",
            row.name,
            row.state.words(),
            "",
            row.title,
            "",
            row.files,
            size(row.bytes),
            row.home,
            "",
            row.terms
        );
    }
    print(&text)
}

/// `12.3 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        1_000_000.. => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} kB", bytes as f64 / 1e3),
    }
}
