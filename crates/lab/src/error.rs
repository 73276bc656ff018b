//! What can go wrong, a sentence each, and the exit code that a script sees.

use std::path::{Path, PathBuf};

use retrace_data::shown;

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
    #[error("config `{key}` ({origin}): expected {expected}, found {found}{shown}")]
    Config {
        /// The key, as in the TOML file.
        key: String,
        /// Where the value came from: preset, file or flag.
        origin: String,
        /// What the key takes.
        expected: String,
        /// What was given.
        found: String,
        /// The line where it stands, below the sentence; empty where there is none.
        shown: String,
    },
    /// Data that is missing or damaged.
    #[error("the data cannot be used")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A computation that left the numbers it can work with.
    #[error("{0}")]
    Numerics(String),
    /// A file or folder that could not be read or written.
    #[error("cannot {action} {}", shown(path))]
    Io {
        /// What was tried: "write", "read", "create the folder".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A file of ours that does not hold what we once wrote.
    #[error("{} is damaged: {reason}", shown(path))]
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
    /// A child process ended without a word.
    #[error("the process of the cell ended before it was done ({status})")]
    WorkerGone {
        /// How.
        status: String,
    },
    /// A cell that a cluster starts again and again for nothing.
    #[error(
        "two starts in a row, the last on {last}, ended without a step forward from step {step}"
    )]
    Fruitless {
        /// Steps done.
        step: u64,
        /// Machine and job.
        last: String,
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
            Self::Io { .. }
            | Self::Damaged { .. }
            | Self::WorkerGone { .. }
            | Self::Fruitless { .. }
            | Self::Figure(_)
            | Self::Other(_) => 1,
        }
    }

    /// The whole chain as one text, causes indented below what they caused. A control character that
    /// is not ours, such as one in a file's name, is escaped.
    pub fn chain(&self) -> String {
        let mut text = without_controls(&self.to_string());
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str("\n  because: ");
            text.push_str(&without_controls(&error.to_string()));
            cause = error.source();
        }
        text
    }
}

/// A text of ours, whose own lines begin with two spaces: all else that would end a line or change
/// the terminal is escaped.
fn without_controls(text: &str) -> String {
    let lines: Vec<String> = text.split("\n  ").map(one_line).collect();
    lines.join("\n  ")
}

/// A path as a word of a shell's command line: in quotes where it needs them.
pub fn shell_word(path: &Path) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+=,:@%".contains(byte);
    let bytes = path.as_os_str().as_encoded_bytes();
    let is_text = path
        .to_str()
        .is_some_and(|text| !text.contains(char::is_control));
    match bytes.iter().all(is_plain) && !bytes.is_empty() {
        true => path.display().to_string(),
        false if is_text => format!("'{}'", path.display().to_string().replace('\'', r"'\''")),
        // The shell's own escapes, of bytes that are no letters.
        false => {
            let escape = |byte: &u8| match byte {
                b' ' | b'"' => char::from(*byte).to_string(),
                _ => std::ascii::escape_default(*byte).to_string(),
            };
            format!("$'{}'", bytes.iter().map(escape).collect::<String>())
        }
    }
}

/// A text as part of one line: control characters, such as a newline in a file's name, are escaped.
pub fn one_line(text: impl std::fmt::Display) -> String {
    retrace_data::shown(text.to_string().as_ref())
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        2 => "Ctrl-C",
        15 => "a request to terminate",
        _ => "a signal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_holds_stays_on_one_line() {
        let error = Error::Damaged {
            path: PathBuf::from("a\nb\u{1b}[31m"),
            reason: "it ends\n  3 | here".to_owned(),
        };
        assert_eq!(
            error.chain(),
            "a\\nb\\u{1b}[31m is damaged: it ends\n  3 | here"
        );
        let error = Error::Cell {
            cell: "relu".to_owned(),
            source: Box::new(error),
        };
        assert_eq!(error.chain().lines().count(), 3);
    }

    #[test]
    fn a_shell_reads_the_word_that_was_meant() {
        let words: [(&str, &str); 5] = [
            ("out/rrelu/quick+3f9a1c", "out/rrelu/quick+3f9a1c"),
            ("my runs", "'my runs'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("a\nb'c", r"$'a\nb\'c'"),
        ];
        for (path, word) in words {
            assert_eq!(shell_word(Path::new(path)), word);
        }
    }
}
