//! Laws of the stored picture: where the label lies, what rectifying it gives.

use std::sync::LazyLock;

use homography::author::{self, truth};
use homography::photo::{
    self, AUTHOR_CORNERS, LABEL, label_from_above, picture_from_plane, two_views,
};
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Point, dlt};
use image::RgbImage;

static NOTEBOOK: LazyLock<RgbImage> = LazyLock::new(photo::notebook);
static ABOVE: LazyLock<RgbImage> = LazyLock::new(label_from_above);

fn brightness(picture: &RgbImage, x: f64, y: f64) -> f64 {
    let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
    let at = |dx: u32, dy: u32| {
        let pixel = picture.get_pixel(x as u32 + dx, y as u32 + dy).0;
        pixel.iter().map(|channel| f64::from(*channel)).sum::<f64>() / 3.0
    };
    let above = mix(at(0, 0), at(1, 0), x.fract());
    mix(above, mix(at(0, 1), at(1, 1), x.fract()), y.fract())
}

/// Root mean square difference of two pictures of one size.
fn difference(a: &RgbImage, b: &RgbImage) -> f64 {
    let squares = a.as_raw().iter().zip(b.as_raw());
    let squares = squares.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    (squares.sum::<f64>() / a.as_raw().len() as f64).sqrt()
}

fn rectified(homography: &Homography) -> RgbImage {
    let [left, top, right, bottom] = LABEL.map(|side| side as i32);
    let (width, height) = ((right - left + 1) as u32, (bottom - top + 1) as u32);
    let frame = Frame::new(left, top, width, height).unwrap();
    warp(&*NOTEBOOK, homography, frame, Sampling::Bilinear).unwrap()
}

#[test]
fn the_stored_pictures_have_the_sizes_that_the_corners_are_given_for() {
    assert_eq!(NOTEBOOK.dimensions(), (640, 560));
    assert_eq!(ABOVE.dimensions(), (167, 376));
    assert!(
        two_views()
            .iter()
            .all(|view| view.dimensions() == (480, 420))
    );
}

/// Where the brightness crosses the middle between paper and cover, along the outward normal of
/// an edge, in pixels from the straight line between two of the author's corners.
fn crossing([a, b]: [[f64; 2]; 2], share: f64) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]);
    let (nx, ny) = (along[1] / length, -along[0] / length);
    let (x, y) = (a[0] + share * along[0], a[1] + share * along[1]);
    let at = |step: f64| brightness(&NOTEBOOK, x + step * nx, y + step * ny);
    let (paper, cover) = (at(-3.0), at(3.0));
    assert!(
        paper > cover + 80.0,
        "no edge: {paper} inside, {cover} outside"
    );
    let steps = (-30..30).map(|tenth| f64::from(tenth) / 10.0);
    let middle = f64::midpoint(paper, cover);
    steps.filter(|step| at(*step) > middle).fold(-3.0, f64::max) + 0.05
}

#[test]
fn the_edges_of_the_label_are_the_lines_between_the_authors_corners() {
    let [top_left, top_right, bottom_left, bottom_right] = AUTHOR_CORNERS;
    let clockwise = [top_left, top_right, bottom_right, bottom_left, top_left];
    for edge in clockwise.windows(2) {
        for tenth in 1..10 {
            // A pixel across the edge is brighter than the mean of both sides: bytes are not light.
            let off = crossing([edge[0], edge[1]], f64::from(tenth) / 10.0);
            assert!(
                off.abs() < 0.5,
                "{off} pixels off at {tenth} tenths of {edge:?}"
            );
        }
    }
}

#[test]
fn the_rectified_label_is_the_label_seen_from_above() {
    let good = difference(&rectified(&truth()), &ABOVE);
    assert!(good < 15.0, "{good}");
    // A pixel off is worse than all that reading between pixels costs, and a mirror much worse.
    let shifted = Homography::translation(1.0, 0.0)
        .unwrap()
        .after(&truth())
        .unwrap();
    let moved = difference(&rectified(&shifted), &ABOVE);
    assert!(moved > 1.5 * good, "{moved} against {good}");
    let mirrored = image::imageops::flip_horizontal(&rectified(&truth()));
    assert!(difference(&mirrored, &ABOVE) > 2.0 * good);
}

#[test]
fn the_label_is_upright_and_not_mirrored() {
    // The drawing has a red square at its lower left, and paper at the three places opposite.
    let (width, height) = ABOVE.dimensions();
    let is_red = |x: u32, y: u32| {
        let [r, g, b] = ABOVE.get_pixel(x, y).0.map(u32::from);
        r > 2 * g.max(b)
    };
    let (x, y) = (20, height - 1 - 34);
    assert!(is_red(x, y));
    for (x, y) in [(width - 1 - x, y), (x, 34), (width - 1 - x, 34)] {
        assert!(!is_red(x, y), "({x}, {y})");
    }
}

#[test]
fn the_closed_form_agrees_with_the_direct_linear_transform() {
    let estimated = dlt::normalized(&author::corners()).unwrap();
    for (x, y) in [(400.0, 200.0), (500.0, 100.0), (0.0, 0.0), (639.0, 559.0)] {
        let point = Point::new(x, y);
        let (ours, other) = (
            truth().apply(point).unwrap(),
            estimated.apply(point).unwrap(),
        );
        assert!(ours.distance(other) < 1e-7, "{ours:?} {other:?}");
    }
}

#[test]
fn a_parallelogram_is_an_affine_map_known_by_hand() {
    // (u, v) -> (10 + 2 u + v, 20 + 3 v) for the unit square.
    let corners = [[10.0, 20.0], [12.0, 20.0], [11.0, 23.0], [13.0, 23.0]];
    let matrix = picture_from_plane([0.0, 0.0, 1.0, 1.0], corners);
    assert_eq!(
        matrix,
        [[2.0, 1.0, 10.0], [0.0, 3.0, 20.0], [0.0, 0.0, 1.0]]
    );
}
