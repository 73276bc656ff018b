//! What a training makes small, and what it is computed from: a sum over pixels.
//!
//! ```text
//! bins     - sum_pixels w sum_q t_q log softmax(x)_q        w the class weight of its colour
//! a and b    sum_pixels |ab - x|^2 / 2                      a and b in units of 110
//! ```

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;

use crate::bins::{REACH, Targets};
use crate::data::Photo;
use crate::network::MARGIN;
use crate::patches::{INPUT, OUTPUT, Patch};

/// What the network should give for the middle of each patch.
#[derive(Debug, Clone)]
pub enum Truth {
    /// Targets over bins, each times the weight of its pixel: `[batch, Q, 16, 16]`.
    Bins(Tensor<4>),
    /// a and b in units of [`REACH`]: `[batch, 2, 16, 16]`.
    Plane(Tensor<4>),
}

/// The loss of what the network gives, of shape `[1]`.
///
/// # Shapes
/// - outputs: as the tensor in `truth`
pub fn loss(outputs: Tensor<4>, truth: Truth) -> Tensor<1> {
    match truth {
        Truth::Bins(targets) => -(targets * log_softmax(outputs, 1)).sum(),
        Truth::Plane(colours) => (outputs - colours).square().sum() / 2.0,
    }
}

/// What the truth of a pixel is made of.
#[derive(Debug, Clone)]
pub enum Labels<'a> {
    /// Distributions over bins, and the weight of each bin.
    Bins(Targets<'a>, Vec<f32>),
    /// The colour itself.
    Plane,
}

impl Labels<'_> {
    /// Numbers for each pixel of the output.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Bins(targets, _) => targets.bins().len(),
            Self::Plane => 2,
        }
    }

    /// Lightness and truth of some patches.
    ///
    /// # Shapes
    /// - lightness: `[batch, 1, 32, 32]`, L from 0 to 100
    /// - truth: see [`Truth`]
    pub fn batch(
        &self,
        photos: &[&Photo],
        patches: &[Patch],
        device: &Device,
    ) -> (Tensor<4>, Truth) {
        let pixels = OUTPUT * OUTPUT;
        let mut lightness = vec![0.0; patches.len() * INPUT * INPUT];
        let mut truth = vec![0.0; patches.len() * self.outputs() * pixels];
        lightness
            .par_chunks_mut(INPUT * INPUT)
            .zip(truth.par_chunks_mut(self.outputs() * pixels))
            .zip(patches)
            .for_each(|((lightness, truth), patch)| {
                self.patch(photos[patch.photo], *patch, lightness, truth);
            });
        let tensor = |values, [c, h, w]: [usize; 3]| {
            Tensor::from_data(TensorData::new(values, [patches.len(), c, h, w]), device)
        };
        let truth = tensor(truth, [self.outputs(), OUTPUT, OUTPUT]);
        let truth = match self {
            Self::Bins(..) => Truth::Bins(truth),
            Self::Plane => Truth::Plane(truth),
        };
        (tensor(lightness, [1, INPUT, INPUT]), truth)
    }

    fn patch(&self, photo: &Photo, patch: Patch, lightness: &mut [f32], truth: &mut [f32]) {
        let middle = MARGIN..INPUT - MARGIN;
        for (index, place) in lightness.iter_mut().enumerate() {
            let (row, column) = (index / INPUT, index % INPUT);
            let [l, a, b] = photo.lab(patch.top + row, patch.left + column);
            *place = l;
            if middle.contains(&row) && middle.contains(&column) {
                let pixel = (row - MARGIN) * OUTPUT + column - MARGIN;
                self.write([a, b], &mut truth[pixel..], OUTPUT * OUTPUT);
            }
        }
    }

    /// Writes the truth of a pixel of this colour: output q to `place[q * stride]`.
    fn write(&self, colour: [f32; 2], place: &mut [f32], stride: usize) {
        match self {
            Self::Bins(targets, weights) => {
                let weight = weights[targets.bins().bin(colour)];
                targets.each(colour, |(bin, share)| {
                    place[bin as usize * stride] = weight * share;
                });
            }
            Self::Plane => {
                place[0] = colour[0] / REACH as f32;
                place[stride] = colour[1] / REACH as f32;
            }
        }
    }
}
