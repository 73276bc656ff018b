//! The direct linear transform and its matrix, by hand and by what must hold for any points.

use homography::dlt::{
    DltError, Method, Side, backward_error, estimate, forward_error, normalized,
    null_space_dimension, plain, singular_values,
};
use homography::notebook::corners;
use homography::{Homography, HomographyError, Pair, Point};
use proptest::prelude::*;

use crate::{gap, pairs};

fn largest_error(homography: &Homography, pairs: &[Pair]) -> f64 {
    let errors = pairs.iter().map(|pair| forward_error(homography, pair));
    errors.fold(0.0, f64::max)
}

#[test]
fn the_notebook_s_corners_go_where_the_post_wants_them() {
    // A'A has a condition number of some 10^20, so its eigenvector keeps a few digits only.
    for (method, most) in Method::ALL.into_iter().zip([1e-7, 1e-10, 1.0]) {
        let error = largest_error(&estimate(&corners(), method).unwrap(), &corners());
        assert!(error < most, "{method:?}: {error}");
    }
}

#[test]
fn a_shift_and_a_doubling_are_found_by_hand() {
    // (x, y) -> (2x + 3, 2y - 1).
    let pairs = pairs(&[
        [0.0, 0.0, 3.0, -1.0],
        [1.0, 0.0, 5.0, -1.0],
        [1.0, 1.0, 5.0, 1.0],
        [0.0, 1.0, 3.0, 1.0],
    ]);
    let expected = [2.0, 0.0, 3.0, 0.0, 2.0, -1.0, 0.0, 0.0, 1.0];
    for method in Method::ALL {
        let homography = estimate(&pairs, method).unwrap();
        let entries = homography.matrix().as_flattened().iter().zip(expected);
        for (entry, expected) in entries {
            assert!(
                (entry - expected).abs() < 1e-12,
                "{method:?}: {homography:?}"
            );
        }
    }
}

#[test]
fn three_pairs_leave_three_solutions_and_four_leave_one() {
    let pairs = corners();
    assert_eq!(null_space_dimension(&pairs[..3]).unwrap(), 3);
    assert_eq!(null_space_dimension(&pairs).unwrap(), 1);
    let values = singular_values(&pairs[..3]).unwrap();
    assert_eq!(values.len(), 9);
    assert!(values.windows(2).all(|two| two[0] >= two[1]), "{values:?}");
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
}

#[test]
fn points_that_determine_nothing_are_named() {
    let changed = |change: fn(&mut [Pair; 4])| {
        let mut four = corners();
        change(&mut four);
        plain(&four).unwrap_err().to_string()
    };
    for (error, words) in [
        (
            // The middle of points 1 and 2.
            changed(|four| four[3].from = Point::new(525.0, 98.0)),
            "\"from\" points 1, 2 and 4 lie on one line: expected four points of which no three do",
        ),
        (
            changed(|four| four[2].to = four[0].to),
            "\"to\" points 1 and 3 are the same",
        ),
        (
            changed(|four| four[1].to.y = f64::NAN),
            "\"to\" point 2 is (552, NaN)",
        ),
        (
            changed(|four| four[1].to.y = f64::INFINITY),
            "\"to\" point 2 is (552, inf)",
        ),
        (
            plain(&corners()[..3]).unwrap_err().to_string(),
            "at least 4 pairs of points, found 3",
        ),
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn many_points_on_a_line_are_named_with_the_one_beside_it() {
    let square = [
        [0.0, 0.0],
        [9.0, 0.0],
        [9.0, 9.0],
        [0.0, 9.0],
        [4.0, 2.0],
        [2.0, 5.0],
    ];
    let row = |k: usize| [square[k][0], square[k][1], k as f64, 7.0];
    let mut pairs = pairs(&[0, 1, 2, 3, 4, 5].map(row));
    let collinear = |but| DltError::AllCollinear {
        side: Side::To,
        but,
    };
    assert_eq!(plain(&pairs), Err(collinear(None)));
    pairs[2].to = Point::new(50.0, 60.0);
    assert_eq!(plain(&pairs), Err(collinear(Some(3))));
    for pair in &mut pairs {
        pair.to = Point::new(7.0, 8.0);
    }
    assert_eq!(plain(&pairs), Err(DltError::AllEqual { side: Side::To }));
    // Equal points are welcome among more than four.
    let measured_twice = [&corners()[..], &corners()[1..2]].concat();
    assert!(largest_error(&normalized(&measured_twice).unwrap(), &corners()) < 1e-9);
}

#[test]
fn coordinates_of_any_size_end_in_an_answer_or_an_error() {
    for scale in [1e-300, 1e-100, 1e-9, 1e9, 1e100, 1e300] {
        let far = corners().map(|Pair { from, to }| {
            let from = Point::new(from.x * scale, from.y * scale);
            Pair::new(from, to)
        });
        for method in Method::ALL {
            if let Ok(homography) = estimate(&far, method) {
                let mut entries = homography.matrix().as_flattened().iter();
                assert!(entries.all(|h| h.is_finite()));
            }
        }
    }
}

#[test]
fn the_scale_of_a_matrix_means_nothing_and_singular_ones_are_refused() {
    let matrix = [[3.0, 1.0, 4.0], [1.0, 5.0, 9.0], [2.0, 6.0, 5.0]];
    let homography = Homography::new(matrix).unwrap();
    let tiny = Homography::new(matrix.map(|row| row.map(|entry| entry * -1e-200))).unwrap();
    let entries = homography.matrix().as_flattened().iter();
    for (a, b) in entries.zip(tiny.matrix().as_flattened()) {
        assert!((a - b).abs() < 1e-15);
    }
    assert_eq!(homography.matrix()[2][2], 1.0);
    let flat = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]];
    for singular in [flat, [[0.0; 3]; 3]] {
        assert_eq!(Homography::new(singular), Err(HomographyError::Singular));
    }
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
fn an_origin_on_the_horizon_gives_zeros_and_no_large_numbers() {
    // x' = (x + y) / 2y, y' = 2 (y - 1) / y: the line y = 0 goes to infinity, and the origin with it.
    let rows = [
        [1.0, 1.0, 1.0, 0.0],
        [2.0, 2.0, 1.0, 1.0],
        [-1.0, 1.0, 0.0, 0.0],
        [-2.0, 2.0, 0.0, 1.0],
        [0.0, 1.0, 0.5, 0.0],
    ];
    let expected = [0.5, 0.5, 0.0, 0.0, 2.0, -2.0, 0.0, 1.0, 0.0];
    // In other units, too.
    for (from, to) in [(1.0, 1.0), (640.0, 1e-5), (1e-7, 3000.0)] {
        let pairs = pairs(&rows.map(|[x, y, u, v]| [from * x, from * y, to * u, to * v]));
        let expected = [0, 1, 2].map(|i| {
            let entry = |j: usize| {
                let column = if j < 2 { from } else { 1.0 };
                expected[3 * i + j] / column * if i < 2 { to } else { 1.0 }
            };
            [0, 1, 2].map(entry)
        });
        let expected = Homography::new(expected).unwrap();
        // On coordinates as they are a decomposition leaves more than rounding when sizes differ.
        let methods = if from == 1.0 {
            &Method::ALL[..]
        } else {
            &[Method::Normalized]
        };
        for method in methods {
            let found = estimate(&pairs, *method).unwrap();
            let squares = found.matrix().as_flattened().iter().map(|h| h * h);
            assert!((squares.sum::<f64>() - 1.0).abs() < 1e-12, "{found:?}");
            let entries = found.matrix().as_flattened().iter();
            for (found, expected) in entries.zip(expected.matrix().as_flattened()) {
                let off = (found - expected).abs();
                assert!(
                    off <= 1e-9 * expected.abs(),
                    "{method:?} {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn a_homography_goes_to_json_and_back() {
    let homography = plain(&corners()).unwrap();
    let text = serde_json::to_string(&homography).unwrap();
    let back: Homography = serde_json::from_str(&text).unwrap();
    assert_eq!(back, homography);
    let singular = serde_json::from_str::<Homography>("[[1,0,0],[0,1,0],[0,0,0]]");
    assert!(singular.unwrap_err().to_string().contains("singular"));
}

/// Four points, one well inside each quarter of a picture of 800 x 600, so that each map between
/// two such quadrangles is a mild one.
fn quadrangle() -> impl Strategy<Value = [Point; 4]> {
    let corner = |x: f64, y: f64| {
        (0.0..250.0_f64, 0.0..200.0_f64).prop_map(move |(dx, dy)| Point::new(x + dx, y + dy))
    };
    let corners = (
        corner(0.0, 0.0),
        corner(550.0, 0.0),
        corner(550.0, 400.0),
        corner(0.0, 400.0),
    );
    corners.prop_map(|(a, b, c, d)| [a, b, c, d])
}

fn quadrangles() -> impl Strategy<Value = [Pair; 4]> {
    (quadrangle(), quadrangle())
        .prop_map(|(from, to)| [0, 1, 2, 3].map(|corner| Pair::new(from[corner], to[corner])))
}

/// Points between the corners of any quadrangle, mapped, with up to two pixels of noise.
fn noisy_pairs() -> impl Strategy<Value = Vec<Pair>> {
    let noise = prop::collection::vec((-2.0..2.0_f64, -2.0..2.0_f64), 12);
    (quadrangles(), noise).prop_map(|(corners, noise)| {
        let homography = normalized(&corners).unwrap();
        let pair = |(k, (dx, dy)): (u8, (f64, f64))| {
            let (column, row) = (f64::from(k % 4), f64::from(k / 4));
            let from = Point::new(250.0 + 100.0 * column, 200.0 + 100.0 * row);
            let to = homography.apply(from).unwrap();
            Pair::new(from, Point::new(to.x + dx, to.y + dy))
        };
        (0..).zip(noise).map(pair).collect()
    })
}

proptest! {
    #[test]
    fn four_exact_pairs_are_mapped_exactly_by_every_way(pairs in quadrangles()) {
        // Coordinates of 1000 make columns of a million beside ones of 1: six digits fewer.
        let (exact, plain) = (normalized(&pairs).unwrap(), plain(&pairs).unwrap());
        prop_assert!(largest_error(&exact, &pairs) < 1e-9);
        prop_assert!(largest_error(&plain, &pairs) < 1e-5);
        prop_assert!(gap(&exact, &plain, &pairs) < 1e-5);
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
        let entries = product.matrix().as_flattened().iter();
        for (a, b) in entries.zip(Homography::IDENTITY.matrix().as_flattened()) {
            prop_assert!((a - b).abs() < 1e-9, "{product:?}");
        }
        let reversed = pairs.map(Pair::reversed);
        prop_assert!(gap(&inverse, &normalized(&reversed).unwrap(), &reversed) < 1e-9);
    }

    #[test]
    fn normalized_does_not_depend_on_origin_and_unit_of_the_pictures(
        pairs in noisy_pairs(),
        scale in 0.01..100.0_f64,
        right in -5000.0..5000.0_f64,
    ) {
        // The law that gives the method its name; plain breaks it as soon as there is noise.
        let move_point = |p: Point| Point::new(p.x * scale + right, p.y * scale - right);
        let moved = pairs.iter().map(|pair| Pair::new(move_point(pair.from), move_point(pair.to)));
        let moved: Vec<Pair> = moved.collect();
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
        let gap = gap(&normalized(&pairs).unwrap(), &normalized(&backwards).unwrap(), &pairs);
        prop_assert!(gap < 1e-8, "{gap}");
    }
}
