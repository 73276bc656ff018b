//! Columns of numbers from a text file such as CSV: points in the plane, pairs of points.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::bounded;
use crate::name::shown;

/// The largest file that is read: some 400,000 rows of two numbers.
pub const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Columns of a file, each with one number per row, in the order of the file.
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
    #[error("cannot read {}", shown(.0))]
    Io(PathBuf, #[source] std::io::Error),
    /// The content is not what is asked for: a sentence that names the file, and the line.
    #[error("{0}")]
    Content(String),
}

/// Reads a file whose first line names the columns `names`, in any order and among others. Commas,
/// semicolons, tabs or spaces separate the columns, and the first line says which; but for commas,
/// a comma may stand for the decimal point.
///
/// # Errors
/// See [`ReadError`]; each names the file, and the line where there is one. Fewer than
/// `fewest` rows are an error too.
pub fn read_columns<const N: usize>(
    path: &Path,
    names: [&'static str; N],
    fewest: usize,
) -> Result<Columns<N>, ReadError> {
    let read = bounded::read(path, MAX_BYTES);
    let bytes = read.map_err(|source| ReadError::Io(path.to_path_buf(), source))?;
    let content = |sentence| ReadError::Content(format!("{}{sentence}", shown(path)));
    let bytes = bytes.ok_or_else(|| {
        let limit = MAX_BYTES / 1024 / 1024;
        content(format!(" is larger than the {limit} MiB that are read"))
    })?;
    Ok(Columns {
        values: columns(&bytes, names, fewest).map_err(content)?,
        sha256: bounded::sha256(&bytes),
    })
}

/// Errors are sentences that go on after the name of the file.
fn columns<const N: usize>(
    bytes: &[u8],
    names: [&'static str; N],
    fewest: usize,
) -> Result<[Vec<f64>; N], String> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(" is text in UTF-16; save it as UTF-8".to_owned());
    }
    // What is not UTF-8 is no number, but may stand in another column.
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{FEFF}');
    let (separator, text) = separated(text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let not_csv = |error: csv::Error| format!(" is not a CSV file: {error}");
    let header = reader.headers().map_err(not_csv)?.clone();
    let places = places(&header, names)?;
    let rows: Result<Vec<_>, _> = reader.records().collect();
    let mut rows = rows.map_err(not_csv)?;
    // A spreadsheet may write rows without anything.
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    if let Some(odd) = rows.iter().find(|row| row.len() != header.len()) {
        return Err(odd_row(odd, header.len(), separator));
    }
    let comma = Comma::of(separator, &rows, &places);
    let mut values = names.map(|_| Vec::with_capacity(rows.len()));
    for row in &rows {
        for ((column, place), name) in values.iter_mut().zip(places).zip(names) {
            column.push(number(row, place, name, comma)?);
        }
    }
    if rows.len() < fewest {
        let found = rows.len();
        return Err(format!(": expected at least {fewest} rows, found {found}"));
    }
    Ok(values)
}

/// What separates the columns, by the first line; and the text, in which runs of spaces have
/// become tabs where these do.
fn separated(text: &str) -> (u8, Cow<'_, str>) {
    let first = text.lines().next().unwrap_or_default();
    let separators = [b';', b'\t', b','];
    let found = separators
        .into_iter()
        .find(|separator| first.contains(char::from(*separator)));
    if let Some(separator) = found {
        return (separator, text.into());
    }
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join("\t") + "\n";
    (b'\t', text.lines().map(line).collect::<String>().into())
}

/// Where each of the columns stands in a row.
fn places<const N: usize>(
    header: &StringRecord,
    names: [&'static str; N],
) -> Result<[usize; N], String> {
    let place = |name: &str| {
        let is_name = |cell: &str| cell.eq_ignore_ascii_case(name);
        let mut places = header.iter().enumerate().filter(|(_, cell)| is_name(cell));
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    };
    let found = names.map(place);
    if found.contains(&None) {
        let found = excerpt(&header.iter().collect::<Vec<_>>().join(","));
        return Err(format!(
            ": expected the columns {}, each once, in the first line, found {found}",
            names.join(", ")
        ));
    }
    Ok(found.map(Option::unwrap_or_default))
}

fn odd_row(row: &StringRecord, expected: usize, separator: u8) -> String {
    let (line, found) = (line(row), row.len());
    let help = match separator {
        b',' if found > expected => "; numbers with decimal commas need semicolons between them",
        _ => "",
    };
    format!(", line {line}: expected {expected} cells as in the first line, found {found}{help}")
}

/// What a comma within a number is.
#[derive(Clone, Copy, PartialEq)]
enum Comma {
    Decimal,
    /// Nothing that is known: 1,234 could be both.
    Unclear,
}

impl Comma {
    /// Semicolons are what programs write where the comma is taken. Between tabs or spaces some
    /// comma must stand where one for thousands cannot.
    fn of(separator: u8, rows: &[StringRecord], places: &[usize]) -> Self {
        let may_be_thousands = |cell: &str| {
            let digits = cell.trim_start_matches(['+', '-']);
            digits.split_once(',').is_none_or(|(before, after)| {
                after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0')
            })
        };
        let cells = || {
            rows.iter()
                .flat_map(|row| places.iter().filter_map(|place| row.get(*place)))
        };
        match separator {
            b';' => Self::Decimal,
            _ if cells().all(may_be_thousands) => Self::Unclear,
            _ => Self::Decimal,
        }
    }
}

fn number(
    row: &StringRecord,
    place: usize,
    column: &'static str,
    comma: Comma,
) -> Result<f64, String> {
    let cell = row.get(place).unwrap_or_default();
    let decimal = match cell.matches(',').count() {
        1 if comma == Comma::Decimal && !cell.contains('.') => cell.replace(',', "."),
        _ => cell.to_owned(),
    };
    let value = decimal.parse().ok();
    value
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| {
            let help = match cell.contains(',') {
                true => "; write a decimal point, and nothing between thousands",
                false => "",
            };
            let (line, found) = (line(row), excerpt(cell));
            format!(", line {line}: {column} must be a finite number, found \"{found}\"{help}")
        })
}

/// Of the file, from 1.
fn line(row: &StringRecord) -> u64 {
    row.position().map_or(0, csv::Position::line)
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
    fn other_programs_separate_and_point_differently() {
        for content in [
            "x;y\n1.5;-2\n1000;0.25\n",
            "\u{FEFF}x;y\r\n1,5;-2\r\n1000;0,25\r\n",
            "x\ty\n1,5\t-2\n1000\t0,25\n",
            "x\ty\n\"1,5\"\t-2\n1e3\t,25\n",
            "x y\n 1.5  -2\n1000   .25\n",
            "X , Y\n 1.5 , -2\n\n1000,0.25\n",
            "name;y;x;note\na;-2;1,5;\n;;;\nb;0,25;1000;no\n",
            "x,y,name\n1.5,-2,\"a,b\"\n\"1000\",0.25,\"c\"\n",
        ] {
            let [x, y] = read(content).unwrap().values;
            assert_eq!((x, y), (vec![1.5, 1000.0], vec![-2.0, 0.25]), "{content}");
        }
        // Of what is no UTF-8 only other columns may consist.
        let [x, _] = read(b"x,y,ort\n1,2,Z\xFCrich\n3,4,\n").unwrap().values;
        assert_eq!(x, [1.0, 3.0]);
        // After semicolons a comma is decimal, whatever follows it.
        assert_eq!(read("x;y\n1,234;2\n3;4\n").unwrap().values[0], [1.234, 3.0]);
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
            (
                "x,y,X\n1,2,3\n",
                "each once, in the first line, found x,y,X",
            ),
            ("x|y\n1|2\n3|4\n", "found x|y"),
            (
                "x,y\n1,5,2,5\n",
                "line 2: expected 2 cells as in the first line, found 4; numbers",
            ),
            (
                "x;y\n1;2\n1;2;3\n",
                "line 3: expected 2 cells as in the first line, found 3",
            ),
            (
                "x;y\n1.234,5;2\n1;2\n",
                "found \"1.234,5\"; write a decimal point",
            ),
            (
                "x\ty\n1,234\t2\n1\t2\n",
                "line 2: x must be a finite number, found \"1,234\"; write",
            ),
            ("x y\n1 2\n3\n", "line 3: expected 2 cells"),
            ("x,y\n1,2\n", "at least 2 rows, found 1"),
            ("x,y\n1,2\n1,2,3\n", "line 3: expected 2 cells"),
            ("<!DOCTYPE html><html></html>", "found <!DOCTYPE"),
        ] {
            refused(content, expected);
        }
        refused(b"x,y\n1,\xff\xfe\n", "line 2: y must be a finite number");
        refused(b"\xff\xfex\0,\0y\0", "is text in UTF-16");
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
