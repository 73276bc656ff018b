//! All that can be set. The post's own example has no settings; what it argues is measured here.

use clap::Args;
use retrace_lab::{Invalid, Preset};
use serde::{Deserialize, Serialize};

use crate::dlt::FEWEST_PAIRS;

/// Settings of the experiment. All are ours: the author's points are no settings.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Standard deviation of the noise in each coordinate of a source point, in pixels (1: a
    /// careful hand with a mouse)
    #[arg(long)]
    pub noise: f64,
    /// Strengths of noise to compare, rising, in pixels
    #[arg(long, value_delimiter = ',')]
    pub noises: Vec<f64>,
    /// Pairs of points when noise is varied (8: as in the author's longer list)
    #[arg(long)]
    pub pairs: usize,
    /// Numbers of pairs to compare, rising from 4, the value of `pairs` among them
    #[arg(long, value_delimiter = ',')]
    pub pair_counts: Vec<usize>,

    /// Pairs of points when some of them are wrong
    #[arg(long)]
    pub outlier_pairs: usize,
    /// Share of wrong pairs that the claims are about, 0 to 1
    #[arg(long)]
    pub outlier_share: f64,
    /// Shares of wrong pairs to compare, rising, 0 to 1, that of `outlier_share` among them
    #[arg(long, value_delimiter = ',')]
    pub outlier_shares: Vec<f64>,
    /// Largest error of a pair that agrees with a homography, in pixels: how far its points would
    /// have to be moved (OpenCV's default: 3, of the forward error)
    #[arg(long)]
    pub ransac_threshold: f64,

    /// How far the author's points are moved from the origin, rising, in pixels
    #[arg(long, value_delimiter = ',')]
    pub distances: Vec<f64>,

    /// Most corners that are looked for in each picture of a pair
    #[arg(long)]
    pub corners: usize,
}

impl retrace_lab::Config for Config {
    const SEEDS: [u64; 3] = [2, 40, 200];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            noise: 1.0,
            noises: vec![0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0],
            pairs: 8,
            pair_counts: vec![4, 5, 6, 8, 12, 16, 24, 32, 64, 128],
            outlier_pairs: 40,
            outlier_share: 0.3,
            outlier_shares: vec![0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
            ransac_threshold: 3.0,
            distances: vec![0.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7],
            corners: 1500,
        };
        match preset {
            Preset::Post | Preset::Quick => post,
            Preset::Smoke => Self {
                noises: vec![0.5, 5.0],
                pair_counts: vec![4, 8, 32],
                outlier_shares: vec![0.0, 0.3],
                distances: vec![0.0, 1e3, 1e6],
                corners: 300,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        Invalid::unless_positive("noise", self.noise)?;
        rising("noises", &self.noises, "above 0", |noise| noise > 0.0)?;
        let counts = &self.pair_counts;
        let rises = counts.windows(2).all(|two| two[0] < two[1]);
        let fits = rises && counts.first() == Some(&FEWEST_PAIRS) && counts.last() <= Some(&10_000);
        let expected = "rising numbers, the first 4, none above 10000";
        Invalid::unless(fits, "pair_counts", expected, format!("{counts:?}"))?;
        let known = self.pairs_place().is_some();
        Invalid::unless(known, "pairs", "one of `pair_counts`", self.pairs)?;
        Invalid::unless_between("outlier_pairs", self.outlier_pairs, 10, 10_000)?;
        let shares = &self.outlier_shares;
        let expected = "from 0 to below 1";
        rising("outlier_shares", shares, expected, |share| {
            (0.0..1.0).contains(&share)
        })?;
        let (share, known) = (self.outlier_share, self.share_place().is_some());
        Invalid::unless(known, "outlier_share", "one of `outlier_shares`", share)?;
        Invalid::unless_positive("ransac_threshold", self.ransac_threshold)?;
        rising("distances", &self.distances, "0 or more", |distance| {
            distance >= 0.0
        })?;
        Invalid::unless_between("corners", self.corners, 50, 20_000)
    }
}

impl Config {
    /// The place of `pairs` among the numbers of pairs.
    pub fn pairs_place(&self) -> Option<usize> {
        let counts = &self.pair_counts;
        counts.iter().position(|count| *count == self.pairs)
    }

    /// The place of `outlier_share` among the shares.
    pub fn share_place(&self) -> Option<usize> {
        let shares = &self.outlier_shares;
        shares.iter().position(|share| *share == self.outlier_share)
    }
}

/// Refuses values unless there are any, they rise, and all of them are finite and hold.
fn rising(
    key: &'static str,
    values: &[f64],
    range: &str,
    holds: fn(f64) -> bool,
) -> Result<(), Invalid> {
    let rises = values.windows(2).all(|two| two[0] < two[1]);
    let fit = values
        .iter()
        .all(|value| value.is_finite() && holds(*value));
    let expected = format!("rising finite numbers {range}");
    let holds = rises && fit && !values.is_empty();
    Invalid::unless(holds, key, &expected, format!("{values:?}"))
}
