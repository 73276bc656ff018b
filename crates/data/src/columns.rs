//! Columns of numbers from a CSV file: points in the plane, pairs of points.

use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::bounded;

/// The largest file that is read: some 400,000 rows of two numbers.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Columns of a file, each with one number a row, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns<const N: usize> {
    /// A column for each name that was asked for; all finite, all of one length.
    pub values: [Vec<f64>; N],
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Why a file of numbers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {}", .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    /// The file is not CSV in UTF-8.
    #[error("{} is not a CSV file", .0.display())]
    NotCsv(PathBuf, #[source] csv::Error),
    /// The content is not what is asked for: a sentence that names the file, and the line.
    #[error("{0}")]
    Content(String),
}

/// Reads a CSV file whose first line names exactly the columns `names`, in any order.
///
/// # Errors
/// See [`ReadError`]; each names the file, and the line where there is one. Fewer than
/// `fewest` rows are an error too.
pub fn read_columns<const N: usize>(
    path: &Path,
    names: [&'static str; N],
    fewest: usize,
) -> Result<Columns<N>, ReadError> {
    let shown = path.display();
    let read = bounded::read(path, MAX_BYTES);
    let bytes = read.map_err(|source| ReadError::Io(path.to_path_buf(), source))?;
    let bytes = bytes.ok_or_else(|| {
        let limit = MAX_BYTES / 1024 / 1024;
        ReadError::Content(format!(
            "{shown} is larger than the {limit} MiB that are read"
        ))
    })?;
    let not_csv = |source| ReadError::NotCsv(path.to_path_buf(), source);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.as_slice());
    let places = places(path, reader.headers().map_err(not_csv)?, names)?;
    let mut values = names.map(|_| Vec::new());
    for record in reader.records() {
        let record = record.map_err(not_csv)?;
        for ((column, place), name) in values.iter_mut().zip(places).zip(names) {
            column.push(number(path, &record, place, name)?);
        }
    }
    let found = values.first().map_or(0, Vec::len);
    if found < fewest {
        let sentence = format!("{shown}: expected at least {fewest} rows, found {found}");
        return Err(ReadError::Content(sentence));
    }
    Ok(Columns {
        values,
        sha256: bounded::sha256(&bytes),
    })
}

/// Where each of the columns stands in a row.
fn places<const N: usize>(
    path: &Path,
    header: &StringRecord,
    names: [&'static str; N],
) -> Result<[usize; N], ReadError> {
    let place = |name: &str| {
        header
            .iter()
            .position(|cell| cell.eq_ignore_ascii_case(name))
    };
    let found = names.map(place);
    if header.len() != N || found.contains(&None) {
        let found = excerpt(&header.iter().collect::<Vec<_>>().join(","));
        return Err(ReadError::Content(format!(
            "{}: expected the columns {} in the first line, found {found}",
            path.display(),
            names.join(", ")
        )));
    }
    Ok(found.map(Option::unwrap_or_default))
}

fn number(
    path: &Path,
    record: &StringRecord,
    place: usize,
    column: &'static str,
) -> Result<f64, ReadError> {
    let cell = record.get(place).unwrap_or_default();
    cell.parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| {
            let line = record.position().map_or(0, csv::Position::line);
            let (path, found) = (path.display(), excerpt(cell));
            ReadError::Content(format!(
                "{path}, line {line}: {column} must be a finite number, found \"{found}\""
            ))
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
    use std::fs::{self, File};

    use super::*;

    fn read(content: impl AsRef<[u8]>) -> Result<Columns<2>, ReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        fs::write(&path, content).unwrap();
        read_columns(&path, ["x", "y"], 2)
    }

    fn refused(content: impl AsRef<[u8]>, expected: &str) {
        let message = read(content).unwrap_err().to_string();
        assert!(message.contains("points.csv"), "{message}");
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let [x, y] = read("y, x\n2,1\n4e0,-2\n").unwrap().values;
        assert_eq!((x, y), (vec![1.0, -2.0], vec![2.0, 4.0]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pairs.csv");
        fs::write(&path, "c,a,b\n3,1,2\n").unwrap();
        let read = read_columns(&path, ["a", "b", "c"], 1).unwrap();
        assert_eq!(read.values, [[1.0], [2.0], [3.0]]);
    }

    #[test]
    fn what_is_not_such_a_file_is_refused_with_its_place() {
        for (content, expected) in [
            (
                "x,y\n1,2\n3,many\n",
                "line 3: y must be a finite number, found \"many\"",
            ),
            ("x,y\n1,2\nNaN,2\n", "line 3: x must be"),
            ("x,y\n1,2\n1,inf\n", "line 3: y must be"),
            ("x,y\n1,2\n,3\n", "line 3: x must be"),
            ("", "expected the columns x, y"),
            ("a,b\n1,2\n3,4\n", "found a,b"),
            ("x,x\n1,2\n3,4\n", "found x,x"),
            ("x,y,z\n1,2,3\n", "found x,y,z"),
            ("x,y\n1,2\n", "at least 2 rows, found 1"),
            ("x,y\n1,2\n1,2,3\n", "is not a CSV file"),
            ("<!DOCTYPE html><html></html>", "found <!DOCTYPE"),
        ] {
            refused(content, expected);
        }
        refused(b"x,y\n1,\xff\xfe\n", "is not a CSV file");
        let folder = tempfile::tempdir().unwrap();
        let read = || read_columns(&folder.path().join("points.csv"), ["x", "y"], 2).unwrap_err();
        assert!(matches!(read(), ReadError::Io(..)));
        assert!(read().to_string().contains("points.csv"));
        // A huge file, before it fills the memory.
        let file = File::create(folder.path().join("points.csv")).unwrap();
        file.set_len(1 << 40).unwrap();
        assert!(read().to_string().contains("is larger than the 16 MiB"));
    }

    #[test]
    fn damage_anywhere_is_an_error_or_other_numbers_but_never_a_panic() {
        let whole: Vec<u8> = b"x,y\n0.5,1.25\n1.5,-3\n2.5,4e2\n".to_vec();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            if let Ok(Columns { values: [x, y], .. }) = read(&damaged) {
                assert_eq!(x.len(), y.len());
                assert!(x.iter().chain(&y).all(|value| value.is_finite()));
            }
        }
        for length in 0..whole.len() {
            let _ = read(&whole[..length]).map(|read| assert!(read.values[0].len() >= 2));
        }
    }
}
