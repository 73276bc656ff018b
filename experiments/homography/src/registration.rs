//! **Does it work on real pictures?** Two pictures of one plane: one drawn over the other by the
//! known homography, and by one that is estimated from the pictures alone.

use image::{DynamicImage, RgbImage};
use ndarray::Array2;
use retrace_data::grey;
use retrace_figure::{Figure, Images};
use retrace_lab::{Arrays, Cell, Claim, Drawing, InputKind, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Views, figure_picture, keep_picture, reduced, stored_picture};
use crate::homography::{Homography, Pair, Point};
use crate::matching::matches;
use crate::ransac::{Ransac, Threshold, ransac};
use crate::warp::{Frame, Sampling, warp};
use crate::{HomographyPost, OURS, PIXELS, largest, numerics};

/// The question.
pub struct Registration;

/// Pairs of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// One per pair of pictures.
    pub views: Vec<View>,
}

/// Two pictures of one plane, whose homography is known and is estimated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Name of the pair, also of its arrays.
    pub name: String,
    /// The published matrix, from the first picture to the second.
    pub known: Homography,
    /// Correlation of grey values, -1 to 1, of the second picture and the first one warped by it.
    pub known_correlation: f64,
    /// The same without warping.
    pub unwarped_correlation: f64,
    /// What was found from the pictures alone.
    pub matches: Matches,
}

/// A homography found from the pictures alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matches {
    /// Matches of corners.
    pub found: usize,
    /// Those that the known matrix agrees with, within the threshold.
    pub right: usize,
    /// Those that agree with the estimate.
    pub inliers: usize,
    /// The estimate; absent without a consensus.
    pub estimated: Option<Homography>,
    /// Mean distance, over the first picture, of where the two matrices send a point.
    pub distance: Option<f64>,
    /// Correlation of grey values with the picture warped by the estimate.
    pub correlation: Option<f64>,
}

impl Study<HomographyPost> for Registration {
    type Arm = Single;
    type Outcome = Registered;

    fn arms(_: &Config) -> Vec<Single> {
        vec![Single::deterministic("pictures", "pairs of pictures")]
    }

    fn run(_: &Single, config: &Config, views: &Vec<Views>, cell: &mut Cell) -> Result<Registered> {
        let mut registered = Vec::new();
        for (place, pair) in views.iter().enumerate() {
            registered.push(view(config, pair, cell)?);
            cell.progress(place as u64 + 1, views.len() as u64)?;
        }
        Ok(Registered { views: registered })
    }

    fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
        let Some(cell) = results.of::<Self>().first() else {
            return Ok(Vec::new());
        };
        let views = cell.outcome.views.iter();
        let figures = views.map(|view| figure(view, &cell.arrays, origin(results)));
        figures.map(|figure| figure.map(Drawing::from)).collect()
    }

    fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
        let cell = results.of::<Self>().first();
        let views: &[View] = cell.map_or(&[], |cell| &cell.outcome.views);
        let distances = views.iter().map(|view| view.matches.distance);
        let claim = Claim::says(
            "estimates-agree-with-known-matrices",
            OURS,
            "The homography of matching corners is the known one of each pair of pictures, within \
             RANSAC's threshold.",
        )
        .measured_by("largest mean distance of where both send a point", PIXELS);
        let threshold = results.config().ransac_threshold;
        vec![claim.largest_is_at_most(threshold, largest(distances), views.len())]
    }
}

/// What a caption says of where the pictures come from.
fn origin(results: &Results<HomographyPost>) -> &'static str {
    match results.inputs().first().map(|input| input.kind) {
        Some(InputKind::Real) => "Published photographs.",
        _ => "Drawn pictures (synthetic).",
    }
}

/// Widest picture that is kept for a figure, in pixels.
const WIDEST: u32 = 320;
/// Points along each side of the grid on which two homographies are compared.
const GRID: u8 = 21;

fn view(config: &Config, views: &Views, cell: &mut Cell<'_>) -> Result<View> {
    let second = grey_of(&views.second);
    let pairs = matches(&grey_of(&views.first), &second, config.corners);
    let settings = Ransac {
        threshold: Threshold::both(config.ransac_threshold),
        seed: cell.seed(),
        ..Ransac::default()
    };
    let consensus = ransac(&pairs, &settings).ok();
    let estimated = consensus.as_ref().map(|consensus| consensus.homography);
    let known = Overlay::over(views, &views.known)?;
    let unwarped = Overlay::over(views, &Homography::IDENTITY)?;
    let overlay = estimated
        .map(|map| Overlay::over(views, &map))
        .transpose()?;
    keep_pictures(cell, views, &known, overlay.as_ref());
    Ok(View {
        name: views.name.clone(),
        known: views.known,
        known_correlation: known.line(&second).correlation,
        unwarped_correlation: unwarped.line(&second).correlation,
        matches: Matches {
            found: pairs.len(),
            right: right(&pairs, &views.known, settings.threshold),
            inliers: consensus.map_or(0, |consensus| consensus.inlier_count()),
            estimated,
            distance: estimated.and_then(|map| distance(views, &map)),
            correlation: overlay.map(|overlay| overlay.line(&second).correlation),
        },
    })
}

/// How many pairs the known homography agrees with.
fn right(pairs: &[Pair], known: &Homography, threshold: Threshold) -> usize {
    let agrees = |pair: &&Pair| threshold.error(known, pair) <= threshold.to;
    pairs.iter().filter(agrees).count()
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
        let is_visible = (0.0..=f64::from(right)).contains(&known.x)
            && (0.0..=f64::from(bottom)).contains(&known.y);
        if is_visible {
            sum += estimated.apply(point)?.distance(known);
            count += 1.0;
        }
    }
    let mean = sum / count;
    mean.is_finite().then_some(mean)
}

/// The pictures of the figure, small enough for it.
fn keep_pictures(cell: &mut Cell<'_>, views: &Views, known: &Overlay, estimated: Option<&Overlay>) {
    let widest = views.first.width().max(views.second.width());
    let factor = widest.div_ceil(WIDEST);
    let mut keep = |what: &str, picture: &RgbImage| {
        let name = format!("{}-{what}", views.name);
        keep_picture(cell, &name, &reduced(picture, factor));
    };
    keep("first", &views.first);
    keep("second", &views.second);
    keep("known", &known.picture);
    let second = grey_of(&views.second);
    keep("known-difference", &known.difference(&second));
    if let Some(estimated) = estimated {
        keep("estimated", &estimated.picture);
        keep("estimated-difference", &estimated.difference(&second));
    }
}

/// Grey values of a difference are shown this many times as large.
const CONTRAST: f64 = 2.5;

/// The first picture drawn over the second by a homography.
struct Overlay {
    /// Black where the first picture does not reach.
    picture: RgbImage,
    /// White where the first picture reaches.
    mask: RgbImage,
}

impl Overlay {
    /// Warps the first picture to the place of the second.
    fn over(views: &Views, homography: &Homography) -> Result<Self> {
        let (width, height) = views.second.dimensions();
        let frame = Frame::of_size(width, height).map_err(numerics)?;
        let warped = |picture: &RgbImage, sampling| {
            warp(picture, homography, frame, sampling).map_err(numerics)
        };
        let (width, height) = views.first.dimensions();
        let white = RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
        Ok(Self {
            picture: warped(&views.first, Sampling::Bilinear)?,
            mask: warped(&white, Sampling::Nearest)?,
        })
    }

    /// The line from the grey values of the warped picture to those of `second`, where both are
    /// visible.
    fn line(&self, second: &Array2<f64>) -> FittedLine {
        let grey = grey_of(&self.picture);
        let visible = self.mask.pixels().map(|pixel| pixel.0[0] > 0);
        let both = grey.iter().zip(second).zip(visible);
        let both = both.filter(|(_, visible)| *visible);
        let both: Vec<(f64, f64)> = both.map(|((a, b), _)| (*a, *b)).collect();
        FittedLine::new(&both)
    }

    /// What is left between the grey values of `second` and the warped ones once brightness and
    /// contrast are fitted: white is none, and where only one of them is visible.
    fn difference(&self, second: &Array2<f64>) -> RgbImage {
        let grey = grey_of(&self.picture);
        let FittedLine { slope, offset, .. } = self.line(second);
        let (rows, columns) = second.dim();
        RgbImage::from_fn(columns as u32, rows as u32, |x, y| {
            let place = (y as usize, x as usize);
            let left = (second[place] - slope * grey[place] - offset).abs();
            let visible = self.mask.get_pixel(x, y).0[0] > 0;
            let darkness = if visible { CONTRAST * left } else { 0.0 };
            image::Rgb([(255.0 - darkness).round().max(0.0) as u8; 3])
        })
    }
}

/// The least-squares line from some numbers to others.
struct FittedLine {
    slope: f64,
    offset: f64,
    /// Pearson's, -1 to 1.
    correlation: f64,
}

impl FittedLine {
    fn new(pairs: &[(f64, f64)]) -> Self {
        let count = pairs.len() as f64;
        let mean = |value: fn(&(f64, f64)) -> f64| pairs.iter().map(value).sum::<f64>() / count;
        let [a, b] = [mean(|pair| pair.0), mean(|pair| pair.1)];
        let sum = |product: fn(f64, f64) -> f64| -> f64 {
            pairs.iter().map(|(x, y)| product(x - a, y - b)).sum()
        };
        let (aa, ab, bb) = (sum(|x, _| x * x), sum(|x, y| x * y), sum(|_, y| y * y));
        let slope = ab / aa;
        Self {
            slope,
            offset: b - slope * a,
            correlation: ab / (aa * bb).sqrt(),
        }
    }
}

/// Grey values of a picture, rows x columns.
fn grey_of(picture: &RgbImage) -> Array2<f64> {
    grey(&DynamicImage::ImageRgb8(picture.clone()))
}

fn figure(view: &View, arrays: &Arrays, origin: &str) -> Result<Figure> {
    let mut panel = Images::new("", 2).scale(1);
    for (what, label) in pictures(view) {
        let picture = stored_picture(arrays, &format!("{}-{what}", view.name))?;
        panel = panel.with(figure_picture(label, &picture));
    }
    let title = format!(
        "The pair {}: the first picture laid over the second",
        view.name
    );
    Ok(Figure::new(format!("pair-{}", view.name), title)
        .caption(format!("{origin} {}", about(view)))
        .panel(panel))
}

fn pictures(view: &View) -> Vec<(&'static str, String)> {
    let known = format!("by the known H: correlation {:.3}", view.known_correlation);
    let mut pictures = vec![
        ("first", "first".to_owned()),
        ("second", "second".to_owned()),
        ("known", known),
        ("known-difference", "difference to the second".to_owned()),
    ];
    if let Some(correlation) = view.matches.correlation {
        let estimated = format!("by the estimated H: {correlation:.3}");
        pictures.push(("estimated", estimated));
        pictures.push((
            "estimated-difference",
            "difference to the second".to_owned(),
        ));
    }
    pictures
}

fn about(view: &View) -> String {
    let Matches {
        found,
        right,
        inliers,
        distance,
        ..
    } = &view.matches;
    let answer = match distance {
        Some(distance) => format!(
            "RANSAC keeps {inliers}, and its H differs from the known one by {distance:.2} pixels \
             on average"
        ),
        None => "RANSAC finds no more agreement than chance gives".to_owned(),
    };
    format!(
        "Differences of grey values after fitting brightness and contrast, 2.5 times as strong, \
         white is none. Correlation without warping: {:.3}. Of {found} matches of corners {right} \
         agree with the known H; {answer}.",
        view.unwarped_correlation
    )
}
