//! A trained network on whole test pictures, borders continued by reflection.

mod constant;
mod whole;

use ndarray::{Array2, Array3, Axis, concatenate};
use rayon::prelude::*;
use retrace_data::colour::{lab_from_picture, picture_from_lab};
use retrace_lab::{Cell, Result};

use crate::bins::annealed::annealed_mean;
use crate::bins::targets::Targets;
use crate::colouring::{Border, Decoder, TILE, Tile, pass};
use crate::data::Photo;
use crate::metrics::{Sums, Yardstick, psnr};
use crate::network::Network;
use crate::outcome::{AtTemperature, PictureScore, Scores};

pub use constant::constant_scores;
use whole::Whole;

/// Temperatures that are compared.
pub const TEMPERATURES: [f64; 6] = [0.01, 0.1, 0.2, 0.38, 0.7, 1.0];

/// How a network's answers are read and measured.
#[derive(Debug)]
pub struct Evaluation<'a> {
    /// The network, in evaluation.
    pub network: &'a Network,
    /// From answers to colours.
    pub decoder: Decoder,
    /// The targets of the arm; none for a and b.
    pub targets: Option<Targets<'a>>,
    /// Weights and rareness of colours.
    pub yardstick: Yardstick<'a>,
}

/// What came out for all pictures together.
#[derive(Debug)]
pub struct Evaluated {
    /// At the decoder's temperature.
    pub scores: Scores,
    /// Mean cross-entropy (nats).
    pub cross_entropy: Option<f64>,
    /// The least of one distribution for all pixels.
    pub constant_cross_entropy: Option<f64>,
    /// At [`TEMPERATURES`]; none for a and b.
    pub temperatures: Vec<AtTemperature>,
    /// Each picture.
    pub pictures: Vec<PictureScore>,
    /// a and b of each picture, `[2, height, width]`.
    pub colours: Vec<Array3<f32>>,
}

/// What is measured at a pixel.
struct Pixel {
    colour: [f32; 2],
    /// Nats.
    cross_entropy: f64,
    /// The colour at each of [`TEMPERATURES`].
    annealed: Vec<[f32; 2]>,
}

impl Evaluation<'_> {
    /// Colours and measures all `photos`.
    ///
    /// # Errors
    /// A stop that was asked for.
    pub fn run(&self, cell: &mut Cell<'_>, photos: &[&Photo]) -> Result<Evaluated> {
        let mut whole = Whole::default();
        let (mut pictures, mut colours) = (Vec::new(), Vec::new());
        for (index, photo) in photos.iter().enumerate() {
            let (score, found) = self.picture(&mut whole, photo)?;
            pictures.push(score);
            colours.push(found);
            cell.progress(index as u64 + 1, photos.len() as u64)?;
        }
        let per_pixel = |sum: f64| self.targets.as_ref().map(|_| sum / whole.pixels);
        Ok(Evaluated {
            scores: whole.sums.scores(),
            cross_entropy: per_pixel(whole.cross_entropy),
            constant_cross_entropy: per_pixel(whole.constant()),
            temperatures: self.temperatures(&whole),
            pictures,
            colours,
        })
    }

    fn picture(&self, whole: &mut Whole, photo: &Photo) -> Result<(PictureScore, Array3<f32>)> {
        let lab = lab_from_picture(&photo.image.clone().into());
        let lightness: Array2<f32> = lab.index_axis(Axis(0), 0).to_owned();
        let mut colours = Array3::zeros((2, lab.dim().1, lab.dim().2));
        let mut sums = Sums::default();
        pass(
            self.network,
            &lightness,
            Border::Reflect,
            TILE,
            |tile, _| {
                for ((row, column, _), pixel) in tile.pixels().zip(self.pixels(&tile, &lab)) {
                    let truth = [lab[[1, row, column]], lab[[2, row, column]]];
                    self.count(whole, &pixel, truth);
                    sums.pixel(&self.yardstick, pixel.colour, truth);
                    whole.sums.pixel(&self.yardstick, pixel.colour, truth);
                    colours[[0, row, column]] = pixel.colour[0];
                    colours[[1, row, column]] = pixel.colour[1];
                }
                Ok(())
            },
        )?;
        let psnr = psnr(&painted(&lightness, &colours), &photo.image);
        whole.sums.picture(psnr);
        let (chroma, true_chroma) = sums.chromas();
        let score = PictureScore {
            category: photo.category.clone(),
            name: photo.name.clone(),
            rmse: sums.rmse(),
            psnr,
            chroma,
            true_chroma,
        };
        Ok((score, colours))
    }

    /// Side by side, in order: sums over them do not depend on the threads.
    fn pixels(&self, tile: &Tile, lab: &Array3<f32>) -> Vec<Pixel> {
        let answers: Vec<_> = tile.pixels().collect();
        let pixel = |(row, column, answer): &(usize, usize, &[f32])| {
            let truth = [lab[[1, *row, *column]], lab[[2, *row, *column]]];
            Pixel {
                colour: self.decoder.colour(answer),
                cross_entropy: self.cross_entropy(answer, truth),
                annealed: self.annealed(answer),
            }
        };
        answers.par_iter().map(pixel).collect()
    }

    fn cross_entropy(&self, logits: &[f32], truth: [f32; 2]) -> f64 {
        let Some(targets) = &self.targets else {
            return 0.0;
        };
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
        let log_sum = f64::from(largest + sum.ln());
        let mut cross_entropy = 0.0;
        targets.each(truth, |(bin, share)| {
            cross_entropy += f64::from(share) * (log_sum - f64::from(logits[bin as usize]));
        });
        cross_entropy
    }

    fn annealed(&self, logits: &[f32]) -> Vec<[f32; 2]> {
        match &self.decoder {
            Decoder::Plane => Vec::new(),
            Decoder::Bins { centres, .. } => TEMPERATURES
                .map(|t| annealed_mean(logits, centres, t as f32))
                .to_vec(),
        }
    }
}

/// The picture of this lightness and these colours, clipped to sRGB.
pub fn painted(lightness: &Array2<f32>, colours: &Array3<f32>) -> image::RgbImage {
    let lightness = lightness.view().insert_axis(Axis(0));
    let lab = concatenate(Axis(0), &[lightness, colours.view()]);
    picture_from_lab(&lab.expect("planes of one picture have one size")).image
}
