//! The direct linear transform against what must hold for any points, and the points it refuses.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use homography::dlt::{
    DltError, Method, Side, backward_error, estimate, forward_error, normalized,
    null_space_dimension, plain, singular_values, symmetric_error,
};
use homography::{Homography, HomographyError, Pair, Point};
use proptest::prelude::*;

const METHODS: [Method; 3] = [Method::Plain, Method::Normalized, Method::Eigenvector];

/// The post's four pairs.
fn notebook() -> Vec<Pair> {
    pairs(
        &[
            (448.0, 67.0),
            (602.0, 129.0),
            (362.0, 392.0),
            (483.0, 494.0),
        ],
        &[(386.0, 78.0), (552.0, 78.0), (386.0, 453.0), (552.0, 453.0)],
    )
}

fn pairs(from: &[(f64, f64)], to: &[(f64, f64)]) -> Vec<Pair> {
    let point = |&(x, y): &(f64, f64)| Point::new(x, y);
    from.iter()
        .zip(to)
        .map(|(from, to)| Pair::new(point(from), point(to)))
        .collect()
}

fn largest_error(homography: &Homography, pairs: &[Pair]) -> f64 {
    pairs
        .iter()
        .map(|pair| forward_error(homography, pair))
        .fold(0.0, f64::max)
}

/// The largest distance between where two maps send the points.
fn largest_gap(a: &Homography, b: &Homography, pairs: &[Pair]) -> f64 {
    let gap = |pair: &Pair| {
        a.apply(pair.from)
            .unwrap()
            .distance(b.apply(pair.from).unwrap())
    };
    pairs.iter().map(gap).fold(0.0, f64::max)
}

#[test]
fn the_notebook_s_corners_go_where_the_post_wants_them() {
    // A'A has a condition number of some 10^20, so its eigenvector keeps a few digits only.
    for (method, most) in METHODS.into_iter().zip([1e-7, 1e-10, 1.0]) {
        let homography = estimate(&notebook(), method).unwrap();
        let error = largest_error(&homography, &notebook());
        assert!(error < most, "{method:?}: {error}");
    }
}

#[test]
fn a_shift_and_a_doubling_are_found_by_hand() {
    // (x, y) -> (2x + 3, 2y - 1).
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let mapped = [(3.0, -1.0), (5.0, -1.0), (5.0, 1.0), (3.0, 1.0)];
    let expected = [[2.0, 0.0, 3.0], [0.0, 2.0, -1.0], [0.0, 0.0, 1.0]];
    for method in METHODS {
        let homography = estimate(&pairs(&corners, &mapped), method).unwrap();
        for (row, expected) in homography.matrix().iter().zip(expected) {
            for (entry, expected) in row.iter().zip(expected) {
                assert!(
                    (entry - expected).abs() < 1e-12,
                    "{method:?}: {homography:?}"
                );
            }
        }
    }
}

#[test]
fn three_pairs_leave_three_solutions_and_four_leave_one() {
    let pairs = notebook();
    assert_eq!(null_space_dimension(&pairs[..3]).unwrap(), 3);
    assert_eq!(null_space_dimension(&pairs).unwrap(), 1);
    let values = singular_values(&pairs[..3]).unwrap();
    assert_eq!(values.len(), 9);
    assert!(values.windows(2).all(|two| two[0] >= two[1]), "{values:?}");
    assert!(matches!(
        plain(&pairs[..3]),
        Err(DltError::TooFew { found: 3 })
    ));
}

#[test]
fn points_on_one_line_are_named() {
    let mut three = notebook();
    three[3].from = Point::new(525.0, 98.0); // the middle of points 1 and 2
    assert_eq!(
        normalized(&three).unwrap_err().to_string(),
        "\"from\" points 1, 2 and 4 lie on one line: expected four points of which no three do"
    );
    let line: Vec<(f64, f64)> = (0..6_u8).map(|k| (f64::from(k), 7.0)).collect();
    let square = [
        (0.0, 0.0),
        (9.0, 0.0),
        (9.0, 9.0),
        (0.0, 9.0),
        (4.0, 2.0),
        (2.0, 5.0),
    ];
    let all = DltError::AllCollinear {
        side: Side::To,
        but: None,
    };
    assert_eq!(plain(&pairs(&square, &line)), Err(all));
    let mut beside = line;
    beside[2] = (50.0, 60.0);
    let but = DltError::AllCollinear {
        side: Side::From,
        but: Some(3),
    };
    assert_eq!(plain(&pairs(&beside, &square)), Err(but));
}

#[test]
fn equal_points_are_named_among_four_and_welcome_among_more() {
    let mut four = notebook();
    four[2].to = four[0].to;
    let equal = DltError::Equal {
        side: Side::To,
        first: 1,
        second: 3,
    };
    assert_eq!(plain(&four), Err(equal));
    let mut measured_twice = notebook();
    measured_twice.push(notebook()[1]);
    assert!(largest_error(&normalized(&measured_twice).unwrap(), &notebook()) < 1e-9);
}

#[test]
fn a_coordinate_that_is_no_number_is_named() {
    for bad in [f64::NAN, f64::INFINITY] {
        let mut pairs = notebook();
        pairs[1].to.y = bad;
        let error = plain(&pairs).unwrap_err().to_string();
        assert!(error.starts_with("\"to\" point 2 is (552, "), "{error}");
    }
}

#[test]
fn coordinates_of_any_size_end_in_an_answer_or_an_error() {
    for scale in [1e-300, 1e-100, 1e-9, 1e9, 1e100, 1e300] {
        let far = notebook().into_iter().map(|pair| {
            Pair::new(
                Point::new(pair.from.x * scale, pair.from.y * scale),
                pair.to,
            )
        });
        let far: Vec<Pair> = far.collect();
        for method in METHODS {
            if let Ok(homography) = estimate(&far, method) {
                assert!(
                    homography
                        .matrix()
                        .as_flattened()
                        .iter()
                        .all(|h| h.is_finite())
                );
            }
        }
    }
}

#[test]
fn transfer_errors_are_those_worked_out_by_hand() {
    // Doubling sends (1, 1) to (2, 2): (3, 4) below and right of (5, 6); back, (5, 6) comes from
    // (2.5, 3), which (1, 1) misses by (1.5, 2).
    let doubling = Homography::new([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]).unwrap();
    let inverse = doubling.inverse().unwrap();
    let pair = Pair::new(Point::new(1.0, 1.0), Point::new(5.0, 6.0));
    assert_eq!(forward_error(&doubling, &pair), 5.0);
    assert_eq!(backward_error(&inverse, &pair), 2.5);
    assert_eq!(
        symmetric_error(&doubling, &inverse, &pair),
        31.25_f64.sqrt()
    );
}

#[test]
fn the_scale_of_a_matrix_means_nothing_and_singular_ones_are_refused() {
    let matrix = [[3.0, 1.0, 4.0], [1.0, 5.0, 9.0], [2.0, 6.0, 5.0]];
    let homography = Homography::new(matrix).unwrap();
    let tiny = Homography::new(matrix.map(|row| row.map(|entry| entry * -1e-200))).unwrap();
    for (a, b) in homography
        .matrix()
        .as_flattened()
        .iter()
        .zip(tiny.matrix().as_flattened())
    {
        assert!((a - b).abs() < 1e-15);
    }
    assert_eq!(homography.matrix()[2][2], 1.0);
    let flat = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]];
    assert_eq!(Homography::new(flat), Err(HomographyError::Singular));
    assert_eq!(
        Homography::new([[0.0; 3]; 3]),
        Err(HomographyError::Singular)
    );
}

#[test]
fn a_map_that_sends_the_origin_to_infinity_has_length_one() {
    let swap = Homography::new([[0.0, 0.0, -2.0], [0.0, -1.0, 0.0], [-2.0, 0.0, 0.0]]).unwrap();
    let squares: f64 = swap.matrix().as_flattened().iter().map(|h| h * h).sum();
    assert!((squares - 1.0).abs() < 1e-15);
    assert!(swap.matrix()[0][2] > 0.0);
    assert_eq!(swap.apply(Point::new(0.0, 1.0)), None);
    assert_eq!(swap.apply(Point::new(2.0, 4.0)), Some(Point::new(0.5, 1.0)));
}

#[test]
fn a_homography_goes_to_json_and_back() {
    let homography = plain(&notebook()).unwrap();
    let text = serde_json::to_string(&homography).unwrap();
    assert_eq!(
        serde_json::from_str::<Homography>(&text).unwrap(),
        homography
    );
    let singular = serde_json::from_str::<Homography>("[[1,0,0],[0,1,0],[0,0,0]]");
    assert!(singular.unwrap_err().to_string().contains("singular"));
}

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
