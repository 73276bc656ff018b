//! Two pictures of one plane: laid over each other by the known homography, and by one that is
//! estimated from the pictures alone.

use image::{DynamicImage, RgbImage};
use ndarray::Array2;
use retrace_data::grey;
use retrace_lab::{Cell, Result};

use super::numerics;
use super::pictures::{keep, reduced};
use crate::config::Config;
use crate::data::Views;
use crate::dlt::symmetric_error;
use crate::homography::Homography;
use crate::matching::matches;
use crate::outcome::{Matches, Registered, View};
use crate::point::{Pair, Point};
use crate::ransac::{Ransac, ransac};
use crate::warp::{Frame, Sampling, warp};

/// Widest picture that is kept for a figure, in pixels.
const WIDEST: u32 = 320;
/// Grey values of a difference are shown this many times as large.
const CONTRAST: f64 = 2.5;
/// Points along each side of the grid on which two homographies are compared.
const GRID: u8 = 21;

/// Registers every pair of pictures.
pub fn register(config: &Config, views: &[Views], cell: &mut Cell<'_>) -> Result<Registered> {
    let mut registered = Vec::new();
    for (place, pair) in views.iter().enumerate() {
        registered.push(view(config, pair, cell)?);
        cell.progress(place as u64 + 1, views.len() as u64)?;
    }
    Ok(Registered { views: registered })
}

fn view(config: &Config, views: &Views, cell: &mut Cell<'_>) -> Result<View> {
    let second = grey_of(&views.second);
    let known = Laid::over(views, &views.known)?;
    let unwarped = Laid::over(views, &Homography::IDENTITY)?;
    let matches = found(config, views, cell.seed())?;
    keep_pictures(cell, views, &known, matches.estimated.as_ref())?;
    Ok(View {
        name: views.name.clone(),
        known: views.known,
        known_correlation: known.correlation(&second),
        unwarped_correlation: unwarped.correlation(&second),
        matches,
    })
}

/// The homography of matching corners, and how it compares with the known one.
fn found(config: &Config, views: &Views, seed: u64) -> Result<Matches> {
    let (first, second) = (grey_of(&views.first), grey_of(&views.second));
    let pairs = matches(&first, &second, config.corners);
    let settings = Ransac {
        threshold: config.ransac_threshold,
        seed,
        ..Ransac::default()
    };
    let consensus = ransac(&pairs, &settings).ok();
    let estimated = consensus.as_ref().map(|consensus| consensus.homography);
    let laid = estimated.map(|map| Laid::over(views, &map)).transpose()?;
    Ok(Matches {
        found: pairs.len(),
        right: right(&pairs, &views.known, config.ransac_threshold)?,
        inliers: consensus.map_or(0, |consensus| consensus.inlier_count()),
        estimated,
        distance: estimated.and_then(|map| distance(views, &map)),
        correlation: laid.map(|laid| laid.correlation(&second)),
    })
}

/// How many pairs the known homography agrees with.
fn right(pairs: &[Pair], known: &Homography, threshold: f64) -> Result<usize> {
    let back = known.inverse().map_err(numerics)?;
    let agrees = |pair: &&Pair| symmetric_error(known, &back, pair) <= threshold;
    Ok(pairs.iter().filter(agrees).count())
}

/// Mean distance of where the known and the `estimated` homography send the points of the first
/// picture that the second one shows, in pixels of the second.
fn distance(views: &Views, estimated: &Homography) -> Option<f64> {
    let (width, height) = views.first.dimensions();
    let (right, bottom) = (views.second.width() - 1, views.second.height() - 1);
    let place = |step: u8, side: u32| f64::from(step) / f64::from(GRID - 1) * f64::from(side - 1);
    let (mut sum, mut count) = (0.0, 0.0);
    for step in 0..u16::from(GRID) * u16::from(GRID) {
        let (column, row) = (step % u16::from(GRID), step / u16::from(GRID));
        let point = Point::new(place(column as u8, width), place(row as u8, height));
        let known = views.known.apply(point)?;
        let seen = (0.0..=f64::from(right)).contains(&known.x)
            && (0.0..=f64::from(bottom)).contains(&known.y);
        if seen {
            sum += estimated.apply(point)?.distance(known);
            count += 1.0;
        }
    }
    let mean = sum / count;
    mean.is_finite().then_some(mean)
}

/// The first picture laid over the second by a homography.
struct Laid {
    picture: RgbImage,
    /// White where the first picture reaches.
    mask: RgbImage,
}

impl Laid {
    fn over(views: &Views, homography: &Homography) -> Result<Self> {
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
    fn correlation(&self, second: &Array2<f64>) -> f64 {
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
    fn difference(&self, second: &Array2<f64>) -> RgbImage {
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

fn grey_of(picture: &RgbImage) -> Array2<f64> {
    grey(&DynamicImage::ImageRgb8(picture.clone()))
}

/// The pictures of the figure, small enough for it.
fn keep_pictures(
    cell: &mut Cell<'_>,
    views: &Views,
    known: &Laid,
    estimated: Option<&Homography>,
) -> Result<()> {
    let widest = views.first.width().max(views.second.width());
    let factor = widest.div_ceil(WIDEST);
    let mut keep = |what: &str, picture: &RgbImage| {
        keep(
            cell,
            &format!("{}-{what}", views.name),
            &reduced(picture, factor),
        );
    };
    keep("first", &views.first);
    keep("second", &views.second);
    keep("known", &known.picture);
    let second = grey_of(&views.second);
    keep("known-difference", &known.difference(&second));
    if let Some(estimated) = estimated {
        let laid = Laid::over(views, estimated)?;
        keep("estimated", &laid.picture);
        keep("estimated-difference", &laid.difference(&second));
    }
    Ok(())
}
