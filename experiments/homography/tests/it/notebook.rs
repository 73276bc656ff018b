//! Laws of the author's notebook: where the label lies in the stored picture, what rectifying it
//! gives, exact points and errors on the label.

use std::sync::LazyLock;

use homography::dlt::{forward_error, normalized};
use homography::notebook::{
    AUTHOR_CORNERS, EIGHT, LABEL, Label, corners, label_from_above, photo, picture_from_plane,
    truth, with_noise,
};
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Pair, Point};
use image::RgbImage;
use retrace_lab::random::stream;

use crate::gap;

static PHOTO: LazyLock<RgbImage> = LazyLock::new(photo);
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
    let [left, top, right, bottom] = LABEL;
    let frame = Frame::around(&[Point::new(left, top), Point::new(right, bottom)]).unwrap();
    warp(&*PHOTO, homography, frame, Sampling::Bilinear).unwrap()
}

fn moved(right: f64, down: f64) -> Homography {
    let shift = Homography::translation(right, down).unwrap();
    shift.after(&truth()).unwrap()
}

/// Where the brightness crosses the middle between paper and cover, along the outward normal of
/// an edge, in pixels from the straight line between two of the author's corners.
fn crossing([a, b]: [[f64; 2]; 2], share: f64) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]);
    let (nx, ny) = (along[1] / length, -along[0] / length);
    let (x, y) = (a[0] + share * along[0], a[1] + share * along[1]);
    let at = |step: f64| brightness(&PHOTO, x + step * nx, y + step * ny);
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
                "{off} pixels at {tenth} tenths of {edge:?}"
            );
        }
    }
}

#[test]
fn the_rectified_label_is_the_label_seen_from_above() {
    let good = difference(&rectified(&truth()), &ABOVE);
    assert!(good < 15.0, "{good}");
    // A pixel off is worse than all that reading between pixels costs, and a mirror much worse.
    let shifted = difference(&rectified(&moved(1.0, 0.0)), &ABOVE);
    assert!(shifted > 1.5 * good, "{shifted} against {good}");
    let mirrored = image::imageops::flip_horizontal(&rectified(&truth()));
    assert!(difference(&mirrored, &ABOVE) > 2.0 * good);
}

#[test]
fn the_closed_form_agrees_with_the_direct_linear_transform_and_by_hand() {
    let points = [(400.0, 200.0), (500.0, 100.0), (0.0, 0.0), (639.0, 559.0)];
    let pairs = points.map(|(x, y)| Pair::new(Point::new(x, y), Point::new(x, y)));
    let gap = gap(&truth(), &normalized(&corners()).unwrap(), &pairs);
    assert!(gap < 1e-7, "{gap}");
    // (u, v) -> (10 + 2 u + v, 20 + 3 v) for the unit square.
    let corners = [[10.0, 20.0], [12.0, 20.0], [11.0, 23.0], [13.0, 23.0]];
    let matrix = picture_from_plane([0.0, 0.0, 1.0, 1.0], corners);
    let expected = [[2.0, 1.0, 10.0], [0.0, 3.0, 20.0], [0.0, 0.0, 1.0]];
    assert_eq!(matrix, expected);
}

#[test]
fn exact_pairs_are_those_of_the_true_homography_and_fewer_the_first_of_more() {
    let label = Label::of_author();
    let pairs = |count| label.pairs(count, &mut stream(1, "test", 0));
    for pair in &pairs(30) {
        assert!(forward_error(&truth(), pair) < 1e-9, "{pair:?}");
    }
    for (exact, author) in pairs(30).iter().zip(corners()) {
        assert!(exact.from.distance(author.from) < 1e-9);
        assert!(exact.to.distance(author.to) < 1e-9);
    }
    assert_eq!(pairs(9)[..], pairs(30)[..9]);
}

#[test]
fn the_noise_has_the_deviation_that_is_asked_for_and_grows_with_it() {
    let label = Label::of_author();
    let exact = label.pairs(5000, &mut stream(1, "test", 0));
    let noisy = |deviation| with_noise(&exact, deviation, &mut stream(1, "noise", 0));
    let (once, twice) = (noisy(2.0), noisy(4.0));
    let squares = exact.iter().zip(&once);
    let squares = squares.map(|(exact, noisy)| exact.from.distance(noisy.from).powi(2));
    let deviation = (squares.sum::<f64>() / (2.0 * exact.len() as f64)).sqrt();
    // The standard error of a deviation from 10,000 numbers is 1 / sqrt(20,000) of it.
    let most = 4.0 * 2.0 / 20_000_f64.sqrt();
    assert!((deviation - 2.0).abs() < most, "{deviation}");
    for ((exact, once), twice) in exact.iter().zip(once).zip(twice) {
        assert_eq!((once.to, twice.to), (exact.to, exact.to));
        let ratio = exact.from.distance(twice.from) / exact.from.distance(once.from);
        assert!((ratio - 2.0).abs() < 1e-6, "{ratio}");
    }
}

#[test]
fn the_mean_error_is_a_distance_on_the_target() {
    let label = Label::of_author();
    assert!(label.mean_error(&truth()).unwrap() < 1e-9);
    assert!((label.mean_error(&moved(3.0, 4.0)).unwrap() - 5.0).abs() < 1e-9);
}

#[test]
fn the_authors_middles_are_middles_in_the_picture_and_on_the_target() {
    let is_middle = |a: Point, middle: Point, b: Point| {
        // He rounded, or clicked.
        let between = Point::new(f64::midpoint(a.x, b.x), f64::midpoint(a.y, b.y));
        assert!(between.distance(middle) <= 1.0, "{middle:?}");
    };
    for before in [0, 2, 4, 6] {
        let [a, middle, b] = [0, 1, 2].map(|next| EIGHT[(before + next) % 8]);
        is_middle(a.from, middle.from, b.from);
        is_middle(a.to, middle.to, b.to);
    }
}
