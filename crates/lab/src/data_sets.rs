//! Whether a run works on published data or on their synthetic twins.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use retrace_data::is_in_another_form;
use retrace_data::sets::{self, DataSet, FileState};

use crate::error::{Error, Result};
use crate::input::{Input, InputKind};

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
#[derive(Debug, Default, Clone, Args)]
pub struct DataDir {
    /// Folder of the published data sets [default: retrace in the cache folder of the system]
    #[arg(long, value_name = "DIR", env = "RETRACE_DATA")]
    data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The flags that name the same folder, as seen from anywhere.
    pub(crate) fn flags(&self) -> Vec<OsString> {
        let Some(dir) = &self.data_dir else {
            return Vec::new();
        };
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        vec!["--data-dir".into(), dir.into()]
    }

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
    /// Those that a run with these inputs worked on; published ones lie where `dir` says.
    pub(crate) fn of_inputs(inputs: &[Input], dir: &DataDir) -> Self {
        let is_any = |kind| inputs.iter().any(|input| input.kind == kind);
        Self {
            data: match (is_any(InputKind::Real), is_any(InputKind::Synthetic)) {
                (true, true) => Choice::Auto,
                (true, false) => Choice::Real,
                (false, _) => Choice::Synthetic,
            },
            dir: dir.clone(),
        }
    }

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

    /// The folder of the published data set `name`, or `None` when its twin is to be used. MNIST's
    /// files may be unpacked.
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
    pub(crate) fn flags(&self) -> Vec<OsString> {
        let mut flags = vec!["--data".into(), self.data.to_string().into()];
        flags.extend(self.dir.flags());
        flags
    }

    /// Where they are.
    pub(crate) fn dir(&self) -> &DataDir {
        &self.dir
    }
}

/// The first file that is missing or has another size, and how many more.
fn what_is_wrong(set: &DataSet, root: &Path, may_differ: impl Fn(&str) -> bool) -> Option<String> {
    let folder = set.folder(root);
    let mut wrong = sets::glance(set, root).filter(|(file, state)| match state {
        FileState::OtherSize(_) if may_differ(&file.path) => false,
        FileState::OtherSize(_) | FileState::Missing => {
            !is_in_another_form(&folder.join(&file.path))
        }
        _ => true,
    });
    let (file, state) = wrong.next()?;
    let more = match wrong.count() {
        0 => String::new(),
        1 => ", and 1 more file is wrong".to_owned(),
        count => format!(", and {count} more files are wrong"),
    };
    Some(format!(
        "is not complete in {}: {}: {state} (expected {} bytes){more}",
        folder.display(),
        file.path,
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
mod tests {
    use std::fs;

    use super::*;

    fn choose(data: Choice, folder: &Path) -> DataSets {
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
        fs::create_dir(root.path().join("faces")).unwrap();
        let auto = choose(Choice::Auto, root.path());
        assert_eq!(
            auto.folder("faces").unwrap(),
            Some(root.path().join("faces"))
        );
        assert_eq!(auto.folder("digits").unwrap(), None);
        let synthetic = choose(Choice::Synthetic, root.path());
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

    /// A folder of data sets with the files of `name`, each of its size and without content.
    fn whole(name: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in &sets::find(name).unwrap().files {
            let path = root.path().join(name).join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::File::create(path).unwrap().set_len(file.bytes).unwrap();
        }
        root
    }

    #[test]
    fn a_set_that_is_not_complete_is_an_error_even_where_twins_would_do() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("mnist")).unwrap();
        let error = choose(Choice::Auto, root.path())
            .folder("mnist")
            .unwrap_err()
            .chain();
        assert!(error.contains("retrace data fetch mnist"), "{error}");
        let missing = "t10k-images-idx3-ubyte.gz: missing (expected 1648877 bytes)";
        assert!(error.contains(missing), "{error}");
        assert!(error.contains("and 3 more files are wrong"), "{error}");
    }

    #[test]
    fn the_first_file_of_another_size_is_named_with_both_sizes() {
        let root = whole("mnist");
        let sets = choose(Choice::Real, root.path());
        assert!(sets.folder("mnist").unwrap().is_some());
        let labels = root.path().join("mnist/train-labels-idx1-ubyte.gz");
        let cut = |bytes| fs::File::create(&labels).unwrap().set_len(bytes).unwrap();
        cut(28_000);
        let error = sets.folder("mnist").unwrap_err().chain();
        let named = "train-labels-idx1-ubyte.gz: another size, 28000 bytes (expected 28881 bytes)";
        assert!(error.contains(named) && !error.contains("more"), "{error}");
        fs::remove_file(root.path().join("mnist/train-images-idx3-ubyte.gz")).unwrap();
        let error = sets.folder("mnist").unwrap_err().chain();
        assert!(
            error.contains("train-images-idx3-ubyte.gz: missing"),
            "{error}"
        );
        assert!(error.contains("and 1 more file is wrong"), "{error}");
    }

    #[test]
    fn only_files_that_may_differ_may_have_another_size_and_none_may_be_missing() {
        let root = whole("mnist");
        let sets = choose(Choice::Real, root.path());
        let folder = |part: &'static str| sets.folder_but_for("mnist", move |p| p.contains(part));
        let labels = root.path().join("mnist/train-labels-idx1-ubyte.gz");
        fs::write(&labels, "short").unwrap();
        assert_eq!(folder("labels").unwrap(), Some(root.path().join("mnist")));
        let error = folder("images").unwrap_err().chain();
        assert!(error.contains("another size, 5 bytes"), "{error}");
        fs::remove_file(labels).unwrap();
        let error = folder("labels").unwrap_err().chain();
        assert!(
            error.contains("train-labels-idx1-ubyte.gz: missing"),
            "{error}"
        );
    }

    #[test]
    fn digits_may_be_unpacked() {
        let root = whole("mnist");
        let sets = choose(Choice::Real, root.path());
        let file = |name: &str| root.path().join("mnist").join(name);
        fs::write(file("train-labels-idx1-ubyte.gz"), b"\0\0\x08\x01\0\0\0\0").unwrap();
        let images = file("t10k-images-idx3-ubyte.gz");
        fs::rename(&images, file("t10k-images.idx3-ubyte")).unwrap();
        assert!(sets.folder("mnist").unwrap().is_some());
        fs::remove_file(file("t10k-images.idx3-ubyte")).unwrap();
        assert!(sets.folder("mnist").is_err());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_even_where_twins_would_do() {
        let error = choose(Choice::Auto, "no/such/folder".as_ref())
            .folder("digits")
            .unwrap_err();
        assert!(
            error.chain().contains("no/such/folder"),
            "{}",
            error.chain()
        );
    }
}
