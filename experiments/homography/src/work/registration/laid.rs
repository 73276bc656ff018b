//! One picture laid over another, and how well their grey values agree there.

use image::{DynamicImage, RgbImage};
use ndarray::Array2;
use retrace_data::grey;
use retrace_lab::Result;

use crate::data::Views;
use crate::homography::Homography;
use crate::warp::{Frame, Sampling, warp};
use crate::work::numerics;

/// Grey values of a difference are shown this many times as large.
const CONTRAST: f64 = 2.5;

/// The first picture laid over the second by a homography.
pub struct Laid {
    /// Black where the first picture does not reach.
    pub picture: RgbImage,
    /// White where the first picture reaches.
    mask: RgbImage,
}

impl Laid {
    /// Warps the first picture to the place of the second.
    pub fn over(views: &Views, homography: &Homography) -> Result<Self> {
        let (width, height) = views.second.dimensions();
        let frame = Frame::of_size(width, height).map_err(numerics)?;
        let laid = |picture: &RgbImage, sampling| {
            warp(picture, homography, frame, sampling).map_err(numerics)
        };
        let (width, height) = views.first.dimensions();
        let white = RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
        Ok(Self {
            picture: laid(&views.first, Sampling::Bilinear)?,
            mask: laid(&white, Sampling::Nearest)?,
        })
    }

    /// Pearson's correlation of grey values with `second`, where both are seen.
    pub fn correlation(&self, second: &Array2<f64>) -> f64 {
        let [aa, ab, bb] = moments(&self.both_seen(second)).squares;
        ab / (aa * bb).sqrt()
    }

    /// Grey values of the picture laid over and of `second`, where both are seen.
    fn both_seen(&self, second: &Array2<f64>) -> Vec<(f64, f64)> {
        let grey = grey_of(&self.picture);
        let seen = self.mask.pixels().map(|pixel| pixel.0[0] > 0);
        let both = grey.iter().zip(second).zip(seen);
        both.filter(|(_, seen)| *seen)
            .map(|((a, b), _)| (*a, *b))
            .collect()
    }

    /// What is left between the grey values of `second` and those laid over it once brightness
    /// and contrast are fitted: white is none, and where only one of them is seen.
    pub fn difference(&self, second: &Array2<f64>) -> RgbImage {
        let grey = grey_of(&self.picture);
        let (slope, offset) = line_of(&self.both_seen(second));
        let (rows, columns) = second.dim();
        RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
            let place = (y as usize, x as usize);
            let left = (second[place] - slope * grey[place] - offset).abs();
            let seen = self.mask.get_pixel(x, y).0[0] > 0;
            let darkness = if seen { CONTRAST * left } else { 0.0 };
            image::Rgb([(255.0 - darkness).round().max(0.0) as u8; 3])
        })
    }
}

/// Means of two lists of numbers, and sums of products of what is left beside them.
struct Moments {
    means: [f64; 2],
    /// a a, a b, b b.
    squares: [f64; 3],
}

fn moments(pairs: &[(f64, f64)]) -> Moments {
    let count = pairs.len() as f64;
    let mean = |value: fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>() / count;
    let [a, b] = [mean(|pair| pair.0), mean(|pair| pair.1)];
    let sum = |product: fn(f64, f64) -> f64| -> f64 {
        pairs.iter().map(|(x, y)| product(x - a, y - b)).sum()
    };
    Moments {
        means: [a, b],
        squares: [sum(|x, _| x * x), sum(|x, y| x * y), sum(|_, y| y * y)],
    }
}

/// Slope and offset of the least-squares line from the first numbers to the second.
fn line_of(pairs: &[(f64, f64)]) -> (f64, f64) {
    let Moments {
        means: [a, b],
        squares: [aa, ab, _],
    } = moments(pairs);
    let slope = ab / aa;
    (slope, b - slope * a)
}

/// Grey values of a picture, rows x columns.
pub fn grey_of(picture: &RgbImage) -> Array2<f64> {
    grey(&DynamicImage::ImageRgb8(picture.clone()))
}
