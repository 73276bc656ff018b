//! Pairs of pictures of one plane with a known homography: the published ones, or drawn ones.
//!
//! Published: graffiti (the viewpoint changes by 30 degrees), bikes (blur) and Leuven (light),
//! all by K. Mikolajczyk et al., "A comparison of affine region detectors", IJCV 65 (2005);
//! the first as it comes with OpenCV. Their twin is the drawn desk, photographed twice.

mod matrix_file;

use std::path::Path;

use image::RgbImage;
use retrace_data::read_picture;
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result, sha256};

pub use matrix_file::{MatrixError, read_matrix};

use crate::homography::Homography;
use crate::photo::{LABEL, TWO_VIEWS, picture_from_plane, two_views};

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
