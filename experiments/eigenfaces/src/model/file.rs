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

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use ndarray::{Array1, Array2};
use retrace_lab::{sha256, write_atomically};
use safetensors::tensor::{Dtype, Metadata, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::{FaceModel, HeldOut};
use crate::pca::Pca;
use crate::pictures::{Label, PictureSize};

/// The version of the layout.
pub const FORMAT: u64 = 1;
/// The largest file that is read: eigenfaces of as many pictures as can be trained on.
pub const MAX_MODEL_BYTES: u64 = 2 << 30;
const KEY: &str = "retrace.eigenfaces";
const TENSORS: [&str; 7] = [
    "mean",
    "components",
    "eigenvalues",
    "weights",
    "held_out.from_face_space",
    "held_out.to_same",
    "held_out.to_others",
];

/// What is not a tensor.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    format: u64,
    size: PictureSize,
    total_variance: f64,
    pictures: Vec<Label>,
    /// Of this, with nothing in this place, and of the tensors in the order of [`TENSORS`].
    sha256: String,
}

/// Only the version, which later formats have too.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

impl FaceModel {
    /// Writes the model; the file exists whole or not at all.
    ///
    /// # Errors
    /// Names a file that cannot be written.
    pub fn write(&self, path: &Path) -> retrace_lab::Result<()> {
        let bytes = self.to_bytes().map_err(retrace_lab::Error::Other)?;
        write_atomically(path, &bytes)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
        let held_out = &self.held_out;
        let tensors = [
            Tensor::of([self.pca.pixels()], self.pca.mean()),
            Tensor::of(self.pca.components().dim().into(), self.pca.components()),
            Tensor::of([self.pca.eigenvalues().len()], self.pca.eigenvalues()),
            Tensor::of(self.weights.dim().into(), &self.weights),
            Tensor::of([held_out.from_face_space.len()], &held_out.from_face_space),
            Tensor::of([held_out.to_same.len()], &held_out.to_same),
            Tensor::of([held_out.to_others.len()], &held_out.to_others),
        ];
        let mut about = About {
            format: FORMAT,
            size: self.size,
            total_variance: self.pca.total_variance(),
            pictures: self.labels.clone(),
            sha256: String::new(),
        };
        about.sha256 = about.checksum(tensors.iter().map(|tensor| tensor.bytes.as_slice()))?;
        let views = TENSORS.iter().zip(&tensors).map(|(name, tensor)| {
            let view = TensorView::new(Dtype::F64, tensor.shape.clone(), &tensor.bytes)?;
            Ok((*name, view))
        });
        let views = views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
        // A single entry: the order of a hash map with more would change from run to run.
        let metadata = HashMap::from([(KEY.to_owned(), serde_json::to_string(&about)?)]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// See [`ModelError`]: a file that cannot be read, is no model, or not the one written.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = read_bounded(path)?;
        let broken = |source| ModelError::NotSafetensors {
            path: path.to_path_buf(),
            source,
        };
        let (_, metadata) = SafeTensors::read_metadata(&bytes).map_err(broken)?;
        let about = about(&metadata, path)?;
        let tensors = SafeTensors::deserialize(&bytes).map_err(broken)?;
        Self::from_tensors(about, &tensors).map_err(|reason| ModelError::Damaged {
            path: path.to_path_buf(),
            reason,
        })
    }

    fn from_tensors(about: About, tensors: &SafeTensors<'_>) -> Result<Self, String> {
        let n = about.pictures.len();
        let [
            mean,
            components,
            eigenvalues,
            weights,
            from_face_space,
            to_same,
            to_others,
        ] = TENSORS;
        let pca = Pca::from_parts(
            n,
            vector(tensors, mean)?,
            matrix(tensors, components)?,
            vector(tensors, eigenvalues)?,
            about.total_variance,
        );
        let pca = pca.map_err(|error| error.to_string())?;
        let weights = matrix(tensors, weights)?;
        let sizes_fit =
            pca.pixels() == about.size.pixels() && weights.dim() == (n, pca.eigenvalues().len());
        if !sizes_fit {
            return Err("the sizes of its parts do not fit together".to_owned());
        }
        let held_out = |name| Ok::<_, String>(vector(tensors, name)?.to_vec());
        let held_out = HeldOut {
            from_face_space: held_out(from_face_space)?,
            to_same: held_out(to_same)?,
            to_others: held_out(to_others)?,
        };
        about.check(tensors)?;
        Ok(Self {
            pca,
            weights,
            labels: about.pictures,
            size: about.size,
            held_out,
        })
    }
}

impl About {
    fn checksum<'a>(
        &self,
        tensors: impl Iterator<Item = &'a [u8]>,
    ) -> Result<String, serde_json::Error> {
        let mut whole = serde_json::to_vec(&Self {
            sha256: String::new(),
            pictures: self.pictures.clone(),
            ..*self
        })?;
        tensors.for_each(|bytes| whole.extend_from_slice(bytes));
        Ok(sha256(&whole))
    }

    fn check(&self, tensors: &SafeTensors<'_>) -> Result<(), String> {
        let views = TENSORS.map(|name| tensors.tensor(name));
        let bytes = views.iter().flatten().map(TensorView::data);
        let found = self.checksum(bytes).map_err(|error| error.to_string())?;
        if found == self.sha256 {
            Ok(())
        } else {
            Err("its checksum is not that of its content".to_owned())
        }
    }
}

struct Tensor {
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    fn of<'a, const D: usize>(
        shape: [usize; D],
        values: impl IntoIterator<Item = &'a f64>,
    ) -> Self {
        let values = values.into_iter();
        Self {
            shape: shape.to_vec(),
            bytes: values.flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| {
        let mut file = file.take(MAX_MODEL_BYTES + 1);
        file.read_to_end(&mut bytes)
    });
    let path = path.to_path_buf();
    match file {
        Err(source) => Err(ModelError::Io { path, source }),
        Ok(_) if bytes.len() as u64 > MAX_MODEL_BYTES => Err(ModelError::TooLarge { path }),
        Ok(_) => Ok(bytes),
    }
}

fn about(metadata: &Metadata, path: &Path) -> Result<About, ModelError> {
    let path = path.to_path_buf();
    let entry = metadata.metadata().as_ref().and_then(|all| all.get(KEY));
    let Some(text) = entry else {
        return Err(ModelError::NotAModel { path });
    };
    match serde_json::from_str::<Format>(text) {
        Ok(Format { format }) if format != FORMAT => Err(ModelError::Format {
            path,
            found: format,
        }),
        _ => serde_json::from_str(text).map_err(|error| ModelError::Damaged {
            path,
            reason: error.to_string(),
        }),
    }
}

fn matrix(tensors: &SafeTensors<'_>, name: &str) -> Result<Array2<f64>, String> {
    let (shape, values) = values(tensors, name)?;
    match *shape.as_slice() {
        [rows, columns] => {
            Array2::from_shape_vec((rows, columns), values).map_err(|error| error.to_string())
        }
        _ => Err(format!("`{name}` has shape {shape:?}, expected two sides")),
    }
}

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
