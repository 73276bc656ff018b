//! Points that determine no homography.

use homography::dlt::{DltError, Side, estimate, normalized, plain};
use homography::{Pair, Point};

use super::{METHODS, largest_error, notebook, pairs};

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
