//! The photographs: eight categories of outdoor scenes, or drawn ones in their place.
//!
//! `scenes`: A. Oliva, A. Torralba, "Modeling the shape of the scene", IJCV 42, 2001; 2,688
//! pictures of 256x256 in the split of its two lists. A file whose content was read before is left
//! out: the set holds two pairs of equal files.
//!
//! Pictures are decoded once and kept at three bytes a pixel (529 MB for the whole set);
//! what a step needs of them becomes Lab then and there, which takes far less time than the step.

mod published;

use image::RgbImage;
use retrace_data::{colour, sha256};
use retrace_lab::{DataSets, Input, InputKind, Loaded, Result};

pub use published::{MAX_CACHE_BYTES, ScenesError, read_scenes};

use crate::config::ColorizationConfig;
use crate::twin;

/// Name of the data set.
pub const SET: &str = "scenes";
/// The category that the author began with.
pub const FOREST: &str = "forest";

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
    fn bytes(&self) -> Vec<u8> {
        let photos = self.train.iter().chain(&self.test);
        photos
            .flat_map(|photo| photo.image.as_raw().iter().copied())
            .collect()
    }
}

/// Reads the photographs, or draws their twins.
///
/// # Errors
/// A file that is missing or damaged (named), or more pictures than fit into the cache.
pub fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
    if let Some(folder) = sets.folder(SET)? {
        let (data, sum) = read_scenes(&folder, config)?;
        return Ok(loaded(data, InputKind::Real, sum));
    }
    let data = Scenes {
        train: twin::draw("train", config.twin_pictures, config.side),
        test: twin::draw("test", config.test_pictures, config.side),
        skipped: Vec::new(),
    };
    let sum = sha256(&data.bytes());
    Ok(loaded(data, InputKind::Synthetic, sum))
}

fn loaded(data: Scenes, kind: InputKind, sha256: String) -> Loaded<Scenes> {
    Loaded {
        data,
        inputs: vec![Input {
            name: SET.to_owned(),
            kind,
            sha256,
        }],
        notes: Vec::new(),
    }
}
