//! Points on the label, and how far an estimated homography is from the true one there.

use rand::RngExt;
use rand_distr::{Distribution, Normal};

use crate::author::truth;
use crate::homography::Homography;
use crate::photo::LABEL;
use crate::point::{Pair, Point};

/// Points along each side of the grid on which errors are averaged.
const GRID: u8 = 11;

/// Exact pairs on the label: its corners, then the middles of its sides, then points anywhere.
///
/// The middles are those of the label itself. In the picture they are not in the middle, which is
/// what the author's longer list overlooks.
pub struct Label {
    truth: Homography,
    back: Homography,
}

impl Label {
    /// The author's label, seen as in his picture.
    pub fn of_author() -> Self {
        let truth = truth();
        let back = truth.inverse().expect("it is an inverse itself");
        Self { truth, back }
    }

    /// The first `count` exact pairs; those anywhere are drawn from `random`.
    pub fn pairs(&self, count: usize, random: &mut impl RngExt) -> Vec<Pair> {
        let [left, top, right, bottom] = LABEL;
        let place = |across: f64, down: f64| {
            Point::new(left + across * (right - left), top + down * (bottom - top))
        };
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let middles = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)];
        let fixed = corners.into_iter().chain(middles);
        let anywhere = std::iter::repeat_with(|| (random.random(), random.random()));
        fixed
            .chain(anywhere)
            .take(count)
            .map(|(across, down)| self.pair(place(across, down)))
            .collect()
    }

    /// The exact pair of a target point.
    fn pair(&self, to: Point) -> Pair {
        let from = self
            .back
            .apply(to)
            .expect("the camera sees all of the label");
        Pair::new(from, to)
    }

    /// Mean distance over the label, in pixels of the target, between where `estimate` and where
    /// the true homography send what the picture shows there.
    pub fn mean_error(&self, estimate: &Homography) -> Option<f64> {
        let [left, top, right, bottom] = LABEL;
        let share = |step: u8| f64::from(step) / f64::from(GRID - 1);
        let mut sum = 0.0;
        for row in 0..GRID {
            for column in 0..GRID {
                let to = Point::new(
                    left + share(column) * (right - left),
                    top + share(row) * (bottom - top),
                );
                sum += estimate.apply(self.pair(to).from)?.distance(to);
            }
        }
        let mean = sum / (f64::from(GRID) * f64::from(GRID));
        mean.is_finite().then_some(mean)
    }

    /// The homography that is sought.
    pub fn truth(&self) -> &Homography {
        &self.truth
    }
}

/// The pairs with normal noise of this standard deviation in both coordinates of their sources;
/// targets are chosen, not measured, and stay exact.
pub fn with_noise(pairs: &[Pair], deviation: f64, random: &mut impl RngExt) -> Vec<Pair> {
    let normal = Normal::new(0.0, 1.0).expect("one is a standard deviation");
    let mut noisy = |value: f64| value + deviation * normal.sample(random);
    let source = |pair: &Pair| Point::new(noisy(pair.from.x), noisy(pair.from.y));
    pairs
        .iter()
        .map(source)
        .zip(pairs)
        .map(|(from, pair)| Pair::new(from, pair.to))
        .collect()
}
