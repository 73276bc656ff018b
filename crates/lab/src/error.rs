//! What can go wrong, a sentence each, and the exit code that a script sees.

use std::path::{Path, PathBuf};

/// The result of anything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure, worded for the person at the terminal: what was expected, what was found and
/// where.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A command line that names something that does not exist.
    #[error("{0}")]
    Usage(String),
    /// A config that cannot be run.
    #[error("config `{key}` ({origin}): expected {expected}, found {found}")]
    Config {
        /// The key, as in the TOML file.
        key: String,
        /// Where the value came from: preset, file or flag.
        origin: String,
        /// What the key takes.
        expected: String,
        /// What was given.
        found: String,
    },
    /// Data that is missing or damaged.
    #[error("the data cannot be used")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A computation that left the numbers it can work with.
    #[error("{0}")]
    Numerics(String),
    /// A file or folder that could not be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried: "write", "read", "create the folder".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A file of ours that does not hold what we once wrote.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The user or the system asked the program to stop.
    #[error("stopped by {}; start the same command again to continue", signal_name(*signal))]
    Interrupted {
        /// The signal's number.
        signal: i32,
    },
    /// A cell failed.
    #[error("cell {cell} failed")]
    Cell {
        /// Experiment, arm and seed.
        cell: String,
        /// Why.
        source: Box<Error>,
    },
    /// A child process failed; its own exit code is kept.
    #[error("{message}")]
    Worker {
        /// What the child reported.
        message: String,
        /// The exit code that it chose.
        code: u8,
    },
    /// A figure could not be drawn.
    #[error("a figure could not be drawn")]
    Figure(#[from] retrace_figure::FigureError),
    /// Any other failure of an experiment.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps an input or output error with what was tried on which path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// Data that cannot be used: exit code 3.
    pub fn data(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Data(Box::new(source))
    }

    /// The exit code: 1 failure, 2 usage or config, 3 data, 4 numerics, 128 + n signal n.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Config { .. } => 2,
            Self::Data(_) => 3,
            Self::Numerics(_) => 4,
            Self::Interrupted { signal } => {
                128_u8.saturating_add(u8::try_from(*signal).unwrap_or(0))
            }
            Self::Cell { source, .. } => source.exit_code(),
            Self::Worker { code, .. } => *code,
            Self::Io { .. } | Self::Damaged { .. } | Self::Figure(_) | Self::Other(_) => 1,
        }
    }

    /// The whole chain as one text, causes indented below what they caused.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!("\n  because: {error}"));
            cause = error.source();
        }
        text
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        2 => "Ctrl-C",
        15 => "a request to terminate",
        _ => "a signal",
    }
}
