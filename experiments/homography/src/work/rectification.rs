//! The post's example: the label of the notebook becomes upright, first by pushing pixels
//! forward, then by asking for each pixel where it comes from.

mod points;

use image::{GrayImage, Luma, Rgb, RgbImage};
use retrace_lab::{Cell, Result};

use self::points::{condition, eight_points, equations, fit, inverse_deviation};
use super::numerics;
use super::pictures::{Kept, OVERVIEW, keep, reduced};
use crate::author::corners;
use crate::dlt;
use crate::homography::Homography;
use crate::label::Label;
use crate::outcome::{Filled, METHODS, Rectified, Restored};
use crate::photo::{LABEL, label_from_above, notebook};
use crate::point::Point;
use crate::warp::{Frame, Sampling, push_forward, warp};

/// Ways to read between pixels, from the post's own to the smoothest.
pub const SAMPLINGS: [Sampling; 4] = [
    Sampling::Truncated,
    Sampling::Nearest,
    Sampling::Bilinear,
    Sampling::Bicubic,
];

/// The part of the label whose pixels are shown enlarged: left, top, width, height, counted from
/// the label's own corner.
pub const DETAIL: [u32; 4] = [62, 196, 60, 45];

/// Measures the author's points and draws his pictures.
pub fn rectify(cell: &mut Cell<'_>) -> Result<Rectified> {
    let homography = dlt::plain(&corners()).map_err(numerics)?;
    let photo = notebook();
    keep(cell, Kept::Photo.name(), &photo);
    cell.progress(1, 4)?;
    let frame = whole(cell, &photo, &homography)?;
    cell.progress(2, 4)?;
    let label = label_alone(cell, &photo, &homography)?;
    cell.progress(3, 4)?;
    let samplings = restored(cell, &photo)?;
    let [eight_by_corners, eight_by_all] = eight_points()?;
    Ok(Rectified {
        fits: METHODS.map(fit).to_vec(),
        equations: equations()?,
        condition: condition()?,
        inverse_deviation: inverse_deviation(&homography)?,
        eight_by_corners,
        eight_by_all,
        frame,
        label,
        samplings,
    })
}

/// The whole picture in the post's frame: the rectangle around its mapped corners.
fn whole(cell: &mut Cell<'_>, photo: &RgbImage, homography: &Homography) -> Result<Filled> {
    let (width, height) = photo.dimensions();
    let frame = Frame::of_mapped(homography, width, height).map_err(numerics)?;
    let (pushed, filled, counts) = mapped(photo, homography, frame)?;
    keep(cell, Kept::PushedFrame.name(), &reduced(&pushed, OVERVIEW));
    keep(cell, Kept::FilledFrame.name(), &reduced(&filled, OVERVIEW));
    Ok(counts)
}

/// The label alone, at full size.
fn label_alone(cell: &mut Cell<'_>, photo: &RgbImage, homography: &Homography) -> Result<Filled> {
    let (pushed, filled, counts) = mapped(photo, homography, label_frame()?)?;
    keep(cell, Kept::PushedLabel.name(), &pushed);
    keep(cell, Kept::FilledLabel.name(), &filled);
    Ok(counts)
}

/// The frame that shows the label and nothing else, in the author's target coordinates.
fn label_frame() -> Result<Frame> {
    let [left, top, right, bottom] = LABEL.map(|side| side as i32);
    let (width, height) = ((right - left + 1) as u32, (bottom - top + 1) as u32);
    Frame::new(left, top, width, height).map_err(numerics)
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
    let within = |source: Point| {
        let (right, bottom) = (f64::from(width) - 0.5, f64::from(height) - 0.5);
        (-0.5..right).contains(&source.x) && (-0.5..bottom).contains(&source.y)
    };
    let empty = |x: u32, y: u32| {
        let target = Point::new(
            f64::from(x) + f64::from(frame.left()),
            f64::from(y) + f64::from(frame.top()),
        );
        inverse.apply(target).is_some_and(within)
    };
    let black = filled
        .enumerate_pixels()
        .filter(|(.., value)| value.0 == [0]);
    Ok(black.map(|(x, y, _)| u64::from(empty(x, y))).sum())
}

/// The label read in each way, against the label as a camera above it sees it.
fn restored(cell: &mut Cell<'_>, photo: &RgbImage) -> Result<Vec<Restored>> {
    let above = label_from_above();
    keep(cell, Kept::Above.name(), &above);
    let label = Label::of_author();
    let frame = label_frame()?;
    let mut restored = Vec::new();
    for sampling in SAMPLINGS {
        let read = warp(photo, label.truth(), frame, sampling).map_err(numerics)?;
        keep(cell, &sampled(sampling), &read);
        restored.push(Restored {
            sampling,
            difference: root_mean_square(&read, &above),
        });
    }
    Ok(restored)
}

/// Name of the array with the label read in this way.
pub fn sampled(sampling: Sampling) -> String {
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
