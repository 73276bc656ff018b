//! Noise in the points. All methods of a seed see the same points, and fewer points are the first
//! of more.

use retrace_lab::Cell;

use crate::config::Config;
use crate::dlt::{self, Method};
use crate::label::{Label, with_noise};
use crate::outcome::Noisy;
use crate::point::Pair;

/// Errors against the strength of noise, and against the number of pairs.
pub fn add(config: &Config, method: Method, cell: &Cell<'_>) -> Noisy {
    let label = Label::of_author();
    let most = config.pair_counts.iter().copied().max().unwrap_or(0);
    let exact = label.pairs(most, &mut cell.stream("label", 0));
    // One stream for all strengths: twice the noise is the same noise, twice as large.
    let noisy = |deviation| with_noise(&exact, deviation, &mut cell.stream("noise", 0));
    let error = |pairs: &[Pair]| {
        let estimate = dlt::estimate(pairs, method).ok()?;
        label.mean_error(&estimate)
    };
    let first = |pairs: &[Pair], count: usize| error(&pairs[..count.min(pairs.len())]);
    let at_noise = |deviation: &f64| first(&noisy(*deviation), config.pairs);
    let by_noise = config.noises.iter().map(at_noise).collect();
    let pairs = noisy(config.noise);
    let with_count = |count: &usize| first(&pairs, *count);
    Noisy {
        by_noise,
        by_pairs: config.pair_counts.iter().map(with_count).collect(),
    }
}
