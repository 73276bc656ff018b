//! A 3x3 matrix from a file: nine numbers as text, or an OpenCV matrix in XML.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use retrace_lab::sha256;

use crate::homography::{Homography, HomographyError};

/// The largest file that is read; nine numbers need some hundred bytes.
const MAX_BYTES: u64 = 64 * 1024;

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
    /// The file could not be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is no text, or too long for nine numbers.
    #[error(
        "{}: expected a text of at most {} KiB with nine numbers", path.display(), MAX_BYTES / 1024
    )]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// XML, but not of one 3x3 matrix.
    #[error(
        "{}: expected an OpenCV matrix in XML with <{tag}>{expected}</{tag}>, found {found}",
        path.display()
    )]
    Xml {
        /// The file.
        path: PathBuf,
        /// The element.
        tag: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: String,
    },
    /// A word that is no number.
    #[error("{}: expected a number, found `{word}`", path.display())]
    NotANumber {
        /// The file.
        path: PathBuf,
        /// The word.
        word: String,
    },
    /// Another number of numbers.
    #[error("{}: expected the nine numbers of a 3x3 matrix, found {found}", path.display())]
    Count {
        /// The file.
        path: PathBuf,
        /// How many there are.
        found: usize,
    },
    /// Nine numbers that make no homography.
    #[error("{} holds no homography", path.display())]
    NotAMap {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: HomographyError,
    },
}

/// Reads nine numbers, row by row: as text with spaces and line breaks between them, or from the
/// element `data` of an OpenCV matrix in XML.
///
/// # Errors
/// See [`MatrixError`]; each names the file.
pub fn read_matrix(path: &Path) -> Result<MatrixFile, MatrixError> {
    let text = read_text(path)?;
    let numbers = if text.trim_start().starts_with('<') {
        data_of_xml(path, &text)?
    } else {
        &text
    };
    let values = numbers
        .split_whitespace()
        .map(|word| number(path, word))
        .collect::<Result<Vec<f64>, MatrixError>>()?;
    let matrix: [f64; 9] = values
        .as_slice()
        .try_into()
        .map_err(|_| MatrixError::Count {
            path: path.to_path_buf(),
            found: values.len(),
        })?;
    let rows = [0, 3, 6].map(|start| [matrix[start], matrix[start + 1], matrix[start + 2]]);
    let homography = Homography::new(rows).map_err(|source| MatrixError::NotAMap {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(MatrixFile {
        homography,
        sha256: sha256(text.as_bytes()),
    })
}

fn read_text(path: &Path) -> Result<String, MatrixError> {
    let io = |source| MatrixError::Io {
        path: path.to_path_buf(),
        source,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    let not_text = || MatrixError::NotText {
        path: path.to_path_buf(),
    };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(not_text());
    }
    String::from_utf8(bytes).map_err(|_| not_text())
}

fn number(path: &Path, word: &str) -> Result<f64, MatrixError> {
    word.parse().map_err(|_| MatrixError::NotANumber {
        path: path.to_path_buf(),
        word: word.chars().take(40).collect(),
    })
}

/// What stands in the element `data`, when rows and columns are three.
fn data_of_xml<'a>(path: &Path, text: &'a str) -> Result<&'a str, MatrixError> {
    let xml = |tag, expected, found: Option<&str>| MatrixError::Xml {
        path: path.to_path_buf(),
        tag,
        expected,
        found: found.map_or_else(|| "none".to_owned(), |found| format!("`{found}`")),
    };
    for tag in ["rows", "cols"] {
        let found = element(text, tag).map(str::trim);
        if found != Some("3") {
            return Err(xml(tag, "3", found));
        }
    }
    element(text, "data").ok_or_else(|| xml("data", "nine numbers", None))
}

/// The text of the first element with this name. The files hold one matrix and no nested elements
/// of these names, for which this is enough of XML.
fn element<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    let (content, _) = rest.split_once(&format!("</{tag}>"))?;
    Some(content)
}
