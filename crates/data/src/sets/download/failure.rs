//! Why a mirror did not give a file, and whether asking again makes sense.

use std::io;

use crate::sets::Problem;

/// Why a mirror did not give what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was not asked, as no connection may be opened.
    #[error("not asked: offline")]
    Offline,
    /// No connection.
    #[error("cannot be reached ({0})")]
    Unreachable(String),
    /// It answered with an error.
    #[error("expected the file, found status {0}")]
    Status(u16),
    /// It answered with something that is no HTTP.
    #[error("expected an answer in HTTP, found {0}")]
    NotHttp(String),
    /// It leads from one address to the next.
    #[error("expected a file after {0} redirections, found one more")]
    TooManyRedirects(u32),
    /// The connection broke off.
    #[error("broke off after {bytes} bytes{}", of(*total))]
    Dropped {
        /// Bytes that are there.
        bytes: u64,
        /// Bytes of the whole, if known.
        total: Option<u64>,
    },
    /// Nothing came any more, or next to nothing.
    #[error("sent nothing, or next to nothing, for too long")]
    Stalled,
    /// It has a file of another size.
    #[error("expected a file of {expected} bytes, found one of {found}")]
    OtherSize {
        /// Size in the manifest.
        expected: u64,
        /// Size that it announces.
        found: u64,
    },
    /// It sent more than it should.
    #[error("sent more than {limit} bytes")]
    TooLong {
        /// Bytes that were accepted.
        limit: u64,
    },
    /// It sent other bytes.
    #[error("expected content with SHA-256 {expected}, found {found}")]
    Content {
        /// SHA-256 in the manifest.
        expected: String,
        /// SHA-256 of what came.
        found: String,
    },
    /// Its archive is refused.
    #[error("its archive is refused: {0}")]
    Archive(Problem),
    /// It has no file with the right bytes.
    #[error("some files are not there, or have other bytes")]
    Lacks,
}

fn of(total: Option<u64>) -> String {
    total.map_or_else(String::new, |total| format!(" of {total}"))
}

impl Failure {
    /// Whether the same mirror may do better in a while.
    pub(super) fn may_pass(&self, answered: bool) -> bool {
        match self {
            Self::Dropped { .. } | Self::Stalled => true,
            // Request Timeout and Too Many Requests.
            Self::Status(code) => matches!(code, 408 | 429 | 500..),
            Self::Unreachable(_) => answered,
            _ => false,
        }
    }

    /// What an error means that came before a body.
    pub(super) fn of_request(error: ureq::Error, redirects: u32) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        use ureq::Error;
        use ureq::Timeout::{Connect, Resolve};
        match error {
            Error::Timeout(Connect | Resolve) => Self::Unreachable("no answer".to_owned()),
            Error::Timeout(_) => Self::Stalled,
            Error::TooManyRedirects => Self::TooManyRedirects(redirects),
            Error::Io(error) => match error.kind() {
                BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Self::Dropped {
                    bytes: 0,
                    total: None,
                },
                _ => Self::Unreachable(error.to_string()),
            },
            Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::RedirectFailed => {
                Self::NotHttp(error.to_string())
            }
            error => Self::Unreachable(error.to_string()),
        }
    }

    /// What an error means that came within a body.
    pub(super) fn of_body(error: io::Error, bytes: u64, total: Option<u64>) -> Self {
        match ureq::Error::from(error) {
            ureq::Error::Timeout(_) => Self::Stalled,
            _ => Self::Dropped { bytes, total },
        }
    }
}
