//! Whether a run works on published data or on their synthetic twins.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

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
    /// have another size, or when `--data-dir` names no folder.
    pub fn folder(&self, name: &str) -> Result<Option<PathBuf>> {
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
                _ => Err(missing(name, &folder, "is not there: expected it in")),
            };
        }
        match retrace_data::sets::find(name) {
            Some(set) if !retrace_data::sets::present(set, &root) => {
                Err(missing(name, &folder, "is not complete in"))
            }
            _ => Ok(Some(folder)),
        }
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

fn missing(name: &str, folder: &Path, what: &str) -> Error {
    let folder = folder.display();
    Error::Data(
        format!(
            "the data set {name} {what} {folder}; `retrace data fetch {name}` brings it, --data-dir \
             names another folder of data sets, --data synthetic takes the twin"
        )
        .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(data: Choice, folder: &std::path::Path) -> DataSets {
        DataSets {
            data,
            dir: DataDir {
                data_dir: Some(folder.to_path_buf()),
            },
        }
    }

    #[test]
    fn auto_takes_what_is_there_and_twins_for_the_rest() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("faces")).unwrap();
        let auto = sets(Choice::Auto, root.path());
        assert_eq!(
            auto.folder("faces").unwrap(),
            Some(root.path().join("faces"))
        );
        assert_eq!(auto.folder("digits").unwrap(), None);
        let synthetic = sets(Choice::Synthetic, root.path());
        assert_eq!(synthetic.folder("faces").unwrap(), None);
    }

    #[test]
    fn real_data_that_are_missing_are_named_with_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        let error = DataSets::real(root.path()).folder("digits").unwrap_err();
        assert_eq!(error.exit_code(), 3);
        let text = error.chain();
        assert!(
            text.contains(&root.path().join("digits").display().to_string()),
            "{text}"
        );
        assert!(text.contains("--data synthetic"), "{text}");
    }

    #[test]
    fn a_set_that_is_not_complete_is_an_error_even_where_twins_would_do() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("mnist")).unwrap();
        let error = sets(Choice::Auto, root.path()).folder("mnist").unwrap_err();
        assert!(
            error.chain().contains("retrace data fetch mnist"),
            "{}",
            error.chain()
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_even_where_twins_would_do() {
        let error = sets(Choice::Auto, "no/such/folder".as_ref())
            .folder("digits")
            .unwrap_err();
        assert!(
            error.chain().contains("no/such/folder"),
            "{}",
            error.chain()
        );
    }
}
