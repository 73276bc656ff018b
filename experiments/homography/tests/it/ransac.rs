//! Consensus among pairs of which some are wrong.

use homography::dlt::{normalized, symmetric_error};
use homography::ransac::{Ransac, RansacError, ransac, trials_needed};
use homography::{Homography, Pair, Point};
use proptest::prelude::*;
use rand::RngExt;
use retrace_lab::random::stream;

fn truth() -> Homography {
    Homography::new([[0.9, 0.1, 10.0], [-0.05, 1.02, 6.0], [2e-4, 1e-4, 1.0]]).unwrap()
}

/// `right` pairs of the true homography with up to half a pixel of noise, then `wrong` ones whose
/// targets lie anywhere in a picture of 800 x 600.
fn pairs(right: usize, wrong: usize, seed: u64) -> Vec<Pair> {
    let mut stream = stream(seed, "tests/ransac", 0);
    let mut anywhere = || {
        let x = stream.random_range(0.0..800.0);
        Point::new(x, stream.random_range(0.0..600.0))
    };
    let scattered: Vec<(Point, Point)> = (0..right + wrong)
        .map(|_| (anywhere(), anywhere()))
        .collect();
    let pair = |(k, (from, other)): (usize, (Point, Point))| {
        let mut to = truth().apply(from).unwrap();
        to.x += other.x / 800.0 - 0.5;
        to.y += other.y / 600.0 - 0.5;
        Pair::new(from, if k < right { to } else { other })
    };
    scattered.into_iter().enumerate().map(pair).collect()
}

fn settings(seed: u64) -> Ransac {
    Ransac {
        seed,
        ..Ransac::default()
    }
}

#[test]
fn two_thirds_of_wrong_pairs_are_found_out() {
    let pairs = pairs(40, 80, 1);
    let found = ransac(&pairs, &settings(0)).unwrap();
    assert!(found.inliers[..40].iter().all(|inlier| *inlier));
    // A wrong pair agrees by chance once in some 20,000.
    assert!(found.inliers[40..].iter().filter(|inlier| **inlier).count() <= 1);
    let alone = normalized(&pairs[..40]).unwrap();
    let corner = Point::new(800.0, 600.0);
    let gap = found
        .homography
        .apply(corner)
        .unwrap()
        .distance(alone.apply(corner).unwrap());
    assert!(gap < 0.5, "{gap}");
    // Least squares believes them all, and is wrong by whole streets.
    let fooled = normalized(&pairs).unwrap().apply(corner);
    assert!(fooled.is_none_or(|p| p.distance(truth().apply(corner).unwrap()) > 50.0));
}

#[test]
fn the_inliers_are_those_of_the_homography_that_is_returned() {
    let pairs = pairs(60, 40, 2);
    let found = ransac(&pairs, &settings(0)).unwrap();
    let inverse = found.homography.inverse().unwrap();
    for (pair, inlier) in pairs.iter().zip(&found.inliers) {
        let error = symmetric_error(&found.homography, &inverse, pair);
        assert_eq!(error <= 3.0, *inlier);
    }
    let chosen = pairs
        .iter()
        .zip(&found.inliers)
        .filter(|(_, inlier)| **inlier);
    let chosen: Vec<Pair> = chosen.map(|(pair, _)| *pair).collect();
    assert_eq!(normalized(&chosen).unwrap(), found.homography);
}

#[test]
fn wrong_pairs_alone_make_no_consensus() {
    for seed in 0..5 {
        let error = ransac(&pairs(0, 60, seed), &settings(seed)).unwrap_err();
        assert!(
            matches!(error, RansacError::None { pairs: 60, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("by chance"), "{error}");
    }
}

#[test]
fn pairs_on_a_line_with_one_beside_it_are_refused_before_any_trial() {
    let line =
        (0..20_u8).map(|k| Pair::new(Point::new(f64::from(k), 3.0), Point::new(f64::from(k), 9.0)));
    let mut pairs: Vec<Pair> = line.collect();
    pairs[7].from.y = 11.0;
    let error = ransac(&pairs, &settings(0)).unwrap_err();
    assert!(matches!(error, RansacError::Pairs(_)), "{error}");
}

#[test]
fn samples_that_determine_nothing_are_skipped() {
    // Half of the points lie on a line: many samples have three of them.
    let mut pairs = pairs(30, 0, 3);
    for (k, pair) in (0_u8..).zip(&mut pairs[..15]) {
        pair.from = Point::new(20.0 * f64::from(k), 100.0);
        pair.to = truth().apply(pair.from).unwrap();
    }
    let strict = Ransac {
        confidence: 1.0 - 1e-12,
        ..settings(0)
    };
    let found = ransac(&pairs, &strict).unwrap();
    assert_eq!(found.inlier_count(), 30);
    assert!(found.degenerate > 0 || found.trials == 1, "{found:?}");
}

#[test]
fn the_number_of_trials_is_that_of_the_book() {
    // Hartley & Zisserman, table 4.3: samples of four, 99 %, by the share of outliers.
    for (outliers, trials) in [
        (0.05, 3.0),
        (0.1, 5.0),
        (0.2, 9.0),
        (0.25, 13.0),
        (0.3, 17.0),
    ] {
        assert_eq!(trials_needed(1.0 - outliers, 0.99), trials, "{outliers}");
    }
    assert_eq!(trials_needed(0.6, 0.99), 34.0);
    assert_eq!(trials_needed(0.5, 0.99), 72.0);
    assert_eq!(trials_needed(1.0, 0.99), 1.0);
    assert_eq!(trials_needed(0.0, 0.99), f64::INFINITY);
}

#[test]
fn fewer_wrong_pairs_need_fewer_trials() {
    let few = ransac(&pairs(90, 10, 4), &settings(0)).unwrap().trials;
    let many = ransac(&pairs(40, 60, 4), &settings(0)).unwrap().trials;
    assert!(few < many, "{few} {many}");
}

#[test]
fn settings_out_of_range_are_named() {
    let pairs = pairs(20, 0, 0);
    let message = |settings: Ransac| ransac(&pairs, &settings).unwrap_err().to_string();
    for threshold in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            message(Ransac {
                threshold,
                ..settings(0)
            })
            .starts_with("the threshold")
        );
    }
    for confidence in [0.0, 1.0, 1.5, f64::NAN] {
        assert!(
            message(Ransac {
                confidence,
                ..settings(0)
            })
            .starts_with("the confidence")
        );
    }
    let few = ransac(&pairs[..4], &settings(0)).unwrap_err();
    assert_eq!(few, RansacError::TooFew { found: 4 });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_seed_finds_the_right_pairs_and_the_same_seed_the_same_numbers(seed in 0..1000_u64) {
        let pairs = pairs(30, 20, seed);
        let found = ransac(&pairs, &settings(seed)).unwrap();
        prop_assert!(found.inliers[..30].iter().all(|inlier| *inlier));
        prop_assert!(found.inliers[30..].iter().filter(|inlier| **inlier).count() <= 1);
        prop_assert_eq!(&ransac(&pairs, &settings(seed)).unwrap(), &found);
    }
}
