//! Outdoor scenes in Lab, published ones or their twin, at the two sizes that the networks take.
//!
//! As in the post, a picture is brought to the size without regard to its proportions. The twin is
//! drawn by code, for machines without the photographs: sky, hills, a field, a sun. It has what the
//! experiment asks of a scene (smooth areas, edges, textures, and colours that go with them), and
//! what a network reaches on it says nothing about photographs.

use std::f64::consts::TAU;

use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage};
use ndarray::Array3;
use rand::{Rng, RngExt};
use rayon::prelude::*;
use retrace_data::colour::lab_from_picture;
use retrace_data::read_scenes;
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result, random, sha256};

use crate::config::{Config, Size};
use crate::data::{Example, Examples};

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
pub fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Scenes>> {
    let (pictures, kind, sha256) = match sets.folder(SET)? {
        Some(folder) => {
            let (pictures, sum) = read_scenes(&folder, config.scenes).map_err(Error::data)?;
            (pictures, InputKind::Real, sum)
        }
        None => {
            let pictures = drawn(config.scenes);
            let bytes: Vec<&[u8]> = pictures.iter().map(DynamicImage::as_bytes).collect();
            let sum = sha256(&bytes.concat());
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
        let mut planes = self.scenes[number].iter().copied();
        let input: Vec<f32> = planes.by_ref().take(self.size().pixels()).collect();
        let target = if self.colour {
            planes.collect()
        } else {
            input.clone()
        };
        Example { input, target }
    }
}

/// Width and height of the twin in pixels.
const DRAWN_SIZE: (u32, u32) = (150, 100);

/// Waves that a skyline is the sum of.
const WAVES: usize = 5;

/// Red, green and blue, 0 to 255.
type Colour = [f64; 3];

/// So many scenes, the same on every machine.
fn drawn(count: usize) -> Vec<DynamicImage> {
    (0..count as u64)
        .map(|number| scene(&mut random::stream(0, "scene", number)))
        .collect()
}

/// A hill or a field: a sum of waves, and everything below it.
struct Skyline {
    height: f64,
    waves: [(f64, f64, f64); WAVES],
    colour: Colour,
}

impl Skyline {
    fn draw(random: &mut impl Rng, height: f64, rough: f64, colour: Colour) -> Self {
        let mut wave = |number: usize| {
            let size = rough / (number + 1) as f64;
            (
                random.random_range(0.0..size),
                random.random_range(1.0..3.0) * (number + 1) as f64,
                random.random_range(0.0..TAU),
            )
        };
        Self {
            height,
            waves: std::array::from_fn(&mut wave),
            colour,
        }
    }

    /// Height of the line at `x`, both 0-1, from the top.
    fn at(&self, x: f64) -> f64 {
        let waves = self.waves.iter();
        self.height
            - waves
                .map(|(size, rate, phase)| size * (rate * x * 6.0 + phase).sin())
                .sum::<f64>()
    }
}

fn scene(random: &mut impl Rng) -> DynamicImage {
    let mut near = |colour: Colour, spread: f64| {
        colour.map(|channel| channel + random.random_range(-spread..spread))
    };
    let (zenith, horizon) = (
        near([70.0, 120.0, 200.0], 40.0),
        near([190.0, 200.0, 215.0], 40.0),
    );
    let hills = [
        near([110.0, 115.0, 130.0], 35.0),
        near([60.0, 95.0, 55.0], 35.0),
    ];
    let ground = near([120.0, 125.0, 60.0], 45.0);
    let skylines = [
        Skyline::draw(random, 0.5, 0.12, hills[0]),
        Skyline::draw(random, 0.65, 0.08, hills[1]),
        Skyline::draw(random, 0.82, 0.04, ground),
    ];
    let sun: (f64, f64, f64) = (
        random.random_range(0.0..1.0),
        random.random_range(0.05..0.4),
        random.random_range(0.02..0.08),
    );
    let rough = random.random_range(4.0..16.0);
    let (width, height) = DRAWN_SIZE;
    let mut picture = RgbImage::new(width, height);
    for (column, row, pixel) in picture.enumerate_pixels_mut() {
        let (x, y) = (
            f64::from(column) / f64::from(width),
            f64::from(row) / f64::from(height),
        );
        let from_sun = ((x - sun.0) * 1.5).hypot(y - sun.1);
        let front = skylines.iter().rev().find(|line| y > line.at(x));
        let (colour, noise) = match front {
            Some(line) => (line.colour, rough * (0.5 + y)),
            None if from_sun < sun.2 => ([255.0, 245.0, 200.0], 0.5),
            None => (between(zenith, horizon, y * 1.6), 0.5),
        };
        // Texture changes the light, not the hue.
        let light = random.random_range(-noise..noise);
        *pixel = Rgb(colour.map(|channel| (channel + light).clamp(0.0, 255.0) as u8));
    }
    DynamicImage::from(picture)
}

fn between(from: Colour, to: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|channel| from[channel] + share * (to[channel] - from[channel]))
}
