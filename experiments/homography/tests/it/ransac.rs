//! Consensus among pairs of which some are wrong.

use homography::dlt::normalized;
use homography::ransac::{Consensus, Ransac, RansacError, Threshold, ransac, trials_needed};
use homography::{Homography, Pair, Point};
use proptest::prelude::*;
use rand::RngExt;
use rand::seq::SliceRandom;
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
    let agrees = |pair: &Pair| Threshold::both(3.0).error(&found.homography, pair) <= 3.0;
    let agreeing: Vec<bool> = pairs.iter().map(agrees).collect();
    assert_eq!(agreeing, found.inliers);
    assert!(!found.is_weak() && !found.is_capped(), "{found:?}");
}

#[test]
fn the_error_is_the_way_to_an_exact_pair() {
    // Half of the way in each picture, when the map keeps sizes; when it enlarges four times, most of
    // it among the sources, where it is short.
    let error = |scale: f64, threshold: Threshold, off: f64| {
        let map = Homography::new([[scale, 0.0, 7.0], [0.0, scale, 0.0], [0.0, 0.0, 1.0]]).unwrap();
        let to = Point::new(scale * 5.0 + 7.0, scale * 2.0 + off);
        threshold.error(&map, &Pair::new(Point::new(5.0, 2.0), to))
    };
    let other = Threshold { from: 1.0, to: 3.0 };
    for (found, expected) in [
        (error(1.0, Threshold::both(3.0), 2.0), 2.0 / 2.0_f64.sqrt()),
        (error(4.0, Threshold::both(3.0), 2.0), 2.0 / 17.0_f64.sqrt()),
        // A third of the way among the sources counts as much as all of it among the targets.
        (error(3.0, other, 2.0), 2.0 / 2.0_f64.sqrt()),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

/// Repeats, clusters that say the same, and one target for many sources, all wrong.
fn crowds(pairs: &mut Vec<Pair>, seed: u64) {
    let mut stream = stream(seed, "tests/crowds", 0);
    let mut anywhere = |size: f64| {
        let x = stream.random_range(0.0..size * 800.0);
        Point::new(x, stream.random_range(0.0..size * 600.0))
    };
    for _ in 0..5 {
        let (from, to) = (anywhere(1.0), anywhere(1.0));
        pairs.extend([Pair::new(from, to); 40]);
        pairs.extend((0..20).map(|_| {
            let (right, left) = (anywhere(0.01), anywhere(0.01));
            let from = Point::new(from.x + right.x, from.y + right.y);
            Pair::new(from, Point::new(to.x + left.x, to.y + left.y))
        }));
        pairs.extend((0..20).map(|_| Pair::new(anywhere(1.0), to)));
    }
}

#[test]
fn crowds_of_wrong_pairs_make_no_consensus_and_hide_none() {
    for seed in 0..4 {
        let mut all = pairs(0, 60, seed);
        crowds(&mut all, seed);
        let settings = Ransac {
            most_trials: 50_000,
            ..settings(seed)
        };
        let error = ransac(&all, &settings).unwrap_err();
        assert!(matches!(error, RansacError::None { .. }), "{error}");
        let mut all = pairs(40, 60, seed);
        crowds(&mut all, seed);
        let found = ransac(&all, &settings).unwrap();
        let right = found.inliers[..40].iter().filter(|inlier| **inlier);
        assert!(right.count() >= 39, "{found:?}");
    }
}

#[test]
fn one_right_pair_in_thirty_is_enough() {
    let pairs = pairs(20, 580, 5);
    let found = ransac(&pairs, &settings(0)).unwrap();
    assert!(found.inliers[..20].iter().all(|inlier| *inlier));
    // The search was not cut short: the cap, when it is, is told.
    let capped = |most_trials| {
        let settings = Ransac {
            most_trials,
            ..settings(0)
        };
        ransac(&pairs, &settings)
    };
    let error = capped(100).unwrap_err().to_string();
    assert!(error.contains("allow more trials"), "{error}");
    assert!(capped(found.trials - 1).is_ok_and(|found| found.is_capped()));
}

#[test]
fn a_consensus_that_is_barely_one_is_called_weak() {
    let found = ransac(&pairs(7, 5, 1), &settings(0)).unwrap();
    assert!(found.is_weak(), "{found:?}");
    assert_eq!(found.witnesses, 7);
}

#[test]
fn strong_zoom_keeps_its_right_pairs_in_both_directions() {
    let zoom = Homography::new([[0.15, 0.01, 300.0], [-0.02, 0.16, 200.0], [1e-5, 2e-5, 1.0]]);
    let mut pairs = pairs(60, 140, 6);
    for pair in &mut pairs[..60] {
        let exact = truth().apply(pair.from).unwrap();
        let noise = (pair.to.x - exact.x, pair.to.y - exact.y);
        let to = zoom.unwrap().apply(pair.from).unwrap();
        pair.to = Point::new(to.x + noise.0, to.y + noise.1);
    }
    let reversed: Vec<Pair> = pairs.iter().copied().map(Pair::reversed).collect();
    for pairs in [pairs, reversed] {
        let found = ransac(&pairs, &settings(0)).unwrap();
        assert!(found.inliers[..60].iter().all(|inlier| *inlier));
        assert!(found.inlier_count() <= 70, "{}", found.inlier_count());
    }
}

#[test]
fn wrong_pairs_alone_make_no_consensus() {
    for (count, seed) in [8, 20, 60, 150]
        .into_iter()
        .flat_map(|n| (0..8).map(move |k| (n, k)))
    {
        let error = ransac(&pairs(0, count, seed), &settings(seed)).unwrap_err();
        let is_none = matches!(error, RansacError::None { pairs, .. } if pairs == count);
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
        let message = message(
            |settings, value| settings.threshold = Threshold::both(value),
            value,
        );
        assert!(message.starts_with("the threshold"), "{message}");
    }
    for value in [0.0, 1.0, 1.5, f64::NAN] {
        let message = message(|settings, value| settings.confidence = value, value);
        assert!(message.starts_with("the confidence"), "{message}");
    }
    let mut none = settings(0);
    none.most_trials = 0;
    assert_eq!(ransac(&pairs, &none), Err(RansacError::Trials));
    let few = ransac(&pairs[..4], &settings(0)).unwrap_err();
    assert_eq!(few, RansacError::TooFew { found: 4 });
    let repeated = [&pairs[..4], &pairs[..4]].concat();
    let few = ransac(&repeated, &settings(0)).unwrap_err();
    assert_eq!(few, RansacError::TooFew { found: 4 });
    let equal = ransac(&[pairs[0]; 9], &settings(0)).unwrap_err();
    assert!(matches!(equal, RansacError::Pairs(_)), "{equal}");
    let wide = Ransac {
        threshold: Threshold::both(500.0),
        ..settings(0)
    };
    let hopeless = ransac(&pairs, &wide).unwrap_err();
    assert!(
        matches!(hopeless, RansacError::Hopeless { .. }),
        "{hopeless}"
    );
}

/// What does not depend on the order of the pairs.
fn sorted(found: &Consensus) -> (Homography, usize, u64) {
    (found.homography, found.inlier_count(), found.trials)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_seed_finds_the_right_pairs_and_the_same_seed_the_same_numbers(seed in 0..1000_u64) {
        let pairs = pairs(30, 20, seed);
        let found = ransac(&pairs, &settings(seed)).unwrap();
        prop_assert!(found.inliers[..30].iter().all(|inlier| *inlier));
        prop_assert!(found.inlier_count() <= 32);
        prop_assert_eq!(&ransac(&pairs, &settings(seed)).unwrap(), &found);
    }

    #[test]
    fn neither_order_nor_repeats_change_a_bit(seed in 0..1000_u64) {
        let mut pairs = pairs(30, 40, seed);
        let found = ransac(&pairs, &settings(0)).unwrap();
        pairs.shuffle(&mut stream(seed, "tests/order", 0));
        prop_assert_eq!(sorted(&ransac(&pairs, &settings(0)).unwrap()), sorted(&found));
        let repeated = [&pairs[..], &pairs[..35], &pairs[10..20]].concat();
        let repeated = ransac(&repeated, &settings(0)).unwrap();
        prop_assert_eq!(repeated.homography, found.homography);
        prop_assert_eq!(repeated.by_chance, found.by_chance);
    }

    #[test]
    fn the_units_of_the_pictures_mean_nothing(
        seed in 0..1000_u64,
        scales in (-20..20_i32, -20..20_i32),
    ) {
        // Powers of two round nothing.
        let (from, to) = (2.0_f64.powi(scales.0), 2.0_f64.powi(scales.1));
        let scaled = |point: Point, by: f64| Point::new(by * point.x, by * point.y);
        let pairs = pairs(30, 40, seed);
        let found = ransac(&pairs, &settings(0)).unwrap();
        let other = pairs.iter().map(|pair| Pair::new(scaled(pair.from, from), scaled(pair.to, to)));
        let other: Vec<Pair> = other.collect();
        let threshold = Threshold { from: 3.0 * from, to: 3.0 * to };
        let again = ransac(&other, &Ransac { threshold, ..settings(0) }).unwrap();
        prop_assert_eq!(&again.inliers, &found.inliers);
        for (pair, other) in pairs.iter().zip(&other).take(30) {
            let before = Threshold::both(3.0).error(&found.homography, pair);
            let after = threshold.error(&again.homography, other) / to;
            prop_assert!((before - after).abs() < 1e-8, "{} {}", before, after);
        }
    }

    #[test]
    fn numbers_of_any_size_end_in_an_answer_or_an_error(
        sizes in prop::collection::vec(-320..309_i32, 0..4),
        seed in 0..1000_u64,
        threshold in -320..308_i32,
    ) {
        let mut pairs = pairs(12, 8, seed);
        for (pair, size) in pairs.iter_mut().zip(&sizes) {
            pair.to.x *= 10.0_f64.powi(*size);
        }
        // A few that are far off hide nothing, up to where their distances are no numbers any more.
        let found = ransac(&pairs, &settings(seed));
        let is_found = found.is_ok_and(|found| found.inlier_count() >= 8);
        prop_assert!(is_found || sizes.iter().any(|size| *size > 300));
        let threshold = Threshold::both(10.0_f64.powi(threshold));
        let _ = ransac(&pairs, &Ransac { threshold, most_trials: 1000, ..settings(seed) });
        let all = 10.0_f64.powi(sizes.first().copied().unwrap_or(0));
        for pair in &mut pairs {
            pair.from.y *= all;
        }
        let _ = ransac(&pairs, &Ransac { threshold, most_trials: 1000, ..settings(seed) });
    }
}
