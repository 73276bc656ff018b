//! What a post reports, beside what is measured here: a table for the reader, no verdict.

use serde::{Deserialize, Serialize};

use crate::statistics::mean_interval;

/// One row: a quantity, as the post reports it and as it is measured here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    /// What it is the number of.
    pub quantity: String,
    /// Who reports it: the post, or a paper that it leans on.
    pub source: String,
    /// As printed there; empty where the text has a blank.
    pub reported: String,
    /// As measured here, with its interval where it has one.
    pub measured: String,
}

impl Reported {
    /// A row whose measured side is a text, as for shapes or lists of numbers.
    pub fn text(
        quantity: impl Into<String>,
        source: impl Into<String>,
        reported: impl Into<String>,
        measured: impl Into<String>,
    ) -> Self {
        Self {
            quantity: quantity.into(),
            source: source.into(),
            reported: reported.into(),
            measured: measured.into(),
        }
    }

    /// A row whose measured side is the mean of `values`, one per seed, with its 95 % interval.
    ///
    /// `None` without values: there is nothing to put beside the post's number.
    pub fn mean(
        quantity: impl Into<String>,
        source: impl Into<String>,
        reported: impl Into<String>,
        values: &[f64],
    ) -> Option<Self> {
        let measured = match (mean_interval(values), values) {
            (Some(e), _) => format!(
                "{} [{}, {}], n = {}",
                number(e.value),
                number(e.low),
                number(e.high),
                e.n
            ),
            (None, [only]) => format!("{}, n = 1", number(*only)),
            (None, _) => return None,
        };
        Some(Self::text(quantity, source, reported, measured))
    }
}

/// A number for people: four significant digits, without an exponent where a reader needs none.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&size) {
        return format!("{value:.2e}");
    }
    let digits = if size < 1.0 {
        4
    } else {
        3_usize.saturating_sub(size.log10() as usize)
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_its_interval_and_one_seed_none() {
        let row = |values: &[f64]| {
            Reported::mean("error", "the post", "20.08", values).map(|row| row.measured)
        };
        assert_eq!(row(&[]), None);
        assert_eq!(row(&[2.0]).as_deref(), Some("2.000, n = 1"));
        // Student's t with one degree of freedom: 12.706 at 97.5 %; standard error 1.
        assert_eq!(
            row(&[1.0, 3.0]).as_deref(),
            Some("2.000 [-10.71, 14.71], n = 2")
        );
    }

    #[test]
    fn numbers_are_short_and_keep_their_digits() {
        let cases = [
            (0.0, "0"),
            (0.25, "0.2500"),
            (-3.678_91, "-3.679"),
            (22.685_155, "22.69"),
            (4321.0, "4321"),
            (1_199_882.0, "1.20e6"),
            (1e-5, "1.00e-5"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
