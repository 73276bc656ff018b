//! Colouring a picture of any size: the network passes over it like one large convolution.
//!
//! The author colours a picture window by window, each 32x32 in and 16x16 out; a border of 8 pixels
//! stays grey. Convolutions share what neighbouring windows have in common, so one pass over the
//! whole picture gives the same numbers for less work. A large picture passes tile by tile, to
//! bound the memory; tiles overlap by what the network takes from each side, and give what the
//! whole would give.

use burn::tensor::{Device, Tensor, TensorData};
use clap::ValueEnum;
use ndarray::{Array2, Array3, Axis, concatenate, s};
use rayon::prelude::*;
use retrace_data::colour::{PictureFromLab, picture_from_lab};
use retrace_lab::Result;
use serde::{Deserialize, Serialize};

use crate::bins::{REACH, annealed_mean};
use crate::network::{MARGIN, Network};

/// Side of a tile's output. With 240 bins the widest pair of layers then takes about 40 MB.
pub const TILE: usize = 128;

/// What happens to the 8 pixels at the border, which have no full window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Border {
    /// The picture is continued by its mirror image
    Reflect,
    /// They stay grey, as in the post
    Grey,
}

/// From what the network gives for a pixel to its colour.
#[derive(Debug, Clone, PartialEq)]
pub enum Decoder {
    /// The annealed mean of these colours.
    Bins {
        /// One colour per bin.
        centres: Vec<[f32; 2]>,
        /// T.
        temperature: f64,
    },
    /// a and b as they are.
    Plane,
}

impl Decoder {
    /// The same at another temperature.
    #[must_use]
    pub fn at(&self, temperature: f64) -> Self {
        match self {
            Self::Bins { centres, .. } => Self::Bins {
                centres: centres.clone(),
                temperature,
            },
            Self::Plane => Self::Plane,
        }
    }

    /// a and b of a pixel.
    pub fn colour(&self, outputs: &[f32]) -> [f32; 2] {
        match self {
            Self::Bins {
                centres,
                temperature,
            } => annealed_mean(outputs, centres, *temperature as f32),
            Self::Plane => [0, 1].map(|plane| outputs[plane] * REACH as f32),
        }
    }
}

/// A part of a picture, with what the network gives for it.
#[derive(Debug)]
pub struct Tile {
    /// First row in the picture.
    pub top: usize,
    /// First column in the picture.
    pub left: usize,
    /// Columns.
    pub width: usize,
    /// What the network gives, pixel by pixel, row by row: `outputs` numbers each.
    pub values: Vec<f32>,
    /// Numbers per pixel.
    pub outputs: usize,
}

impl Tile {
    /// Row and column in the picture of each pixel, with what the network gives for it.
    pub fn pixels(&self) -> impl Iterator<Item = (usize, usize, &[f32])> {
        let pixels = self.values.chunks_exact(self.outputs).enumerate();
        pixels.map(|(i, values)| {
            (
                self.top + i / self.width,
                self.left + i % self.width,
                values,
            )
        })
    }
}

/// Passes `network`, one in evaluation, over a picture in tiles of at most `side` x `side` outputs;
/// `visit` gets them one after the other, with their number from 1 and how many there are.
///
/// With [`Border::Grey`] no tile covers the 8 pixels at the border.
///
/// # Errors
/// Those of `visit`.
pub fn pass(
    network: &Network,
    lightness: &Array2<f32>,
    border: Border,
    side: usize,
    mut visit: impl FnMut(Tile, (u64, u64)) -> Result<()>,
) -> Result<()> {
    let (plane, offset) = match border {
        Border::Reflect => (reflected(lightness), 0),
        Border::Grey => (lightness.clone(), MARGIN),
    };
    let [height, width] = [plane.nrows(), plane.ncols()].map(|n| n.saturating_sub(2 * MARGIN));
    let corners = corners(height, width, side);
    let device = network.layers[0].weight.device();
    for (index, (top, left)) in corners.iter().enumerate() {
        let (high, wide) = (side.min(height - top), side.min(width - left));
        let part = s![
            *top..top + high + 2 * MARGIN,
            *left..left + wide + 2 * MARGIN
        ];
        let tile = Tile {
            top: top + offset,
            left: left + offset,
            width: wide,
            values: outputs(network, &plane.slice(part).to_owned(), &device),
            outputs: network.outputs(),
        };
        visit(tile, (index as u64 + 1, corners.len() as u64))?;
    }
    Ok(())
}

/// a and b of every pixel; zero where the border stays grey.
///
/// # Shapes
/// - output: `[2, height, width]`
///
/// # Errors
/// Those of `tile_done`, which gets how many tiles are done, of how many.
pub fn colours(
    network: &Network,
    decoder: &Decoder,
    lightness: &Array2<f32>,
    border: Border,
    mut tile_done: impl FnMut(u64, u64) -> Result<()>,
) -> Result<Array3<f32>> {
    let mut colours = Array3::zeros((2, lightness.nrows(), lightness.ncols()));
    pass(network, lightness, border, TILE, |tile, (done, of)| {
        let pixels = tile.values.par_chunks_exact(tile.outputs);
        let found: Vec<[f32; 2]> = pixels.map(|outputs| decoder.colour(outputs)).collect();
        for ((row, column, _), colour) in tile.pixels().zip(found) {
            colours[[0, row, column]] = colour[0];
            colours[[1, row, column]] = colour[1];
        }
        tile_done(done, of)
    })?;
    Ok(colours)
}

/// The picture of this lightness and these colours, clipped to sRGB.
///
/// # Shapes
/// - lightness: `[height, width]`
/// - colours: `[2, height, width]`, a and b
pub fn painted(lightness: &Array2<f32>, colours: &Array3<f32>) -> PictureFromLab {
    let lightness = lightness.view().insert_axis(Axis(0));
    let lab = concatenate(Axis(0), &[lightness, colours.view()]);
    picture_from_lab(&lab.expect("planes of one picture have one size"))
}

fn corners(height: usize, width: usize, side: usize) -> Vec<(usize, usize)> {
    let tops = (0..height).step_by(side);
    let row = |top| (0..width).step_by(side).map(move |left| (top, left));
    tops.flat_map(row).collect()
}

/// What the network gives for a part, pixel by pixel.
fn outputs(network: &Network, part: &Array2<f32>, device: &Device) -> Vec<f32> {
    let shape = [1, 1, part.nrows(), part.ncols()];
    let values: Vec<f32> = part.iter().copied().collect();
    let x = Tensor::from_data(TensorData::new(values, shape), device);
    let by_pixel = network.forward(x).permute([0, 2, 3, 1]);
    by_pixel.into_data().iter::<f32>().collect()
}

/// The picture with its mirror image around it, 8 pixels wide; the border itself is not repeated.
fn reflected(plane: &Array2<f32>) -> Array2<f32> {
    let (rows, columns) = plane.dim();
    Array2::from_shape_fn(
        (rows + 2 * MARGIN, columns + 2 * MARGIN),
        |(row, column)| plane[[mirror(row, rows), mirror(column, columns)]],
    )
}

/// Where a place of the padded picture lies in one of `length` pixels, which may be fewer than the
/// padding: the mirror images go back and forth.
fn mirror(padded: usize, length: usize) -> usize {
    let period = (2 * (length as i64 - 1)).max(1);
    let place = (padded as i64 - MARGIN as i64).rem_euclid(period);
    place.min(period - place).min(length as i64 - 1) as usize
}
