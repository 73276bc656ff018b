//! Why there is no model of some pictures.

use crate::pca::PcaError;

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
