//! What a post reports, beside what is measured here: a table for the reader, no verdict.

use serde::{Deserialize, Serialize};

use crate::number::number;
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

    /// A row whose measured side is the mean of `values`, one a seed, with its 95 % interval.
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
}
