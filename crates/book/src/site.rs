//! Writes the pages.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use askama::Template;
use retrace_inspect::Summary;
use retrace_lab::cli::Entry;
use retrace_lab::{Error, Result, StoredRun, alone_in, create_folder, write_unless_same};

use crate::compare::Comparison;
use crate::explorable::Explorable;
use crate::page::{ComparePage, FrontPage, Network, RunPage};
use crate::papers::PapersPage;
use crate::picture::{Pictures, address, thumbnail};
use crate::runs::{ExperimentRuns, Runs};

/// The folder of all pages but the first.
const BOOK: &str = "book";

const STYLE: &str = include_str!("../assets/book.css");
const SCRIPT: &str = include_str!("../assets/book.js");

/// Writes the book of all drawn runs of `experiments` below `out`, and returns its first page.
/// Pages of runs that are no longer there are removed; nothing outside `out/index.html` and
/// `out/book` is touched.
///
/// # Errors
/// When a run's figures cannot be read or a page cannot be written. A run that is not drawn is
/// left out, and `say` is told.
pub fn write(experiments: &[Box<dyn Entry>], out: &Path, say: fn(&str)) -> Result<PathBuf> {
    let _alone = alone_in(out)?;
    let runs = Runs::read(experiments, out)?;
    runs.left_out.iter().for_each(|reason| say(reason));
    let mut site = Site {
        out,
        written: Vec::new(),
    };
    site.file("book/book.css", STYLE.as_bytes())?;
    site.file("book/book.js", SCRIPT.as_bytes())?;
    site.page("book/papers.html", &PapersPage::of(experiments, &runs))?;
    for experiment in &runs.experiments {
        site.experiment(experiment)?;
    }
    let front = site.front(&runs)?;
    site.page("index.html", &front)?;
    site.remove_what_is_old()?;
    Ok(out.join("index.html"))
}

struct Site<'a> {
    out: &'a Path,
    written: Vec<PathBuf>,
}

impl Site<'_> {
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.out.join(name);
        if let Some(folder) = path.parent() {
            create_folder(folder)?;
        }
        write_unless_same(&path, bytes)?;
        self.written.push(path);
        Ok(())
    }

    fn page(&mut self, name: &str, page: &impl Template) -> Result<()> {
        let text = page
            .render()
            .map_err(|error| Error::Other(Box::new(error)))?;
        self.file(name, text.as_bytes())
    }

    fn experiment(&mut self, experiment: &ExperimentRuns<'_>) -> Result<()> {
        let name = experiment.entry.name();
        for run in &experiment.runs {
            let page = self.run_page(experiment, run)?;
            self.page(&format!("{BOOK}/{name}/{}.html", run.name()), &page)?;
        }
        if experiment.runs.len() > 1 {
            let comparison = Comparison::of(&experiment.runs.iter().collect::<Vec<_>>())?;
            let page = ComparePage::of(experiment, comparison)?;
            self.page(&format!("{BOOK}/{name}/compare.html"), &page)?;
        }
        Ok(())
    }

    fn run_page<'v>(
        &mut self,
        experiment: &'v ExperimentRuns<'_>,
        run: &'v StoredRun,
    ) -> Result<RunPage<'v>> {
        let named = experiment.entry.name();
        let name = run.name();
        let folder = self.out.join(BOOK).join(named).join(&name);
        let pictures = Pictures {
            run,
            to_run: format!("../../{named}/{}/", address(Path::new(&name))),
            folder: &folder,
            to_folder: format!("{}/", address(Path::new(&name))),
        };
        let figures = run
            .figures
            .iter()
            .map(|drawn| pictures.picture(drawn, &mut self.written));
        let figures = figures.collect::<Result<_>>()?;
        let networks = run.networks.iter().enumerate().map(|(at, stored)| {
            let summary: Summary = serde_json::from_value(stored.summary.clone())
                .map_err(|error| Error::Other(Box::new(error)))?;
            let file = format!("network-{}.svg", at + 1);
            let path = format!("{BOOK}/{named}/{name}/{file}");
            self.file(&path, summary.to_svg().as_bytes())?;
            Ok(Network {
                name: &stored.network,
                summary,
                picture: format!("{}{file}", pictures.to_folder),
            })
        });
        let networks = networks.collect::<Result<_>>()?;
        if let Some(explorable) = Explorable::of(named).filter(|_| run.explorable.is_some()) {
            for (file, text) in explorable.files() {
                self.file(&format!("{BOOK}/{file}"), text.as_bytes())?;
            }
        }
        RunPage::of(experiment, run, figures, networks)
    }

    fn front<'v>(&mut self, runs: &'v Runs<'_>) -> Result<FrontPage<'v>> {
        let mut covers = Vec::new();
        for experiment in &runs.experiments {
            let folder = format!("{BOOK}/{}", experiment.entry.name());
            // Of this run: another one's may be older than a cover that is there.
            let stem = self
                .out
                .join(&folder)
                .join(format!("cover-{}", experiment.leading().name()));
            let cover = thumbnail(experiment.leading(), experiment.entry.cover(), &stem)?;
            covers.push(cover.map(|path| {
                let name = address(Path::new(path.file_name().unwrap_or_default()));
                let address = format!("{folder}/{name}");
                self.written.push(path);
                address
            }));
        }
        Ok(FrontPage::of(runs, covers))
    }

    /// Removes from the book's folder what this time did not write.
    fn remove_what_is_old(&self) -> Result<()> {
        let written: BTreeSet<&Path> = self.written.iter().map(PathBuf::as_path).collect();
        remove_unknown(&self.out.join(BOOK), &written)
    }
}

fn remove_unknown(folder: &Path, known: &BTreeSet<&Path>) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    for entry in entries {
        let entry = entry.map_err(Error::io("read", folder))?;
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_unknown(&path, known)?;
            // Only an empty folder goes.
            let _ = fs::remove_dir(&path);
        } else if !known.contains(path.as_path()) {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(())
}
