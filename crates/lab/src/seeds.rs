//! Curves and bars over seeds, for figures.

use retrace_figure::{Band, BarSeries, Line};

use crate::statistics::{mean, mean_interval, quantile};

/// Quantiles of a band from the smallest to the largest value.
pub const RANGE: (f64, f64) = (0.0, 1.0);

/// Quantiles of a band that holds the middle half.
pub const MIDDLE_HALF: (f64, f64) = (0.25, 0.75);

/// Quantiles of a band that holds the middle 80 %.
pub const MIDDLE_80: (f64, f64) = (0.1, 0.9);

/// A curve over seeds: at each of its places the middle of the values, and a band around it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// Mean or median at each place.
    pub middle: Vec<f64>,
    /// Lower edge of the band.
    pub low: Vec<f64>,
    /// Upper edge.
    pub high: Vec<f64>,
}

impl Curve {
    /// `middle` of the values at each place, and the band between two of their quantiles (0 to 1).
    ///
    /// # Shapes
    /// A list per place, a value per seed. A place without a value is a gap.
    pub fn new(places: &[Vec<f64>], middle: fn(&[f64]) -> f64, (low, high): (f64, f64)) -> Self {
        let each = |statistic: &dyn Fn(&[f64]) -> f64| -> Vec<f64> {
            places.iter().map(|values| statistic(values)).collect()
        };
        Self {
            middle: each(&middle),
            low: each(&|values| quantile(values, low)),
            high: each(&|values| quantile(values, high)),
        }
    }

    /// The same after `f`, which rises.
    #[must_use]
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let each = |values: Vec<f64>| values.into_iter().map(&f).collect();
        Self {
            middle: each(self.middle),
            low: each(self.low),
            high: each(self.high),
        }
    }

    /// The middle as a line over `x`.
    pub fn line(&self, label: impl Into<String>, x: &[f64]) -> Line {
        Line::new(label, x, self.middle.clone())
    }

    /// The band over `x`.
    pub fn band(&self, label: impl Into<String>, x: &[f64]) -> Band {
        Band::new(label, x, self.low.clone(), self.high.clone())
    }
}

/// The finite values at each of so many places, from a row per seed; a row may end early, as after a
/// divergence.
pub fn by_place(rows: &[Vec<f64>], places: usize) -> Vec<Vec<f64>> {
    let at = |place: usize| {
        let values = rows.iter().filter_map(|row| row.get(place).copied());
        values.filter(|value| value.is_finite()).collect()
    };
    (0..places).map(at).collect()
}

/// Numbers of a curve, those that do not exist as gaps.
pub fn or_gaps(values: &[Option<f64>]) -> Vec<f64> {
    let values = values.iter();
    values.map(|value| value.unwrap_or(f64::NAN)).collect()
}

/// The 95 % interval of the mean, as an error bar; nothing to draw for fewer than two seeds.
pub fn interval(values: &[f64]) -> (f64, f64) {
    mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high))
}

/// A bar per list: the mean over seeds with its 95 % interval and a dot per seed.
pub fn bars(label: impl Into<String>, lists: &[Vec<f64>]) -> BarSeries {
    let means: Vec<f64> = lists.iter().map(|values| mean(values)).collect();
    let intervals: Vec<(f64, f64)> = lists.iter().map(|values| interval(values)).collect();
    BarSeries::new(label, means)
        .intervals(intervals)
        .points(lists.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::median;

    #[test]
    fn a_curve_goes_on_where_a_seed_ends_and_has_a_gap_where_all_do() {
        let rows = [vec![1.0, 2.0], vec![3.0], vec![5.0, f64::NAN]];
        let places = by_place(&rows, 3);
        assert_eq!(places, [vec![1.0, 3.0, 5.0], vec![2.0], vec![]]);
        let curve = Curve::new(&places, median, RANGE);
        assert_eq!(curve.middle[..2], [3.0, 2.0]);
        assert_eq!((curve.low[0], curve.high[0]), (1.0, 5.0));
        assert!(curve.middle[2].is_nan() && curve.low[2].is_nan());
    }

    #[test]
    fn one_seed_has_no_interval() {
        assert!(interval(&[1.0]).0.is_nan());
        let (low, high) = interval(&[1.0, 3.0]);
        assert!(low < 1.0 && high > 3.0);
    }
}
