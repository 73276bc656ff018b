//! **How far from the origin may the points lie?** The condition number of A grows with their
//! distance, and an eigenvector of A'A feels its square.
//!
//! The author's corners and their targets, both moved right and down by the same distance, are
//! whole numbers still, so that no rounding touches them, and a homography through them exists.
//! How near an estimate comes to them is a matter of its arithmetic alone.

use retrace_figure::{Axis, Chart, Figure, Line, Rule};
use retrace_lab::{Arm, Cell, Claim, Drawing, Result, Results, Single, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::data::Views;
use crate::dlt::{self, Method};
use crate::homography::{Pair, Point};
use crate::notebook::corners;
use crate::rectification::Rectification;
use crate::{Config, HARTLEY, HomographyPost, OURS, PIXELS, largest};

/// The question.
pub struct FarPoints;

/// The largest error at the four corners against how far they were moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// One list per method, in the order of [`Method::ALL`].
    pub largest_errors: Vec<LargestErrors>,
}

/// The largest error by one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LargestErrors {
    /// How H was computed.
    pub method: Method,
    /// In pixels, one per distance of the config; absent where no homography was found.
    pub errors: Vec<Option<f64>>,
}

impl Study<HomographyPost> for FarPoints {
    type Arm = Single;
    type Outcome = Moved;

    fn arms(_: &Config) -> Vec<Single> {
        vec![Single::deterministic(
            "far-points",
            "exact points far from the origin",
        )]
    }

    fn run(_: &Single, config: &Config, _: &Vec<Views>, _: &mut Cell) -> Result<Moved> {
        let errors = |method| LargestErrors {
            method,
            errors: config
                .distances
                .iter()
                .map(|distance| largest_error(&moved(*distance), method))
                .collect(),
        };
        Ok(Moved {
            largest_errors: Method::ALL.map(errors).to_vec(),
        })
    }

    fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
        Ok(figure(results).map(Drawing::from).into_iter().collect())
    }

    fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
        claims(results)
    }
}

fn moved(distance: f64) -> [Pair; 4] {
    let point = |point: Point| Point::new(point.x + distance, point.y + distance);
    corners().map(|pair| Pair::new(point(pair.from), point(pair.to)))
}

/// The largest error of the homography of `pairs` at these pairs, in pixels.
pub fn largest_error(pairs: &[Pair], method: Method) -> Option<f64> {
    let homography = dlt::estimate(pairs, method).ok()?;
    let errors = pairs
        .iter()
        .map(|pair| dlt::forward_error(&homography, pair));
    Some(errors.fold(0.0, f64::max)).filter(|error| error.is_finite())
}

/// An error of exactly zero is drawn here.
const FLOOR: f64 = 1e-14;

fn figure(results: &Results<HomographyPost>) -> Option<Figure> {
    let far = &results.of::<FarPoints>().first()?.outcome;
    let condition = results.of::<Rectification>().first()?.outcome.condition;
    let distances = &results.config().distances;
    let places: Vec<f64> = (0..distances.len()).map(|place| place as f64).collect();
    let ticks = places.iter().zip(distances);
    let x = Axis::new("moved right and down by (pixels)")
        .ticks(ticks.map(|(place, distance)| (*place, distance_label(*distance))));
    let lines = far.largest_errors.iter().map(|errors| {
        let values = seeds::or_gaps(&errors.errors)
            .into_iter()
            .map(|error| error.max(FLOOR));
        // `max` would turn a gap into the floor.
        let values = values
            .zip(&errors.errors)
            .map(|(value, error)| error.map_or(f64::NAN, |_| value));
        Line::new(
            errors.method.label(),
            places.clone(),
            values.collect::<Vec<_>>(),
        )
        .colour(errors.method.colour())
        .dash(errors.method.dash())
        .marker(errors.method.marker())
    });
    let y = Axis::new("largest error at the corners (pixels)").log();
    let chart = Chart::new("", x, y)
        .with(Rule::at_y("half a pixel", 0.5))
        .with_all(lines);
    Some(
        Figure::new(
            "far-points",
            "Exact points far from the origin: the eigenvector loses its digits first",
        )
        .caption(format!(
            "The author's four corners and their targets, both moved by the same whole number \
                 of pixels, so that an exact homography exists. A line that ends: no homography \
                 was found there. Unmoved, A has a condition number of {condition:.1e}; AᵀA has \
                 its square, and a double has sixteen digits."
        ))
        .panel(chart),
    )
}

fn distance_label(distance: f64) -> String {
    if distance >= 1e4 {
        format!("{distance:.0e}")
    } else {
        format!("{distance}")
    }
}

/// The least error that a picture shows, in pixels.
pub const VISIBLE: f64 = 0.5;

fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
    let far = results.of::<FarPoints>().first().map(|cell| &cell.outcome);
    let errors = |method| -> Vec<Option<f64>> {
        let all = far.map_or(&[][..], |far| &far.largest_errors);
        let of_method = all.iter().find(|errors| errors.method == method);
        of_method.map_or_else(Vec::new, |errors| errors.errors.clone())
    };
    let (svd, eigenvector) = (errors(Method::Plain), errors(Method::Eigenvector));
    // An eigenvector that is no homography at all is infinitely worse.
    let lead = svd.iter().zip(&eigenvector);
    let leads: Vec<f64> = lead
        .filter_map(|(svd, other)| Some((*svd)? - other.unwrap_or(f64::INFINITY)))
        .collect();
    let best = leads.iter().copied().fold(f64::NAN, f64::min);
    let normalized = errors(Method::Normalized);
    [
        Claim::says(
            "eigenvector-fails-far-away",
            OURS,
            "Far from the origin the eigenvector is worse by at least half a pixel, for exact \
             points and at some distance where the SVD gives a homography.",
        )
        .measured_by(
            "least error of the SVD minus that of the eigenvector",
            PIXELS,
        )
        .largest_is_at_most(-VISIBLE, best, leads.len()),
        Claim::says(
            "normalising-makes-the-place-irrelevant",
            HARTLEY,
            "With normalised points the error stays below half a pixel wherever the points lie.",
        )
        .measured_by("largest error at the moved corners", PIXELS)
        .largest_is_at_most(
            VISIBLE,
            largest(normalized.iter().copied()),
            normalized.len(),
        ),
    ]
    .map(|claim| claim.shown_in("far-points"))
    .into()
}
