//! Points in the plane from a CSV file: the columns `x` and `y`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use sha2::{Digest, Sha256};

/// The largest file that is read: some 400,000 points, more than any fit here can use.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A line through fewer points than this is not a fit.
const FEWEST_POINTS: usize = 2;

/// Points in the plane, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Abscissae, all finite.
    pub x: Vec<f64>,
    /// Ordinates, as many, all finite.
    pub y: Vec<f64>,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Why a file of points cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than [`MAX_BYTES`].
    #[error("{} is larger than the {} MiB that are read", path.display(), MAX_BYTES / 1024 / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not CSV in UTF-8.
    #[error("{} is not a CSV file", path.display())]
    NotCsv {
        /// The file.
        path: PathBuf,
        /// What the parser met.
        source: csv::Error,
    },
    /// The header is not `x,y`.
    #[error("{}: expected the columns x and y in the first line, found {found}", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// The first line.
        found: String,
    },
    /// A cell is not a finite number.
    #[error("{}, line {line}: {column} must be a finite number, found \"{found}\"", path.display())]
    NotANumber {
        /// The file.
        path: PathBuf,
        /// Line of the file, counted from 1.
        line: u64,
        /// `x` or `y`.
        column: &'static str,
        /// The cell.
        found: String,
    },
    /// There are too few rows.
    #[error("{}: expected at least {FEWEST_POINTS} points, found {found}", path.display())]
    TooFew {
        /// The file.
        path: PathBuf,
        /// Number of rows.
        found: usize,
    },
}

/// Reads points from a CSV file whose first line names exactly the columns `x` and `y`, in
/// either order.
///
/// # Errors
/// See [`ReadError`]; each names the file, and the line where there is one.
pub fn read_points(path: &Path) -> Result<Points, ReadError> {
    let bytes = read_bounded(path)?;
    let not_csv = |source| ReadError::NotCsv {
        path: path.to_path_buf(),
        source,
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.as_slice());
    let header = reader.headers().map_err(not_csv)?.clone();
    let (x_column, y_column) = columns(&header).ok_or_else(|| ReadError::Columns {
        path: path.to_path_buf(),
        found: excerpt(&header.iter().collect::<Vec<_>>().join(",")),
    })?;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.map_err(not_csv)?;
        x.push(number(path, &record, x_column, "x")?);
        y.push(number(path, &record, y_column, "y")?);
    }
    if x.len() < FEWEST_POINTS {
        return Err(ReadError::TooFew {
            path: path.to_path_buf(),
            found: x.len(),
        });
    }
    let sha256 = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Points { x, y, sha256 })
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, ReadError> {
    let io = |source| ReadError::Io {
        path: path.to_path_buf(),
        source,
    };
    let mut bytes = Vec::new();
    // One byte more than allowed tells a large file from one of exactly the limit, and a
    // device such as /dev/zero ends here too.
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(io)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge {
            path: path.to_path_buf(),
        });
    }
    Ok(bytes)
}

fn columns(header: &StringRecord) -> Option<(usize, usize)> {
    let of = |name: &str| {
        header
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
    };
    if header.len() == 2 {
        Some((of("x")?, of("y")?))
    } else {
        None
    }
}

fn number(
    path: &Path,
    record: &StringRecord,
    index: usize,
    column: &'static str,
) -> Result<f64, ReadError> {
    let cell = record.get(index).unwrap_or_default();
    cell.parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| ReadError::NotANumber {
            path: path.to_path_buf(),
            line: record.position().map_or(0, csv::Position::line),
            column,
            found: excerpt(cell),
        })
}

/// The beginning of a text that may be a whole web page on one line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(content: impl AsRef<[u8]>) -> Result<Points, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        fs::write(&path, content).unwrap();
        read_points(&path)
    }

    fn refused(content: impl AsRef<[u8]>, expected: &str) {
        let message = read(content).unwrap_err().to_string();
        assert!(message.contains("points.csv"), "{message}");
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn columns_may_stand_in_either_order() {
        let points = read("y, x\n2,1\n4e0,-2\n").unwrap();
        assert_eq!((points.x, points.y), (vec![1.0, -2.0], vec![2.0, 4.0]));
    }

    #[test]
    fn bad_cells_name_their_line_and_column() {
        refused(
            "x,y\n1,2\n3,many\n",
            "line 3: y must be a finite number, found \"many\"",
        );
        refused("x,y\n1,2\nNaN,2\n", "line 3: x must be");
        refused("x,y\n1,2\n1,inf\n", "line 3: y must be");
        refused("x,y\n1,2\n,3\n", "line 3: x must be");
    }

    #[test]
    fn wrong_shapes_are_refused() {
        refused("", "expected the columns x and y");
        refused("a,b\n1,2\n3,4\n", "found a,b");
        refused("x,y,z\n1,2,3\n", "found x,y,z");
        refused("x,y\n1,2\n", "at least 2 points, found 1");
        refused("x,y\n1,2\n1,2,3\n", "is not a CSV file");
        refused(b"x,y\n1,\xff\xfe\n", "is not a CSV file");
        refused(
            "<!DOCTYPE html><html><head><title>not found, sorry</title></head></html>",
            "found <!DOCTYPE",
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = read_points(Path::new("no/such/points.csv")).unwrap_err();
        assert!(matches!(error, ReadError::Io { .. }));
        assert!(error.to_string().contains("no/such/points.csv"));
    }

    #[test]
    fn a_huge_file_is_refused_before_it_fills_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(
            read_points(&path),
            Err(ReadError::TooLarge { .. })
        ));
    }

    #[test]
    fn damage_anywhere_is_an_error_or_other_points_but_never_a_panic() {
        let whole: Vec<u8> = b"x,y\n0.5,1.25\n1.5,-3\n2.5,4e2\n".to_vec();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(points) = read(&damaged) {
                assert_eq!(points.x.len(), points.y.len());
                assert!(
                    points
                        .x
                        .iter()
                        .chain(&points.y)
                        .all(|value| value.is_finite())
                );
            }
        }
        for length in 0..whole.len() {
            let _ = read(&whole[..length]).map(|points| assert!(points.x.len() >= 2));
        }
    }
}
