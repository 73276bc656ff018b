//! What a finished run came to: figures drawn, claims answered, nothing trained.

use std::path::PathBuf;
use std::time::{Instant, UNIX_EPOCH};

use serde::Serialize;

use super::read_settings;
use crate::claim::{Claim, Verdict};
use crate::divergence::Divergence;
use crate::drawing::{self, Drawn};
use crate::error::{Error, Result};
use crate::experiment::{Experiment, Results};
use crate::files;
use crate::input::Input;
use crate::manifest::Manifest;
use crate::reported::Reported;
use crate::run_dir::{RunDir, RunTable, remove};

/// What a run came to.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Name of the experiment.
    pub experiment: String,
    /// The preset.
    pub preset: String,
    /// The folder of the run.
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
        Divergence::summary(&self.diverged, self.cells)
    }

    /// Says so when trainings diverged and nothing is left: no figure, or no number for a claim.
    ///
    /// # Errors
    /// [`Error::Numerics`], which names what diverged.
    pub fn has_numbers(&self) -> Result<()> {
        let nothing =
            |claim: &Claim| claim.verdict == Verdict::Undecided && claim.estimate.is_none();
        let is_empty = self.figures.is_empty() || self.claims.iter().all(nothing);
        match self.divergences().filter(|_| is_empty) {
            None => Ok(()),
            Some(diverged) => Err(Error::Numerics(format!(
                "{} {}: nothing is left to draw or to judge: {diverged}; try a smaller learning rate",
                self.experiment, self.preset
            ))),
        }
    }
}

/// What is on disk, when this very program drew it from the same cells, of which there are so many;
/// for a start that has nothing to run.
///
/// # Errors
/// A file that cannot be read, or a leftover that cannot be removed.
pub(super) fn as_drawn(dir: &RunDir, run: &RunTable, cells: usize) -> Result<Option<Report>> {
    let drawn_by = std::fs::read_to_string(dir.drawn_by()).unwrap_or_default();
    if program(run).is_none_or(|program| program != drawn_by) {
        return Ok(None);
    }
    let _alone = files::alone_in(dir.root())?;
    files::remove_leftovers(&dir.figures())?;
    let stored: Vec<Drawn> = files::read_json(&dir.drawn())?;
    let figures: Vec<Drawn> = stored.into_iter().map(|f| f.below(dir.root())).collect();
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
        diverged: files::read_json::<Manifest>(&dir.manifest())?.diverged,
        figures,
        claims: files::read_json(&dir.claims())?,
        reported: files::read_json(&dir.reported())?,
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

/// Draws the figures and answers the claims of a finished run, without running anything.
///
/// # Errors
/// When the folder is not a run of `E`, or a cell of it is not finished.
pub fn redraw<E: Experiment>(dir: &RunDir) -> Result<Report> {
    let started = Instant::now();
    let (config, run) = read_settings::<E>(dir)?;
    let results = Results::<E>::read(dir, config, run.clone())?;
    let studies = E::studies();
    let _alone = files::alone_in(dir.root())?;
    remove(&dir.drawn_by(), |path| std::fs::remove_file(path))?;
    let diverged = results.diverged();
    let drawings = studies.figures(&results)?;
    let figures = drawing::write(&drawings, &dir.figures(), !diverged.is_empty())?;
    let stored: Vec<Drawn> = figures.iter().map(|f| f.seen_from(dir.root())).collect();
    files::write_json(&dir.drawn(), &stored)?;
    let claims = studies.claims(&results);
    files::write_json(&dir.claims(), &claims)?;
    let reported = E::reported(&results);
    files::write_json(&dir.reported(), &reported)?;
    let report = Report {
        experiment: E::NAME.to_owned(),
        preset: run.preset.to_string(),
        folder: dir.root().to_path_buf(),
        cells: results.cells(),
        cells_run: 0,
        inputs: run.inputs.clone(),
        wall_time_s: started.elapsed().as_secs_f64(),
        diverged,
        figures,
        claims,
        reported,
        is_new: true,
    };
    if let Some(program) = program(&run) {
        files::write_atomically(&dir.drawn_by(), program.as_bytes())?;
    }
    Ok(report)
}
