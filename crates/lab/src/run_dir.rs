//! The folder of a run: what lies where, and what makes two runs the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use retrace_data::hexadecimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::arm::ArmInfo;
use crate::config::{Preset, RUN};
use crate::device::DeviceName;
use crate::error::{Error, Result};
use crate::files;
use crate::input::{Input, InputKind};
use crate::lease;
use crate::seal;
use crate::toml_file::TomlFile;

const CHECKPOINT_PREFIX: &str = "checkpoint-";

/// The settings of a run that every experiment shares: the `[run]` table of `config.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunTable {
    /// Name of the experiment.
    pub experiment: String,
    /// The preset that the config started from.
    pub preset: Preset,
    /// How many seeds, from 0.
    pub seeds: u64,
    /// The device.
    pub device: DeviceName,
    /// Threads of a cell. Sums are split among them, so that each number of threads gives last
    /// digits of its own; the number of processes and cores changes nothing.
    #[serde(default = "one_thread", skip_serializing_if = "is_one_thread")]
    pub threads: usize,
    /// Data sets and files that the cells read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Input>,
}

const fn one_thread() -> usize {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes a reference
fn is_one_thread(threads: &usize) -> bool {
    *threads == one_thread()
}

impl RunTable {
    /// `1 seed`, `5 seeds`.
    pub fn counted_seeds(&self) -> String {
        let noun = if self.seeds == 1 { "seed" } else { "seeds" };
        format!("{} {noun}", self.seeds)
    }

    /// A run on the CPU with one thread per cell, without data sets and files.
    pub fn new(experiment: &str, preset: Preset, seeds: u64) -> Self {
        Self {
            experiment: experiment.to_owned(),
            preset,
            seeds,
            device: DeviceName::Cpu,
            threads: one_thread(),
            inputs: Vec::new(),
        }
    }

    /// What the outcome of a cell depends on besides arm and seed, as a hash.
    ///
    /// The number of seeds is not part of it: more seeds continue a run.
    pub fn identity(&self, config: &toml::Table) -> String {
        let same = Self {
            preset: Preset::Quick,
            seeds: 0,
            ..self.clone()
        };
        let mut hash = Sha256::new();
        hash.update(concat!("retrace ", env!("CARGO_PKG_VERSION"), "\n"));
        hash.update(toml::to_string(&same).unwrap_or_default());
        hash.update(toml::to_string(config).unwrap_or_default());
        hexadecimal(&hash.finalize())
    }
}

/// The paths of one run.
#[derive(Debug, Clone)]
pub struct RunDir {
    root: PathBuf,
}

impl RunDir {
    /// The folder at `root`, which need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder of a run below the output folder: `rrelu/quick`, or `rrelu/quick+3f9a1c`
    /// when anything differs from the preset, or the data come from outside.
    pub fn below(out: &Path, run: &RunTable, config: &toml::Table, preset: &toml::Table) -> Self {
        let made_here = |input: &Input| input.kind == InputKind::Synthetic;
        let changed = config != preset
            || run.device != DeviceName::Cpu
            || run.threads != one_thread()
            || !run.inputs.iter().all(made_here);
        let name = if changed {
            format!("{}+{}", run.preset, &run.identity(config)[..6])
        } else {
            run.preset.to_string()
        };
        Self::new(out.join(&run.experiment).join(name))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The whole config, written first.
    pub fn config(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// How the run was made.
    pub fn manifest(&self) -> PathBuf {
        self.root.join("manifest.json")
    }

    /// The answers.
    pub fn claims(&self) -> PathBuf {
        self.root.join("claims.json")
    }

    /// Titles, captions and files of the pictures, in their order.
    pub fn drawn(&self) -> PathBuf {
        self.root.join("figures.json")
    }

    /// Which program drew the figures, of which seeds; there when all of them are there.
    pub fn drawn_by(&self) -> PathBuf {
        self.root.join(".drawn-by")
    }

    /// The post's numbers beside ours.
    pub fn reported(&self) -> PathBuf {
        self.root.join("reported.json")
    }

    /// What the reader of the page can try out.
    pub fn explorable(&self) -> PathBuf {
        self.root.join("explorable.json")
    }

    /// The modules that measured, drew and judged, as they were.
    pub fn sources(&self) -> PathBuf {
        self.root.join("sources.json")
    }

    /// What the networks are made of.
    pub fn networks(&self) -> PathBuf {
        self.root.join("networks.json")
    }

    /// What the folder holds, for archives.
    pub fn ro_crate(&self) -> PathBuf {
        self.root.join("ro-crate-metadata.json")
    }

    /// The pictures.
    pub fn figures(&self) -> PathBuf {
        self.root.join("figures")
    }

    /// What a cluster is to do, and its logs.
    pub fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// What TensorBoard shows of the trainings, where that was asked for.
    pub fn tensorboard(&self) -> PathBuf {
        self.root.join("tensorboard")
    }

    /// The folder of one cell.
    pub fn cell(&self, arm: &ArmInfo, seed: u64) -> CellDir {
        CellDir {
            root: of_cell(&self.root.join("cells"), arm, seed),
        }
    }

    /// What TensorBoard shows of one cell.
    pub fn events(&self, arm: &ArmInfo, seed: u64) -> PathBuf {
        of_cell(&self.tensorboard(), arm, seed)
    }

    /// Writes `config.toml`, or checks that the one there belongs to the same run.
    ///
    /// # Errors
    /// When the folder cannot be written, or holds a run with another identity.
    pub fn open(&self, run: &RunTable, config: &toml::Table) -> Result<()> {
        files::create_folder(&self.root)?;
        if self.config().exists() {
            let (there, there_config) = self.read_config().map_err(|error| match error {
                Error::Damaged { path, reason } => Error::Damaged {
                    path,
                    reason: format!(
                        "{reason}; `--fresh` starts the run over, `--out DIR` leaves it alone"
                    ),
                },
                error => error,
            })?;
            if there.identity(&there_config) != run.identity(config) {
                return Err(Error::Usage(format!(
                    "{} holds a run with other settings; `--fresh` starts it over, `--out DIR` \
                     leaves it alone",
                    self.root.display()
                )));
            }
            if there == *run {
                return Ok(());
            }
        }
        // Nested before it is written: the inputs are a table of their own, `[[run.inputs]]`.
        let run = BTreeMap::from([("run", run)]);
        let text = format!("{}\n{}", toml_text(config)?, toml_text(&run)?);
        seal::write_toml(&self.config(), &text)
    }

    /// Reads `config.toml`: the run's table, and the experiment's own keys.
    ///
    /// # Errors
    /// Names the file when it is missing, changed, or not a run's config.
    pub fn read_config(&self) -> Result<(RunTable, toml::Table)> {
        let path = self.config();
        seal::check_toml(&path)?;
        let mut config = TomlFile::read(&path)?.table().clone();
        let run = config.remove(RUN).ok_or_else(|| Error::Damaged {
            path: path.clone(),
            reason: "it has no [run] table, so it is not the config of a run".to_owned(),
        })?;
        let run = run
            .try_into()
            .map_err(|error: toml::de::Error| Error::Damaged {
                path,
                reason: error.message().to_owned(),
            })?;
        Ok((run, config))
    }

    /// Removes what an earlier run left here, and nothing else.
    ///
    /// # Errors
    /// When a cell of it is at work in another process, or a file cannot be removed.
    pub fn clear(&self) -> Result<()> {
        self.refuse_if_at_work()?;
        for folder in [
            self.root.join("cells"),
            self.figures(),
            self.cluster(),
            self.tensorboard(),
        ] {
            remove(&folder, |path| fs::remove_dir_all(path))?;
        }
        let files = [
            self.config(),
            self.manifest(),
            self.drawn(),
            self.drawn_by(),
            self.claims(),
            self.reported(),
            self.explorable(),
            self.networks(),
            self.ro_crate(),
        ];
        for file in files {
            remove(&file, |path| fs::remove_file(path))?;
        }
        Ok(())
    }

    fn refuse_if_at_work(&self) -> Result<()> {
        for arm in files::subfolders(&self.root.join("cells"))? {
            for cell in files::subfolders(&arm)? {
                if let Some((holder, _)) = lease::holder(&cell)? {
                    return Err(Error::Usage(format!(
                        "another process is at work in {} ({holder}); stop it before `--fresh`",
                        self.root.display()
                    )));
                }
            }
        }
        Ok(())
    }
}

fn of_cell(folder: &Path, arm: &ArmInfo, seed: u64) -> PathBuf {
    folder.join(&arm.name).join(format!("seed-{seed}"))
}

/// Removes something, or sees that it is not there.
pub(crate) fn remove(path: &Path, how: impl Fn(&Path) -> std::io::Result<()>) -> Result<()> {
    match how(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn toml_text(value: &impl Serialize) -> Result<String> {
    toml::to_string(value).map_err(|error| Error::Other(Box::new(error)))
}

/// The paths of one cell.
#[derive(Debug, Clone)]
pub struct CellDir {
    root: PathBuf,
}

impl CellDir {
    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The outcome: the cell is finished when this file exists.
    pub fn outcome(&self) -> PathBuf {
        self.root.join("outcome.json")
    }

    /// Large arrays of the outcome.
    pub fn arrays(&self) -> PathBuf {
        self.root.join("arrays.safetensors")
    }

    /// Losses over time.
    pub fn log(&self) -> PathBuf {
        self.root.join("log.csv")
    }

    /// How long it took.
    pub fn timing(&self) -> PathBuf {
        self.root.join("timing.json")
    }

    /// What became of its starts, where a cluster made them.
    pub fn attempts(&self) -> PathBuf {
        self.root.join("attempts.json")
    }

    /// Where the training called `name` goes on after it was stopped.
    pub fn checkpoint(&self, name: &str) -> PathBuf {
        self.root
            .join(format!("{CHECKPOINT_PREFIX}{name}.safetensors"))
    }

    /// The checkpoints of the trainings of this cell.
    ///
    /// # Errors
    /// When the folder cannot be read; one that is not there has none.
    pub fn checkpoints(&self) -> Result<Vec<PathBuf>> {
        let mut files = files::subfolders(&self.root)?;
        let is_one = |path: &PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            name.is_some_and(|name| name.starts_with(CHECKPOINT_PREFIX))
        };
        files.retain(is_one);
        Ok(files)
    }

    /// Removes the checkpoints of a finished cell.
    ///
    /// # Errors
    /// Names what cannot be removed.
    pub fn remove_checkpoints(&self) -> Result<()> {
        files::remove_all_that_begin_with(&self.root, CHECKPOINT_PREFIX)
    }
}
