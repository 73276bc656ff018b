//! Laws of what the experiment measures with: points on the label, errors, corners, matches.

use homography::author::{EIGHT, corners as author_corners, truth};
use homography::corners::corners;
use homography::dlt::forward_error;
use homography::label::{Label, with_noise};
use homography::matching::matches;
use homography::photo::two_views;
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Point};
use image::DynamicImage;
use ndarray::Array2;
use retrace_data::grey;
use retrace_lab::random::stream;

#[test]
fn exact_pairs_are_those_of_the_true_homography() {
    let pairs = Label::of_author().pairs(30, &mut stream(1, "test", 0));
    assert_eq!(pairs.len(), 30);
    for pair in &pairs {
        assert!(forward_error(&truth(), pair) < 1e-9, "{pair:?}");
    }
    for (exact, author) in pairs.iter().zip(author_corners()) {
        assert!(exact.from.distance(author.from) < 1e-9);
        assert!(exact.to.distance(author.to) < 1e-9);
    }
}

#[test]
fn fewer_pairs_are_the_first_of_more() {
    let label = Label::of_author();
    let pairs = |count| label.pairs(count, &mut stream(1, "test", 0));
    assert_eq!(pairs(9)[..], pairs(20)[..9]);
}

#[test]
fn twice_the_noise_is_the_same_noise_twice_as_large() {
    let label = Label::of_author();
    let exact = label.pairs(6, &mut stream(1, "test", 0));
    let noisy = |deviation| with_noise(&exact, deviation, &mut stream(1, "noise", 0));
    for ((exact, once), twice) in exact.iter().zip(noisy(1.5)).zip(noisy(3.0)) {
        assert_eq!((once.to, twice.to), (exact.to, exact.to));
        let ratio = exact.from.distance(twice.from) / exact.from.distance(once.from);
        assert!((ratio - 2.0).abs() < 1e-9, "{ratio}");
    }
}

#[test]
fn the_noise_has_the_deviation_that_is_asked_for() {
    let label = Label::of_author();
    let exact = label.pairs(5000, &mut stream(1, "test", 0));
    let noisy = with_noise(&exact, 2.0, &mut stream(1, "noise", 0));
    let squares = exact.iter().zip(&noisy);
    let squares = squares.map(|(exact, noisy)| exact.from.distance(noisy.from).powi(2));
    let deviation = (squares.sum::<f64>() / (2.0 * exact.len() as f64)).sqrt();
    // The standard error of a deviation from 10,000 numbers is 1 / sqrt(20,000) of it.
    assert!(
        (deviation - 2.0).abs() < 4.0 * 2.0 / 20_000_f64.sqrt(),
        "{deviation}"
    );
}

#[test]
fn the_mean_error_is_a_distance_on_the_target() {
    let label = Label::of_author();
    assert!(label.mean_error(&truth()).unwrap() < 1e-9);
    let moved = Homography::translation(3.0, 4.0)
        .unwrap()
        .after(&truth())
        .unwrap();
    assert!((label.mean_error(&moved).unwrap() - 5.0).abs() < 1e-9);
}

#[test]
fn the_authors_middles_are_middles_in_the_picture_and_on_the_target() {
    let corners = [0, 2, 4, 6];
    for (side, before) in corners.into_iter().enumerate() {
        let (a, middle, b) = (
            EIGHT[before],
            EIGHT[before + 1],
            EIGHT[corners[(side + 1) % 4]],
        );
        let between =
            |a: Point, b: Point| Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
        // He rounded, or clicked.
        assert!(
            between(a.from, b.from).distance(middle.from) <= 1.0,
            "{middle:?}"
        );
        assert!(between(a.to, b.to).distance(middle.to) <= 1.0, "{middle:?}");
    }
}

#[test]
fn the_corners_of_squares_are_found_where_they_are() {
    // Squares of 24 pixels: edges lie between pixels, corners half a pixel before a multiple of 24.
    let grey = Array2::from_shape_fn((192, 240), |(y, x)| {
        if (x / 24 + y / 24) % 2 == 0 {
            30.0
        } else {
            220.0
        }
    });
    let found = corners(&grey, 1000);
    let inner: Vec<(f64, f64)> = (1..8)
        .flat_map(|row| {
            (1..10).map(move |column| (24.0 * f64::from(column), 24.0 * f64::from(row)))
        })
        .collect();
    assert_eq!(found.len(), inner.len());
    for (x, y) in inner {
        let corner = Point::new(x - 0.5, y - 0.5);
        let nearest = found
            .iter()
            .map(|at| at.distance(corner))
            .fold(f64::INFINITY, f64::min);
        assert!(nearest < 0.1, "{corner:?}: {nearest}");
    }
}

#[test]
fn a_picture_without_corners_has_none() {
    assert_eq!(corners(&Array2::from_elem((100, 100), 128.0), 10), []);
    assert_eq!(corners(&Array2::from_elem((3, 3), 128.0), 10), []);
}

#[test]
fn matches_follow_a_turned_picture() {
    let [picture, _] = two_views();
    let (width, height) = picture.dimensions();
    let (sin, cos) = 0.5_f64.sin_cos();
    let (x, y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let turn = Homography::new([
        [cos, -sin, x - cos * x + sin * y],
        [sin, cos, y - sin * x - cos * y],
        [0.0, 0.0, 1.0],
    ])
    .unwrap();
    let frame = Frame::of_size(width, height).unwrap();
    let turned = warp(&picture, &turn, frame, Sampling::Bilinear).unwrap();
    let [first, second] = [picture, turned].map(|picture| grey(&DynamicImage::ImageRgb8(picture)));
    let pairs = matches(&first, &second, 400);
    let right = pairs
        .iter()
        .filter(|pair| forward_error(&turn, pair) < 2.0)
        .count();
    assert!(pairs.len() >= 50, "{} matches", pairs.len());
    assert!(
        right * 10 >= pairs.len() * 9,
        "{right} of {} are right",
        pairs.len()
    );
}
