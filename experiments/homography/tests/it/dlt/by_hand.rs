//! The post's four points, maps and errors worked out by hand.

use homography::dlt::{
    DltError, backward_error, estimate, forward_error, null_space_dimension, plain,
    singular_values, symmetric_error,
};
use homography::{Homography, Pair, Point};

use super::{METHODS, largest_error, notebook, pairs};

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
