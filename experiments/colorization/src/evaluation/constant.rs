//! What a network is to be compared with: one colour for all pixels.

use ndarray::{Array3, Axis};
use rayon::prelude::*;
use retrace_data::colour::lab_from_picture;

use super::painted;
use crate::data::Photo;
use crate::metrics::{Sums, Yardstick, psnr};
use crate::outcome::Scores;

/// Scores of one colour for all pixels.
pub fn constant_scores(yardstick: &Yardstick<'_>, photos: &[&Photo], colour: [f32; 2]) -> Scores {
    let of = |photo: &&Photo| {
        let lab = lab_from_picture(&photo.image.clone().into());
        let mut sums = Sums::default();
        let colours = Array3::from_shape_fn((2, lab.dim().1, lab.dim().2), |(p, _, _)| colour[p]);
        let lightness = lab.index_axis(Axis(0), 0).to_owned();
        for (a, b) in lab
            .index_axis(Axis(0), 1)
            .iter()
            .zip(lab.index_axis(Axis(0), 2))
        {
            sums.pixel(yardstick, colour, [*a, *b]);
        }
        sums.picture(psnr(&painted(&lightness, &colours), &photo.image));
        sums
    };
    let each: Vec<Sums> = photos.par_iter().map(of).collect();
    let whole = each.into_iter().reduce(Sums::and).unwrap_or_default();
    whole.scores()
}
