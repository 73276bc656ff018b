//! A run that is drawn, read back from its folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use retrace_data::sha256;

use crate::claim::Claim;
use crate::drawing::Drawn;
use crate::error::{Error, Result, shell_word};
use crate::files::subfolders;
use crate::manifest::Manifest;
use crate::network::{NetworkSummary, NetworksFile};
use crate::reported::Reported;
use crate::run::Answers;
use crate::run_dir::{RunDir, RunTable};
use crate::seal;
use crate::status::Missing;

/// A run without its cells: how it was made, what it drew and what it answered.
#[derive(Debug)]
pub struct StoredRun {
    /// Its folder.
    pub dir: RunDir,
    /// The settings that all experiments share.
    pub run: RunTable,
    /// The experiment's own settings.
    pub config: toml::Table,
    /// How it was made.
    pub manifest: Manifest,
    /// Its figures in their order; files as paths below the folder of the run.
    pub figures: Vec<Drawn>,
    /// The answers.
    pub claims: Vec<Claim>,
    /// SHA-256 of the file that they stand in.
    pub claims_sha256: String,
    /// The post's numbers beside ours.
    pub reported: Vec<Reported>,
    /// What the reader of its page can try out, as JSON.
    pub explorable: Option<String>,
    /// The text of each question's module as it was when the run was drawn, by its name.
    pub sources: BTreeMap<String, String>,
    /// What its networks are made of.
    pub networks: Vec<NetworkSummary>,
}

impl StoredRun {
    /// Reads the run in `folder`.
    ///
    /// # Errors
    /// When the folder is no run, nothing of it is drawn yet, or it was drawn by an earlier version
    /// that did not write all of it; says how to mend that.
    pub fn read(folder: &Path) -> Result<Self> {
        let dir = RunDir::new(folder);
        if !dir.config().exists() {
            return Err(Error::Usage(format!(
                "{} is no run: it has no config.toml",
                folder.display()
            )));
        }
        let (run, config) = dir.read_config()?;
        if !dir.manifest().exists() {
            return Err(Error::Usage(format!(
                "the run in {} is not finished; the command that began it goes on with it, and \
                 `retrace figures {} --partial` draws what is there",
                folder.display(),
                shell_word(folder)
            )));
        }
        if !dir.drawn().exists() || !dir.drawn_by().exists() {
            return Err(Error::Usage(format!(
                "the figures of {} are not all drawn: `retrace figures {0}` draws them again",
                shell_word(folder)
            )));
        }
        // What is damaged is made again from the cells, which is said to whom it concerns.
        let again = |error: Error, how: &str| match error {
            Error::Damaged { path, reason } => Error::Damaged {
                path,
                reason: format!("{reason}; {how} makes it again"),
            },
            error => error,
        };
        let redraw = format!("`retrace figures {}`", shell_word(folder));
        let rerun = "the command that made the run";
        let answers = Answers::read(&dir).map_err(|error| again(error, &redraw))?;
        let claims = dir.claims();
        let claims_sha256 = sha256(&std::fs::read(&claims).map_err(Error::io("read", &claims))?);
        Ok(Self {
            manifest: seal::read_json(&dir.manifest()).map_err(|error| again(error, rerun))?,
            figures: answers.figures,
            claims: answers.claims,
            claims_sha256,
            reported: answers.reported,
            explorable: answers.explorable,
            sources: answers.sources,
            networks: match dir.networks() {
                path if path.exists() => {
                    let file: Result<NetworksFile> = seal::read_json(&path);
                    file.map_err(|error| again(error, rerun))?.networks
                }
                _ => Vec::new(),
            },
            dir,
            run,
            config,
        })
    }

    /// The folder's name: preset, and a mark where something differs from it.
    pub fn name(&self) -> String {
        let name = self.dir.root().file_name();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Says so when cells are missing: `2 of 8 cells are missing`.
    pub fn unfinished(&self) -> Option<String> {
        Missing::count(&self.manifest.missing, self.manifest.cells())
    }

    /// Its name, with a mark where cells are missing.
    pub fn marked_name(&self) -> String {
        let mark = self.unfinished().map_or("", |_| " (not finished)");
        self.name() + mark
    }

    /// Seconds of work of all cells, over all processes.
    pub fn work_time_s(&self) -> f64 {
        self.manifest.cell_time_s.values().sum()
    }
}

/// The folders of runs of `experiment` below the output folder, finished or not, by name.
///
/// # Errors
/// When the folder cannot be read; one that is not there has no runs.
pub fn run_folders(out: &Path, experiment: &str) -> Result<Vec<PathBuf>> {
    let mut folders = subfolders(&out.join(experiment))?;
    folders.retain(|folder| RunDir::new(folder).config().exists());
    folders.sort();
    Ok(folders)
}
