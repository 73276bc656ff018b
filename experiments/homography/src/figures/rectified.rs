//! The post's pictures: the points, the picture pushed forward, the picture filled.

use image::{GenericImageView, Rgb, RgbImage};
use retrace_figure::{Figure, Images};
use retrace_lab::{Arrays, Drawing, Result};

use super::{All, picture};
use crate::author::corners;
use crate::outcome::{Filled, Rectified, Restored};
use crate::point::Point;
use crate::warp::Sampling;
use crate::work::{DETAIL, Kept, OVERVIEW, SAMPLINGS, Work, kept, sampled};

const DRAWN: &str = "The author's picture is lost; this one is drawn (synthetic), with the corners \
                     of the label at his points.";
const RED: Rgb<u8> = Rgb([255, 0, 0]);
const GREEN: Rgb<u8> = Rgb([0, 255, 0]);
/// Enlargement of the label, and of the detail.
const LABEL_SCALE: u32 = 2;
const DETAIL_SCALE: u32 = 5;

/// All of them.
pub fn pictures(outcomes: &All) -> Result<Vec<Drawing>> {
    let Some(cell) = outcomes.get(Work::Rectify.name(), 0) else {
        return Ok(Vec::new());
    };
    let Some(rectified) = cell.outcome.rectified() else {
        return Ok(Vec::new());
    };
    let figures = [
        points(&cell.arrays)?,
        forward(&cell.arrays, rectified)?,
        filled(&cell.arrays, rectified)?,
        samplings(&cell.arrays, rectified)?,
    ];
    Ok(figures.map(Drawing::from).to_vec())
}

fn points(arrays: &Arrays) -> Result<Figure> {
    let mut photo = kept(arrays, Kept::Photo.name())?;
    for pair in corners() {
        dot(&mut photo, pair.from, RED);
        dot(&mut photo, pair.to, GREEN);
    }
    let panel = Images::new("", 1).scale(1).with(picture("", &photo));
    Ok(Figure::new(
        "points",
        "The label's corners (red) and where they are to lie (green)",
    )
    .caption(format!("Dots of 5 x 5 pixels, as in the post. {DRAWN}"))
    .panel(panel))
}

/// A square of 5x5 pixels, what of it lies in the picture.
fn dot(picture: &mut RgbImage, at: Point, colour: Rgb<u8>) {
    for dy in -2..=2_i32 {
        for dx in -2..=2_i32 {
            let (x, y) = (
                at.x.round() as i64 + i64::from(dx),
                at.y.round() as i64 + i64::from(dy),
            );
            let place = u32::try_from(x).ok().zip(u32::try_from(y).ok());
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
        [Kept::PushedFrame, Kept::PushedLabel],
    )?;
    let (frame, label) = (rectified.frame, rectified.label);
    Ok(figure.caption(format!(
        "{} of the {} pixels that the picture covers are empty ({:.0} %), on the label {} of {} \
         ({:.0} %). In the whole, {OVERVIEW}x{OVERVIEW} pixels are averaged to one, so that holes \
         are a darker shade. {DRAWN}",
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
        [Kept::FilledFrame, Kept::FilledLabel],
    )?;
    Ok(figure.caption(format!(
        "{} of {} pixels stay empty; coordinates are cut off to whole pixels, as in the post. \
         Black: what the picture does not show. {DRAWN}",
        rectified.frame.inverse_holes, rectified.frame.covered,
    )))
}

fn whole_and_label(figure: Figure, arrays: &Arrays, [whole, label]: [Kept; 2]) -> Result<Figure> {
    let (whole, label) = (kept(arrays, whole.name())?, kept(arrays, label.name())?);
    let whole = Images::new("The whole picture", 1)
        .scale(1)
        .with(picture("", &whole));
    let enlarged = format!("The label, {LABEL_SCALE} times as large");
    let label = Images::new(enlarged, 1)
        .scale(LABEL_SCALE)
        .with(picture("", &label));
    Ok(figure.columns(2).panel(whole).panel(label))
}

fn samplings(arrays: &Arrays, rectified: &Rectified) -> Result<Figure> {
    let detail = |name: &str| -> Result<RgbImage> {
        let [left, top, width, height] = DETAIL;
        Ok(kept(arrays, name)?
            .view(left, top, width, height)
            .to_image())
    };
    let mut panel = Images::new("", 2).scale(DETAIL_SCALE).with(picture(
        "pushed forward",
        &detail(Kept::PushedLabel.name())?,
    ));
    for sampling in SAMPLINGS {
        let of_sampling = |restored: &&Restored| restored.sampling == sampling;
        let restored = rectified.samplings.iter().find(of_sampling);
        let difference = restored.map_or(f64::NAN, |restored| restored.difference);
        let label = format!("{} ({difference:.1})", sampling_label(sampling));
        panel = panel.with(picture(label, &detail(&sampled(sampling))?));
    }
    let panel = panel.with(picture("seen from above", &detail(Kept::Above.name())?));
    let title = "A detail of the label, read from the picture in four ways";
    Ok(Figure::new("samplings", title)
        .caption(format!(
            "{DETAIL_SCALE} times as large. In brackets: root mean square difference of the whole \
             label, in grey values, to the label as a camera straight above would see it. {DRAWN}"
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
