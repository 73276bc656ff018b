//! The photographs: eight categories of outdoor scenes, or drawn ones in their place.
//!
//! `scenes`: A. Oliva, A. Torralba, "Modeling the shape of the scene", IJCV 42, 2001; 2,688
//! pictures of 256x256 in the split of its two lists. A file whose content was read before is left
//! out: the set holds two pairs of equal files.
//!
//! Pictures are decoded once and kept at three bytes per pixel (529 MB for the whole set); what a
//! step needs of them becomes Lab then and there, which takes far less time than the step.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};
use rayon::prelude::*;
use retrace_data::{PictureError, colour, read_picture, sha256, sha256_of, shown};
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result};

use crate::config::ColorizationConfig;
use crate::twin;

/// Name of the data set.
const SET: &str = "scenes";
/// The category that the author began with.
pub const FOREST: &str = "forest";
/// What all decoded pictures together may take.
pub const MAX_CACHE_BYTES: u64 = 2 << 30;

const TRAIN_LIST: &str = "mit_split_train.txt";
const TEST_LIST: &str = "mit_split_test.txt";
/// Damaged pictures named one by one before the rest is only counted.
const NAMED: usize = 10;

/// A photograph, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The folder that it lay in: `forest`.
    pub category: String,
    /// Its file's name.
    pub name: String,
    /// Its pixels.
    pub image: RgbImage,
}

impl Photo {
    /// L, a and b of a pixel.
    pub fn lab(&self, row: usize, column: usize) -> [f32; 3] {
        colour::lab_from_rgb(self.image.get_pixel(column as u32, row as u32).0)
    }

    /// Rows and columns.
    pub fn size(&self) -> (usize, usize) {
        (self.image.height() as usize, self.image.width() as usize)
    }
}

/// The pictures of a run; nothing is chosen by the test pictures.
#[derive(Debug, Clone, Default)]
pub struct Scenes {
    /// To learn from.
    pub train: Vec<Photo>,
    /// To measure on.
    pub test: Vec<Photo>,
    /// Damaged files that were left out because the config allows it.
    pub skipped: Vec<String>,
}

impl Scenes {
    /// The pixels, picture by picture.
    fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        let photos = self.train.iter().chain(&self.test);
        photos.map(|photo| photo.image.as_raw().as_slice())
    }

    /// Which pictures were left out.
    fn note(&self) -> Option<String> {
        let (named, rest) = self.skipped.split_at(NAMED.min(self.skipped.len()));
        let more = match rest.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let names = named.join(", ");
        (!named.is_empty()).then(|| format!("{SET}: left out as damaged: {names}{more}"))
    }
}

/// What can be wrong with the set beyond a single picture.
#[derive(Debug, thiserror::Error)]
pub enum ScenesError {
    /// A list of file names that cannot be read.
    #[error("cannot read the list {}", shown(path))]
    List {
        /// The list.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A line of a list that is not `category/file`.
    #[error(
        "{}, line {line}: expected `category/file`, found {found:?}",
        shown(path)
    )]
    Line {
        /// The list.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What it says.
        found: String,
    },
    /// A list without names.
    #[error("{} names no pictures", shown(path))]
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
        shown(folder),
        *limit as f64 / f64::from(1 << 20)
    )]
    TooMuch {
        /// The set.
        folder: PathBuf,
        /// What decoded pictures may take, in bytes.
        limit: u64,
    },
}

/// Reads the photographs, or draws their twins.
///
/// # Errors
/// A file that is missing or damaged (named), or more pictures than fit into the cache.
pub fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
    let (data, kind, sha256) = if let Some(folder) = folder(config, sets)? {
        let (data, sum) = read_scenes(&folder, config, MAX_CACHE_BYTES)?;
        (data, InputKind::Real, sum)
    } else {
        let data = drawn(config)?;
        let sum = sha256_of(data.pixels());
        (data, InputKind::Synthetic, sum)
    };
    Ok(Loaded {
        notes: data.note().into_iter().collect(),
        data,
        inputs: vec![Input {
            name: SET.to_owned(),
            kind,
            sha256,
        }],
    })
}

/// The folder of the photographs, or nothing where drawn ones take their place.
fn folder(config: &ColorizationConfig, sets: &DataSets) -> Result<Option<PathBuf>> {
    let whole = sets.folder(SET);
    let Err(Error::Data(source)) = whole else {
        return whole;
    };
    // A list, or a picture that is not there, cannot be left out; all else that is wrong can.
    let folder = sets.folder_but_for(SET, |path| path.ends_with(".jpg"))?;
    if config.skip_damaged {
        return Ok(folder);
    }
    Err(Error::data(ScenesError::Damaged(source)))
}

fn drawn(config: &ColorizationConfig) -> Result<Scenes> {
    let pictures = config.twin_pictures + config.test_pictures;
    let bytes = 3 * (config.side as u64).pow(2) * pictures as u64;
    if bytes > MAX_CACHE_BYTES {
        let (side, limit) = (config.side, MAX_CACHE_BYTES >> 20);
        return Err(Error::Usage(format!(
            "{pictures} drawn pictures of {side}x{side} take {} MiB, more than the {limit} MiB that \
             are kept; `--twin-pictures` and `--test-pictures` draw fewer, `--side` smaller ones",
            bytes >> 20
        )));
    }
    Ok(Scenes {
        train: twin::draw("train", config.twin_pictures, config.side),
        test: twin::draw("test", config.test_pictures, config.side),
        skipped: Vec::new(),
    })
}

/// The pictures of both lists, as many of each as the config asks for, evenly spread over the list,
/// and the checksum over their files. Decoded they may take `max_bytes`.
///
/// # Errors
/// See [`ScenesError`]; each names the file.
pub fn read_scenes(
    folder: &Path,
    config: &ColorizationConfig,
    max_bytes: u64,
) -> Result<(Scenes, String)> {
    let mut reading = Reading {
        folder,
        config,
        skipped: Vec::new(),
        known: BTreeSet::new(),
        sums: String::new(),
        free_bytes: max_bytes,
        max_bytes,
    };
    let scenes = Scenes {
        train: reading.part(TRAIN_LIST, config.pictures)?,
        test: reading.part(TEST_LIST, config.test_pictures)?,
        skipped: reading.skipped,
    };
    Ok((scenes, sha256(reading.sums.as_bytes())))
}

/// What goes on from one list to the next.
struct Reading<'a> {
    folder: &'a Path,
    config: &'a ColorizationConfig,
    skipped: Vec<String>,
    /// Checksums of all files so far.
    known: BTreeSet<String>,
    /// The same, one after the other.
    sums: String,
    free_bytes: u64,
    max_bytes: u64,
}

impl Reading<'_> {
    /// Pictures are decoded side by side, some at a time, so that the bound is met before the
    /// memory is taken.
    fn part(&mut self, list: &str, count: usize) -> Result<Vec<Photo>> {
        let names = names(&self.folder.join(list)).map_err(Error::data)?;
        let mut photos = Vec::new();
        for some in spread(names, count).chunks(64) {
            let (folder, side) = (self.folder, self.config.side as u32);
            let read = |name: &String| {
                let file = read_picture(&folder.join(name));
                file.map(|file| (photo(name, file.image, side), file.sha256))
            };
            let files: Vec<_> = some.par_iter().map(read).collect();
            for (name, file) in some.iter().zip(files) {
                match file {
                    Ok((photo, sha256)) => {
                        self.sums += &sha256;
                        if self.known.insert(sha256) {
                            self.reserve(&photo)?;
                            photos.push(photo);
                        }
                    }
                    Err(error) => self.damaged(name, error)?,
                }
            }
        }
        Ok(photos)
    }

    fn reserve(&mut self, photo: &Photo) -> Result<()> {
        let bytes = photo.image.as_raw().len() as u64;
        let free = self.free_bytes.checked_sub(bytes);
        let too_much = || ScenesError::TooMuch {
            folder: self.folder.to_path_buf(),
            limit: self.max_bytes,
        };
        self.free_bytes = free.ok_or_else(|| Error::data(too_much()))?;
        Ok(())
    }

    fn damaged(&mut self, name: &str, error: PictureError) -> Result<()> {
        match error {
            PictureError::Damaged(..)
            | PictureError::NotAPicture { .. }
            | PictureError::NotRead { .. }
            | PictureError::UnmarkedCmyk(_) => {
                if !self.config.skip_damaged {
                    return Err(Error::data(ScenesError::Damaged(error.into())));
                }
                self.skipped.push(name.to_owned());
                Ok(())
            }
            other => Err(Error::data(other)),
        }
    }
}

/// A picture with no side above `side` pixels: a larger one is made smaller by averages.
fn photo(name: &str, image: DynamicImage, side: u32) -> Photo {
    let is_large = image.width().max(image.height()) > side;
    let image = if is_large {
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
        let is_plain = |part: &&str| !part.is_empty() && !part.starts_with('.');
        match parts.len() {
            _ if line.is_empty() => {}
            2 if parts.iter().all(is_plain) => names.push(line.to_owned()),
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
