//! Step 1 of the post: pictures of a folder, flattened into the rows of a matrix.

mod error;
mod size;

use std::path::Path;

use image::DynamicImage;
use image::imageops::FilterType;
use ndarray::{Array1, Array2};
use retrace_data::{PictureError, grey, picture_files, read_picture};
use serde::{Deserialize, Serialize};

pub use error::PicturesError;
pub use size::PictureSize;

/// The largest matrix that is read, in values: 1 GiB. Fitting needs about three times as much.
pub const MAX_VALUES: usize = 1 << 27;

/// Where a row came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The file, relative to the folder, with `/` between its parts.
    pub file: String,
    /// Who it shows: the subfolder; of a file that lies in the folder itself, its name without
    /// extension.
    pub person: String,
}

/// Pictures of one size.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Grey levels 0 to 255, one picture a row, flattened row by row: n x p.
    pub rows: Array2<f64>,
    /// The size of each.
    pub size: PictureSize,
    /// What each row is.
    pub labels: Vec<Label>,
}

impl Pictures {
    /// Reads all pictures of a folder and its subfolders in natural order; `size` stretches each
    /// to that size.
    ///
    /// # Errors
    /// See [`PicturesError`]; each names the file or folder.
    pub fn read(folder: &Path, size: Option<PictureSize>) -> Result<Self, PicturesError> {
        let paths = picture_files(folder)?;
        let mut values = Vec::new();
        let mut expected = size;
        for path in &paths {
            let image = read_at(path, size)?;
            let found = size_of(&image);
            let expected = *expected.get_or_insert(found);
            if found != expected {
                let (path, first) = (path.clone(), paths[0].clone());
                return Err(PicturesError::OtherSize {
                    path,
                    found,
                    first,
                    expected,
                });
            }
            check_memory(folder, paths.len(), found)?;
            values.extend(grey(&image));
        }
        let size = expected.expect("a folder without pictures was an error above");
        Ok(Self {
            rows: Array2::from_shape_vec((paths.len(), size.pixels()), values)
                .expect("each picture gave as many values as its size says"),
            size,
            labels: paths.iter().map(|path| Label::of(path, folder)).collect(),
        })
    }
}

impl Label {
    fn of(path: &Path, folder: &Path) -> Self {
        let relative = path.strip_prefix(folder).unwrap_or(path);
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        let subfolder = parts.iter().rev().nth(1).map(ToString::to_string);
        let stem = || {
            relative
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        };
        Self {
            person: subfolder.or_else(stem).unwrap_or_default(),
            file: parts.join("/"),
        }
    }
}

fn check_memory(folder: &Path, pictures: usize, size: PictureSize) -> Result<(), PicturesError> {
    let values = pictures.checked_mul(size.pixels());
    if values.is_some_and(|values| values <= MAX_VALUES) {
        return Ok(());
    }
    Err(PicturesError::TooLarge {
        folder: folder.to_path_buf(),
        pictures,
        size,
    })
}

/// Reads one picture, flattened, p grey levels; `size` stretches it.
///
/// # Errors
/// Names a file that is not a picture.
pub fn read_one(
    path: &Path,
    size: Option<PictureSize>,
) -> Result<(Array1<f64>, PictureSize), PictureError> {
    let image = read_at(path, size)?;
    let values = grey(&image).into_iter().collect();
    Ok((values, size_of(&image)))
}

fn read_at(path: &Path, size: Option<PictureSize>) -> Result<DynamicImage, PictureError> {
    let image = read_picture(path)?.image;
    Ok(match size {
        Some(size) if size != size_of(&image) => {
            // A triangle as wide as the step between the new pixels averages what it leaves out.
            image.resize_exact(size.width, size.height, FilterType::Triangle)
        }
        _ => image,
    })
}

fn size_of(image: &DynamicImage) -> PictureSize {
    PictureSize {
        width: image.width(),
        height: image.height(),
    }
}
