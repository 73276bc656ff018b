//! Step 7 of the post as a setting: a share of the variance, or a number.

use std::fmt;
use std::str::FromStr;

/// How many eigenfaces to keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Components {
    /// The fewest that hold this share of the variance, between 0 and 1.
    Share(f64),
    /// So many.
    Count(usize),
}

impl FromStr for Components {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        let share = || {
            text.parse()
                .ok()
                .filter(|share| 0.0 < *share && *share < 1.0)
        };
        let either = count.map(Self::Count).or_else(|| share().map(Self::Share));
        either.ok_or_else(|| {
            "expected a share of the variance between 0 and 1, such as 0.95, or a number of \
             components from 1, such as 8"
                .to_owned()
        })
    }
}

impl fmt::Display for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{share}"),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}
