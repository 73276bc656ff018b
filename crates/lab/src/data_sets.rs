//! Whether a run works on published data or on their synthetic twins.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::error::{Error, Result};

/// Published data sets on this machine, and whether they are wanted.
#[derive(Debug, Clone, Args)]
pub struct DataSets {
    /// Published data, their synthetic twins, or published where they are there
    #[arg(long, value_enum, default_value_t = Choice::Auto, value_name = "KIND")]
    data: Choice,
    /// Folder of the published data sets [default: retrace in the cache folder of the system]
    #[arg(long, value_name = "DIR", env = "RETRACE_DATA")]
    data_dir: Option<PathBuf>,
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
            data_dir: None,
        }
    }

    /// Published data only, from below `folder`.
    pub fn real(folder: impl Into<PathBuf>) -> Self {
        Self {
            data: Choice::Real,
            data_dir: Some(folder.into()),
        }
    }

    /// The folder of the published data set `name`, or `None` when its twin is to be used.
    ///
    /// # Errors
    /// When published data are asked for and there are none, or `--data-dir` names no folder.
    pub fn folder(&self, name: &str) -> Result<Option<PathBuf>> {
        if self.data == Choice::Synthetic {
            return Ok(None);
        }
        if let Some(dir) = self.data_dir.as_ref().filter(|dir| !dir.is_dir()) {
            return Err(Error::Data(
                format!(
                    "expected a folder of data sets, found none at {}",
                    dir.display()
                )
                .into(),
            ));
        }
        let root = self.data_dir.clone().or_else(cache);
        let folder = root.as_ref().map(|root| root.join(name));
        match folder {
            Some(folder) if folder.is_dir() => Ok(Some(folder)),
            _ if self.data == Choice::Auto => Ok(None),
            _ => {
                let place = folder.unwrap_or_else(|| name.into());
                Err(Error::Data(
                    format!(
                        "the data set {name} is not there: expected it in {}; name the folder of \
                         your data sets with --data-dir, or take the twin with --data synthetic",
                        place.display()
                    )
                    .into(),
                ))
            }
        }
    }

    /// The flags that tell a worker the same.
    pub(crate) fn flags(&self) -> Vec<std::ffi::OsString> {
        let mut flags = vec!["--data".into(), self.data.to_string().into()];
        if let Some(dir) = &self.data_dir {
            flags.extend(["--data-dir".into(), dir.into()]);
        }
        flags
    }
}

fn cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|folder| folder.join("retrace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(data: Choice, folder: &std::path::Path) -> DataSets {
        DataSets {
            data,
            data_dir: Some(folder.to_path_buf()),
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
