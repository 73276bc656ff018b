//! NumPy's files of numbers, `.npy`
//! (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).

use std::io;
use std::path::{Path, PathBuf};

use npyz::{DType, NpyFile, Order, TypeChar};

use crate::bounded;

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 30;

/// An array of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Npy {
    /// Its sizes, the slowest index first; none for a single number.
    pub shape: Vec<usize>,
    /// Its values, as many as the product of the sizes, the last index running fastest; exact but
    /// for integers beyond 2^53.
    pub values: Vec<f64>,
}

/// Why an array cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NpyError {
    /// The file could not be opened or read.
    #[error("cannot read {}", .0.display())]
    Io(PathBuf, #[source] io::Error),
    /// The content is something else, or not all of it.
    #[error("{}: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What was expected, and what is there.
        reason: String,
    },
}

/// Reads an array of floating-point numbers of 4 or 8 bytes, of signed integers of 1, 4 or 8 bytes,
/// of bytes or of booleans, in C's order.
///
/// # Errors
/// See [`NpyError`]; each names the file.
pub fn read_npy(path: &Path) -> Result<Npy, NpyError> {
    let read = bounded::read(path, MAX_BYTES);
    let bytes = read.map_err(|source| NpyError::Io(path.to_path_buf(), source))?;
    let array = match bytes {
        Some(bytes) => from_bytes(&bytes),
        None => Err("it is larger than 1 GiB".to_owned()),
    };
    array.map_err(|reason| NpyError::Content {
        path: path.to_path_buf(),
        reason,
    })
}

fn from_bytes(bytes: &[u8]) -> Result<Npy, String> {
    check_header(bytes)?;
    let file = NpyFile::new(bytes).map_err(|error| format!("not a NumPy file ({error})"))?;
    if file.order() != Order::C {
        return Err("its rows are stored as columns; save it with np.ascontiguousarray".into());
    }
    let shape: Vec<usize> = file.shape().iter().map(|&side| side as usize).collect();
    let found = file.dtype();
    let kind = match &found {
        DType::Plain(plain) => Some((plain.type_char(), plain.num_bytes())),
        _ => None,
    };
    // A header may promise more than there is, and memory is taken on its word.
    let width = kind.and_then(|(_, bytes)| bytes).unwrap_or(0);
    let count = shape
        .iter()
        .try_fold(1_usize, |product, &side| product.checked_mul(side));
    if count.is_none_or(|count| count as u64 > bytes.len() as u64 / (width as u64).max(1)) {
        return Err("it ends before its numbers do".into());
    }
    let cut = |error: io::Error| format!("it cannot be read ({error})");
    let values = match kind {
        Some((TypeChar::Float, Some(4))) => numbers(file.into_vec::<f32>().map_err(cut)?),
        Some((TypeChar::Float, Some(8))) => file.into_vec().map_err(cut)?,
        Some((TypeChar::Uint, Some(1))) => numbers(file.into_vec::<u8>().map_err(cut)?),
        Some((TypeChar::Int, Some(1))) => numbers(file.into_vec::<i8>().map_err(cut)?),
        Some((TypeChar::Int, Some(4))) => numbers(file.into_vec::<i32>().map_err(cut)?),
        Some((TypeChar::Int, Some(8))) => {
            let values: Vec<i64> = file.into_vec().map_err(cut)?;
            values.into_iter().map(|value| value as f64).collect()
        }
        Some((TypeChar::Bool, Some(1))) => {
            let values: Vec<bool> = file.into_vec().map_err(cut)?;
            values
                .into_iter()
                .map(|value| f64::from(u8::from(value)))
                .collect()
        }
        _ => {
            let found = found.descr();
            return Err(format!(
                "it holds {found}; expected floating-point numbers of 4 or 8 bytes, signed integers \
                 of 1, 4 or 8 bytes, bytes or booleans"
            ));
        }
    };
    Ok(Npy { shape, values })
}

fn numbers<T: Into<f64>>(values: Vec<T>) -> Vec<f64> {
    values.into_iter().map(Into::into).collect()
}

/// Refuses headers on whose word `npyz` would take memory without bound, or which it would read for
/// ever: it goes back and forth in brackets within brackets. Of numbers of one kind a header has one pair
/// of braces and one of parentheses.
fn check_header(bytes: &[u8]) -> Result<(), String> {
    let numbers = bytes
        .strip_prefix(b"\x93NUMPY")
        .and_then(|rest| rest.get(..6));
    // The length stands in two bytes or, from version 2 on, in four.
    let (length, begin) = match numbers {
        Some(&[1, _, low, high, ..]) => (u16::from_le_bytes([low, high]).into(), 10),
        Some(&[_, _, a, b, c, d]) => (u32::from_le_bytes([a, b, c, d]) as usize, 12),
        _ => return Err("not a NumPy file".into()),
    };
    let header = bytes[begin..].get(..length);
    let header = header.ok_or("it ends before its header does")?;
    let count = |bracket| header.iter().filter(|byte| **byte == bracket).count();
    if count(b'[') > 0 || count(b'(') > 1 || count(b'{') > 1 {
        return Err("it holds records; expected numbers of one kind".into());
    }
    match count_of_values(header) {
        Some(_) => Ok(()),
        None => Err("it ends before its numbers do".into()),
    }
}

/// The product of the sides in the parentheses of a header; `None` where 64 bits do not hold it, of which
/// `npyz` makes another number, or a panic.
fn count_of_values(header: &[u8]) -> Option<u64> {
    let mut parts = header.split(|byte| b"()".contains(byte));
    let shape = parts.nth(1).unwrap_or_default();
    let sides = shape.split(|byte| !byte.is_ascii_digit());
    let mut sides = sides.filter(|digits| !digits.is_empty());
    sides.try_fold(1_u64, |product, digits| {
        let side = std::str::from_utf8(digits).ok()?.parse().ok()?;
        product.checked_mul(side)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_not_taken_on_the_word_of_a_header() {
        let begin = |version, length: [u8; 4]| {
            [
                &b"\x93NUMPY"[..],
                &[version, 0],
                &length,
                b"{'descr': '<f4', ",
            ]
            .concat()
        };
        for version in [1, 2, 3] {
            let error = from_bytes(&begin(version, [0xf0, 0xff, 0xff, 0xff])).unwrap_err();
            assert!(error.contains("before its header"), "{error}");
        }
        for cut in 0..12 {
            assert!(from_bytes(&begin(2, [0; 4])[..cut]).is_err());
        }
    }

    #[test]
    fn sides_whose_product_no_number_holds_are_refused() {
        for shape in ["(17539018548815097,4,24,2000)", "(99999999999999999999,)"] {
            let mut header =
                format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}");
            header += &" ".repeat(117 - header.len());
            let file = [b"\x93NUMPY\x01\0\x76\0", header.as_bytes(), b"\n", &[7; 64]].concat();
            let error = from_bytes(&file).unwrap_err();
            assert!(error.contains("before its numbers"), "{error}");
        }
    }

    #[test]
    fn brackets_within_brackets_take_no_time() {
        for bracket in [b'[', b'(', b'{'] {
            let mut file = b"\x93NUMPY\x01\0\x76\0{'descr': ".to_vec();
            file.resize(10 + 0x76, bracket);
            let error = from_bytes(&file).unwrap_err();
            assert!(error.contains("records"), "{error}");
        }
    }
}
