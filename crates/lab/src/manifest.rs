//! How a run was made: `manifest.json`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use retrace_data::sha256;
use serde::{Deserialize, Serialize};

use crate::config::Origin;
use crate::divergence::Divergence;
use crate::error::Result;
use crate::run_dir::{RunDir, RunTable};
use crate::seal;
use crate::status::Missing;

/// The lock file that this program was built with.
const CARGO_LOCK: &str = include_str!("../../../Cargo.lock");

/// Everything about a run that is not a result.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The command line that finished the run; bytes that are no UTF-8 as the replacement character.
    pub command: Vec<String>,
    /// Commit of the source tree, when it was found.
    pub git_commit: Option<String>,
    /// Whether that tree had changes that were not committed.
    pub git_dirty: Option<bool>,
    /// Version of this workspace.
    pub retrace_version: String,
    /// Version of Burn.
    pub burn_version: String,
    /// SHA-256 of `Cargo.lock`.
    pub cargo_lock_sha256: String,
    /// Operating system, processor architecture, widest vectors.
    pub platform: String,
    /// The settings of the run.
    pub run: RunTable,
    /// Where each value of the config came from: preset, file or flag.
    #[serde(default)]
    pub origins: BTreeMap<String, String>,
    /// Threads of a process.
    pub threads: usize,
    /// Processes side by side.
    pub jobs: usize,
    /// When the run was finished, in seconds since 1970 (UTC).
    pub finished_unix_s: u64,
    /// Seconds of work by cell; see `timing.json` of each.
    pub cell_time_s: BTreeMap<String, f64>,
    /// Trainings that diverged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diverged: Vec<Divergence>,
    /// Cells that are not there: the run is not finished, and what is there was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
}

/// Seconds by name.
pub type Times = BTreeMap<String, Vec<f64>>;

/// How long a cell took: `timing.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Timing {
    /// Seconds of work, over all processes that had a part in it.
    pub wall_time_s: f64,
    /// Threads of the process that finished it.
    pub threads: usize,
    /// What the cell measured itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: Times,
}

impl Manifest {
    /// Cells of the run, those included that are missing.
    pub fn cells(&self) -> usize {
        self.cell_time_s.len() + self.missing.len()
    }

    /// Gathers what can be known now.
    pub fn gather(
        run: &RunTable,
        origins: &BTreeMap<String, Origin>,
        cells: &[(String, Timing)],
        diverged: Vec<Divergence>,
        jobs: usize,
    ) -> Self {
        Self {
            command: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            git_commit: source_tree().commit.clone(),
            git_dirty: source_tree().is_dirty,
            retrace_version: env!("CARGO_PKG_VERSION").to_owned(),
            burn_version: locked_version("burn").unwrap_or_default(),
            cargo_lock_sha256: sha256(CARGO_LOCK.as_bytes()),
            platform: platform(),
            run: run.clone(),
            origins: origins
                .iter()
                .map(|(key, origin)| (key.clone(), origin.to_string()))
                .collect(),
            threads: rayon::current_num_threads(),
            jobs,
            finished_unix_s: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs()),
            cell_time_s: cells
                .iter()
                .map(|(name, timing)| (name.clone(), timing.wall_time_s))
                .collect(),
            diverged,
            missing: Vec::new(),
        }
    }

    /// Writes the manifest of a run.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, dir: &RunDir) -> Result<()> {
        seal::write_json(&dir.manifest(), self)
    }
}

/// Operating system and processor, down to what decides in which order sums are made:
/// `linux x86_64 avx512`.
pub(crate) fn platform() -> String {
    use std::env::consts::{ARCH, OS};
    #[cfg(target_arch = "x86_64")]
    let vectors = match (
        is_x86_feature_detected!("avx512f"),
        is_x86_feature_detected!("avx2"),
    ) {
        (true, _) => " avx512",
        (false, true) => " avx2",
        (false, false) => "",
    };
    #[cfg(not(target_arch = "x86_64"))]
    let vectors = "";
    format!("{OS} {ARCH}{vectors}")
}

/// The tree that this program was built from, as git knows it.
pub(crate) struct SourceTree {
    commit: Option<String>,
    is_dirty: Option<bool>,
}

impl SourceTree {
    /// The commit, with a plus where the tree was changed.
    pub fn state(&self) -> Option<String> {
        let mark = if self.is_dirty == Some(false) {
            ""
        } else {
            "+"
        };
        Some(self.commit.clone()? + mark)
    }
}

/// The source tree; git is asked once, so that all pictures of a process say the same.
pub(crate) fn source_tree() -> &'static SourceTree {
    static TREE: LazyLock<SourceTree> = LazyLock::new(|| SourceTree {
        commit: git(&["rev-parse", "HEAD"]),
        is_dirty: git(&["status", "--porcelain"]).map(|changes| !changes.is_empty()),
    });
    &TREE
}

/// Asks git about the tree that this program was built from; `None` where there is none.
fn git(arguments: &[&str]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of a package in the lock file.
pub(crate) fn locked_version(package: &str) -> Option<String> {
    let lock: toml::Table = CARGO_LOCK.parse().ok()?;
    lock.get("package")?
        .as_array()?
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))?
        .get("version")?
        .as_str()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_burn_is_read_from_the_lock_file() {
        assert_eq!(locked_version("burn").as_deref(), Some("0.22.1"));
        assert_eq!(locked_version("no such package"), None);
    }
}
