//! The photographs: eight categories of outdoor scenes, or drawn ones in their place.
//!
//! `scenes`: A. Oliva, A. Torralba, "Modeling the shape of the scene", IJCV 42, 2001; 2,688
//! pictures of 256x256 in the split of its two lists. A file whose content was read before is left
//! out: the set holds two pairs of equal files.
//!
//! Pictures are decoded once and kept at three bytes a pixel (529 MB for the whole set);
//! what a step needs of them becomes Lab then and there, which takes far less time than the step.

mod published;

use std::path::PathBuf;

use image::RgbImage;
use retrace_data::{colour, sha256_of};
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result};

pub use published::{MAX_CACHE_BYTES, ScenesError, read_scenes, read_scenes_within};

use crate::config::ColorizationConfig;
use crate::twin;

/// Name of the data set.
pub const SET: &str = "scenes";
/// The category that the author began with.
pub const FOREST: &str = "forest";
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
    /// The pixels, a picture each.
    fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        let photos = self.train.iter().chain(&self.test);
        photos.map(|photo| photo.image.as_raw().as_slice())
    }

    /// Which pictures were left out.
    fn note(&self) -> Option<String> {
        let named: Vec<&str> = self
            .skipped
            .iter()
            .map(String::as_str)
            .take(NAMED)
            .collect();
        let more = match self.skipped.len() - named.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        let named = named.join(", ");
        (!named.is_empty()).then(|| format!("{SET}: left out as damaged: {named}{more}"))
    }
}

/// Reads the photographs, or draws their twins.
///
/// # Errors
/// A file that is missing or damaged (named), or more pictures than fit into the cache.
pub fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
    if let Some(folder) = folder(config, sets)? {
        let (data, sum) = read_scenes(&folder, config)?;
        return Ok(loaded(data, InputKind::Real, sum));
    }
    let data = drawn(config)?;
    let sum = sha256_of(data.pixels());
    Ok(loaded(data, InputKind::Synthetic, sum))
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

fn loaded(data: Scenes, kind: InputKind, sha256: String) -> Loaded<Scenes> {
    Loaded {
        notes: data.note().into_iter().collect(),
        data,
        inputs: vec![Input {
            name: SET.to_owned(),
            kind,
            sha256,
        }],
    }
}
