//! What must hold for any points.

use homography::dlt::{normalized, plain};
use homography::{Homography, Pair, Point};
use proptest::prelude::*;

use super::{largest_error, largest_gap};

/// Four points, one well inside each quarter of a picture of 800 x 600, so that each map between
/// two such quadrangles is a mild one.
fn quadrangle() -> impl Strategy<Value = Vec<Point>> {
    let corner = |x: f64, y: f64| {
        (0.0..250.0_f64, 0.0..200.0_f64).prop_map(move |(dx, dy)| Point::new(x + dx, y + dy))
    };
    (
        corner(0.0, 0.0),
        corner(550.0, 0.0),
        corner(550.0, 400.0),
        corner(0.0, 400.0),
    )
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

fn quadrangles() -> impl Strategy<Value = Vec<Pair>> {
    (quadrangle(), quadrangle()).prop_map(|(from, to)| {
        from.into_iter()
            .zip(to)
            .map(|(f, t)| Pair::new(f, t))
            .collect()
    })
}

/// Points between the corners of any quadrangle, mapped, with up to two pixels of noise.
fn noisy_pairs() -> impl Strategy<Value = Vec<Pair>> {
    let noise = prop::collection::vec((-2.0..2.0_f64, -2.0..2.0_f64), 12);
    (quadrangles(), noise).prop_map(|(corners, noise)| {
        let homography = normalized(&corners).unwrap();
        let from = (0..12_u8).map(|k| {
            let (column, row) = (f64::from(k % 4), f64::from(k / 4));
            Point::new(250.0 + 100.0 * column, 200.0 + 100.0 * row)
        });
        let shifted = |(from, (dx, dy)): (Point, (f64, f64))| {
            let to = homography.apply(from).unwrap();
            Pair::new(from, Point::new(to.x + dx, to.y + dy))
        };
        from.zip(noise).map(shifted).collect()
    })
}

proptest! {
    #[test]
    fn four_exact_pairs_are_mapped_exactly(pairs in quadrangles()) {
        let homography = normalized(&pairs).unwrap();
        prop_assert!(largest_error(&homography, &pairs) < 1e-9);
        // Coordinates of 1000 make columns of a million beside ones of 1: six digits fewer.
        let homography = plain(&pairs).unwrap();
        prop_assert!(largest_error(&homography, &pairs) < 1e-5);
    }

    #[test]
    fn plain_and_normalized_agree_on_exact_points(pairs in quadrangles()) {
        let (a, b) = (plain(&pairs).unwrap(), normalized(&pairs).unwrap());
        prop_assert!(largest_gap(&a, &b, &pairs) < 1e-5);
    }

    #[test]
    fn a_homography_and_its_inverse_make_the_identity(pairs in quadrangles()) {
        let homography = normalized(&pairs).unwrap();
        let inverse = homography.inverse().unwrap();
        for pair in &pairs {
            let there_and_back = inverse.apply(homography.apply(pair.from).unwrap()).unwrap();
            prop_assert!(there_and_back.distance(pair.from) < 1e-9);
        }
        let product = inverse.after(&homography).unwrap();
        let identity = Homography::IDENTITY;
        let (product, identity) = (product.matrix(), identity.matrix());
        for (a, b) in product.as_flattened().iter().zip(identity.as_flattened()) {
            prop_assert!((a - b).abs() < 1e-9, "{product:?}");
        }
    }

    #[test]
    fn the_pairs_the_other_way_round_give_the_inverse(pairs in quadrangles()) {
        let inverse = normalized(&pairs).unwrap().inverse().unwrap();
        let reversed: Vec<Pair> = pairs.iter().map(|pair| pair.reversed()).collect();
        prop_assert!(largest_gap(&inverse, &normalized(&reversed).unwrap(), &reversed) < 1e-9);
    }

    #[test]
    fn normalized_does_not_depend_on_origin_and_unit_of_the_pictures(
        pairs in noisy_pairs(),
        scale in 0.01..100.0_f64,
        right in -5000.0..5000.0_f64,
    ) {
        // The law that gives the method its name; plain breaks it as soon as there is noise.
        let move_point = |p: Point| Point::new(p.x * scale + right, p.y * scale - right);
        let moved: Vec<Pair> = pairs
            .iter()
            .map(|pair| Pair::new(move_point(pair.from), move_point(pair.to)))
            .collect();
        let (before, after) = (normalized(&pairs).unwrap(), normalized(&moved).unwrap());
        for (pair, moved) in pairs.iter().zip(&moved) {
            let expected = move_point(before.apply(pair.from).unwrap());
            let found = after.apply(moved.from).unwrap();
            prop_assert!(found.distance(expected) / scale < 1e-5, "{found:?} {expected:?}");
        }
    }

    #[test]
    fn the_order_of_the_pairs_means_nothing(pairs in noisy_pairs()) {
        let backwards: Vec<Pair> = pairs.iter().rev().copied().collect();
        let (a, b) = (normalized(&pairs).unwrap(), normalized(&backwards).unwrap());
        let gap = largest_gap(&a, &b, &pairs);
        prop_assert!(gap < 1e-8, "{gap}");
    }
}
