//! A model as a safetensors file.
//!
//! | tensor (F64) | shape | |
//! |---|---|---|
//! | `mean` | p | the mean face, row by row, grey levels 0 to 255 |
//! | `components` | k x p | the eigenfaces, orthonormal rows |
//! | `eigenvalues` | k | variances with divisor n - 1, falling |
//! | `weights` | n x k | of the training pictures |
//! | `held_out.from_face_space` | n or fewer | see [`HeldOut`] |
//! | `held_out.to_same`, `held_out.to_others` | n or fewer | |
//!
//! One entry of the metadata, `retrace.eigenfaces`, holds [`About`] as JSON, with the SHA-256 of
//! everything else: a model that is not what was written is refused.

use std::path::Path;

use retrace_lab::model_file::{self, Entry, ModelError};
use safetensors::tensor::{SafeTensors, TensorView};

use super::about::About;
use super::tensor::{Tensor, matrix, vector};
use super::{FaceModel, HeldOut};
use crate::pca::Pca;

const MEAN: &str = "mean";
const COMPONENTS: &str = "components";
const EIGENVALUES: &str = "eigenvalues";
const WEIGHTS: &str = "weights";
const FROM_FACE_SPACE: &str = "held_out.from_face_space";
const TO_SAME: &str = "held_out.to_same";
const TO_OTHERS: &str = "held_out.to_others";
/// In the order of the checksum.
const TENSORS: [&str; 7] = [
    MEAN,
    COMPONENTS,
    EIGENVALUES,
    WEIGHTS,
    FROM_FACE_SPACE,
    TO_SAME,
    TO_OTHERS,
];

impl FaceModel {
    /// Writes the model; the file exists whole or not at all.
    ///
    /// # Errors
    /// Names a file that cannot be written.
    pub fn write(&self, path: &Path) -> retrace_lab::Result<()> {
        let about = About {
            format: About::FORMAT,
            size: self.size,
            total_variance: self.pca.total_variance(),
            pictures: self.labels.clone(),
            sha256: String::new(),
        };
        let tensors = self.tensors();
        let named = TENSORS.into_iter().zip(&tensors);
        let views = named.map(|(name, tensor)| Ok((name, tensor.view()?)));
        model_file::write(path, about, views)
    }

    /// In the order of [`TENSORS`].
    fn tensors(&self) -> [Tensor; 7] {
        let (pca, held_out) = (&self.pca, &self.held_out);
        let of = |values: &[f64]| Tensor::of([values.len()], values);
        [
            Tensor::of([pca.pixels()], pca.mean()),
            Tensor::of(pca.components().shape(), pca.components()),
            Tensor::of([pca.eigenvalues().len()], pca.eigenvalues()),
            Tensor::of(self.weights.shape(), &self.weights),
            of(&held_out.from_face_space),
            of(&held_out.to_same),
            of(&held_out.to_others),
        ]
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// See [`ModelError`]: a file that cannot be read, is no model, or not the one written.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        model_file::read(path, Self::from_tensors)
    }

    fn from_tensors(about: About, tensors: &SafeTensors<'_>) -> Result<Self, String> {
        let n = about.pictures.len();
        let (mean, eigenvalues) = (vector(tensors, MEAN)?, vector(tensors, EIGENVALUES)?);
        let components = matrix(tensors, COMPONENTS)?;
        let pca = Pca::from_parts(n, mean, components, eigenvalues, about.total_variance);
        let pca = pca.map_err(|error| error.to_string())?;
        let weights = matrix(tensors, WEIGHTS)?;
        if pca.pixels() != about.size.pixels() || weights.dim() != (n, pca.eigenvalues().len()) {
            return Err("the sizes of its parts do not fit together".to_owned());
        }
        let held_out = HeldOut {
            from_face_space: vector(tensors, FROM_FACE_SPACE)?.to_vec(),
            to_same: vector(tensors, TO_SAME)?.to_vec(),
            to_others: vector(tensors, TO_OTHERS)?.to_vec(),
        };
        let views = TENSORS.map(|name| tensors.tensor(name));
        model_file::check(&about, views.iter().flatten().map(TensorView::data))?;
        Ok(Self {
            pca,
            weights,
            labels: about.pictures,
            size: about.size,
            held_out,
        })
    }
}
