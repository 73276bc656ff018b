//! A trained face space that can be kept in a file, and what it says of a picture.
//!
//! The file is in the format of safetensors:
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
//! One entry of the metadata, `retrace.eigenfaces`, holds the rest as JSON, with the SHA-256 of
//! everything else: a model that is not what was written is refused.

use std::path::Path;
use std::str::FromStr;

use ndarray::{Array1, Array2, ArrayRef1, Axis};
use retrace_lab::model_file::{self, Entry, ModelError};
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::distances::{Distances, HeldOut, Neighbour, Thresholds, Verdict, nearest, to_each};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, PictureSize, Pictures};

/// How many eigenfaces to keep: step 7 of the post as a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Components {
    /// The fewest that hold this share of the variance, between 0 and 1.
    Share(f64),
    /// So many.
    Count(usize),
}

impl FromStr for Components {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        let share = || {
            text.parse()
                .ok()
                .filter(|share| 0.0 < *share && *share < 1.0)
        };
        let either = count.map(Self::Count).or_else(|| share().map(Self::Share));
        either.ok_or_else(|| {
            "expected a share of the variance between 0 and 1, such as 0.95, or a number of \
             components from 1, such as 8"
                .to_owned()
        })
    }
}

/// Why there is no model of some pictures.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The pictures have no eigenfaces.
    #[error(transparent)]
    Pca(#[from] PcaError),
    /// More components than there are.
    #[error(
        "{asked} components were asked for, and {pictures} pictures have {there}: the mean takes \
         one away"
    )]
    TooManyComponents {
        /// How many were asked for.
        asked: usize,
        /// Number of training pictures.
        pictures: usize,
        /// How many components there are.
        there: usize,
    },
}

/// Eigenfaces with the weights of the pictures that they were trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceModel {
    pca: Pca,
    weights: Array2<f64>,
    labels: Vec<Label>,
    size: PictureSize,
    held_out: HeldOut,
}

/// What the model says of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Identification {
    /// The nearest training pictures, by weights.
    pub nearest: Vec<Neighbour>,
    /// The four criteria.
    pub distances: Distances,
    /// What follows with the thresholds.
    pub verdict: Verdict,
}

impl FaceModel {
    /// Finds the eigenfaces of pictures, and measures each picture as if it were new.
    ///
    /// # Errors
    /// Pictures without eigenfaces; more components than there are.
    pub fn train(pictures: Pictures, components: Components) -> Result<Self, TrainError> {
        let all = Pca::fit(&pictures.rows)?;
        let there = all.components().nrows();
        let kept = match components {
            Components::Share(share) => all.components_for_share(share),
            Components::Count(asked) if asked <= there => asked,
            Components::Count(asked) => {
                return Err(TrainError::TooManyComponents {
                    asked,
                    pictures: all.pictures(),
                    there,
                });
            }
        };
        let pca = all.truncated(kept);
        Ok(Self {
            weights: pca.project(&pictures.rows)?,
            held_out: HeldOut::measure(&pictures, kept)?,
            pca,
            labels: pictures.labels,
            size: pictures.size,
        })
    }

    /// What the model says of a picture, p, with its `count` nearest training pictures.
    ///
    /// # Errors
    /// A picture of another size.
    pub fn recognise(
        &self,
        picture: &ArrayRef1<f64>,
        thresholds: Thresholds,
        count: usize,
    ) -> Result<Identification, PcaError> {
        let alone = picture.view().insert_axis(Axis(0));
        let weights = self.pca.project(&alone)?;
        let to_training = to_each(&weights.row(0), &self.weights)?;
        let from_face_space = self.pca.distances_from_face_space(&alone)?[0];
        let distances = Distances::new(&to_training, from_face_space);
        Ok(Identification {
            nearest: nearest(&to_training, count),
            distances,
            verdict: thresholds.verdict(&distances),
        })
    }

    /// Mean face and eigenfaces.
    pub fn pca(&self) -> &Pca {
        &self.pca
    }

    /// Files and names of the training pictures.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The size that a picture must have.
    pub fn size(&self) -> PictureSize {
        self.size
    }

    /// What the training pictures measured when they were left out.
    pub fn held_out(&self) -> &HeldOut {
        &self.held_out
    }
}

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

/// What a model file holds beside its tensors, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    /// Version of the layout.
    format: u64,
    /// Size of the pictures.
    size: PictureSize,
    /// Variance of the pictures summed over the pixels.
    total_variance: f64,
    /// The training pictures, in the order of the weights.
    pictures: Vec<Label>,
    /// Of this, with nothing in this place, and of the tensors in their order.
    sha256: String,
}

impl Entry for About {
    const KEY: &'static str = "retrace.eigenfaces";
    const FORMAT: u64 = 1;
    const MADE_BY: &'static str = "`eigenfaces train`";
    /// Eigenfaces and weights of the largest matrix that is trained on, and its mean.
    const MAX_BYTES: u64 = 3 << 30;

    fn sha256(&mut self) -> &mut String {
        &mut self.sha256
    }
}

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
        let of = |values: &[f64]| Tensor::new([values.len()], values);
        [
            Tensor::new([pca.pixels()], pca.mean()),
            Tensor::new(pca.components().shape(), pca.components()),
            Tensor::new([pca.eigenvalues().len()], pca.eigenvalues()),
            Tensor::new(self.weights.shape(), &self.weights),
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

/// An array as it lies in a model file.
struct Tensor {
    shape: Vec<usize>,
    /// Little-endian, row by row.
    bytes: Vec<u8>,
}

impl Tensor {
    /// The values of an array of this shape, row by row.
    fn new<'a>(shape: impl Into<Vec<usize>>, values: impl IntoIterator<Item = &'a f64>) -> Self {
        let values = values.into_iter();
        Self {
            shape: shape.into(),
            bytes: values.flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    /// The same as the library takes it.
    fn view(&self) -> Result<TensorView<'_>, SafeTensorError> {
        TensorView::new(Dtype::F64, self.shape.clone(), &self.bytes)
    }
}

/// A tensor with two sides, or what it is instead.
fn matrix(tensors: &SafeTensors<'_>, name: &str) -> Result<Array2<f64>, String> {
    let (shape, values) = values(tensors, name)?;
    match *shape.as_slice() {
        [rows, columns] => {
            Array2::from_shape_vec((rows, columns), values).map_err(|error| error.to_string())
        }
        _ => Err(format!("`{name}` has shape {shape:?}, expected two sides")),
    }
}

/// A tensor with one side, or what it is instead.
fn vector(tensors: &SafeTensors<'_>, name: &str) -> Result<Array1<f64>, String> {
    let (shape, values) = values(tensors, name)?;
    match *shape.as_slice() {
        [_] => Ok(Array1::from_vec(values)),
        _ => Err(format!("`{name}` has shape {shape:?}, expected one side")),
    }
}

fn values(tensors: &SafeTensors<'_>, name: &str) -> Result<(Vec<usize>, Vec<f64>), String> {
    let view = tensors.tensor(name).map_err(|error| error.to_string())?;
    if view.dtype() != Dtype::F64 {
        return Err(format!("`{name}` holds {:?}, expected F64", view.dtype()));
    }
    let (chunks, _) = view.data().as_chunks::<8>();
    let values: Vec<f64> = chunks.iter().copied().map(f64::from_le_bytes).collect();
    if values.iter().all(|value| value.is_finite()) {
        Ok((view.shape().to_vec(), values))
    } else {
        Err(format!("`{name}` holds a number that is not finite"))
    }
}
