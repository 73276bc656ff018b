//! Reads the published photographs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use image::DynamicImage;
use image::imageops::FilterType;
use rayon::prelude::*;
use retrace_data::{PictureError, read_picture, sha256};
use retrace_lab::{Error, Result};

use super::{Photo, Scenes};
use crate::config::ColorizationConfig;

/// What all decoded pictures together may take.
pub const MAX_CACHE_BYTES: u64 = 2 << 30;
const TRAIN_LIST: &str = "mit_split_train.txt";
const TEST_LIST: &str = "mit_split_test.txt";

/// What can be wrong with the set beyond a single picture.
#[derive(Debug, thiserror::Error)]
pub enum ScenesError {
    /// A list of file names that cannot be read.
    #[error("cannot read the list {}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A line of a list that is not `category/file`.
    #[error("{}, line {line}: expected `category/file`, found {found:?}", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What it says.
        found: String,
    },
    /// A list without names.
    #[error("{} names no pictures", path.display())]
    Nothing {
        /// The list.
        path: PathBuf,
    },
    /// A picture that is damaged, or of another size than the published one.
    #[error("`--skip-damaged true` leaves damaged pictures out and says which")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More pictures than the cache holds.
    #[error(
        "the pictures of {} take more than the {:.1} MiB that are kept; `--pictures` and \
         `--test-pictures` take fewer, `--side` makes them smaller",
        folder.display(),
        *limit as f64 / f64::from(1 << 20)
    )]
    TooMuch {
        /// The set.
        folder: PathBuf,
        /// What decoded pictures may take, in bytes.
        limit: u64,
    },
}

/// The pictures of both lists, as many of each as the config asks for, evenly spread over the
/// list; and the checksum over their files.
///
/// # Errors
/// See [`ScenesError`]; each names the file.
pub fn read_scenes(folder: &Path, config: &ColorizationConfig) -> Result<(Scenes, String)> {
    read_scenes_within(folder, config, MAX_CACHE_BYTES)
}

/// The same when decoded pictures may take so many bytes.
///
/// # Errors
/// As [`read_scenes`].
pub fn read_scenes_within(
    folder: &Path,
    config: &ColorizationConfig,
    max_bytes: u64,
) -> Result<(Scenes, String)> {
    let lists = [
        (TRAIN_LIST, config.pictures),
        (TEST_LIST, config.test_pictures),
    ];
    let mut reading = Reading::new(folder, config, max_bytes);
    let [train, test] = lists.map(|(list, count)| reading.part(&folder.join(list), count));
    let scenes = Scenes {
        train: train?,
        test: test?,
        skipped: reading.skipped,
    };
    Ok((scenes, sha256(reading.sums.as_bytes())))
}

/// What is remembered from one list to the next.
struct Reading<'a> {
    folder: &'a Path,
    skip_damaged: bool,
    side: u32,
    skipped: Vec<String>,
    seen: BTreeSet<String>,
    sums: String,
    bytes: u64,
    max_bytes: u64,
}

impl<'a> Reading<'a> {
    fn new(folder: &'a Path, config: &ColorizationConfig, max_bytes: u64) -> Self {
        Self {
            folder,
            skip_damaged: config.skip_damaged,
            side: config.side as u32,
            skipped: Vec::new(),
            seen: BTreeSet::new(),
            sums: String::new(),
            bytes: 0,
            max_bytes,
        }
    }

    /// Pictures are decoded side by side, some at a time, so that the bound is met before the
    /// memory is taken.
    fn part(&mut self, list: &Path, count: usize) -> Result<Vec<Photo>> {
        let names = spread(names(list).map_err(Error::data)?, count);
        let mut photos = Vec::new();
        for some in names.chunks(64) {
            let side = self.side;
            let read = |name: &String| {
                let file = read_picture(&self.folder.join(name));
                let file = file.map(|file| (photo(name, file.image, side), file.sha256));
                (name.clone(), file)
            };
            let files: Vec<_> = some.par_iter().map(read).collect();
            for (name, file) in files {
                match file {
                    Ok((photo, sha256)) => {
                        self.sums += &sha256;
                        if self.seen.insert(sha256) {
                            photos.push(photo);
                            self.count(&photos)?;
                        }
                    }
                    Err(error) => self.damaged(name, error)?,
                }
            }
        }
        Ok(photos)
    }

    fn count(&mut self, photos: &[Photo]) -> Result<()> {
        let last = photos.last().map_or(0, |photo| photo.image.as_raw().len());
        self.bytes += last as u64;
        if self.bytes > self.max_bytes {
            return Err(Error::data(ScenesError::TooMuch {
                folder: self.folder.to_path_buf(),
                limit: self.max_bytes,
            }));
        }
        Ok(())
    }

    fn damaged(&mut self, name: String, error: PictureError) -> Result<()> {
        match error {
            PictureError::Damaged { .. }
            | PictureError::NotAPicture { .. }
            | PictureError::UnmarkedCmyk { .. } => {
                if !self.skip_damaged {
                    return Err(Error::data(ScenesError::Damaged(error.into())));
                }
                self.skipped.push(name);
                Ok(())
            }
            other => Err(Error::data(other)),
        }
    }
}

/// A picture with no side above `side` pixels: a larger one is made smaller by averages.
fn photo(name: &str, image: DynamicImage, side: u32) -> Photo {
    let large = image.width().max(image.height()) > side;
    let image = if large {
        image.resize(side, side, FilterType::Triangle)
    } else {
        image
    };
    let (category, file) = name.split_once('/').unwrap_or(("", name));
    Photo {
        category: category.to_owned(),
        name: file.to_owned(),
        image: image.into_rgb8(),
    }
}

/// The lines of a list; each must stay within the folder of the set.
fn names(list: &Path) -> Result<Vec<String>, ScenesError> {
    let path = || list.to_path_buf();
    let text = fs::read_to_string(list).map_err(|source| ScenesError::List {
        path: path(),
        source,
    })?;
    let mut names = Vec::new();
    for (index, line) in text.lines().map(str::trim).enumerate() {
        let parts: Vec<&str> = line.split('/').collect();
        let plain = |part: &&str| !part.is_empty() && !part.starts_with('.');
        match parts.len() {
            _ if line.is_empty() => {}
            2 if parts.iter().all(plain) => names.push(line.to_owned()),
            _ => {
                return Err(ScenesError::Line {
                    path: path(),
                    line: index + 1,
                    found: line.to_owned(),
                });
            }
        }
    }
    if names.is_empty() {
        return Err(ScenesError::Nothing { path: path() });
    }
    Ok(names)
}

/// At most `count` of `names`, evenly spread.
fn spread(names: Vec<String>, count: usize) -> Vec<String> {
    let all = names.len();
    if count >= all {
        return names;
    }
    (0..count).map(|i| names[i * all / count].clone()).collect()
}
