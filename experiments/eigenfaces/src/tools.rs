//! Eigenfaces on pictures of one's own: `eigenfaces train` and `eigenfaces match`.

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
    Train(Train),
    /// Find the trained faces that pictures resemble most
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
