//! **The post's example**: how is the label of the author's notebook made upright without holes?
//!
//! First each pixel is pushed forward, then each place asks the inverse of H where it comes from.
//! What the same cell finds out about H itself is the subject of [`solution`].

use image::{GenericImageView, GrayImage, Luma, Rgb, RgbImage};
use retrace_figure::{Figure, Images};
use retrace_lab::{Arrays, Cell, Claim, Drawing, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Views, figure_picture, keep_picture, reduced, stored_picture};
use crate::dlt::{self, Method};
use crate::homography::{Homography, Point};
use crate::notebook::{self, LABEL, Label, corners, label_from_above};
use crate::solution::{self, Equations, Fit};
use crate::warp::{Frame, Sampling, push_forward, warp};
use crate::{HomographyPost, OURS, POST, largest, numerics};

/// The question.
pub struct Rectification;

/// The post's example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rectified {
    /// What each way to compute H makes of the author's points.
    pub fits: Vec<Fit>,
    /// The matrix A of the first few exact pairs.
    pub equations: Vec<Equations>,
    /// Largest singular value of A over the eighth, for the author's corners as they are: the
    /// digits that the direction of h loses.
    pub condition: f64,
    /// Largest |entry| of H H^-1 - I, both matrices with h33 = 1.
    pub inverse_deviation: f64,
    /// Where each of the eight points goes by the H of its corners alone, the even ones.
    pub eight_by_corners: Vec<Option<Point>>,
    /// Where each of them goes by the H of all eight (the post's way).
    pub eight_by_all: Vec<Option<Point>>,
    /// The whole mapped picture.
    pub frame: Filled,
    /// The label alone.
    pub label: Filled,
    /// How well each way to read between pixels restores the label.
    pub samplings: Vec<Restored>,
}

/// Pixels of a part of the target that the source picture covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// All of them.
    pub covered: u64,
    /// Those that no pushed pixel reached.
    pub forward_holes: u64,
    /// Those that stayed empty when each looked up its own colour by the inverse.
    pub inverse_holes: u64,
}

/// The label rectified by the true H.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// How the picture was read between its pixels.
    pub sampling: Sampling,
    /// Root mean square difference to the label seen from straight above, grey values 0 to 255.
    pub difference: f64,
}

impl Study<HomographyPost> for Rectification {
    type Arm = Single;
    type Outcome = Rectified;

    fn arms(_: &Config) -> Vec<Single> {
        vec![Single::deterministic("rectification", "the post's example")]
    }

    fn run(_: &Single, _: &Config, _: &Vec<Views>, cell: &mut Cell) -> Result<Rectified> {
        let homography = dlt::plain(&corners()).map_err(numerics)?;
        let photo = notebook::photo();
        keep_picture(cell, PHOTO, &photo);
        cell.progress(1, 4)?;
        let frame = whole(cell, &photo, &homography)?;
        cell.progress(2, 4)?;
        let label = label_alone(cell, &photo, &homography)?;
        cell.progress(3, 4)?;
        let samplings = restored(cell, &photo)?;
        let [eight_by_corners, eight_by_all] = solution::eight_points()?;
        Ok(Rectified {
            fits: Method::ALL.map(solution::fit).to_vec(),
            equations: solution::equations()?,
            condition: solution::condition()?,
            inverse_deviation: solution::inverse_deviation(&homography)?,
            eight_by_corners,
            eight_by_all,
            frame,
            label,
            samplings,
        })
    }

    fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
        let Some(cell) = results.of::<Self>().first() else {
            return Ok(Vec::new());
        };
        let (arrays, rectified) = (&cell.arrays, &cell.outcome);
        let figures = [
            points(arrays)?,
            forward(arrays, rectified)?,
            filled(arrays, rectified)?,
            samplings(arrays, rectified)?,
        ];
        Ok(figures.map(Drawing::from).to_vec())
    }

    fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
        let Some(cell) = results.of::<Self>().first() else {
            return Vec::new();
        };
        let mut claims = holes(cell.outcome.frame);
        claims.extend(sampling_gains(&cell.outcome));
        claims
    }
}

/// The whole mapped picture is kept with this many pixels averaged along each side: it has
/// millions of them.
const OVERVIEW: u32 = 3;

/// Names of the arrays that hold pictures: the drawn picture; the whole one and the label alone,
/// pushed forward and filled from the inverse; the label seen from straight above.
const PHOTO: &str = "photo";
const PUSHED_FRAME: &str = "pushed-frame";
const FILLED_FRAME: &str = "filled-frame";
const PUSHED_LABEL: &str = "pushed-label";
const FILLED_LABEL: &str = "filled-label";
const ABOVE: &str = "above";

/// The part of the label whose pixels are shown enlarged: left, top, width, height, counted from
/// the label's own corner.
const DETAIL: [u32; 4] = [62, 196, 60, 45];

/// The whole picture in the post's frame: the rectangle around its mapped corners.
fn whole(cell: &mut Cell<'_>, photo: &RgbImage, homography: &Homography) -> Result<Filled> {
    let (width, height) = photo.dimensions();
    let frame = Frame::of_mapped(homography, width, height).map_err(numerics)?;
    let (pushed, filled, counts) = mapped(photo, homography, frame)?;
    keep_picture(cell, PUSHED_FRAME, &reduced(&pushed, OVERVIEW));
    keep_picture(cell, FILLED_FRAME, &reduced(&filled, OVERVIEW));
    Ok(counts)
}

/// The label alone, at full size.
fn label_alone(cell: &mut Cell<'_>, photo: &RgbImage, homography: &Homography) -> Result<Filled> {
    let (pushed, filled, counts) = mapped(photo, homography, label_frame()?)?;
    keep_picture(cell, PUSHED_LABEL, &pushed);
    keep_picture(cell, FILLED_LABEL, &filled);
    Ok(counts)
}

/// The frame that shows the label and nothing else, in the author's target coordinates.
pub(crate) fn label_frame() -> Result<Frame> {
    let [left, top, right, bottom] = LABEL;
    Frame::around(&[Point::new(left, top), Point::new(right, bottom)]).map_err(numerics)
}

/// The picture pushed forward and filled from the inverse, with what stayed empty.
fn mapped(
    photo: &RgbImage,
    homography: &Homography,
    frame: Frame,
) -> Result<(RgbImage, RgbImage, Filled)> {
    let pushed = push_forward(photo, homography, frame).map_err(numerics)?;
    let filled = warp(photo, homography, frame, Sampling::Truncated).map_err(numerics)?;
    let counts = Filled {
        covered: pushed.filled + pushed.hole_count(),
        forward_holes: pushed.hole_count(),
        inverse_holes: inverse_holes(photo, homography, frame)?,
    };
    Ok((pushed.picture, filled, counts))
}

/// Pixels of the frame whose source lies in the picture and that filling leaves empty all the
/// same: a white picture is filled, and what is still black is counted.
fn inverse_holes(photo: &RgbImage, homography: &Homography, frame: Frame) -> Result<u64> {
    let inverse = homography.inverse().map_err(numerics)?;
    let (width, height) = photo.dimensions();
    let white = GrayImage::from_pixel(width, height, Luma([255]));
    let filled = warp(&white, homography, frame, Sampling::Truncated).map_err(numerics)?;
    let black = filled.enumerate_pixels();
    let black = black.filter(|(.., value)| value.0 == [0]);
    let empty = black.filter(|(x, y, _)| frame.shows(&inverse, (width, height), (*x, *y)));
    Ok(empty.count() as u64)
}

/// The label read in each way, against the label as a camera above it sees it.
fn restored(cell: &mut Cell<'_>, photo: &RgbImage) -> Result<Vec<Restored>> {
    let above = label_from_above();
    keep_picture(cell, ABOVE, &above);
    let label = Label::of_author();
    let frame = label_frame()?;
    let mut restored = Vec::new();
    for sampling in Sampling::ALL {
        let read = warp(photo, label.truth(), frame, sampling).map_err(numerics)?;
        keep_picture(cell, &sampled(sampling), &read);
        restored.push(Restored {
            sampling,
            difference: root_mean_square(&read, &above),
        });
    }
    Ok(restored)
}

/// Name of the array with the label read in this way.
fn sampled(sampling: Sampling) -> String {
    format!("{sampling:?}").to_lowercase()
}

/// Root mean square difference of two pictures of one size, grey values 0 to 255.
fn root_mean_square(a: &RgbImage, b: &RgbImage) -> f64 {
    let square = |(a, b): (&Rgb<u8>, &Rgb<u8>)| -> f64 {
        let channels = a.0.iter().zip(b.0);
        channels
            .map(|(a, b)| (f64::from(*a) - f64::from(b)).powi(2))
            .sum()
    };
    let sum: f64 = a.pixels().zip(b.pixels()).map(square).sum();
    (sum / (3.0 * f64::from(a.width()) * f64::from(a.height()))).sqrt()
}

const PHOTO_NOTE: &str = "The author's picture is lost; this one is drawn (synthetic), with the corners \
                     of the label at his points.";
const RED: Rgb<u8> = Rgb([255, 0, 0]);
const GREEN: Rgb<u8> = Rgb([0, 255, 0]);
/// Enlargement of the label, and of the detail.
const LABEL_SCALE: u32 = 2;
const DETAIL_SCALE: u32 = 5;

fn points(arrays: &Arrays) -> Result<Figure> {
    let mut photo = stored_picture(arrays, PHOTO)?;
    for pair in corners() {
        dot(&mut photo, pair.from, RED);
        dot(&mut photo, pair.to, GREEN);
    }
    let panel = Images::new("", 1).scale(1).with(figure_picture("", &photo));
    Ok(Figure::new(
        "points",
        "The label's corners (red) and where they are to lie (green)",
    )
    .caption(format!(
        "Dots of 5 x 5 pixels, as in the post. {PHOTO_NOTE}"
    ))
    .panel(panel))
}

/// A square of 5x5 pixels, what of it lies in the picture.
fn dot(picture: &mut RgbImage, at: Point, colour: Rgb<u8>) {
    for dy in -2..=2_i32 {
        for dx in -2..=2_i32 {
            let shifted = |at: f64, by: i32| u32::try_from(at.round() as i64 + i64::from(by)).ok();
            let place = shifted(at.x, dx).zip(shifted(at.y, dy));
            if let Some((x, y)) = place.filter(|(x, y)| picture.in_bounds(*x, *y)) {
                picture.put_pixel(x, y, colour);
            }
        }
    }
}

fn forward(arrays: &Arrays, rectified: &Rectified) -> Result<Figure> {
    let figure = whole_and_label(
        Figure::new(
            "forward",
            "Each pixel moved to its new place: many places stay empty",
        ),
        arrays,
        [PUSHED_FRAME, PUSHED_LABEL],
    )?;
    let (frame, label) = (rectified.frame, rectified.label);
    Ok(figure.caption(format!(
        "{} of the {} pixels that the picture covers are empty ({:.0} %), on the label {} of {} \
         ({:.0} %). In the whole, {OVERVIEW}x{OVERVIEW} pixels are averaged to one, so that holes \
         are a darker shade. {PHOTO_NOTE}",
        frame.forward_holes,
        frame.covered,
        percent(frame),
        label.forward_holes,
        label.covered,
        percent(label),
    )))
}

fn percent(filled: Filled) -> f64 {
    100.0 * filled.forward_holes as f64 / filled.covered as f64
}

fn filled(arrays: &Arrays, rectified: &Rectified) -> Result<Figure> {
    let figure = whole_and_label(
        Figure::new(
            "filled",
            "Each place filled from where the inverse finds it: no holes",
        ),
        arrays,
        [FILLED_FRAME, FILLED_LABEL],
    )?;
    Ok(figure.caption(format!(
        "{} of {} pixels stay empty; coordinates are cut off to whole pixels, as in the post. \
         Black: what the picture does not show. {PHOTO_NOTE}",
        rectified.frame.inverse_holes, rectified.frame.covered,
    )))
}

fn whole_and_label(figure: Figure, arrays: &Arrays, [whole, label]: [&str; 2]) -> Result<Figure> {
    let (whole, label) = (
        stored_picture(arrays, whole)?,
        stored_picture(arrays, label)?,
    );
    let whole = Images::new("The whole picture", 1)
        .scale(1)
        .with(figure_picture("", &whole));
    let enlarged = format!("The label, {LABEL_SCALE} times as large");
    let label = Images::new(enlarged, 1)
        .scale(LABEL_SCALE)
        .with(figure_picture("", &label));
    Ok(figure.columns(2).panel(whole).panel(label))
}

fn samplings(arrays: &Arrays, rectified: &Rectified) -> Result<Figure> {
    let detail = |name: &str| -> Result<RgbImage> {
        let [left, top, width, height] = DETAIL;
        Ok(stored_picture(arrays, name)?
            .view(left, top, width, height)
            .to_image())
    };
    let mut panel = Images::new("", 2)
        .scale(DETAIL_SCALE)
        .with(figure_picture("pushed forward", &detail(PUSHED_LABEL)?));
    for sampling in Sampling::ALL {
        let of_sampling = |restored: &&Restored| restored.sampling == sampling;
        let restored = rectified.samplings.iter().find(of_sampling);
        let difference = restored.map_or(f64::NAN, |restored| restored.difference);
        let label = format!("{} ({difference:.1})", sampling_label(sampling));
        panel = panel.with(figure_picture(label, &detail(&sampled(sampling))?));
    }
    let panel = panel.with(figure_picture("seen from above", &detail(ABOVE)?));
    let title = "A detail of the label, read from the picture in four ways";
    Ok(Figure::new("samplings", title)
        .caption(format!(
            "{DETAIL_SCALE} times as large. In brackets: root mean square difference of the whole \
             label, in grey values, to the label as a camera straight above would see it. {PHOTO_NOTE}"
        ))
        .panel(panel))
}

fn sampling_label(sampling: Sampling) -> &'static str {
    match sampling {
        Sampling::Truncated => "fraction cut off, as in the post",
        Sampling::Nearest => "nearest pixel",
        Sampling::Bilinear => "bilinear",
        Sampling::Bicubic => "bicubic",
    }
}

/// "Many" empty pixels are at least one of a hundred.
const MANY: f64 = 0.01;

fn holes(frame: Filled) -> Vec<Claim> {
    let covered = frame.covered as usize;
    let reached = 1.0 - frame.forward_holes as f64 / frame.covered as f64;
    let left = frame.inverse_holes as f64;
    vec![
        Claim::says(
            "forward-leaves-holes",
            POST,
            "Moving each pixel to its new place leaves many pixels of the result empty: at least \
             one of a hundred.",
        )
        .measured_by("share of the result's pixels that are reached", "0-1")
        .largest_is_at_most(1.0 - MANY, reached, covered)
        .shown_in("forward"),
        Claim::says(
            "inverse-leaves-none",
            POST,
            "Filling from the inverse leaves no pixel empty.",
        )
        .measured_by("pixels left empty", "pixels")
        .largest_is_at_most(0.0, left, covered)
        .shown_in("filled"),
    ]
}

fn sampling_gains(rectified: &Rectified) -> Vec<Claim> {
    let difference = |sampling| {
        let all = &rectified.samplings;
        let restored = all.iter().find(|restored| restored.sampling == sampling);
        restored.map(|restored| restored.difference)
    };
    let gain = |better, worse| Some(difference(better)? - difference(worse)?);
    let claim = |id, statement: &str, gain: Option<f64>| {
        Claim::says(id, OURS, statement)
            .measured_by(
                "RMS difference to the label seen from above, the first minus the second",
                "grey values",
            )
            .largest_is_at_most(0.0, largest([gain]), 1)
            .shown_in("samplings")
    };
    vec![
        claim(
            "rounding-beats-truncating",
            "Reading the nearest pixel restores the label better than cutting the fraction off, \
             as the post's code does.",
            gain(Sampling::Nearest, Sampling::Truncated),
        ),
        claim(
            "bilinear-beats-nearest",
            "Reading between four pixels restores the label better than the nearest pixel.",
            gain(Sampling::Bilinear, Sampling::Nearest),
        ),
        claim(
            "bicubic-beats-bilinear",
            "Reading between sixteen pixels restores the label better still.",
            gain(Sampling::Bicubic, Sampling::Bilinear),
        ),
    ]
}
