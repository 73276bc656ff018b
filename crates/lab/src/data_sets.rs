//! Whether a run works on published data or on their synthetic twins.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use retrace_data::sets::{self, DataSet, FileState};

use crate::error::{Error, Result};

/// Published data sets on this machine, and whether they are wanted.
#[derive(Debug, Clone, Args)]
pub struct DataSets {
    /// Published data, their synthetic twins, or published where they are there
    #[arg(long, value_enum, default_value_t = Choice::Auto, value_name = "KIND")]
    data: Choice,
    #[command(flatten)]
    /// Where they are.
    dir: DataDir,
}

/// Where the published data sets lie.
#[derive(Debug, Clone, Args)]
pub struct DataDir {
    /// Folder of the published data sets [default: retrace in the cache folder of the system]
    #[arg(long, value_name = "DIR", env = "RETRACE_DATA")]
    data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The folder that holds a folder for each data set; it need not exist.
    ///
    /// # Errors
    /// When none is named and the system has no cache folder.
    pub fn root(&self) -> Result<PathBuf> {
        let named = self.data_dir.clone();
        let cache = || dirs::cache_dir().map(|folder| folder.join("retrace"));
        named.or_else(cache).ok_or_else(|| {
            let sentence = "this system has no cache folder: name one with --data-dir";
            Error::Usage(sentence.to_owned())
        })
    }
}

/// Which data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// Published data where they are there, else their twins
    Auto,
    /// Published data
    Real,
    /// Twins made by our own code
    Synthetic,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Real => "real",
            Self::Synthetic => "synthetic",
        })
    }
}

impl DataSets {
    /// Twins only.
    pub fn synthetic() -> Self {
        Self {
            data: Choice::Synthetic,
            dir: DataDir { data_dir: None },
        }
    }

    /// Published data only, from below `folder`.
    pub fn real(folder: impl Into<PathBuf>) -> Self {
        Self {
            data: Choice::Real,
            dir: DataDir {
                data_dir: Some(folder.into()),
            },
        }
    }

    /// The folder of the published data set `name`, or `None` when its twin is to be used.
    ///
    /// # Errors
    /// When published data are asked for and there are none, when files of the set are missing or
    /// have another size (the first is named), or when `--data-dir` names no folder.
    pub fn folder(&self, name: &str) -> Result<Option<PathBuf>> {
        self.folder_but_for(name, |_| false)
    }

    /// The same, but files (paths in the folder of the set) of which `may_differ` says yes may have
    /// another size: for an experiment that reads them one by one and names those that are damaged.
    /// They may not be missing.
    ///
    /// # Errors
    /// As [`folder`](Self::folder).
    pub fn folder_but_for(
        &self,
        name: &str,
        may_differ: impl Fn(&str) -> bool,
    ) -> Result<Option<PathBuf>> {
        if self.data == Choice::Synthetic {
            return Ok(None);
        }
        if let Some(dir) = self.dir.data_dir.as_ref().filter(|dir| !dir.is_dir()) {
            return Err(Error::Data(
                format!(
                    "expected a folder of data sets, found none at {}",
                    dir.display()
                )
                .into(),
            ));
        }
        let root = self.dir.root()?;
        let folder = root.join(name);
        if !folder.is_dir() {
            return match self.data {
                Choice::Auto => Ok(None),
                _ => {
                    let folder = folder.display();
                    Err(unusable(
                        name,
                        &format!("is not there: expected it in {folder}"),
                    ))
                }
            };
        }
        let what = sets::find(name).and_then(|set| what_is_wrong(set, &root, may_differ));
        what.map_or(Ok(Some(folder)), |what| Err(unusable(name, &what)))
    }

    /// The flags that tell a worker the same.
    pub(crate) fn flags(&self) -> Vec<std::ffi::OsString> {
        let mut flags = vec!["--data".into(), self.data.to_string().into()];
        if let Some(dir) = &self.dir.data_dir {
            flags.extend(["--data-dir".into(), dir.into()]);
        }
        flags
    }
}

/// The first file that is missing or has another size, and how many more.
fn what_is_wrong(set: &DataSet, root: &Path, may_differ: impl Fn(&str) -> bool) -> Option<String> {
    let mut wrong = sets::glance(set, root).filter(|(file, state)| {
        !(matches!(state, FileState::OtherSize(_)) && may_differ(&file.path))
    });
    let (file, state) = wrong.next()?;
    let more = match wrong.count() {
        0 => String::new(),
        1 => ", and 1 more file is wrong".to_owned(),
        count => format!(", and {count} more files are wrong"),
    };
    let (folder, path) = (set.folder(root), &file.path);
    Some(format!(
        "is not complete in {}: {path}: {state} (expected {} bytes){more}",
        folder.display(),
        file.bytes
    ))
}

fn unusable(name: &str, what: &str) -> Error {
    Error::Data(
        format!(
            "the data set {name} {what}; `retrace data fetch {name}` brings it, --data-dir names \
             another folder of data sets, --data synthetic takes the twin"
        )
        .into(),
    )
}

#[cfg(test)]
mod tests;
