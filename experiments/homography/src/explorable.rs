//! What the page of a run lets its reader try: the drawn photo with the author's corners, to be
//! dragged, more pairs on the label, and wrong ones.

use image::codecs::jpeg::JpegEncoder;
use retrace_lab::random::stream;
use retrace_lab::{Error, Explorable, Result, Results};
use serde::Serialize;

use crate::dlt::{self, Method};
use crate::homography::{Homography, Pair, Point};
use crate::notebook::{self, AUTHOR_CORNERS, LABEL, Label, Rectangle, corners};
use crate::ransac::{Ransac, ransac};
use crate::rectification::{Rectification, label_frame};
use crate::warp::push_forward;
use crate::{HomographyPost, numerics};

/// Pairs that the page has beside the corners.
const MORE: usize = 8;
/// How far from its place the target of a wrong pair is, of the last pair, the one before, ...
const ASTRAY: [[f64; 2]; 3] = [[-70.0, 90.0], [60.0, -120.0], [-40.0, -80.0]];
/// Draws of noise that the page has: one alone may say anything.
const DRAWS: u64 = 8;
/// The photo is shown, and not measured: it may lose what JPEG takes.
const QUALITY: u8 = 80;
/// Corners as a reader might drag them: top left, top right, bottom left, bottom right.
const DRAGGED: [[f64; 2]; 4] = [
    [430.0, 60.0],
    [590.0, 150.0],
    [340.0, 370.0],
    [500.0, 470.0],
];
/// Page and program both compute in 64 bits, by other decompositions.
const ROUNDING: f64 = 1e-6;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    /// The photo, as an address that holds it.
    picture: String,
    corners: [[f64; 2]; 4],
    label: Rectangle,
    /// Targets of the other pairs; their sources follow from the corners.
    places: Vec<Point>,
    /// Draws of the noise of each source, of standard deviation 1.
    noise: Vec<Vec<Point>>,
    astray: [[f64; 2]; 3],
    threshold: f64,
}

/// The page's data and what it must show; nothing without the post's example.
pub(crate) fn explorable(results: &Results<HomographyPost>) -> Result<Option<Explorable>> {
    let Some(cell) = results.of::<Rectification>().first() else {
        return Ok(None);
    };
    let pairs = Label::of_author().pairs(4 + MORE, &mut stream(0, "explorable", 0));
    let threshold = Ransac::default().threshold.to;
    let explorable = Explorable::of(Data {
        picture: photo()?,
        corners: AUTHOR_CORNERS,
        label: LABEL,
        places: pairs[4..].iter().map(|pair| pair.to).collect(),
        noise: (1..=DRAWS).map(|draw| noise(&pairs, draw)).collect(),
        astray: ASTRAY,
        threshold,
    })?;
    let exact = dlt::plain(&corners()).map_err(numerics)?;
    let filled = cell.outcome.label;
    let mut post = entries(&exact);
    post.extend([
        ("condition", cell.outcome.condition),
        ("covered", filled.covered as f64),
        ("holes", filled.forward_holes as f64),
        ("empty", filled.inverse_holes as f64),
    ]);
    let explorable = explorable.shows(&[], &post, ROUNDING);
    let explorable = with_dragged_corners(explorable)?;
    let explorable = with_noise(explorable, &pairs)?;
    with_wrong_pairs(explorable, &pairs).map(Some)
}

/// The corners moved to [`DRAGGED`].
fn with_dragged_corners(explorable: Explorable) -> Result<Explorable> {
    let mut pairs = corners();
    for (pair, [x, y]) in pairs.iter_mut().zip(DRAGGED) {
        pair.from = Point::new(x, y);
    }
    let homography = dlt::plain(&pairs).map_err(numerics)?;
    let values = dlt::singular_values(&pairs).map_err(numerics)?;
    let pushed = push_forward(&notebook::photo(), &homography, label_frame()?).map_err(numerics)?;
    let mut readings = entries(&homography);
    readings.extend([
        ("condition", values[0] / values[7]),
        ("holes", pushed.hole_count() as f64),
    ]);
    let state = DRAGGED.map(|[x, y]| format!("{x},{y}")).join(" ");
    Ok(explorable.shows(&[("c", &state)], &readings, ROUNDING))
}

/// The pairs with noise of this standard deviation, of one draw.
fn noisy(pairs: &[Pair], deviation: f64, draw: u64) -> Vec<Pair> {
    notebook::with_noise(pairs, deviation, &mut stream(0, "explorable", draw))
}

/// How far that moves their sources, for a deviation of 1.
fn noise(pairs: &[Pair], draw: u64) -> Vec<Point> {
    let noisy = noisy(pairs, 1.0, draw).into_iter().zip(pairs);
    let moved = |a: Point, b: Point| Point::new(a.x - b.x, a.y - b.y);
    noisy
        .map(|(noisy, exact)| moved(noisy.from, exact.from))
        .collect()
}

/// All pairs, their sources off by some pixels.
fn with_noise(explorable: Explorable, pairs: &[Pair]) -> Result<Explorable> {
    let pairs = noisy(pairs, 3.0, 2);
    let (more, label) = (MORE.to_string(), Label::of_author());
    let state = |method| {
        [
            ("k", more.as_str()),
            ("noise", "3"),
            ("d", "2"),
            ("m", method),
        ]
    };
    let mut explorable = explorable;
    for (name, method) in [("plain", Method::Plain), ("normalized", Method::Normalized)] {
        let homography = dlt::estimate(&pairs, method).map_err(numerics)?;
        let error = label.mean_error(&homography).unwrap_or(f64::NAN);
        explorable = explorable.shows(&state(name), &[("error", error)], 1e-4);
    }
    Ok(explorable)
}

/// All pairs, the last two of them wrong: least squares, and consensus.
fn with_wrong_pairs(explorable: Explorable, pairs: &[Pair]) -> Result<Explorable> {
    let label = Label::of_author();
    let mut wrong = pairs.to_vec();
    for (pair, [right, down]) in wrong.iter_mut().rev().zip(ASTRAY).take(2) {
        pair.to = Point::new(pair.to.x + right, pair.to.y + down);
    }
    let error = |homography: &Homography| label.mean_error(homography).unwrap_or(f64::NAN);
    let bent = dlt::estimate(&wrong, Method::Normalized).map_err(numerics)?;
    let found = ransac(&wrong, &Ransac::default()).map_err(numerics)?;
    let more = MORE.to_string();
    let state = |method| [("k", more.as_str()), ("out", "2"), ("m", method)];
    Ok(explorable
        .shows(&state("normalized"), &[("error", error(&bent))], ROUNDING)
        .shows(
            &state("ransac"),
            &[("inliers", found.inlier_count() as f64)],
            ROUNDING,
        ))
}

/// The nine entries of H as readings.
fn entries(homography: &Homography) -> Vec<(&'static str, f64)> {
    const NAMES: [&str; 9] = [
        "h11", "h12", "h13", "h21", "h22", "h23", "h31", "h32", "h33",
    ];
    let entries = homography.matrix().as_flattened().iter().copied();
    NAMES.into_iter().zip(entries).collect()
}

fn photo() -> Result<String> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    let encoded = notebook::photo().write_with_encoder(encoder);
    encoded.map_err(|error| Error::Other(Box::new(error)))?;
    Ok(format!(
        "data:image/jpeg;base64,{}",
        Explorable::bytes(jpeg)
    ))
}
