//! Laws of corners and of matches.

use homography::dlt::forward_error;
use homography::matching::{corners, matches};
use homography::notebook::two_views;
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Point};
use image::DynamicImage;
use ndarray::Array2;
use retrace_data::grey;

#[test]
fn the_corners_of_squares_are_found_where_they_are() {
    // Squares of 24 pixels: edges lie between pixels, corners half a pixel before a multiple of 24.
    let grey = Array2::from_shape_fn((192, 240), |(y, x)| {
        let is_dark = (x / 24 + y / 24) % 2 == 0;
        if is_dark { 30.0 } else { 220.0 }
    });
    let found = corners(&grey, 1000);
    assert_eq!(found.len(), 7 * 9);
    for place in 0..63_u8 {
        let (column, row) = (1 + place % 9, 1 + place / 9);
        let corner = Point::new(24.0 * f64::from(column) - 0.5, 24.0 * f64::from(row) - 0.5);
        let distances = found.iter().map(|at| at.distance(corner));
        let nearest = distances.fold(f64::INFINITY, f64::min);
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
    let right = pairs.iter().filter(|pair| forward_error(&turn, pair) < 2.0);
    let (right, found) = (right.count(), pairs.len());
    assert!(found >= 50, "{found} matches");
    assert!(right * 10 >= found * 9, "{right} of {found} are right");
}
