//! Homographies of pictures and pairs of one's own: `homography rectify` and
//! `homography estimate`.

mod coordinates;
mod drawn;
mod estimate;
mod matrix_file;
mod rectify;
mod report;

use clap::Subcommand;
use retrace_lab::cli::Tool;
use retrace_lab::{Error, Result};

use crate::dlt::DltError;

pub use estimate::Estimate;
pub use rectify::Rectify;

/// What the method does with pictures and pairs of one's own.
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// Redraw a photo so that a plane in it is seen from the front
    ///
    /// Four or more points of the photo and where they are to go give a homography; every pixel of
    /// the new picture is mapped back by its inverse and read there. Pixels that come from outside
    /// the photo are black, or transparent if it has an alpha channel.
    ///
    /// Coordinates are x to the right and y down, in pixels, from the centre of the top-left
    /// pixel. A photo is turned upright first if its EXIF tag says so.
    #[command(after_long_help = "Example, with the points of the post:\n  \
            homography rectify photo.jpg --from 448,67,602,129,362,392,483,494 \
            --to 386,78,552,78,386,453,552,453 --sampling bicubic -o out.png")]
    Rectify(Rectify),
    /// Compute the homography of pairs of points in a CSV file
    ///
    /// The file has the columns `from_x`, `from_y`, `to_x` and `to_y`, in any order: x to the right and y
    /// down, in pixels, from the centre of the top-left pixel. With `--ransac` some of the pairs
    /// may be wrong.
    #[command(after_long_help = "Example:\n  \
            homography estimate --pairs pairs.csv --ransac --threshold 3 --json > h.json\n  \
            homography rectify photo.jpg --matrix h.json -o out.png")]
    Estimate(Estimate),
}

impl Tool for Tools {
    fn run(self) -> Result<()> {
        match self {
            Self::Rectify(rectify) => rectify.run(),
            Self::Estimate(estimate) => estimate.run(),
        }
    }
}

/// A decomposition that fails is a matter of numbers; whatever else is wrong with pairs is one of
/// where they came from.
fn error_of(error: DltError, otherwise: impl FnOnce(DltError) -> Error) -> Error {
    match error {
        DltError::NoConvergence => Error::Numerics(error.to_string()),
        error => otherwise(error),
    }
}
