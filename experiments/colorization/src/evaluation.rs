//! A trained network on whole test pictures, borders continued by reflection, and what is kept of it
//! for figures.

use ndarray::{Array3, Axis};
use rayon::prelude::*;
use retrace_lab::{Cell, Result};
use serde::{Deserialize, Serialize};

use crate::bins::{Bins, Targets, annealed_mean, square_distance};
use crate::colouring::{Border, Decoder, TILE, Tile, colours, painted, pass};
use crate::data::Photo;
use crate::metrics::{Rarity, Scores, Sums, chroma, psnr, ratio};
use crate::model_file;
use crate::network::Network;
use crate::pictures::{examples, keep, lab};

/// Temperatures that are compared.
pub const TEMPERATURES: [f64; 6] = [0.01, 0.1, 0.2, 0.38, 0.7, 1.0];

/// Best pictures that are kept, and worst ones.
const EXTREMES: usize = 3;

/// A network after its training, on the test pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// At the arm's temperature.
    pub scores: Scores,
    /// Cross-entropy with the arm's targets (nats per pixel); none for a and b.
    pub cross_entropy: Option<f64>,
    /// The least that one distribution for all pixels could have, chosen on the test pictures.
    pub constant_cross_entropy: Option<f64>,
    /// At several temperatures; none for a and b.
    pub temperatures: Vec<AtTemperature>,
    /// What it is to be compared with: all grey.
    pub grey: Scores,
    /// All of the colour that the training pictures have most.
    pub most_frequent: Scores,
    /// Each picture.
    pub pictures: Vec<PictureScore>,
    /// Which of them the figures show.
    #[serde(rename = "shown")]
    pub examples: Vec<usize>,
    /// The best and then the worst by the error of a and b, of which arrays are kept.
    pub extremes: Vec<usize>,
}

/// The colours at one temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AtTemperature {
    /// T.
    pub temperature: f64,
    /// Mean chroma by that of the truth; absent where that is grey.
    pub chroma_ratio: Option<f64>,
    /// Root mean square error of a and b.
    pub rmse: f64,
}

/// One test picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PictureScore {
    /// What it shows.
    pub category: String,
    /// Its file.
    pub name: String,
    /// Root mean square error of a and b.
    pub rmse: f64,
    /// Peak signal-to-noise ratio in sRGB (dB); absent where it is exact.
    pub psnr: Option<f64>,
    /// Mean chroma.
    pub chroma: f64,
    /// Mean chroma of the truth.
    pub true_chroma: f64,
}

/// A trained network and the test pictures that it is measured on.
#[derive(Debug)]
pub struct Evaluator<'a> {
    /// The network, in evaluation.
    pub network: &'a Network,
    /// From what it gives to colours.
    pub decoder: Decoder,
    /// The targets of the arm; none for a and b.
    pub targets: Option<Targets<'a>>,
    /// The bins of the training pictures.
    pub bins: &'a Bins,
    /// The test pictures.
    pub test: &'a [&'a Photo],
}

impl Evaluator<'_> {
    /// Colours and measures all test pictures, of which figures show so many, and keeps arrays for
    /// the figures:
    ///
    /// - `shown`, a and b of the pictures that figures show, and the network itself;
    /// - of seed 0 also `extremes.true`, L, a and b of the best and worst pictures, `extremes`, a and
    ///   b that the network gives them, and `temperatures`, a and b of the first picture that figures
    ///   show at each of [`TEMPERATURES`].
    ///
    /// # Errors
    /// A stop that was asked for.
    pub fn evaluate(&self, cell: &mut Cell<'_>, example_count: usize) -> Result<Evaluation> {
        let rarity = Rarity::new(self.bins);
        let mut totals = Totals::default();
        let (mut pictures, mut coloured) = (Vec::new(), Vec::new());
        for (index, photo) in self.test.iter().enumerate() {
            let (score, colours) = self.picture(&rarity, &mut totals, photo)?;
            pictures.push(score);
            coloured.push(colours);
            cell.progress(index as u64 + 1, self.test.len() as u64)?;
        }
        let per_pixel = |sum: f64| self.targets.as_ref().map(|_| sum / totals.pixels);
        let constant = |colour| constant_scores(&rarity, self.test, colour);
        let evaluation = Evaluation {
            scores: totals.sums.scores(),
            cross_entropy: per_pixel(totals.cross_entropy),
            constant_cross_entropy: per_pixel(totals.constant_cross_entropy()),
            temperatures: self.temperatures(&totals),
            grey: constant([0.0, 0.0]),
            most_frequent: constant(self.bins.centre(self.bins.most_frequent())),
            examples: examples(self.test, example_count),
            extremes: extremes(&pictures, &coloured),
            pictures,
        };
        self.keep(cell, &evaluation, &coloured)?;
        Ok(evaluation)
    }

    fn picture(
        &self,
        rarity: &Rarity<'_>,
        totals: &mut Totals,
        photo: &Photo,
    ) -> Result<(PictureScore, Array3<f32>)> {
        let lab = lab(photo);
        let lightness = lab.index_axis(Axis(0), 0).to_owned();
        let mut colours = Array3::zeros((2, lab.dim().1, lab.dim().2));
        let mut sums = Sums::default();
        let border = Border::Reflect;
        pass(self.network, &lightness, border, TILE, |tile, _| {
            for ((row, column, _), pixel) in tile.pixels().zip(self.pixels(&tile, &lab)) {
                let truth = [lab[[1, row, column]], lab[[2, row, column]]];
                self.count(totals, &pixel, truth);
                sums.pixel(rarity, pixel.colour, truth);
                totals.sums.pixel(rarity, pixel.colour, truth);
                colours[[0, row, column]] = pixel.colour[0];
                colours[[1, row, column]] = pixel.colour[1];
            }
            Ok(())
        })?;
        let psnr = psnr(&painted(&lightness, &colours).image, &photo.image);
        totals.sums.picture(psnr);
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
        let outputs: Vec<_> = tile.pixels().collect();
        let pixel = |(row, column, outputs): &(usize, usize, &[f32])| {
            let truth = [lab[[1, *row, *column]], lab[[2, *row, *column]]];
            Pixel {
                colour: self.decoder.colour(outputs),
                cross_entropy: self.cross_entropy(outputs, truth),
                annealed: self.annealed(outputs),
            }
        };
        outputs.par_iter().map(pixel).collect()
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

    fn count(&self, totals: &mut Totals, pixel: &Pixel, truth: [f32; 2]) {
        totals.pixels += 1.0;
        totals.cross_entropy += pixel.cross_entropy;
        if let Some(targets) = &self.targets {
            totals.mean_target.resize(targets.bins().len(), 0.0);
            targets.each(truth, |(bin, share)| {
                totals.mean_target[bin as usize] += f64::from(share);
            });
        }
        for (sums, colour) in totals.annealed.iter_mut().zip(&pixel.annealed) {
            sums.0 += chroma(*colour);
            sums.1 += f64::from(square_distance(*colour, truth));
        }
    }

    fn temperatures(&self, totals: &Totals) -> Vec<AtTemperature> {
        let (_, true_chroma) = totals.sums.chromas();
        let at = |(temperature, (chroma, squares)): (f64, (f64, f64))| AtTemperature {
            temperature,
            chroma_ratio: ratio(chroma / totals.pixels, true_chroma),
            rmse: (squares / (2.0 * totals.pixels)).sqrt(),
        };
        let each = TEMPERATURES.into_iter().zip(totals.annealed);
        match self.decoder {
            Decoder::Plane => Vec::new(),
            Decoder::Bins { .. } => each.map(at).collect(),
        }
    }

    fn keep(
        &self,
        cell: &mut Cell<'_>,
        evaluation: &Evaluation,
        coloured: &[Array3<f32>],
    ) -> Result<()> {
        let pick = |places: &[usize]| -> Vec<Array3<f32>> {
            let places = places.iter();
            places.map(|place| coloured[*place].clone()).collect()
        };
        keep(cell, "shown", &pick(&evaluation.examples));
        let (name, cells) = model_file::cells_array(self.bins.cells());
        cell.keep_array(name, cells);
        for (name, array) in model_file::arrays(self.network) {
            cell.keep_array(name, array);
        }
        if cell.seed() != 0 || evaluation.examples.is_empty() {
            return Ok(());
        }
        let extremes = &evaluation.extremes;
        let truths = extremes.iter().map(|place| lab(self.test[*place]));
        keep(cell, "extremes.true", &truths.collect::<Vec<_>>());
        keep(cell, "extremes", &pick(extremes));
        if let Decoder::Bins { .. } = self.decoder {
            let first = lab(self.test[evaluation.examples[0]]);
            let lightness = first.index_axis(Axis(0), 0).to_owned();
            let at = |temperature| {
                let decoder = self.decoder.at(temperature);
                let border = Border::Reflect;
                colours(self.network, &decoder, &lightness, border, |_, _| Ok(()))
            };
            let pictures: Result<Vec<_>> = TEMPERATURES.into_iter().map(at).collect();
            keep(cell, "temperatures", &pictures?);
        }
        Ok(())
    }
}

/// What is measured at a pixel.
struct Pixel {
    colour: [f32; 2],
    /// With the arm's own targets (nats).
    cross_entropy: f64,
    /// The colour at each of [`TEMPERATURES`].
    annealed: Vec<[f32; 2]>,
}

/// Sums over the pixels of all pictures.
#[derive(Default)]
struct Totals {
    sums: Sums,
    pixels: f64,
    cross_entropy: f64,
    /// Sum of the targets, one number per bin.
    mean_target: Vec<f64>,
    /// Chroma and squared error at each temperature.
    annealed: [(f64, f64); TEMPERATURES.len()],
}

impl Totals {
    /// What the distribution that fits all pixels best would have in all: the entropy of the mean
    /// target, times their number.
    fn constant_cross_entropy(&self) -> f64 {
        let shares = self.mean_target.iter().map(|sum| sum / self.pixels);
        let entropy = shares.filter(|share| *share > 0.0).map(|p| -p * p.ln());
        entropy.sum::<f64>() * self.pixels
    }
}

/// Scores of one colour for all pixels: what a network is to be compared with.
pub fn constant_scores(rarity: &Rarity<'_>, photos: &[&Photo], colour: [f32; 2]) -> Scores {
    let of_photo = |photo: &&Photo| {
        let lab = lab(photo);
        let mut sums = Sums::default();
        let colours = Array3::from_shape_fn((2, lab.dim().1, lab.dim().2), |(p, _, _)| colour[p]);
        let [lightness, a, b] = [0, 1, 2].map(|plane| lab.index_axis(Axis(0), plane));
        for (a, b) in a.iter().zip(b) {
            sums.pixel(rarity, colour, [*a, *b]);
        }
        let picture = painted(&lightness.to_owned(), &colours).image;
        sums.picture(psnr(&picture, &photo.image));
        sums
    };
    let each: Vec<Sums> = photos.par_iter().map(of_photo).collect();
    let whole = each.into_iter().reduce(Sums::and).unwrap_or_default();
    whole.scores()
}

/// The best pictures and then the worst, the very worst last, as many of them as have one size.
fn extremes(pictures: &[PictureScore], coloured: &[Array3<f32>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pictures.len()).collect();
    let error = |place: &usize| pictures[*place].rmse;
    order.sort_by(|one, other| error(one).total_cmp(&error(other)));
    let size = |place: &usize| coloured[*place].dim();
    let first = order.first().map(size);
    order.retain(|place| Some(size(place)) == first);
    let each = EXTREMES.min(order.len() / 2);
    [&order[..each], &order[order.len() - each..]].concat()
}
