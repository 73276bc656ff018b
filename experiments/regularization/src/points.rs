//! The post's points, a noisy line of which every fifth point is lifted, and lines through them.
//!
//! ```text
//! y = 2 x + U(0, 2)      x evenly spaced on [0.5, 9.5]
//! ```
//!
//! Ten evenly spaced points are outliers. They share one lift, U(0, 10). A fifth of all points is
//! held back, and the total error is measured on it.

use rand::RngExt;
use rand::seq::SliceRandom;
use retrace_figure::{Colour, Line as Curve, Marker, Points as Marks};
use retrace_lab::random::stream;
use retrace_lab::{Error, Input, InputKind, Loaded, Result, Results};
use serde::{Deserialize, Serialize};

use crate::Regularization;
use crate::config::Config;
use crate::lines::of_seed;

/// Slope of the line below the noise (the author's).
pub const SLOPE: f64 = 2.0;
/// Range of x (the author's).
pub const RANGE: (f64, f64) = (0.5, 9.5);

/// Where y of the drawn points lies, but for noise and lift.
const HEIGHT: (f64, f64) = (SLOPE * RANGE.0, SLOPE * RANGE.1);
/// Own points with an |x| or |y| beyond this, twice what drawn points reach, are moved to where
/// those lie: the step size is made for them, and trainings on larger numbers diverge.
const FAR: (f64, f64) = (20.0, 60.0);

/// Points in the plane.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Abscissae.
    pub x: Vec<f64>,
    /// Ordinates, as many.
    pub y: Vec<f64>,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The points at the places for which `is_chosen` holds.
    pub fn filtered(&self, is_chosen: impl Fn(usize) -> bool) -> Self {
        let pairs = self.pairs().enumerate();
        let chosen = pairs.filter(|(place, _)| is_chosen(*place));
        let (x, y) = chosen.map(|(_, pair)| pair).unzip();
        Self { x, y }
    }

    /// Pairs (x, y).
    pub fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }

    /// The least and the largest x.
    pub fn range(&self) -> (f64, f64) {
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let widen = |(low, high): (f64, f64), x: &f64| (low.min(*x), high.max(*x));
        self.x.iter().fold(none, widen)
    }
}

/// y = slope x + intercept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Rise of y for one unit of x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
}

impl Line {
    /// y at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.slope * x + self.intercept
    }

    /// Whether both numbers are finite.
    pub fn is_finite(&self) -> bool {
        self.slope.is_finite() && self.intercept.is_finite()
    }

    /// The author's measure: the sum of |error| over the points, in units of y.
    pub fn total_error(&self, points: &Points) -> f64 {
        points.pairs().map(|(x, y)| (y - self.at(x)).abs()).sum()
    }

    /// Mean vertical distance to another line for x in `range`, in units of y.
    pub fn distance(&self, other: &Self, (low, high): (f64, f64)) -> f64 {
        // The integral of a linear function's size, over the trapezia on both sides of its root.
        let difference = |x: f64| self.at(x) - other.at(x);
        let (a, b) = (difference(low), difference(high));
        if a * b >= 0.0 {
            (a + b).abs() / 2.0
        } else {
            (a * a + b * b) / (2.0 * (a.abs() + b.abs()))
        }
    }

    /// The line over `range`, for a chart.
    pub fn curve(&self, label: &str, (low, high): (f64, f64)) -> Curve {
        Curve::new(label, [low, high], [self.at(low), self.at(high)])
    }
}

/// Where the points come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Drawn from the recipe.
    Recipe,
    /// The user's file, and how its numbers were moved, if they were.
    File(Points, Option<String>),
}

/// Points with all that is known of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Samples {
    /// All points, in the order in which training sees them: for drawn points that of x.
    pub points: Points,
    /// Places of the outliers; empty for points of a file, of which that is not known.
    pub outliers: Vec<usize>,
    /// The lift that the outliers share, in units of y.
    pub lift: f64,
    /// Places of the points that are held back.
    pub test: Vec<usize>,
    /// How the numbers of a file were moved, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<String>,
}

/// Reads the user's points, if there are any.
///
/// # Errors
/// A file that cannot be read, or through whose points no line can be tested.
pub fn load(config: &Config) -> Result<Loaded<Source>> {
    let mut loaded = Loaded {
        data: Source::Recipe,
        inputs: Vec::new(),
        notes: Vec::new(),
    };
    let Some(path) = &config.points else {
        return Ok(loaded);
    };
    let read = retrace_data::read_columns(path, ["x", "y"], 2).map_err(Error::data)?;
    let [x, y] = read.values;
    let points = Points { x, y };
    if let Some(fault) = fault(&points, config) {
        let sentence = format!("{}: {fault}", path.display());
        return Err(Error::Data(sentence.into()));
    }
    let (points, moved) = near(points);
    loaded.notes.extend(
        moved
            .iter()
            .map(|moved| format!("{}: {moved}", path.display())),
    );
    loaded.data = Source::File(points, moved);
    loaded.inputs.push(Input {
        name: path.display().to_string(),
        kind: InputKind::File,
        sha256: read.sha256,
    });
    Ok(loaded)
}

fn fault(points: &Points, config: &Config) -> Option<String> {
    let (low, high) = points.range();
    if low >= high {
        return Some(format!("expected different x, found only {low}"));
    }
    let train = points.len() - config.test_points(points.len());
    let folds = config.folds;
    (train < folds).then(|| {
        format!("expected a training point for each of {folds} folds, found {train} of them")
    })
}

/// Points that are far from where drawn ones lie, moved there, and that in words.
fn near(points: Points) -> (Points, Option<String>) {
    let (x, of_x) = moved("x", points.x, FAR.0, RANGE);
    let (y, of_y) = moved("y", points.y, FAR.1, HEIGHT);
    let words: Vec<String> = of_x.into_iter().chain(of_y).collect();
    let words = (!words.is_empty()).then(|| {
        let axes = words.join(" and ");
        format!("{axes}, where the step size works; figures and numbers are in these units")
    });
    (Points { x, y }, words)
}

/// Numbers of an axis, moved to `to` where one is larger than `far`, and that in words.
fn moved(axis: &str, values: Vec<f64>, far: f64, to: (f64, f64)) -> (Vec<f64>, Option<String>) {
    if values.iter().all(|value| value.abs() <= far) {
        return (values, None);
    }
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Halves first: the difference of two finite numbers may not be finite.
    let width = most / 2.0 - least / 2.0;
    let share = |value: f64| match width > 0.0 {
        true => (value / 2.0 - least / 2.0) / width,
        false => 0.0,
    };
    let words = format!(
        "{axis} from {least} to {most} is fitted as {} to {}",
        to.0, to.1
    );
    let values = values
        .into_iter()
        .map(|value| to.0 + (to.1 - to.0) * share(value));
    (values.collect(), Some(words))
}

/// What a caption says of points whose outliers are unknown; empty for drawn points.
pub fn origin(results: &Results<Regularization>) -> String {
    let Some(path) = &results.config().points else {
        return String::new();
    };
    let samples = of_seed(results, 0).map(|lines| &lines.samples);
    let moved = samples.and_then(|samples| samples.moved.as_ref());
    let moved = moved.map_or_else(String::new, |moved| format!(" Their {moved}."));
    format!(
        " The points are those of {}, of which it is not known which are outliers.{moved}",
        path.display()
    )
}

impl Source {
    /// The points of a cell with this seed.
    pub fn samples(&self, config: &Config, seed: u64) -> Samples {
        // The author saved one data set and used it for every run.
        let seed = if config.redraw_points { seed } else { 0 };
        match self {
            Self::Recipe => {
                let (points, lift) = draw(config, seed);
                Samples::new(points, config, seed).lifted(config, lift)
            }
            Self::File(points, moved) => Samples {
                moved: moved.clone(),
                ..Samples::new(points.clone(), config, seed)
            },
        }
    }
}

/// Points on the noisy line, none lifted yet, and the lift.
fn draw(config: &Config, seed: u64) -> (Points, f64) {
    let mut random = stream(seed, "points", 0);
    let step = (RANGE.1 - RANGE.0) / (config.samples as f64 - 1.0);
    let x: Vec<f64> = (0..config.samples)
        .map(|place| RANGE.0 + step * place as f64)
        .collect();
    let noisy = |x: &f64| SLOPE * x + config.noise * random.random::<f64>();
    let y = x.iter().map(noisy).collect();
    // Drawn last, so that another lift leaves the noise as it is.
    let lift = config.max_lift * random.random::<f64>();
    (Points { x, y }, lift)
}

/// Places of the test points, rising.
///
/// Deviation: which fifth the author held back is not known; here it is drawn, and training then
/// sees the others in the order of x.
fn test_places(config: &Config, count: usize, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.shuffle(&mut stream(seed, "split", 0));
    places.truncate(config.test_points(count));
    places.sort_unstable();
    places
}

impl Samples {
    fn new(points: Points, config: &Config, seed: u64) -> Self {
        Self {
            test: test_places(config, points.len(), seed),
            points,
            outliers: Vec::new(),
            lift: 0.0,
            moved: None,
        }
    }

    /// The same points with outliers lifted by `lift`, instead of by what they were.
    #[must_use]
    pub fn lifted(&self, config: &Config, lift: f64) -> Self {
        let mut samples = self.clone();
        samples.outliers = evenly_spaced(config.outliers, self.points.len());
        for &place in &samples.outliers {
            samples.points.y[place] += lift;
        }
        for &place in &self.outliers {
            samples.points.y[place] -= self.lift;
        }
        samples.lift = lift;
        samples
    }

    /// The points that are trained on, in order.
    pub fn train(&self) -> Points {
        self.points.filtered(|place| !self.test.contains(&place))
    }

    /// The points that are held back.
    pub fn test(&self) -> Points {
        self.points.filtered(|place| self.test.contains(&place))
    }

    /// Whether the point at `place` was lifted.
    pub fn is_outlier(&self, place: usize) -> bool {
        self.outliers.contains(&place)
    }

    /// All points for a chart: outliers are diamonds, held-back points are hollow.
    pub fn marks(&self) -> Vec<Marks> {
        let kinds = [
            ("training point", false, false),
            ("test point", true, false),
            ("outlier, training point", false, true),
            ("outlier, test point", true, true),
        ];
        let marks = kinds
            .into_iter()
            .filter_map(|(label, is_test, is_outlier)| {
                let chosen = self.points.filtered(|place| {
                    self.test.contains(&place) == is_test && self.is_outlier(place) == is_outlier
                });
                let (marker, colour) = if is_outlier {
                    (Marker::Diamond, Colour::BLACK)
                } else {
                    (Marker::Circle, Colour::GREY)
                };
                let is_there = !chosen.is_empty();
                let marks = Marks::new(label, chosen.x, chosen.y).marker(marker);
                let marks = marks.colour(colour).radius(3.5);
                is_there.then(|| if is_test { marks.hollow() } else { marks })
            });
        marks.collect()
    }
}

/// The line in the middle of the noise, which a perfect fit of drawn points without outliers finds.
pub fn true_line(config: &Config) -> Line {
    Line {
        slope: SLOPE,
        intercept: config.noise / 2.0,
    }
}

/// `chosen` places of `count`, each in the middle of its share: 2, 7, 12, ... for 10 of 50.
fn evenly_spaced(chosen: usize, count: usize) -> Vec<usize> {
    let chosen = chosen.min(count);
    (0..chosen)
        .map(|k| (2 * k + 1) * count / (2 * chosen))
        .collect()
}
