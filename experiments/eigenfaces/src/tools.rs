//! Eigenfaces on pictures of one's own: `eigenfaces train` and `eigenfaces match`.

mod answer;
mod matching;
mod training;

use clap::Subcommand;
use retrace_lab::cli::Tool;
use retrace_lab::{Error, Result};

use crate::model::TrainError;
use crate::pca::PcaError;

pub use matching::Match;
pub use training::Train;

/// What the method does with pictures of one's own.
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// Train eigenfaces on the pictures of a folder
    ///
    /// Reads the PNG, JPEG, PGM, PPM and GIF pictures in a folder and its subfolders as grey
    /// values. A subfolder is a person; a picture in the folder itself has a name of its own.
    ///
    /// Each picture is also measured as if it were new, by eigenfaces of the others: one at a time
    /// up to 32 pictures, in ten parts above. `match` takes its thresholds from these distances.
    /// Persons are left out, too, all their pictures together, to see how many strangers would be
    /// taken for somebody known.
    #[command(
        after_long_help = "Example: eigenfaces train faces --components 0.95 --model faces.safetensors"
    )]
    Train(Train),
    /// Find the trained faces that pictures resemble most
    ///
    /// A picture is a face when its distance from face space is within the threshold, and known
    /// when its minimum distance to the training pictures is, too. All distances are Euclidean, in
    /// grey levels; that from face space is between pictures, the others are between weights.
    ///
    /// The thresholds are quantiles of the distances that the training pictures had when they were
    /// left out of the training; flags set others.
    #[command(
        after_long_help = "Example: eigenfaces match --model faces.safetensors photo.png --resize --nearest 3"
    )]
    Match(Match),
}

impl Tool for Tools {
    fn run(self) -> Result<()> {
        match self {
            Self::Train(train) => train.run(),
            Self::Match(matching) => matching.run(),
        }
    }
}

/// The pictures of a folder that have no eigenfaces.
#[derive(Debug, thiserror::Error)]
#[error("the pictures in {folder} cannot be trained on")]
struct NoFaces {
    folder: String,
    source: PcaError,
}

/// The kind of failure decides the exit code.
fn error_of(error: TrainError, folder: &std::path::Path) -> Error {
    match error {
        TrainError::Pca(PcaError::NotConverged) => {
            Error::Numerics(PcaError::NotConverged.to_string())
        }
        TrainError::Pca(source) => Error::data(NoFaces {
            folder: folder.display().to_string(),
            source,
        }),
        TrainError::TooManyComponents { .. } => Error::Usage(error.to_string()),
    }
}
