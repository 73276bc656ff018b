//! What the network is to answer for a pixel: a distribution over the bins around its colour.
//!
//! ```text
//! the author's        t_q ~ exp(-(di^2 + dj^2) / (2 sigma^2))    di, dj = -2..2 bins from its own
//! Zhang et al. 2016   t_q ~ exp(-|ab - centre_q|^2 / (2 sigma^2))    the five nearest bins
//! ```
//!
//! Both over used bins only, and then scaled to sum 1; whether the author scaled is not known.

use serde::{Deserialize, Serialize};

use super::{Bins, square_distance};

/// Bins to each side in the author's target.
const REACH: i64 = 2;
/// Bins in that of Zhang et al.
const NEAREST: usize = 5;

/// Which distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The author's: a 5x5 Gaussian with this standard deviation in bins, cut at the border.
    Gaussian(f64),
    /// That of Zhang et al.: the five nearest bins, by a Gaussian with this standard deviation in
    /// units of a and b.
    Nearest(f64),
}

/// Bins with their shares of a pixel, which sum to 1.
pub type Shares = Vec<(u32, f32)>;

/// Targets over the bins of a data set.
#[derive(Debug, Clone)]
pub struct Targets<'a> {
    bins: &'a Bins,
    kind: Kind,
    /// The author's target depends on the bin alone: one for each.
    table: Vec<Shares>,
}

impl<'a> Targets<'a> {
    /// Targets of this kind.
    pub fn new(bins: &'a Bins, kind: Kind) -> Self {
        let table = match kind {
            Kind::Gaussian(sigma) => (0..bins.len())
                .map(|bin| around(bins, bin, sigma))
                .collect(),
            Kind::Nearest(_) => Vec::new(),
        };
        Self { bins, kind, table }
    }

    /// The bins.
    pub fn bins(&self) -> &'a Bins {
        self.bins
    }

    /// Calls `take` with each bin and its share of a pixel of this colour.
    pub fn each(&self, colour: [f32; 2], take: impl FnMut((u32, f32))) {
        match self.kind {
            Kind::Gaussian(_) => {
                let shares = &self.table[self.bins.bin(colour)];
                shares.iter().copied().for_each(take);
            }
            Kind::Nearest(sigma) => self.nearest(colour, sigma).into_iter().for_each(take),
        }
    }

    fn nearest(&self, colour: [f32; 2], sigma: f64) -> Shares {
        // Insertion into a list of five: there are some hundred bins for each pixel.
        let mut found: Vec<(u32, f32)> = Vec::with_capacity(NEAREST + 1);
        for bin in 0..self.bins.len() {
            let away = square_distance(self.bins.centre(bin), colour);
            let place = found.partition_point(|(_, other)| *other <= away);
            if place < NEAREST {
                found.insert(place, (bin as u32, away));
                found.truncate(NEAREST);
            }
        }
        // The nearest one has weight 1, however far it is: the sum is never zero.
        let least = found.first().map_or(0.0, |(_, away)| *away);
        let weight = |away: f32| (f64::from(least - away) / (2.0 * sigma * sigma)).exp();
        scaled(found.into_iter().map(|(bin, away)| (bin, weight(away))))
    }
}

/// The author's target of a bin.
fn around(bins: &Bins, bin: usize, sigma: f64) -> Shares {
    let side = bins.grid().side() as i64;
    let own = bins.cells()[bin] as i64;
    let near = bins.cells().iter().enumerate().filter_map(|(other, cell)| {
        let cell = *cell as i64;
        let (down, right) = (cell / side - own / side, cell % side - own % side);
        let within = down.abs() <= REACH && right.abs() <= REACH;
        let square = (down * down + right * right) as f64;
        within.then(|| (other as u32, (-square / (2.0 * sigma * sigma)).exp()))
    });
    scaled(near)
}

fn scaled(weights: impl Iterator<Item = (u32, f64)>) -> Shares {
    let weights: Vec<(u32, f64)> = weights.collect();
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let share = |(bin, weight): (u32, f64)| (bin, (weight / sum) as f32);
    weights.into_iter().map(share).collect()
}
