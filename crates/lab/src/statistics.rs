//! Intervals for what was measured over seeds.

use rand::RngExt;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::random;

/// The confidence that every interval of this workspace has.
pub const CONFIDENCE: f64 = 0.95;

/// Resamples of a bootstrap: enough for the second digit of a 95 % bound to be stable.
const RESAMPLES: usize = 10_000;

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The statistic of the sample.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Number of observations.
    pub n: usize,
}

/// The arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample standard deviation (n - 1); NaN of fewer than two values.
pub fn standard_deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0)).sqrt()
}

/// The median: the mean of the two middle values when their number is even; NaN of nothing.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The quantile `q` in 0..=1, linear between order statistics (type 7 of Hyndman & Fan 1996);
/// NaN of nothing.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = q.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let share = position - below as f64;
    sorted[below] + share * (sorted[above] - sorted[below])
}

/// Mean with Student's t interval, or `None` of fewer than two values.
pub fn mean_interval(values: &[f64]) -> Option<Estimate> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let value = mean(values);
    let half = student_t(n)? * standard_deviation(values) / (n as f64).sqrt();
    Some(Estimate {
        value,
        low: value - half,
        high: value + half,
        n,
    })
}

/// How far the mean of `n` values is from the ends of its interval, in standard deviations of a value.
pub fn half_width(n: usize) -> Option<f64> {
    Some(student_t(n)? / (n as f64).sqrt())
}

/// The quantile of Student's t that an interval of `n` values reaches to.
fn student_t(n: usize) -> Option<f64> {
    let t = StudentsT::new(0.0, 1.0, n as f64 - 1.0).ok()?;
    Some(t.inverse_cdf(0.5 + CONFIDENCE / 2.0))
}

/// Any statistic with a seeded percentile bootstrap interval, or `None` of fewer than two
/// values; for medians and rates, whose distribution is not near a normal one.
pub fn bootstrap_interval(values: &[f64], statistic: impl Fn(&[f64]) -> f64) -> Option<Estimate> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let mut random = random::stream(0, "bootstrap", n as u64);
    let resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let sample: Vec<f64> = (0..n).map(|_| values[random.random_range(0..n)]).collect();
            statistic(&sample)
        })
        .collect();
    let tail = (1.0 - CONFIDENCE) / 2.0;
    Some(Estimate {
        value: statistic(values),
        low: quantile(&resampled, tail),
        high: quantile(&resampled, 1.0 - tail),
        n,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_t_interval_is_that_of_scipy() {
        // scipy.stats.t.interval(0.95, 4, loc=np.mean(x), scale=scipy.stats.sem(x))
        let values = [2.0, 4.0, 4.5, 5.0, 9.5];
        let estimate = mean_interval(&values).unwrap();
        assert!((estimate.value - 5.0).abs() < 1e-12);
        assert!((estimate.low - 1.571343219449).abs() < 1e-9, "{estimate:?}");
        assert!(
            (estimate.high - 8.428656780551).abs() < 1e-9,
            "{estimate:?}"
        );
    }

    #[test]
    fn one_value_has_no_interval() {
        assert_eq!(mean_interval(&[1.0]), None);
        assert_eq!(bootstrap_interval(&[1.0], median), None);
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        let values = [3.0, 1.0, 2.0, 10.0];
        assert!((median(&values) - 2.5).abs() < 1e-12);
        assert!((quantile(&values, 0.9) - 7.9).abs() < 1e-12);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn about_95_of_100_intervals_hold_the_truth() {
        let mut random = random::stream(1, "coverage", 0);
        let trials = 2000;
        let hits = (0..trials)
            .filter(|_| {
                let sample: Vec<f64> = (0..8).map(|_| random.random::<f64>()).collect();
                let interval = mean_interval(&sample).unwrap();
                interval.low <= 0.5 && 0.5 <= interval.high
            })
            .count();
        let coverage = hits as f64 / f64::from(trials);
        // Three standard errors of a rate of 0.95 over 2000 trials are 0.015.
        assert!((coverage - 0.95).abs() < 0.015, "{coverage}");
    }

    #[test]
    fn the_bootstrap_is_the_same_twice_and_holds_its_estimate() {
        let values: Vec<f64> = (0..30_u8).map(|i| f64::from(i).sqrt()).collect();
        let first = bootstrap_interval(&values, median).unwrap();
        assert_eq!(Some(first), bootstrap_interval(&values, median));
        assert!(first.low < first.value && first.value < first.high);
    }
}
