//! What a run came to: figures drawn, claims answered, nothing trained.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, UNIX_EPOCH};

use retrace_data::sha256;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::read_settings;
use crate::claim::{Claim, Verdict};
use crate::digits;
use crate::divergence::Divergence;
use crate::drawing::{self, Drawing, Drawn};
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Results};
use crate::files;
use crate::input::Input;
use crate::lease::alone_in;
use crate::manifest::Manifest;
use crate::network::NetworksFile;
use crate::progress::Progress;
use crate::provenance::Provenance;
use crate::reported::Reported;
use crate::ro_crate;
use crate::run_dir::{RunDir, RunTable, remove};
use crate::seal::{self, damaged};
use crate::status::Missing;

/// What a run came to.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Name of the experiment.
    pub experiment: String,
    /// The preset.
    pub preset: String,
    /// The folder of the run.
    #[serde(serialize_with = "files::lossy_path")]
    pub folder: PathBuf,
    /// Cells in all.
    pub cells: usize,
    /// Cells that this start worked on.
    pub cells_run: usize,
    /// Data sets and files that the cells read.
    pub inputs: Vec<Input>,
    /// Seconds that this start took.
    pub wall_time_s: f64,
    /// Trainings that diverged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diverged: Vec<Divergence>,
    /// Cells that are not there, where what is there was drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// Questions, by the names of their files, that cannot be drawn or judged without them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_answered: Vec<String>,
    /// The figures.
    pub figures: Vec<Drawn>,
    /// The answers.
    pub claims: Vec<Claim>,
    /// The post's numbers beside ours.
    pub reported: Vec<Reported>,
    /// Whether it was drawn now, and not found as an earlier start of this program left it.
    #[serde(skip)]
    pub is_new: bool,
}

impl Report {
    /// How many cells diverged and where; nothing where none did.
    pub fn divergences(&self) -> Option<String> {
        Divergence::summary(&self.diverged, self.cells - self.missing.len())
    }

    /// Says so when trainings diverged and nothing is left: no figure, or no number for a claim.
    ///
    /// # Errors
    /// [`Error::Numerics`], which names what diverged.
    pub fn has_numbers(&self) -> Result<()> {
        let nothing =
            |claim: &Claim| claim.verdict == Verdict::Undecided && claim.estimate.is_none();
        let is_empty = self.figures.is_empty() || self.claims.iter().all(nothing);
        match self
            .divergences()
            .filter(|_| is_empty && self.missing.is_empty())
        {
            None => Ok(()),
            Some(diverged) => Err(Error::Numerics(format!(
                "{} {}: nothing is left to draw or to judge: {diverged}; try a smaller learning rate",
                self.experiment, self.preset
            ))),
        }
    }
}

/// The lists that a run ends with, each in a file of its own.
pub(crate) struct Answers {
    /// Files as paths below the folder of the run.
    pub figures: Vec<Drawn>,
    pub claims: Vec<Claim>,
    pub reported: Vec<Reported>,
    /// JSON for the page.
    pub explorable: Option<String>,
    /// The text of each question's module, by its name.
    pub sources: BTreeMap<String, String>,
}

/// `.drawn-by`, written last: which program drew, and the SHA-256 of each list, which JSON has no
/// place for in the list itself.
#[derive(Debug, Default, Serialize, Deserialize)]
struct DrawnBy {
    program: Option<String>,
    sha256_of: BTreeMap<String, String>,
}

impl Answers {
    /// Writes them as [`read`](Self::read) reads them.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn write(&self, dir: &RunDir, program: Option<String>) -> Result<()> {
        let lists = [
            (dir.drawn(), serde_json::to_string_pretty(&self.figures)),
            (dir.claims(), serde_json::to_string_pretty(&self.claims)),
            (dir.reported(), serde_json::to_string_pretty(&self.reported)),
            (dir.sources(), serde_json::to_string_pretty(&self.sources)),
        ];
        let mut sha256_of = BTreeMap::new();
        for (path, text) in lists {
            let text = text.map_err(|error| Error::Other(Box::new(error)))? + "\n";
            files::write_atomically(&path, text.as_bytes())?;
            sha256_of.insert(name_of(&path), sha256(text.as_bytes()));
        }
        if let Some(json) = &self.explorable {
            files::write_atomically(&dir.explorable(), json.as_bytes())?;
            sha256_of.insert(name_of(&dir.explorable()), sha256(json.as_bytes()));
        } else {
            remove(&dir.explorable(), |path| std::fs::remove_file(path))?;
        }
        seal::write_json(&dir.drawn_by(), &DrawnBy { program, sha256_of })
    }

    /// Reads the lists of a run that is drawn.
    ///
    /// # Errors
    /// Names the file that is missing or not what was written.
    pub(crate) fn read(dir: &RunDir) -> Result<Self> {
        let drawn_by: DrawnBy = seal::read_json(&dir.drawn_by())?;
        Ok(Self {
            figures: drawn_by.list(&dir.drawn())?,
            claims: drawn_by.list(&dir.claims())?,
            reported: drawn_by.list(&dir.reported())?,
            explorable: drawn_by.explorable(dir)?,
            // Earlier versions wrote none.
            sources: match drawn_by.has(&dir.sources()) {
                true => drawn_by.list(&dir.sources())?,
                false => BTreeMap::new(),
            },
        })
    }
}

impl DrawnBy {
    fn list<T: DeserializeOwned>(&self, path: &Path) -> Result<T> {
        serde_json::from_slice(&self.bytes(path)?).map_err(|error| damaged(path, error.to_string()))
    }

    /// Nothing where none was written, as by versions before there were any.
    fn explorable(&self, dir: &RunDir) -> Result<Option<String>> {
        let path = dir.explorable();
        if !self.has(&path) {
            return Ok(None);
        }
        let text = String::from_utf8(self.bytes(&path)?);
        text.map(Some)
            .map_err(|error| damaged(&path, error.to_string()))
    }

    /// Whether such a list was written.
    fn has(&self, path: &Path) -> bool {
        self.sha256_of.contains_key(&name_of(path))
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>> {
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        if self.sha256_of.get(&name_of(path)) != Some(&sha256(&bytes)) {
            return Err(damaged(path, "its checksum is not the one in .drawn-by"));
        }
        Ok(bytes)
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What is on disk, when this very program drew it from the same cells, of which there are so many;
/// for a start that has nothing to run.
///
/// # Errors
/// A file that cannot be read, or a leftover that cannot be removed.
pub(super) fn as_drawn(dir: &RunDir, run: &RunTable, cells: usize) -> Result<Option<Report>> {
    let drawn_by = seal::read_json::<DrawnBy>(&dir.drawn_by()).unwrap_or_else(|error| {
        if matches!(error, Error::Damaged { .. }) {
            Progress::note(&format!("{error}; figures and claims are made again"));
        }
        DrawnBy::default()
    });
    if program(run).is_none_or(|program| drawn_by.program != Some(program)) {
        return Ok(None);
    }
    let _alone = alone_in(dir.root())?;
    files::remove_leftovers(&dir.figures())?;
    let whole = Answers::read(dir).and_then(|answers| {
        let manifest: Manifest = seal::read_json(&dir.manifest())?;
        seal::read_json::<NetworksFile>(&dir.networks())?;
        Ok((answers, manifest.diverged))
    });
    let (answers, diverged) = match whole {
        Ok(whole) => whole,
        Err(error @ (Error::Damaged { .. } | Error::Io { .. })) => {
            Progress::note(&format!("{error}; it is made again"));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let figures = answers.figures.into_iter();
    let figures: Vec<Drawn> = figures.map(|f| f.below(dir.root())).collect();
    let mut files = figures.iter().flat_map(|figure| &figure.files);
    if !files.all(|file| file.is_file()) {
        return Ok(None);
    }
    Ok(Some(Report {
        experiment: run.experiment.clone(),
        preset: run.preset.to_string(),
        folder: dir.root().to_path_buf(),
        cells,
        cells_run: 0,
        inputs: run.inputs.clone(),
        wall_time_s: 0.0,
        diverged,
        missing: Vec::new(),
        not_answered: Vec::new(),
        figures,
        claims: answers.claims,
        reported: answers.reported,
        is_new: false,
    }))
}

/// This program as it was built, and the run with its number of seeds; `None` where the system does
/// not tell.
fn program(run: &RunTable) -> Option<String> {
    let file = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let built = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let run = toml::to_string(run).ok()?;
    Some(format!(
        "{} bytes, {} ns\n{run}",
        file.len(),
        built.as_nanos()
    ))
}

/// Draws the figures and answers the claims of a run, without running anything, while the caller
/// holds its lock. What cannot be drawn or judged without the cells that are missing is left out.
///
/// # Errors
/// When the folder is not a run of `E`, or another cell of it is not finished.
pub(super) fn draw<E: Experiment>(dir: &RunDir, missing: &[Missing]) -> Result<Report> {
    let started = Instant::now();
    let (config, run) = read_settings::<E>(dir)?;
    let source = Provenance::new(&run, &config)?;
    let results = Results::<E>::read_but_for(missing, dir, config, run.clone())?;
    remove(&dir.drawn_by(), |path| std::fs::remove_file(path))?;
    let cells = results.cells() + missing.len();
    let diverged = results.diverged();
    let Asked {
        mut drawings,
        claims,
        reported,
        explorable,
        not_answered,
    } = ask(&results, !missing.is_empty())?;
    let unfinished = Missing::count(missing, cells)
        .map(|count| format!("Not finished: {count}, and so is what only they tell."));
    for sentence in digits::caption(results.inputs())
        .into_iter()
        .chain(unfinished)
    {
        let said = drawings
            .into_iter()
            .map(|(question, drawing)| (question, drawing.also(&sentence)));
        drawings = said.collect();
    }
    let lacks = match (missing.is_empty(), diverged.is_empty()) {
        (false, _) => Some("cells are missing"),
        (true, false) => Some("cells diverged"),
        (true, true) => None,
    };
    let figures = drawing::write(&drawings, &dir.figures(), &source, lacks)?;
    remove_what_is_not_drawn_any_more(dir, &figures)?;
    let answers = Answers {
        figures: figures.iter().map(|f| f.seen_from(dir.root())).collect(),
        claims,
        reported,
        explorable,
        sources: E::SOURCES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    };
    // Without a program: no start takes it for the drawing of a finished run.
    ro_crate::write::<E>(dir, &answers.figures)?;
    answers.write(dir, program(&run).filter(|_| missing.is_empty()))?;
    Ok(Report {
        experiment: E::NAME.to_owned(),
        preset: run.preset.to_string(),
        folder: dir.root().to_path_buf(),
        cells,
        cells_run: 0,
        inputs: run.inputs.clone(),
        wall_time_s: started.elapsed().as_secs_f64(),
        diverged,
        missing: missing.to_vec(),
        not_answered,
        figures,
        claims: answers.claims,
        reported: answers.reported,
        is_new: true,
    })
}

/// Removes the files of figures that an earlier drawing made and this one did not.
fn remove_what_is_not_drawn_any_more(dir: &RunDir, figures: &[Drawn]) -> Result<()> {
    let earlier = std::fs::read(dir.drawn()).unwrap_or_default();
    let earlier: Vec<Drawn> = serde_json::from_slice(&earlier).unwrap_or_default();
    let of = |figures: &[Drawn]| -> BTreeSet<PathBuf> {
        let files = figures.iter().flat_map(|figure| &figure.files);
        let names = files.filter_map(|file| file.file_name());
        names.map(|name| dir.figures().join(name)).collect()
    };
    let (old, new) = (of(&earlier), of(figures));
    old.difference(&new)
        .try_for_each(|file| remove(file, |path| std::fs::remove_file(path)))
}

/// What all questions of an experiment come to.
#[derive(Default)]
struct Asked {
    /// Each with the name of its question.
    drawings: Vec<(&'static str, Drawing)>,
    claims: Vec<Claim>,
    reported: Vec<Reported>,
    explorable: Option<String>,
    /// Questions that need cells which are missing.
    not_answered: Vec<String>,
}

/// Asks all questions. Where cells are missing, each on its own: one that fails for want of them
/// does not stop the others.
fn ask<E: Experiment>(results: &Results<E>, lacks_cells: bool) -> Result<Asked> {
    let studies = E::studies();
    if !lacks_cells {
        return Ok(Asked {
            drawings: studies.figures_by_question(results)?,
            claims: studies.claims(results),
            reported: E::reported(results),
            explorable: explorable(results)?,
            not_answered: Vec::new(),
        });
    }
    let mut asked = Asked::default();
    for question in studies.questions() {
        let drawings = caught(|| (question.figures)(results));
        let claims = caught(|| Ok((question.claims)(results)));
        if drawings.is_none() || claims.is_none() {
            asked.not_answered.push(question.name.to_owned());
        }
        let drawings = drawings.into_iter().flatten();
        asked
            .drawings
            .extend(drawings.map(|drawing| (question.name, drawing.without_empty_panels())));
        asked.claims.extend(claims.into_iter().flatten());
    }
    match caught(|| Ok(E::reported(results))) {
        Some(reported) => asked.reported = reported,
        None => asked.not_answered.push("reported".to_owned()),
    }
    // A page without something to try is whole all the same.
    asked.explorable = caught(|| explorable(results)).flatten();
    Ok(asked)
}

/// What the page lets its reader try, as JSON.
fn explorable<E: Experiment>(results: &Results<E>) -> Result<Option<String>> {
    let explorable = E::explorable(results)?;
    explorable
        .map(|explorable| explorable.to_json())
        .transpose()
}

/// The answer to one question; `None` where it fails or panics, and nothing is printed.
fn caught<T>(ask: impl FnOnce() -> Result<T>) -> Option<T> {
    // The hook is the process's.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let answer = panic::catch_unwind(AssertUnwindSafe(ask));
    panic::set_hook(hook);
    answer.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_fails_or_panics_has_no_answer_and_the_next_one_has() {
        assert_eq!(caught(|| Ok(1)), Some(1));
        let fails = || Err(Error::Numerics("no cell".to_owned()));
        assert_eq!(caught::<u8>(fails), None);
        let nothing: [u8; 0] = [];
        assert_eq!(caught(|| Ok(nothing[nothing.len()..][0])), None);
        assert_eq!(caught(|| Ok(2)), Some(2));
    }
}
