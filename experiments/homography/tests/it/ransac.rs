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
    let pair = |k: usize| {
        let (from, other) = (anywhere(), anywhere());
        let mut to = truth().apply(from).unwrap();
        to.x += other.x / 800.0 - 0.5;
        to.y += other.y / 600.0 - 0.5;
        Pair::new(from, if k < right { to } else { other })
    };
    (0..right + wrong).map(pair).collect()
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
    assert!(found.inlier_count() <= 41);
    let corner = Point::new(800.0, 600.0);
    let at = |homography: &Homography| homography.apply(corner).unwrap();
    let gap = at(&found.homography).distance(at(&normalized(&pairs[..40]).unwrap()));
    assert!(gap < 0.5, "{gap}");
    // Least squares believes them all, and is wrong by whole streets.
    let fooled = normalized(&pairs).unwrap().apply(corner);
    assert!(fooled.is_none_or(|point| point.distance(at(&truth())) > 50.0));
}

#[test]
fn the_inliers_are_those_of_the_homography_that_is_returned() {
    let pairs = pairs(60, 40, 2);
    let found = ransac(&pairs, &settings(0)).unwrap();
    let inverse = found.homography.inverse().unwrap();
    let agrees = |pair: &Pair| symmetric_error(&found.homography, &inverse, pair) <= 3.0;
    let agreeing: Vec<bool> = pairs.iter().map(agrees).collect();
    assert_eq!(agreeing, found.inliers);
    let chosen: Vec<Pair> = pairs.into_iter().filter(agrees).collect();
    assert_eq!(normalized(&chosen).unwrap(), found.homography);
}

#[test]
fn wrong_pairs_alone_make_no_consensus() {
    for seed in 0..5 {
        let error = ransac(&pairs(0, 60, seed), &settings(seed)).unwrap_err();
        let is_none = matches!(error, RansacError::None { pairs: 60, .. });
        assert!(
            is_none && error.to_string().contains("by chance"),
            "{error}"
        );
    }
}

#[test]
fn pairs_on_a_line_with_one_beside_it_are_refused_before_any_trial() {
    let line = (0..20_u8).map(f64::from);
    let line = line.map(|x| Pair::new(Point::new(x, 3.0), Point::new(x, 9.0)));
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
    // Hartley & Zisserman, table 4.3: samples of four, 99 %, by the share of inliers.
    for (inliers, trials) in [
        (0.95, 3.0),
        (0.9, 5.0),
        (0.8, 9.0),
        (0.75, 13.0),
        (0.7, 17.0),
        (0.6, 34.0),
        (0.5, 72.0),
        (1.0, 1.0),
        (0.0, f64::INFINITY),
    ] {
        assert_eq!(trials_needed(inliers, 0.99), trials, "{inliers}");
    }
    let trials = |right, wrong| {
        ransac(&pairs(right, wrong, 4), &settings(0))
            .unwrap()
            .trials
    };
    assert!(trials(90, 10) < trials(40, 60));
}

#[test]
fn settings_out_of_range_are_named() {
    let pairs = pairs(20, 0, 0);
    let message = |change: fn(&mut Ransac, f64), value: f64| {
        let mut settings = settings(0);
        change(&mut settings, value);
        ransac(&pairs, &settings).unwrap_err().to_string()
    };
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let message = message(|settings, value| settings.threshold = value, value);
        assert!(message.starts_with("the threshold"), "{message}");
    }
    for value in [0.0, 1.0, 1.5, f64::NAN] {
        let message = message(|settings, value| settings.confidence = value, value);
        assert!(message.starts_with("the confidence"), "{message}");
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
        prop_assert!(found.inlier_count() <= 31);
        prop_assert_eq!(&ransac(&pairs, &settings(seed)).unwrap(), &found);
    }
}
