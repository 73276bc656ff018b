//! All figures, from outcomes alone. One way to compute H has one colour in all of them.

mod equations;
mod far_points;
mod noise;
mod outliers;
mod pairs;
mod points;
mod rectified;

use image::RgbImage;
use retrace_figure::{Band, Colour, Dash, Layer, Line, Picture};
use retrace_lab::statistics::{median, quantile};
use retrace_lab::{Drawing, InputKind, Outcomes, Result};

use crate::HomographyPost;
use crate::dlt::Method;

type All = Outcomes<HomographyPost>;

/// All figures of a run.
///
/// # Errors
/// Outcomes without the arrays that they were written with.
pub fn all(outcomes: &All) -> Result<Vec<Drawing>> {
    let mut drawings = rectified::pictures(outcomes)?;
    drawings.extend(points::eight_points(outcomes).map(Drawing::from));
    drawings.extend(equations::singular_values(outcomes).map(Drawing::from));
    drawings.extend(far_points::errors(outcomes).map(Drawing::from));
    drawings.push(noise::errors(outcomes).into());
    drawings.push(noise::against_svd(outcomes).into());
    drawings.push(outliers::errors(outcomes).into());
    drawings.extend(pairs::registered(outcomes)?);
    Ok(drawings)
}

/// The colour of a way to compute H.
fn colour(method: Method) -> Colour {
    match method {
        Method::Plain => Colour::series(0),
        Method::Normalized => Colour::series(2),
        Method::Eigenvector => Colour::series(1),
    }
}

/// Its line; the eigenvector's is broken up, since it often covers that of the SVD.
fn dash(method: Method) -> Dash {
    match method {
        Method::Eigenvector => Dash::Dashed,
        _ => Dash::Solid,
    }
}

/// A picture for a figure.
fn picture(label: impl Into<String>, picture: &RgbImage) -> Picture {
    Picture::rgb(
        label,
        picture.width(),
        picture.height(),
        picture.as_raw().clone(),
    )
}

/// What a caption says of where the pictures come from.
fn origin(outcomes: &All) -> &'static str {
    match outcomes.inputs().first().map(|input| input.kind) {
        Some(InputKind::Real) => "Published photographs.",
        _ => "Drawn pictures (synthetic).",
    }
}

/// Median over the rows as a curve, and the band that holds the middle 80 % of them; what does
/// not exist is left out.
fn median_and_band(label: &str, x: &[f64], rows: &[Vec<f64>], style: (Colour, Dash)) -> [Layer; 2] {
    let column = |place: usize| -> Vec<f64> {
        let values = rows.iter().filter_map(|row| row.get(place).copied());
        values.filter(|value| value.is_finite()).collect()
    };
    let of = |statistic: &dyn Fn(&[f64]) -> f64| -> Vec<f64> {
        (0..x.len())
            .map(|place| statistic(&column(place)))
            .collect()
    };
    let (low, high) = (
        of(&|column| quantile(column, 0.1)),
        of(&|column| quantile(column, 0.9)),
    );
    [
        Band::new(label, x, low, high).colour(style.0).into(),
        Line::new(label, x, of(&median))
            .colour(style.0)
            .dash(style.1)
            .into(),
    ]
}

/// Numbers, those that do not exist as gaps.
fn gaps(values: &[Option<f64>]) -> Vec<f64> {
    values
        .iter()
        .map(|value| value.unwrap_or(f64::NAN))
        .collect()
}
