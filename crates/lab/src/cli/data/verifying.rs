//! `retrace data verify`.

use std::fmt::Write;
use std::path::Path;

use retrace_data::sets::{self, DataSet, Verified};
use serde::Serialize;

use crate::cli::summary::{print, print_json};
use crate::error::{Error, Result};

/// Files named one by one before the rest is only counted.
const NAMED: usize = 10;

#[derive(Debug, Serialize)]
struct Checked<'a> {
    name: &'a str,
    fine: bool,
    files: usize,
    /// Files that the manifest does not name.
    extra: usize,
    wrong: Vec<Wrong<'a>>,
}

#[derive(Debug, Serialize)]
struct Wrong<'a> {
    path: &'a str,
    expected_bytes: u64,
    expected_sha256: &'a str,
    found: String,
}

impl<'a> Checked<'a> {
    fn of(set: &'a DataSet, verified: &Verified<'a>) -> Self {
        Self {
            name: &set.name,
            fine: verified.is_fine(),
            files: set.files.len(),
            extra: verified.extra,
            wrong: verified
                .wrong()
                .map(|(file, state)| Wrong {
                    path: &file.path,
                    expected_bytes: file.bytes,
                    expected_sha256: &file.sha256,
                    found: state.to_string(),
                })
                .collect(),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{:12} ", self.name);
        // Writing to a String cannot fail.
        let _ = match self.wrong.len() {
            0 => writeln!(text, "{} files, all as they should be", self.files),
            count => writeln!(text, "{count} of {} files are wrong:", self.files),
        };
        for wrong in self.wrong.iter().take(NAMED) {
            let _ = writeln!(text, "{:12}   {}: {}", "", wrong.path, wrong.found);
        }
        if self.wrong.len() > NAMED {
            let _ = writeln!(text, "{:12}   and {} more", "", self.wrong.len() - NAMED);
        }
        text
    }
}

/// Reads the files of the sets, or of all that have a folder, and says what is wrong.
pub fn verify(chosen: &[&'static DataSet], root: &Path, json: bool) -> Result<()> {
    let here = || sets::all().iter().filter(|set| set.folder(root).exists());
    let chosen: Vec<&DataSet> = match chosen {
        [] => here().collect(),
        _ => chosen.to_vec(),
    };
    let checked: Vec<Checked> = chosen
        .iter()
        .map(|set| Checked::of(set, &sets::verify(set, root)))
        .collect();
    if json {
        print_json(&checked)?;
    } else if checked.is_empty() {
        print(&format!("no data set is in {}\n", root.display()))?;
    } else {
        print(&checked.iter().map(Checked::text).collect::<String>())?;
    }
    let wrong: Vec<&str> = checked
        .iter()
        .filter(|set| !set.fine)
        .map(|set| set.name)
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let names = wrong.join(" ");
    Err(Error::Data(
        format!("files are missing or wrong; `retrace data fetch {names}` brings them").into(),
    ))
}
