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

/// Reads an array of floating-point numbers of 2, 4 or 8 bytes, of integers of 1 to 8 bytes or of
/// booleans, in C's order.
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
    let begin = check_header(bytes)?;
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
    let there = bytes.len().saturating_sub(begin) as u64 / (width as u64).max(1);
    if count.is_none_or(|count| count as u64 > there) {
        return Err("it ends before its numbers do".into());
    }
    let cut = |error: io::Error| format!("it cannot be read ({error})");
    let values = match kind {
        Some((TypeChar::Float, Some(2))) => {
            let large = found.descr().contains('>');
            let halves = bytes[begin..].chunks_exact(2).take(count.unwrap_or(0));
            let bits = halves.map(|b| if large { [b[0], b[1]] } else { [b[1], b[0]] });
            bits.map(|bits| half(u16::from_be_bytes(bits))).collect()
        }
        Some((TypeChar::Float, Some(4))) => numbers(file.into_vec::<f32>().map_err(cut)?),
        Some((TypeChar::Float, Some(8))) => file.into_vec().map_err(cut)?,
        Some((TypeChar::Uint, Some(1))) => numbers(file.into_vec::<u8>().map_err(cut)?),
        Some((TypeChar::Uint, Some(2))) => numbers(file.into_vec::<u16>().map_err(cut)?),
        Some((TypeChar::Uint, Some(4))) => numbers(file.into_vec::<u32>().map_err(cut)?),
        Some((TypeChar::Uint, Some(8))) => {
            let values: Vec<u64> = file.into_vec().map_err(cut)?;
            values.into_iter().map(|value| value as f64).collect()
        }
        Some((TypeChar::Int, Some(2))) => numbers(file.into_vec::<i16>().map_err(cut)?),
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
                "it holds {found}; expected floating-point numbers of 2, 4 or 8 bytes, integers of 1 \
                 to 8 bytes or booleans"
            ));
        }
    };
    Ok(Npy { shape, values })
}

fn numbers<T: Into<f64>>(values: Vec<T>) -> Vec<f64> {
    values.into_iter().map(Into::into).collect()
}

/// A floating-point number of 16 bits.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (bits >> 10 & 31, f64::from(bits & 1023) / 1024.0);
    let size = match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        _ => (1.0 + fraction) * 2.0_f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Refuses headers on whose word `npyz` would take memory without bound, or which it would read for
/// ever: it goes back and forth in brackets within brackets. Of numbers of one kind a header has one pair
/// of braces and one of parentheses. Otherwise the place where its numbers begin.
fn check_header(bytes: &[u8]) -> Result<usize, String> {
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
        Some(_) => Ok(begin + length),
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
    fn halves_are_what_their_bits_say() {
        let read = |order: char, bytes: &[u8]| {
            let header =
                format!("{{'descr': '{order}f2', 'fortran_order': False, 'shape': (5,), }}\n");
            let length = (header.len() as u16).to_le_bytes();
            let file = [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), bytes].concat();
            from_bytes(&file)
        };
        // 1, -2, the smallest, the largest and infinity.
        let bits: [u16; 5] = [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00];
        let expected = [1.0, -2.0, 2.0_f64.powi(-24), 65504.0, f64::INFINITY];
        let small: Vec<u8> = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let large: Vec<u8> = bits.iter().flat_map(|bits| bits.to_be_bytes()).collect();
        assert_eq!(read('<', &small).unwrap().values, expected);
        assert_eq!(read('>', &large).unwrap().values, expected);
        assert!(read('<', &small[..8]).is_err());
        assert!(half(0x7c01).is_nan());
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
