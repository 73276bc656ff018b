//! Outdoor scenes in Lab, published ones or their twin, at the two sizes that the networks take.
//!
//! As in the post, a picture is brought to the size without regard to its proportions.

use image::DynamicImage;
use image::imageops::FilterType;
use ndarray::{Array3, Axis};
use rayon::prelude::*;
use retrace_data::colour::lab_from_picture;
use retrace_data::read_scenes;
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result, sha256};

use super::{Example, Examples, Size, twin};
use crate::config::AutoencoderConfig;

/// Name of the data set.
const SET: &str = "scenes";

/// Of five scenes, one is for validation.
const FIFTH: usize = 5;

/// All scenes, as the autoencoder sees them and as the first attempt does.
#[derive(Debug)]
pub struct Scenes {
    /// `[3, height, width]`: L, a and b.
    full: Vec<Array3<f32>>,
    /// The same scenes at the size of the first attempt.
    small: Vec<Array3<f32>>,
}

/// Reads or draws the scenes.
///
/// # Errors
/// A file that is missing or damaged, too few files: names file or folder.
pub fn load(config: &AutoencoderConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
    let (pictures, kind, sha256) = match sets.folder(SET)? {
        Some(folder) => {
            let (pictures, sum) = read_scenes(&folder, config.scenes).map_err(Error::data)?;
            (pictures, InputKind::Real, sum)
        }
        None => {
            let pictures = twin::scenes(config.scenes);
            let bytes: Vec<u8> = pictures
                .iter()
                .flat_map(|p| p.as_bytes().to_vec())
                .collect();
            let sum = sha256(&bytes);
            (pictures, InputKind::Synthetic, sum)
        }
    };
    let at = |size: Size| pictures.par_iter().map(move |p| lab(p, size)).collect();
    Ok(Loaded {
        data: Scenes {
            full: at(config.size()),
            small: at(config.colour_size()),
        },
        inputs: vec![Input {
            name: SET.to_owned(),
            kind,
            sha256,
        }],
        notes: Vec::new(),
    })
}

fn lab(picture: &DynamicImage, size: Size) -> Array3<f32> {
    let (width, height) = (size.width as u32, size.height as u32);
    lab_from_picture(&picture.resize_exact(width, height, FilterType::Triangle))
}

/// Which scenes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Four of five.
    Training,
    /// The fifth one.
    Validation,
}

impl Scenes {
    /// L in, L out.
    pub fn grey(&self, part: Part) -> impl Examples + '_ {
        SomeScenes::of(&self.full, part, false)
    }

    /// L in, a and b out.
    pub fn colour(&self, part: Part) -> impl Examples + '_ {
        SomeScenes::of(&self.small, part, true)
    }
}

struct SomeScenes<'a> {
    scenes: Vec<&'a Array3<f32>>,
    colour: bool,
}

impl<'a> SomeScenes<'a> {
    fn of(all: &'a [Array3<f32>], part: Part, colour: bool) -> Self {
        let belongs = |number: &usize| (number % FIFTH == FIFTH - 1) == (part == Part::Validation);
        let scenes = (0..all.len()).filter(belongs).map(|number| &all[number]);
        Self {
            scenes: scenes.collect(),
            colour,
        }
    }
}

impl Examples for SomeScenes<'_> {
    fn size(&self) -> Size {
        let (_, height, width) = self.scenes[0].dim();
        Size { width, height }
    }

    fn channels(&self) -> usize {
        if self.colour { 2 } else { 1 }
    }

    fn count(&self) -> usize {
        self.scenes.len()
    }

    fn example(&self, number: usize) -> Example {
        let planes = |from: usize, to: usize| {
            let planes = self.scenes[number].axis_iter(Axis(0)).take(to).skip(from);
            planes
                .flat_map(|plane| plane.iter().copied().collect::<Vec<_>>())
                .collect()
        };
        Example {
            input: planes(0, 1),
            target: if self.colour {
                planes(1, 3)
            } else {
                planes(0, 1)
            },
        }
    }
}
