//! Bins, targets, weights and the annealed mean: against NumPy and SciPy, and by their laws.

use colorization::bins::{Bins, Grid, REACH, TargetKind, Targets, annealed_mean, class_weights};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

// From `scripts/colorization_oracle.py`.
#[rustfmt::skip]
mod oracle {
    pub const COLOURS: [([f32; 2], u64); 12] = [
        ([0.5, 0.5], 900), ([-0.5, 3.0], 500), ([-9.0, 12.0], 60), ([-22.0, 31.0], 40),
        ([-8.0, -31.0], 300), ([-14.0, -24.0], 9), ([55.0, 40.0], 3), ([68.0, 48.0], 1),
        ([2.0, 9.5], 77), ([-31.0, 18.0], 20), ([12.0, 14.0], 30), ([19.9, 20.1], 5),
    ];
    pub const CELLS: [usize; 11] = [166, 190, 206, 227, 231, 232, 253, 276, 277, 367, 389];
    pub const COUNTS: [u64; 11] = [20, 40, 9, 300, 500, 60, 977, 30, 5, 3, 1];
    pub const OF_SHARES: [f64; 11] = [3.29689242, 2.99277656, 3.49206071, 1.36087171, 0.958733659, 2.74002768, 0.562383556, 3.13748224, 3.56888605, 3.60858043, 3.64916774];
    pub const OF_COUNTS: [f64; 11] = [0.00458850291, 0.00229945384, 0.0101405914, 0.00030719756, 0.000184340873, 0.00153412881, 9.43486364e-05, 0.00306362279, 0.018108199, 0.0298252689, 0.0845049287];
    pub const GAUSSIAN: [(usize, [f64; 11]); 3] = [
        (0, [0.651354865, 0.348645135, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        (5, [0.0, 0.0881999895, 0.0, 0.0, 0.211580776, 0.239752429, 0.186719379, 0.145417199, 0.128330228, 0.0, 0.0]),
        (10, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.468790627, 0.531209373]),
    ];
    pub const NEAREST: [([f32; 2], [f64; 11]); 5] = [
        ([1.0, 2.0], [0.0, 0.0, 0.0, 0.0, 0.394594108, 0.0160845255, 0.588665236, 0.00065564071, 4.8949205e-07, 0.0, 0.0]),
        ([-15.0, 20.0], [0.00238535267, 0.0176255047, 0.0, 0.0, 0.0176255047, 0.962319949, 4.36892581e-05, 0.0, 0.0, 0.0, 0.0]),
        ([60.0, 45.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5]),
        ([-100.0, 100.0], [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        ([10.0, 10.0], [0.0, 0.0, 0.0, 0.0, 0.00891294989, 0.00891294989, 0.486630575, 0.486630575, 0.00891294989, 0.0, 0.0]),
    ];
    pub const LOGITS: [f32; 11] = [0.3, -1.2, 2.0, 0.0, 1.9, -3.0, 0.7, 1.1, -0.4, 0.2, 0.9];
    pub const ANNEALED: [(f32, [f32; 2]); 3] = [
        (0.01, [-14.999546, -24.99864]),
        (0.38, [-6.877576, -8.425654]),
        (1.0, [3.36386, 3.165958]),
    ];
}

const GRID: Grid = Grid { window: 10.0 };

fn bins() -> Bins {
    let mut counts = vec![0; GRID.cells()];
    for (colour, pixels) in oracle::COLOURS {
        counts[GRID.cell(colour)] += pixels;
    }
    Bins::of_counts(GRID, &counts).unwrap()
}

fn dense(targets: &Targets<'_>, colour: [f32; 2]) -> Vec<f64> {
    let mut dense = vec![0.0; targets.bins().len()];
    targets.each(colour, |(bin, share)| {
        dense[bin as usize] += f64::from(share);
    });
    dense
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let off = (found - expected).abs();
        assert!(
            off < 1e-6 * expected.abs().max(0.1),
            "{what}: {found}, not {expected}"
        );
    }
}

#[test]
fn cells_and_counts_are_those_of_numpys_histogram() {
    let bins = bins();
    assert_eq!(bins.cells(), oracle::CELLS);
    assert_eq!(bins.counts(), oracle::COUNTS);
    assert_eq!(bins.most_frequent(), 6);
    assert_eq!(bins.centre(6), [5.0, 5.0]);
}

#[test]
fn class_weights_are_numpys_as_described_and_as_written() {
    let bins = bins();
    assert_close(
        &class_weights(&bins.shares(), 0.5),
        &oracle::OF_SHARES,
        "shares",
    );
    let counts: Vec<f64> = bins.counts().iter().map(|n| *n as f64).collect();
    let weights = class_weights(&counts, 0.5);
    for (found, expected) in weights.iter().zip(oracle::OF_COUNTS) {
        assert!(
            (found / expected - 1.0).abs() < 1e-8,
            "{found}, not {expected}"
        );
    }
}

#[test]
fn weights_have_mean_one_and_lambda_goes_from_inverse_to_equal() {
    let shares = bins().shares();
    for lambda in [0.0, 0.3, 1.0] {
        let weights = class_weights(&shares, lambda);
        let mean: f64 = weights.iter().zip(&shares).map(|(w, p)| w * p).sum();
        assert!((mean - 1.0).abs() < 1e-12, "{mean}");
    }
    let inverse = class_weights(&shares, 0.0);
    let products = inverse.iter().zip(&shares).map(|(w, p)| w * p * 11.0);
    assert_close(&products.collect::<Vec<_>>(), &[1.0; 11], "lambda 0");
    assert_close(&class_weights(&shares, 1.0), &[1.0; 11], "lambda 1");
}

#[test]
fn with_counts_the_uniform_share_vanishes() {
    // What the post's code does: lambda makes no difference any more, but for the scale.
    let counts: Vec<f64> = bins().counts().iter().map(|n| *n as f64 * 1e5).collect();
    let half = class_weights(&counts, 0.5);
    let none = class_weights(&counts, 0.0);
    for (half, none) in half.iter().zip(&none) {
        assert!((half / none - 1.0).abs() < 1e-5, "{half} {none}");
    }
}

#[test]
fn the_authors_target_is_scipys_gaussian_filter() {
    let bins = bins();
    let targets = Targets::new(&bins, TargetKind::Gaussian(2.0));
    for (bin, expected) in oracle::GAUSSIAN {
        let found = dense(&targets, bins.centre(bin));
        assert_close(&found, &expected, &format!("bin {bin}"));
    }
}

#[test]
fn zhangs_target_is_that_of_scipys_nearest_neighbours() {
    let bins = bins();
    let targets = Targets::new(&bins, TargetKind::Nearest(5.0));
    for (colour, expected) in oracle::NEAREST {
        assert_close(&dense(&targets, colour), &expected, &format!("{colour:?}"));
    }
}

#[test]
fn every_colour_has_a_target_of_sum_one() {
    let bins = bins();
    let mut random = ChaCha12Rng::seed_from_u64(1);
    for kind in [
        TargetKind::Gaussian(2.0),
        TargetKind::Nearest(5.0),
        TargetKind::Nearest(0.01),
    ] {
        let targets = Targets::new(&bins, kind);
        for _ in 0..500 {
            let colour = [0, 1].map(|_| random.random_range(-130.0..130.0));
            let sum: f64 = dense(&targets, colour).iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{kind:?} {colour:?}: {sum}");
        }
    }
}

#[test]
fn the_annealed_mean_is_scipys() {
    let centres = bins().centres();
    for (temperature, expected) in oracle::ANNEALED {
        let found = annealed_mean(&oracle::LOGITS, &centres, temperature);
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 2e-4,
                "T {temperature}: {found}, not {expected}"
            );
        }
    }
}

#[test]
fn a_cold_mean_is_the_mode_and_a_hot_one_the_plain_mean_of_all_centres() {
    let centres = bins().centres();
    let cold = annealed_mean(&oracle::LOGITS, &centres, 1e-4);
    assert_eq!(cold, centres[2]);
    let hot = annealed_mean(&oracle::LOGITS, &centres, 1e6);
    let mean = [0, 1].map(|axis| centres.iter().map(|c| c[axis]).sum::<f32>() / 11.0);
    assert!((hot[0] - mean[0]).abs() < 1e-3 && (hot[1] - mean[1]).abs() < 1e-3);
    // A constant more in each logit changes nothing, however large.
    let shifted = oracle::LOGITS.map(|logit| logit + 500.0);
    let one = annealed_mean(&shifted, &centres, 0.38);
    let other = annealed_mean(&oracle::LOGITS, &centres, 0.38);
    assert!((one[0] - other[0]).abs() < 1e-2 && (one[1] - other[1]).abs() < 1e-2);
}

#[test]
fn centres_lie_in_their_cells_for_any_window() {
    for window in [2.5, 5.0, 7.0, 10.0, 33.0, 60.0] {
        let grid = Grid { window };
        assert!(grid.side() as f64 * window >= 2.0 * REACH);
        for cell in 0..grid.cells() {
            let [a, b] = grid.centre(cell);
            let inside = f64::from(a.max(b)) < REACH;
            assert!(!inside || grid.cell([a, b]) == cell, "{window}: {cell}");
        }
    }
}

#[test]
fn a_colour_that_no_picture_has_takes_the_nearest_bin() {
    let bins = bins();
    for cell in 0..GRID.cells() {
        let centre = GRID.centre(cell);
        let found = bins.centre(bins.bin(centre));
        let away = |other: [f32; 2]| (other[0] - centre[0]).hypot(other[1] - centre[1]);
        let least = bins
            .centres()
            .into_iter()
            .map(away)
            .fold(f32::MAX, f32::min);
        assert!((away(found) - least).abs() < 1e-3, "{cell}");
    }
    assert_eq!(bins.bin([500.0, f32::NAN]), bins.bin([109.0, -109.0]));
}

#[test]
fn rare_bins_hold_at_most_the_share_that_was_asked_for() {
    let bins = bins();
    for share in [0.0, 0.05, 0.1, 0.5, 1.0] {
        let rare = bins.rare(share);
        let shares = bins.shares();
        let of = |wanted: bool| {
            let both = shares.iter().zip(&rare);
            both.filter(move |(_, rare)| **rare == wanted)
                .map(|(share, _)| *share)
        };
        let held: f64 = of(true).sum();
        assert!(held <= share + 1e-12);
        // One more would be too many.
        assert!(of(false).fold(f64::INFINITY, f64::min) + held > share);
    }
}

#[test]
fn no_pixels_make_no_bins() {
    let error = Bins::of_counts(GRID, &vec![0; GRID.cells()]).unwrap_err();
    assert!(error.to_string().contains("no pixel"));
}
