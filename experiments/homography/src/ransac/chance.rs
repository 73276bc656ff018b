//! Whether so many pairs agree by chance: the a-contrario rule of Moisan & Stival (A probabilistic
//! criterion to detect rigid point matches, IJCV 2004).
//!
//! If a wrong pair agrees with a given homography with a chance of p, then of all homographies of
//! four of N pairs the expected number with k pairs that agree is at most
//!
//! ```text
//! (N - 4) C(N, k) C(k, 4) p^(k - 4)
//! ```
//!
//! Here N and k count witnesses, so that a pair that stands there many times, or a cluster of pairs
//! that say the same, is seen once.

use std::f64::consts::PI;

use crate::dlt::FEWEST_PAIRS;
use crate::homography::Point;

/// The chance, 0 to 1, that a target lies in a disc of this radius: if the middle four fifths of
/// all `targets`, in x and in y, were scattered over their rectangle, a quarter enlarged. The
/// others may be far off, and tell nothing of where wrong pairs lie.
pub(super) fn of_a_disc(targets: &[Point], radius: f64) -> f64 {
    let side = |value: fn(&Point) -> f64| {
        let mut values: Vec<f64> = targets.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let cut = values.len().div_ceil(10).min(values.len() / 4);
        1.25 * (values[values.len() - 1 - cut] - values[cut])
    };
    let area = side(|point| point.x) * side(|point| point.y);
    (PI * radius * radius / area).min(1.0)
}

/// The logarithm of the expected number above, for `agreeing` of `witnesses` and p.
pub(super) fn ln_expected(witnesses: usize, agreeing: usize, chance: f64) -> f64 {
    if agreeing <= FEWEST_PAIRS {
        return f64::INFINITY;
    }
    let others = (witnesses - FEWEST_PAIRS) as f64;
    let samples = ln_binomial(witnesses, agreeing) + ln_binomial(agreeing, FEWEST_PAIRS);
    others.ln() + samples + (agreeing - FEWEST_PAIRS) as f64 * chance.ln()
}

/// The fewest witnesses for which that is below `limit`, if there are any.
pub(super) fn fewest(witnesses: usize, chance: f64, limit: f64) -> Option<usize> {
    // From one number to the next the terms change by a factor that needs no sum.
    let mut expected = ln_expected(witnesses, FEWEST_PAIRS + 1, chance);
    for k in FEWEST_PAIRS + 1..=witnesses {
        if expected < limit {
            return Some(k);
        }
        let (n, k) = (witnesses as f64, k as f64);
        expected += ((n - k) / (k - 3.0) * chance).ln();
    }
    None
}

/// The logarithm of "n choose k".
fn ln_binomial(n: usize, k: usize) -> f64 {
    let fewer = k.min(n - k);
    (1..=fewer)
        .map(|i| ((n - fewer + i) as f64 / i as f64).ln())
        .sum()
}
