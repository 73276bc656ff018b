//! Values compared.

use serde::{Deserialize, Serialize};

/// Values of a network against the same by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What is compared: a tap's name.
    pub stage: String,
    /// How many values.
    pub values: usize,
    /// The largest by hand, without its sign; absent where that is not a number.
    pub largest: Option<f64>,
    /// The largest difference; absent where a value is missing or not a number.
    pub difference: Option<f64>,
}

impl Check {
    /// `found` against `expected`.
    pub fn of(stage: impl Into<String>, found: &[f64], expected: &[f64]) -> Self {
        let sizes = |values: &mut dyn Iterator<Item = f64>| {
            largest(&mut values.map(f64::abs)).unwrap_or(0.0)
        };
        let difference = sizes(&mut found.iter().zip(expected).map(|(a, b)| a - b));
        let most = sizes(&mut expected.iter().copied());
        let whole = found.len() == expected.len() && difference.is_finite();
        Self {
            stage: stage.into(),
            values: expected.len(),
            largest: Some(most).filter(|most| most.is_finite()),
            difference: whole.then_some(difference),
        }
    }

    /// The largest difference as a share of the largest value; infinite where there is none.
    pub fn relative(&self) -> f64 {
        match (self.difference, self.largest) {
            (Some(0.0), Some(_)) => 0.0,
            (Some(difference), Some(largest)) => difference / largest,
            _ => f64::INFINITY,
        }
    }
}

/// The largest; not a number where one of them is not, and none where there are none.
pub(crate) fn largest(values: &mut dyn Iterator<Item = f64>) -> Option<f64> {
    values.reduce(|a, b| if a.is_nan() || b <= a { a } else { b })
}

/// Values taken in two ways, bit by bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// How many were compared.
    pub compared: usize,
    /// How many differ in a bit.
    pub differing: usize,
}

impl Agreement {
    /// Adds a comparison; what has no partner differs.
    pub fn add(&mut self, a: &[f32], b: &[f32]) {
        let pairs = a.iter().zip(b);
        let equal = pairs.filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        let compared = a.len().max(b.len());
        self.compared += compared;
        self.differing += compared - equal;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_difference_is_told_as_a_share_of_the_largest_value() {
        let check = Check::of("pool", &[1.0, -4.5], &[1.0, -4.0]);
        assert_eq!((check.largest, check.difference), (Some(4.0), Some(0.5)));
        assert_eq!(check.relative(), 0.125);
        assert_eq!(Check::of("pool", &[0.0], &[0.0]).relative(), 0.0);
    }

    #[test]
    fn what_is_missing_or_no_number_never_passes() {
        for found in [vec![1.0], vec![1.0, f64::NAN], vec![f64::NAN, 2.0]] {
            let check = Check::of("pool", &found, &[1.0, 2.0]);
            assert_eq!(check.difference, None);
            assert_eq!(check.relative(), f64::INFINITY);
        }
    }

    #[test]
    fn a_bit_is_a_difference() {
        let mut agreement = Agreement::default();
        agreement.add(&[1.0, 0.0, 2.0], &[1.0, -0.0, 2.0_f32.next_up()]);
        agreement.add(&[1.0], &[1.0, 5.0]);
        let expected = Agreement {
            compared: 5,
            differing: 3,
        };
        assert_eq!(agreement, expected);
    }
}
