//! The post's points: a noisy line of which every fifth point is lifted.
//!
//! ```text
//! y = 2 x + U(0, 2)      x evenly spaced on [0.5, 9.5]
//! ```
//!
//! Ten evenly spaced points are outliers. They share one lift, U(0, 10). A fifth of all points is
//! held back, and the total error is measured on it.

use rand::RngExt;
use rand::seq::SliceRandom;
use retrace_lab::random::stream;
use retrace_lab::{Error, Input, InputKind, Loaded, Result};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::line::{Line, Points};

/// Slope of the line below the noise (the author's).
pub const SLOPE: f64 = 2.0;
/// Range of x (the author's).
pub const RANGE: (f64, f64) = (0.5, 9.5);

/// Where the points come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Drawn from the recipe.
    Recipe,
    /// The user's file.
    File(Points),
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
}

/// Reads the user's points, if there are any.
///
/// # Errors
/// A file that cannot be read, or through whose points no line can be tested.
pub fn load(config: &Config) -> Result<Loaded<Source>> {
    let Some(path) = &config.points else {
        return Ok(Loaded {
            data: Source::Recipe,
            inputs: Vec::new(),
            notes: Vec::new(),
        });
    };
    let read = retrace_data::read_columns(path, ["x", "y"], 2).map_err(Error::data)?;
    let [x, y] = read.values;
    let points = Points { x, y };
    if let Some(fault) = fault(&points, config) {
        let sentence = format!("{}: {fault}", path.display());
        return Err(Error::Data(sentence.into()));
    }
    let input = Input {
        name: path.display().to_string(),
        kind: InputKind::File,
        sha256: read.sha256,
    };
    Ok(Loaded {
        data: Source::File(points),
        inputs: vec![input],
        notes: Vec::new(),
    })
}

fn fault(points: &Points, config: &Config) -> Option<String> {
    let (low, high) = points.range();
    if low >= high {
        return Some(format!("expected different x, found only {low}"));
    }
    let held = points.len() - config.test_points(points.len());
    let folds = config.folds;
    (held < folds).then(|| {
        format!("expected a training point for each of {folds} folds, found {held} of them")
    })
}

impl Source {
    /// The points of a cell with this seed.
    pub fn samples(&self, config: &Config, seed: u64) -> Samples {
        // The author saved one data set and used it for every run.
        let seed = if config.redraw_points { seed } else { 0 };
        let (points, lift) = match self {
            Self::Recipe => drawn(config, seed),
            Self::File(points) => (points.clone(), 0.0),
        };
        let test = held_back(config, points.len(), seed);
        let plain = Samples {
            points,
            outliers: Vec::new(),
            lift: 0.0,
            test,
        };
        match self {
            Self::Recipe => plain.lifted(config, lift),
            Self::File(_) => plain,
        }
    }
}

/// Points on the noisy line, none lifted yet, and the lift.
fn drawn(config: &Config, seed: u64) -> (Points, f64) {
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
fn held_back(config: &Config, count: usize, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.shuffle(&mut stream(seed, "split", 0));
    places.truncate(config.test_points(count));
    places.sort_unstable();
    places
}

impl Samples {
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
