//! What a finished run came to: figures drawn, claims answered, nothing trained.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use super::read_settings;
use crate::claim::Claim;
use crate::drawing::{self, Drawn};
use crate::error::Result;
use crate::experiment::{Experiment, Input};
use crate::outcomes::Outcomes;
use crate::reported::Reported;
use crate::run_dir::RunDir;
use crate::{files, page};

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
    /// The figures.
    pub figures: Vec<Drawn>,
    /// The answers.
    pub claims: Vec<Claim>,
    /// The post's numbers beside ours.
    pub reported: Vec<Reported>,
}

/// Draws the figures and answers the claims of a finished run, without running anything.
///
/// # Errors
/// When the folder is not a run of `E`, or a cell of it is not finished.
pub fn redraw<E: Experiment>(dir: &RunDir) -> Result<Report> {
    let started = Instant::now();
    let (config, run) = read_settings::<E>(dir)?;
    let outcomes = Outcomes::<E>::read(dir, config, run.clone())?;
    let _alone = files::alone_in(dir.root())?;
    let figures = drawing::write(&E::figures(&outcomes)?, &dir.figures())?;
    let stored: Vec<Drawn> = figures.iter().map(|f| f.seen_from(dir.root())).collect();
    files::write_json(&dir.drawn(), &stored)?;
    let claims = E::claims(&outcomes);
    files::write_json(&dir.claims(), &claims)?;
    let reported = E::reported(&outcomes);
    files::write_json(&dir.reported(), &reported)?;
    let report = Report {
        experiment: E::NAME.to_owned(),
        preset: run.preset.to_string(),
        folder: dir.root().to_path_buf(),
        cells: outcomes.len(),
        cells_run: 0,
        inputs: run.inputs,
        wall_time_s: started.elapsed().as_secs_f64(),
        figures,
        claims,
        reported,
    };
    page::write_run(&report, &E::POST, run.seeds)?;
    Ok(report)
}
