//! What the cells read and what they keep for figures: pairs of pictures of one plane with a known
//! homography, the published ones or drawn ones.
//!
//! Published: graffiti (the viewpoint changes by 30 degrees), bikes (blur) and Leuven (light),
//! all by K. Mikolajczyk et al., "A comparison of affine region detectors", IJCV 65 (2005);
//! the first as it comes with OpenCV. Their twin is the drawn desk, photographed twice.

use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};
use ndarray::Array3;
use retrace_data::{read_bounded, read_picture};
use retrace_figure::Picture;
use retrace_lab::{Arrays, Cell, DataSets, Error, Input, InputKind, Loaded, Result, sha256};
use serde::Deserialize;

use crate::homography::{Homography, HomographyError, Matrix};
use crate::notebook::{LABEL, TWO_VIEWS, picture_from_plane, two_views};

/// Two pictures of one plane.
#[derive(Debug, Clone)]
pub struct Views {
    /// Name of the pair, lower case.
    pub name: String,
    /// The first picture.
    pub first: RgbImage,
    /// The second.
    pub second: RgbImage,
    /// From the first to the second.
    pub known: Homography,
}

/// Name of the data set.
const NAME: &str = "homography";

/// A published pair: its name, and the files of its two pictures and its matrix.
const PUBLISHED: [(&str, [&str; 3]); 3] = [
    (
        "graffiti",
        [
            "opencv-samples/graf1.png",
            "opencv-samples/graf3.png",
            "opencv-samples/H1to3p.xml",
        ],
    ),
    (
        "bikes",
        [
            "oxford/bikes/img1.png",
            "oxford/bikes/img3.png",
            "oxford/bikes/H1to3p",
        ],
    ),
    (
        "leuven",
        [
            "oxford/leuven/img1.png",
            "oxford/leuven/img3.png",
            "oxford/leuven/H1to3p",
        ],
    ),
];

/// Reads the published pairs, or draws their twin.
///
/// # Errors
/// A picture or a matrix that cannot be read: names the file.
pub fn load(sets: &DataSets) -> Result<Loaded<Vec<Views>>> {
    match sets.folder(NAME)? {
        Some(folder) => published(&folder),
        None => Ok(drawn()),
    }
}

fn published(folder: &Path) -> Result<Loaded<Vec<Views>>> {
    let mut sums = String::new();
    let mut pairs = Vec::new();
    for (name, [first, second, matrix]) in PUBLISHED {
        let [first, second] = [first, second].map(|file| read_picture(&folder.join(file)));
        let (first, second) = (first.map_err(Error::data)?, second.map_err(Error::data)?);
        let matrix = read_matrix(&folder.join(matrix)).map_err(Error::data)?;
        sums.extend([first.sha256, second.sha256, matrix.sha256]);
        pairs.push(Views {
            name: name.to_owned(),
            first: first.image.into_rgb8(),
            second: second.image.into_rgb8(),
            known: matrix.homography,
        });
    }
    Ok(loaded(pairs, InputKind::Real, sha256(sums.as_bytes())))
}

fn drawn() -> Loaded<Vec<Views>> {
    let [first, second] = two_views();
    let bytes = [first.as_raw().as_slice(), second.as_raw().as_slice()].concat();
    let pairs = vec![Views {
        name: "desk".to_owned(),
        first,
        second,
        known: desk_map(),
    }];
    loaded(pairs, InputKind::Synthetic, sha256(&bytes))
}

/// From the first drawn view to the second: back to the plane, and on to the other picture.
fn desk_map() -> Homography {
    let [first, second] = TWO_VIEWS.map(|corners| picture_from_plane(LABEL, corners));
    let map = |matrix| Homography::new(matrix);
    map(first)
        .and_then(|first| map(second)?.after(&first.inverse()?))
        .expect("both views are those of a camera before the plane")
}

fn loaded(pairs: Vec<Views>, kind: InputKind, sha256: String) -> Loaded<Vec<Views>> {
    Loaded {
        data: pairs,
        inputs: vec![Input {
            name: NAME.to_owned(),
            kind,
            sha256,
        }],
        notes: Vec::new(),
    }
}

/// The largest matrix file that is read: what `estimate --json` writes about some thousand pairs.
const MAX_BYTES: u64 = 1024 * 1024;

/// A homography from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixFile {
    /// The map.
    pub homography: Homography,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Why a file holds no homography.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// The file could not be opened or read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than what is read.
    #[error("{} is larger than the {} KiB that are read", path.display(), MAX_BYTES / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is none of what can be read.
    #[error("{}: expected {expected}, found {found}", path.display())]
    NotAMatrix {
        /// The file.
        path: PathBuf,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Nine numbers that are no homography.
    #[error("{}: the matrix is no homography", path.display())]
    NotAHomography {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: HomographyError,
    },
}

/// Reads a homography in any of three forms: nine numbers with spaces and line breaks between them,
/// row by row; an OpenCV matrix in XML; JSON, three rows of three numbers, alone or under the key
/// `matrix`.
///
/// # Errors
/// See [`MatrixError`]; each names the file.
pub fn read_matrix(path: &Path) -> Result<MatrixFile, MatrixError> {
    let bytes = read_bounded(path, MAX_BYTES);
    let path = || path.to_path_buf();
    let bytes = bytes.map_err(|source| MatrixError::Io {
        path: path(),
        source,
    })?;
    let bytes = bytes.ok_or_else(|| MatrixError::TooLarge { path: path() })?;
    let matrix = matrix_from_bytes(&bytes);
    let matrix = matrix.map_err(|(expected, found)| MatrixError::NotAMatrix {
        path: path(),
        expected,
        found,
    })?;
    let homography = Homography::new(matrix).map_err(|source| MatrixError::NotAHomography {
        path: path(),
        source,
    })?;
    Ok(MatrixFile {
        homography,
        sha256: sha256(&bytes),
    })
}

/// What was expected, and what was found instead.
type Mismatch = (&'static str, String);

fn matrix_from_bytes(bytes: &[u8]) -> Result<Matrix, Mismatch> {
    let text = str::from_utf8(bytes).map_err(|_| {
        (
            "a text with nine numbers",
            "bytes that are no text".to_owned(),
        )
    })?;
    match text.trim_start().chars().next() {
        Some('<') => matrix_from_text(data_of_xml(text)?),
        Some('[' | '{') => matrix_from_json(text),
        _ => matrix_from_text(text),
    }
}

fn matrix_from_text(text: &str) -> Result<Matrix, Mismatch> {
    let number = |word: &str| -> Result<f64, Mismatch> {
        let shown = || format!("`{}`", word.chars().take(40).collect::<String>());
        word.parse()
            .map_err(|_| ("three rows of three numbers", shown()))
    };
    let numbers = text.split_whitespace().map(number);
    let numbers = numbers.collect::<Result<Vec<f64>, Mismatch>>()?;
    let Ok([a, b, c, d, e, f, g, h, i]) = <[f64; 9]>::try_from(numbers.as_slice()) else {
        let found = format!("{} numbers", numbers.len());
        return Err(("the nine numbers of a 3x3 matrix", found));
    };
    Ok([[a, b, c], [d, e, f], [g, h, i]])
}

/// What stands in the element `data`, when rows and columns are three.
fn data_of_xml(text: &str) -> Result<&str, Mismatch> {
    let found = |found: Option<&str>| found.map_or("none".to_owned(), |found| format!("`{found}`"));
    for (tag, expected) in [
        ("rows", "an OpenCV matrix in XML with <rows>3</rows>"),
        ("cols", "an OpenCV matrix in XML with <cols>3</cols>"),
    ] {
        let content = element(text, tag).map(str::trim);
        if content != Some("3") {
            return Err((expected, found(content)));
        }
    }
    element(text, "data").ok_or_else(|| ("an OpenCV matrix in XML with <data>", found(None)))
}

/// The text of the first element with this name. The files hold one matrix and no nested elements
/// of these names, for which this is enough of XML.
fn element<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    let (content, _) = rest.split_once(&format!("</{tag}>"))?;
    Some(content)
}

fn matrix_from_json(text: &str) -> Result<Matrix, Mismatch> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "no such rows")]
    enum Content {
        Alone(Matrix),
        Keyed { matrix: Matrix },
    }
    let expected = "JSON, three rows of three numbers, alone or under the key \"matrix\" as \
                    `estimate --json` prints them";
    match serde_json::from_str(text) {
        Ok(Content::Alone(matrix) | Content::Keyed { matrix }) => Ok(matrix),
        Err(error) => Err((expected, error.to_string())),
    }
}

/// Keeps a picture beside the cell's outcome, as numbers from 0 to 255.
///
/// # Shapes
/// rows x columns x 3.
pub fn keep_picture(cell: &mut Cell<'_>, name: &str, picture: &RgbImage) {
    let (width, height) = picture.dimensions();
    let array = Array3::from_shape_fn((height as usize, width as usize, 3), |(y, x, c)| {
        f32::from(picture.get_pixel(x as u32, y as u32).0[c])
    });
    cell.keep_array(name, array.into_dyn());
}

/// A picture that [`keep_picture`] stored.
///
/// # Errors
/// When there is no array of this name, or it is no picture.
pub fn stored_picture(arrays: &Arrays, name: &str) -> Result<RgbImage> {
    let array = arrays.get(name)?;
    let &[height, width, 3] = array.shape() else {
        return Err(Error::Other(
            format!("expected a picture `{name}`, found {:?}", array.shape()).into(),
        ));
    };
    Ok(RgbImage::from_fn(width as u32, height as u32, |x, y| {
        Rgb([0, 1, 2].map(|c| array[[y as usize, x as usize, c]].round() as u8))
    }))
}

/// The picture with `factor` x `factor` pixels averaged to one; a rest at the edges is cut off.
pub fn reduced(picture: &RgbImage, factor: u32) -> RgbImage {
    let (width, height) = (picture.width() / factor, picture.height() / factor);
    RgbImage::from_fn(width.max(1), height.max(1), |x, y| {
        Rgb([0, 1, 2].map(|c| {
            let places =
                (0..factor * factor).map(|k| (x * factor + k % factor, y * factor + k / factor));
            let inside = places.filter(|(x, y)| *x < picture.width() && *y < picture.height());
            let values: Vec<u32> = inside
                .map(|(x, y)| u32::from(picture.get_pixel(x, y).0[c]))
                .collect();
            let count = (values.len() as u32).max(1);
            ((values.iter().sum::<u32>() + count / 2) / count) as u8
        }))
    })
}

/// A picture for a figure.
pub fn figure_picture(label: impl Into<String>, picture: &RgbImage) -> Picture {
    let (width, height) = picture.dimensions();
    Picture::rgb(label, width, height, picture.as_raw().clone())
}
