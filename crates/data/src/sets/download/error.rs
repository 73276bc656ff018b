//! Whose fault it is that a download failed.

use super::Failure;
use crate::sets::FetchError;

/// Why a download ended without a whole file.
pub enum DownloadError {
    /// The mirror failed; another one may do better.
    Failed(Failure),
    /// The cache failed; no mirror can help.
    Cache(FetchError),
}

impl From<FetchError> for DownloadError {
    fn from(error: FetchError) -> Self {
        Self::Cache(error)
    }
}

impl From<Failure> for DownloadError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
