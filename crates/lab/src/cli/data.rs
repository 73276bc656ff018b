//! `retrace data`: the published data sets on this machine.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use retrace_data::sets::{self, DataSet, Event, FetchOptions, Fetched};
use serde::Serialize;

use super::summary::{print, print_json, print_path};
use crate::data_sets::DataDir;
use crate::error::{Error, Result};
use crate::files::lossy_path;
use crate::progress::Progress;
use retrace_data::shown;

/// Published data sets: what they are, fetch them, check them
#[derive(Debug, Args)]
pub struct Data {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(List),
    Fetch(Fetch),
    Verify(Verify),
    Path(PathOf),
}

/// List the data sets: what, how large, on which terms, and whether they are here
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    dir: DataDir,
    /// Print as JSON, with citation, home page and description
    #[arg(long)]
    json: bool,
}

/// Bring the missing files of data sets, from mirrors or from local copies
///
/// Every file is recognised by its SHA-256, wherever it comes from. What is here already is left
/// alone; a download that was broken off, by whatever, goes on where it was.
#[derive(Debug, Args)]
struct Fetch {
    /// Names of data sets
    #[arg(required = true, value_name = "NAME", value_parser = names())]
    names: Vec<String>,
    /// A folder or an archive with local copies, taken instead of asking mirrors; the names of
    /// its files do not matter
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// Open no connection
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    dir: DataDir,
    /// Print what came as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Compare every file with the SHA-256 of its manifest
#[derive(Debug, Args)]
struct Verify {
    /// Names of data sets [default: those that are here]
    #[arg(value_name = "NAME", value_parser = names())]
    names: Vec<String>,
    #[command(flatten)]
    dir: DataDir,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Print the folder of a data set, or of all
#[derive(Debug, Args)]
struct PathOf {
    /// Name of a data set
    #[arg(value_name = "NAME", value_parser = names())]
    name: Option<String>,
    #[command(flatten)]
    dir: DataDir,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(sets::all().iter().map(|set| set.name.as_str()))
}

fn named(names: &[String]) -> Vec<&'static DataSet> {
    names.iter().filter_map(|name| sets::find(name)).collect()
}

impl Data {
    /// The subcommand `data`.
    pub fn command() -> Command {
        Self::augment_args(Command::new("data"))
            .about("Published data sets: what they are, fetch them, check them")
    }

    /// Does what the flags ask.
    ///
    /// # Errors
    /// A set that is still incomplete after a fetch, or damaged; a cache that cannot be written.
    pub fn run(self) -> Result<()> {
        match self.action {
            Action::List(List { dir, json }) => list(&dir.root()?, json),
            Action::Fetch(wanted) => fetch(&wanted),
            Action::Verify(Verify { names, dir, json }) => {
                verify(&named(&names), &dir.root()?, json)
            }
            Action::Path(PathOf { name, dir }) => {
                let root = dir.root()?;
                let folder = name.map_or_else(|| root.clone(), |name| root.join(name));
                print_path(&folder)
            }
        }
    }
}

/// What is known of a data set, and whether it is here.
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
    #[serde(serialize_with = "lossy_path")]
    folder: PathBuf,
    state: State,
}

/// Whether a data set is here.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// All files, with their sizes; `verify` reads them.
    Here,
    /// A folder in which something is missing.
    Incomplete,
    /// Nothing.
    NotHere,
}

impl<'a> Row<'a> {
    fn new(set: &'a DataSet, root: &Path) -> Self {
        let folder = set.folder(root);
        Self {
            name: &set.name,
            title: &set.title,
            description: &set.description,
            files: set.files.len(),
            bytes: set.bytes(),
            home: &set.home,
            terms: &set.terms,
            citation: &set.citation,
            state: match (sets::glance(set, root).next(), folder.exists()) {
                (None, _) => State::Here,
                (Some(_), true) => State::Incomplete,
                (Some(_), false) => State::NotHere,
            },
            folder,
        }
    }

    fn text(&self) -> String {
        let state = match self.state {
            State::Here => "here",
            State::Incomplete => "incomplete",
            State::NotHere => "not here",
        };
        let (files, bytes) = (self.files, size(self.bytes));
        format!(
            "\n{:12} {state}\n{:12} {}\n{:12} {files} files, {bytes}; {}\n{:12} Terms: {}\n",
            self.name, "", self.title, "", self.home, "", self.terms
        )
    }
}

fn list(root: &Path, json: bool) -> Result<()> {
    let rows: Vec<Row> = sets::all().iter().map(|set| Row::new(set, root)).collect();
    if json {
        return print_json(&rows);
    }
    let rows: String = rows.iter().map(Row::text).collect();
    print(&format!("Data sets in {}\n{rows}", shown(root)))
}

/// `12.3 MB`.
fn size(bytes: u64) -> String {
    match bytes {
        1_000_000.. => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} kB", bytes as f64 / 1e3),
    }
}

/// What came of a fetch.
#[derive(Debug, Serialize)]
struct Report<'a> {
    name: &'a str,
    complete: bool,
    #[serde(flatten)]
    fetched: Fetched,
}

impl Report<'_> {
    fn text(&self) -> String {
        let (already, came) = (self.fetched.already, self.fetched.came.len());
        let mut text = format!("{}: {came} files came, {already} were here", self.name);
        // Writing to a String cannot fail.
        if let [first, rest @ ..] = &self.fetched.missing[..] {
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
fn fetch(wanted: &Fetch) -> Result<()> {
    let root = wanted.dir.root()?;
    let options = FetchOptions {
        offline: wanted.offline,
        from: wanted.from.clone(),
        ..FetchOptions::default()
    };
    let mut reports = Vec::new();
    for set in named(&wanted.names) {
        let mut watcher = Watcher::new(&set.name);
        let fetched = sets::fetch(set, &root, &options, &mut |event| watcher.see(&event))
            .map_err(Error::data)?;
        reports.push(Report {
            name: &set.name,
            complete: fetched.is_complete(),
            fetched,
        });
    }
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
    let names = names.join(", ");
    let sentence =
        format!("not complete: {names}; a later fetch goes on, and --from takes local copies");
    Err(Error::Data(sentence.into()))
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

/// Files named one by one before the rest is only counted.
const NAMED: usize = 10;

/// What is wrong with the files of a data set.
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
    fn new(set: &'a DataSet, root: &Path) -> Self {
        let verified = sets::verify(set, root);
        let wrong = verified.wrong.iter().map(|(file, state)| Wrong {
            path: &file.path,
            expected_bytes: file.bytes,
            expected_sha256: &file.sha256,
            found: state.to_string(),
        });
        Self {
            name: &set.name,
            fine: verified.wrong.is_empty(),
            files: set.files.len(),
            extra: verified.extra,
            wrong: wrong.collect(),
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
fn verify(chosen: &[&'static DataSet], root: &Path, json: bool) -> Result<()> {
    let here = || sets::all().iter().filter(|set| set.folder(root).exists());
    let chosen: Vec<&DataSet> = match chosen {
        [] => here().collect(),
        _ => chosen.to_vec(),
    };
    let checked: Vec<Checked> = chosen.iter().map(|set| Checked::new(set, root)).collect();
    if json {
        print_json(&checked)?;
    } else if checked.is_empty() {
        print(&format!("no data set is in {}\n", shown(root)))?;
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

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_parses() {
        let _ = super::style();
    }
}
