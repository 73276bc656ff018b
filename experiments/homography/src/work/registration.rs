//! Two pictures of one plane: laid over each other by the known homography, and by one that is
//! estimated from the pictures alone.

mod laid;

use image::RgbImage;
use retrace_lab::{Cell, Result};

use self::laid::{Laid, grey_of};
use super::numerics;
use super::pictures::{keep, reduced};
use crate::config::Config;
use crate::data::Views;
use crate::dlt::symmetric_error;
use crate::homography::Homography;
use crate::matching::matches;
use crate::outcome::{Matches, Registered, View};
use crate::point::{Pair, Point};
use crate::ransac::{Ransac, ransac};

/// Widest picture that is kept for a figure, in pixels.
const WIDEST: u32 = 320;
/// Points along each side of the grid on which two homographies are compared.
const GRID: u8 = 21;

/// Registers every pair of pictures.
pub fn register(config: &Config, views: &[Views], cell: &mut Cell<'_>) -> Result<Registered> {
    let mut registered = Vec::new();
    for (place, pair) in views.iter().enumerate() {
        registered.push(view(config, pair, cell)?);
        cell.progress(place as u64 + 1, views.len() as u64)?;
    }
    Ok(Registered { views: registered })
}

fn view(config: &Config, views: &Views, cell: &mut Cell<'_>) -> Result<View> {
    let second = grey_of(&views.second);
    let known = Laid::over(views, &views.known)?;
    let unwarped = Laid::over(views, &Homography::IDENTITY)?;
    let matches = found(config, views, cell.seed())?;
    keep_pictures(cell, views, &known, matches.estimated.as_ref())?;
    Ok(View {
        name: views.name.clone(),
        known: views.known,
        known_correlation: known.correlation(&second),
        unwarped_correlation: unwarped.correlation(&second),
        matches,
    })
}

/// The homography of matching corners, and how it compares with the known one.
fn found(config: &Config, views: &Views, seed: u64) -> Result<Matches> {
    let (first, second) = (grey_of(&views.first), grey_of(&views.second));
    let pairs = matches(&first, &second, config.corners);
    let settings = Ransac {
        threshold: config.ransac_threshold,
        seed,
        ..Ransac::default()
    };
    let consensus = ransac(&pairs, &settings).ok();
    let estimated = consensus.as_ref().map(|consensus| consensus.homography);
    let laid = estimated.map(|map| Laid::over(views, &map)).transpose()?;
    Ok(Matches {
        found: pairs.len(),
        right: right(&pairs, &views.known, config.ransac_threshold)?,
        inliers: consensus.map_or(0, |consensus| consensus.inlier_count()),
        estimated,
        distance: estimated.and_then(|map| distance(views, &map)),
        correlation: laid.map(|laid| laid.correlation(&second)),
    })
}

/// How many pairs the known homography agrees with.
fn right(pairs: &[Pair], known: &Homography, threshold: f64) -> Result<usize> {
    let back = known.inverse().map_err(numerics)?;
    let agrees = |pair: &&Pair| symmetric_error(known, &back, pair) <= threshold;
    Ok(pairs.iter().filter(agrees).count())
}

/// Mean distance of where the known and the `estimated` homography send the points of the first
/// picture that the second one shows, in pixels of the second.
fn distance(views: &Views, estimated: &Homography) -> Option<f64> {
    let (width, height) = views.first.dimensions();
    let (right, bottom) = (views.second.width() - 1, views.second.height() - 1);
    let place = |step: u8, side: u32| f64::from(step) / f64::from(GRID - 1) * f64::from(side - 1);
    let (mut sum, mut count) = (0.0, 0.0);
    for step in 0..u16::from(GRID) * u16::from(GRID) {
        let (column, row) = (step % u16::from(GRID), step / u16::from(GRID));
        let point = Point::new(place(column as u8, width), place(row as u8, height));
        let known = views.known.apply(point)?;
        let seen = (0.0..=f64::from(right)).contains(&known.x)
            && (0.0..=f64::from(bottom)).contains(&known.y);
        if seen {
            sum += estimated.apply(point)?.distance(known);
            count += 1.0;
        }
    }
    let mean = sum / count;
    mean.is_finite().then_some(mean)
}

/// The pictures of the figure, small enough for it.
fn keep_pictures(
    cell: &mut Cell<'_>,
    views: &Views,
    known: &Laid,
    estimated: Option<&Homography>,
) -> Result<()> {
    let widest = views.first.width().max(views.second.width());
    let factor = widest.div_ceil(WIDEST);
    let mut keep = |what: &str, picture: &RgbImage| {
        keep(
            cell,
            &format!("{}-{what}", views.name),
            &reduced(picture, factor),
        );
    };
    keep("first", &views.first);
    keep("second", &views.second);
    keep("known", &known.picture);
    let second = grey_of(&views.second);
    keep("known-difference", &known.difference(&second));
    if let Some(estimated) = estimated {
        let laid = Laid::over(views, estimated)?;
        keep("estimated", &laid.picture);
        keep("estimated-difference", &laid.difference(&second));
    }
    Ok(())
}
