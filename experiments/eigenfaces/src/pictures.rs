//! Step 1 of the post: pictures flattened into the rows of a matrix, those of a data set ([`Album`])
//! or of anybody's folder ([`Pictures`]); and rows that are pictures in figures again.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use image::DynamicImage;
use image::imageops::FilterType;
use ndarray::{Array1, Array2, Array3, ArrayView2, Axis, Ix3};
use retrace_data::{
    PictureError, PictureFile, PictureFolder, grey, picture_files, read_picture, shown,
};
use retrace_figure::{Images, Picture};
use retrace_lab::{Arrays, Error, Result};
use serde::{Deserialize, Serialize};

/// Grey pictures of one size.
///
/// The post flattens column by column, as Matlab does; here it is row by row. The order of the
/// pixels changes nothing, as long as it is the same in all pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Album {
    /// One picture per row, 0 to 255: n x p.
    pub pictures: Array2<f64>,
    /// Rows and columns of a picture.
    pub size: (usize, usize),
}

impl Album {
    /// An album of pictures that have one size.
    ///
    /// # Panics
    /// Of pictures that have not: who reads or draws them has checked it.
    pub fn new(pictures: &[Array2<f64>]) -> Self {
        let size = pictures.first().map_or((0, 0), Array2::dim);
        let mut rows = Array2::zeros((pictures.len(), size.0 * size.1));
        for (mut row, picture) in rows.rows_mut().into_iter().zip(pictures) {
            assert_eq!(picture.dim(), size, "pictures of one album have one size");
            row.assign(&picture.flatten());
        }
        Self {
            pictures: rows,
            size,
        }
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.pictures.nrows()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pictures with these numbers, in this order.
    pub fn select(&self, numbers: &[usize]) -> Array2<f64> {
        self.pictures.select(Axis(0), numbers)
    }
}

/// Flattened pictures, n x p, upright again: n x rows x columns, in the precision of files.
pub fn upright(pictures: &Array2<f64>, (rows, columns): (usize, usize)) -> Array3<f32> {
    Array3::from_shape_fn((pictures.nrows(), rows, columns), |(n, row, column)| {
        pictures[[n, row * columns + column]] as f32
    })
}

/// The largest matrix that is read, in values: 1 GiB. Fitting needs about three times as much.
pub const MAX_VALUES: usize = 1 << 27;

/// Width and height of a picture in pixels, written 92x112.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl PictureSize {
    /// Number of pixels, p.
    pub fn pixels(self) -> usize {
        // Two sizes of 32 bits have a product of 64.
        self.width as usize * self.height as usize
    }
}

impl fmt::Display for PictureSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for PictureSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once('x').and_then(|(width, height)| {
            let side = |text: &str| text.parse().ok().filter(|side| (1..=65_535).contains(side));
            Some((side(width)?, side(height)?))
        });
        let (width, height) =
            sides.ok_or("expected width and height in pixels up to 65535, such as 92x112")?;
        Ok(Self { width, height })
    }
}

/// Why pictures cannot be the rows of one matrix.
#[derive(Debug, thiserror::Error)]
pub enum PicturesError {
    /// A file or folder that cannot be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A picture of another size than the first.
    #[error(
        "{} is {found}, but {} is {expected}; all pictures must have one size (`--size {expected}` \
         makes them so)",
        shown(path),
        shown(first)
    )]
    OtherSize {
        /// The picture.
        path: PathBuf,
        /// Its size.
        found: PictureSize,
        /// The first picture of the folder.
        first: PathBuf,
        /// The size of that one.
        expected: PictureSize,
    },
    /// A matrix of more than [`MAX_VALUES`].
    #[error(
        "{} holds {pictures} pictures of {size}: more than the {} million pixels that are read; \
         take a smaller size (`--size WIDTHxHEIGHT`) or fewer pictures",
        shown(folder),
        MAX_VALUES / 1_000_000
    )]
    TooLarge {
        /// The folder.
        folder: PathBuf,
        /// Number of pictures in it.
        pictures: usize,
        /// Size of the first.
        size: PictureSize,
    },
}

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
    /// What should be known of the files.
    pub notes: Vec<String>,
}

impl Pictures {
    /// Reads all pictures of a folder and its subfolders in natural order; `size` stretches each
    /// to that size.
    ///
    /// # Errors
    /// See [`PicturesError`]; each names the file or folder.
    pub fn read(folder: &Path, size: Option<PictureSize>) -> Result<Self, PicturesError> {
        let PictureFolder {
            files: paths,
            mut notes,
        } = picture_files(folder)?;
        let mut values = Vec::new();
        let mut expected = size;
        for path in &paths {
            let (image, of_file) = read_at(path, size)?;
            notes.extend(of_file);
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
            labels: paths.iter().map(|path| Label::new(path, folder)).collect(),
            notes,
        })
    }
}

impl Label {
    fn new(path: &Path, folder: &Path) -> Self {
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

/// One picture, flattened.
#[derive(Debug)]
pub struct OnePicture {
    /// p grey levels, 0 to 255.
    pub values: Array1<f64>,
    /// Its size.
    pub size: PictureSize,
    /// What should be known of the file.
    pub notes: Vec<String>,
}

impl OnePicture {
    /// Reads a picture; `size` stretches it.
    ///
    /// # Errors
    /// Names a file that is not a picture.
    pub fn read(path: &Path, size: Option<PictureSize>) -> Result<Self, PictureError> {
        let (image, notes) = read_at(path, size)?;
        Ok(Self {
            values: grey(&image).into_iter().collect(),
            size: size_of(&image),
            notes,
        })
    }
}

fn read_at(
    path: &Path,
    size: Option<PictureSize>,
) -> Result<(DynamicImage, Vec<String>), PictureError> {
    let PictureFile { image, notes, .. } = read_picture(path)?;
    let image = match size {
        Some(size) if size != size_of(&image) => {
            // A triangle as wide as the step between the new pixels averages what it leaves out.
            image.resize_exact(size.width, size.height, FilterType::Triangle)
        }
        _ => image,
    };
    Ok((image, notes))
}

fn size_of(image: &DynamicImage) -> PictureSize {
    PictureSize {
        width: image.width(),
        height: image.height(),
    }
}

/// Longest side of a picture in a figure, in pixels; larger ones are averaged down.
const LONGEST_SIDE: usize = 120;

/// Share of the pixels that the greys of a signed picture must hold; single stronger ones are cut
/// off, or they would leave the rest grey.
const SHARE_IN_RANGE: f64 = 0.995;

/// How numbers become greys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Levels {
    /// 0 is black and 255 white.
    Natural,
    /// Minus this number is black, 0 middle grey, plus this number white.
    Signed(f64),
    /// As `Signed`, with a number of the picture's own.
    SignedOwn,
}

/// The pictures of a stored array, each with its label.
///
/// # Errors
/// Without an array of this name that holds n x rows x columns numbers.
pub fn tiles(
    arrays: &Arrays,
    name: &str,
    levels: Levels,
    label: impl Fn(usize) -> String,
) -> Result<Vec<Picture>> {
    let array = arrays.get(name)?.view().into_dimensionality::<Ix3>();
    let array = array.map_err(|error| Error::Other(Box::new(error)))?;
    let pictures = array.axis_iter(Axis(0)).enumerate();
    Ok(pictures
        .map(|(index, picture)| tile(&picture, levels, label(index)))
        .collect())
}

/// Half the range that holds nearly all numbers of an array: for [`Levels::Signed`].
///
/// # Errors
/// Without an array of this name.
pub fn reach(arrays: &Arrays, name: &str) -> Result<f64> {
    let sizes: Vec<f64> = arrays
        .get(name)?
        .iter()
        .map(|value| f64::from(value.abs()))
        .collect();
    Ok(range_of(sizes))
}

fn range_of(mut sizes: Vec<f64>) -> f64 {
    sizes.sort_by(f64::total_cmp);
    let place = (SHARE_IN_RANGE * sizes.len() as f64) as usize;
    let reach = sizes.get(place.min(sizes.len().saturating_sub(1)));
    reach.copied().filter(|reach| *reach > 0.0).unwrap_or(1.0)
}

fn tile(picture: &ArrayView2<'_, f32>, levels: Levels, label: String) -> Picture {
    let factor = picture
        .nrows()
        .max(picture.ncols())
        .div_ceil(LONGEST_SIDE)
        .max(1);
    let chunks = picture.exact_chunks((factor, factor));
    let small: Vec<f64> = chunks
        .into_iter()
        .map(|chunk| f64::from(chunk.sum()) / (factor * factor) as f64)
        .collect();
    let byte = |level: f64| level.round().clamp(0.0, 255.0) as u8;
    let signed = |reach: f64| -> Vec<u8> {
        small
            .iter()
            .map(|value| byte(127.5 + 127.5 * value / reach))
            .collect()
    };
    let bytes = match levels {
        Levels::Natural => small.iter().copied().map(byte).collect(),
        Levels::Signed(reach) => signed(reach),
        Levels::SignedOwn => signed(range_of(small.iter().map(|value| value.abs()).collect())),
    };
    let (rows, columns) = (picture.nrows() / factor, picture.ncols() / factor);
    Picture::grey(label, columns as u32, rows as u32, bytes)
}

/// A grid of pictures, so many in a row.
pub fn grid(title: &str, columns: usize, pictures: Vec<Picture>) -> Images {
    let images = Images::new(title, columns);
    pictures.into_iter().fold(images, Images::with)
}
