//! From a homography that is nearly right to the best one nearby: robust least squares.
//!
//! Pairs are weighted by Tukey's biweight (1 - d / c^2)^2 of their deviation d, which fades out at c
//! thresholds instead of ending in a step. The weighted sum of the deviations is made less by
//! Gauss-Newton steps H <- (1 + D) H, in which g, see [`Equations`], is linear.

use super::Threshold;
use super::scene::Scene;
use crate::homography::{Matrix, Pair, Point, product};

/// Degrees of freedom of a homography.
const FREE: usize = 8;

/// Rounds of reweighting, by the c of each: from a wide net to that of the answer.
const NETS: [f64; 4] = [3.0, 2.5, 2.0, 1.5];
/// The last c.
const LAST: f64 = 1.5;
/// Steps with it after which the result is taken as it is.
const MOST_STEPS: usize = 20;
/// Entries of D that are nothing, in coordinates of size 1.
const NOTHING: f64 = 1e-10;

/// A few steps, enough to see whether there is a consensus nearby.
pub(super) fn polished(matrix: &Matrix, scene: &Scene) -> Option<Matrix> {
    let mut nets = NETS.iter();
    nets.try_fold(*matrix, |matrix, net| Some(step(&matrix, scene, *net)?.0))
}

/// Steps until nothing changes any more.
pub(super) fn settled(matrix: &Matrix, scene: &Scene) -> Option<Matrix> {
    let mut matrix = *matrix;
    for _ in 0..MOST_STEPS {
        let (next, change) = step(&matrix, scene, LAST)?;
        matrix = next;
        if change < NOTHING {
            break;
        }
    }
    Some(matrix)
}

/// One step, and the largest entry of its D; `None` when the pairs with a weight determine nothing.
fn step(matrix: &Matrix, scene: &Scene, net: f64) -> Option<(Matrix, f64)> {
    let mut normal = Normal::default();
    for pair in &scene.pairs {
        let equations = Equations::new(matrix, pair, scene.threshold);
        if equations.is_within(net) {
            let fading = 1.0 - equations.deviation() / (net * net);
            if fading > 0.0 {
                normal.add(&equations, pair.to, fading * fading);
            }
        }
    }
    let [a, b, c, d, e, f, g, h] = solved(normal.0)?;
    let change = [[1.0 + a, b, c], [d, 1.0 + e, f], [g, h, 1.0]];
    let largest = [a, b, c, d, e, f, g, h]
        .map(f64::abs)
        .into_iter()
        .fold(0.0, f64::max);
    largest
        .is_finite()
        .then(|| (product(&change, matrix), largest))
}

/// The normal equations of D; the last column is the right side.
#[derive(Default)]
struct Normal([[f64; FREE + 1]; FREE]);

impl Normal {
    /// Adds a pair: g changes with D by (1 + D) (u, v, w).
    fn add(&mut self, equations: &Equations, to: Point, weight: f64) {
        let ([u, v, w], [x, y]) = (equations.mapped, equations.error);
        let rows = [
            [u, v, w, 0.0, 0.0, 0.0, -to.x * u, -to.x * v, -x],
            [0.0, 0.0, 0.0, u, v, w, -to.y * u, -to.y * v, -y],
        ];
        let [[xx, xy], [_, yy]] = equations.precision();
        let (first, second) = (&rows[0], &rows[1]);
        for (k, line) in self.0.iter_mut().enumerate() {
            let by_first = weight * (xx * first[k] + xy * second[k]);
            let by_second = weight * (xy * first[k] + yy * second[k]);
            for ((sum, a), b) in line.iter_mut().zip(first).zip(second) {
                *sum += by_first * a + by_second * b;
            }
        }
    }
}

/// A pivot smaller than the largest entry of the equations by this factor is a zero.
const NO_PIVOT: f64 = 1e-13;

/// The solution of eight equations by Gaussian elimination; the last column is the right side.
fn solved(mut lines: [[f64; FREE + 1]; FREE]) -> Option<[f64; FREE]> {
    let largest = (0..FREE).fold(0.0_f64, |most, k| most.max(lines[k][k].abs()));
    for column in 0..FREE {
        let size = |line: &usize| lines[*line][column].abs();
        let pivot = (column..FREE).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        lines.swap(column, pivot);
        let top = lines[column];
        let is_pivot = top[column].abs() > NO_PIVOT * largest;
        if !is_pivot {
            return None;
        }
        for (_, line) in lines.iter_mut().enumerate().filter(|(k, _)| *k != column) {
            let factor = line[column] / top[column];
            for (entry, above) in line.iter_mut().zip(top) {
                *entry -= factor * above;
            }
        }
    }
    Some(std::array::from_fn(|k| lines[k][FREE] / lines[k][k]))
}

/// The equations of a pair (x, y) -> (x', y') for a homography with (u, v, w) = H (x, y, 1):
///
/// ```text
/// g = (u - x' w, v - y' w) = 0
/// ```
///
/// If the points of the two pictures are off by one and the other threshold, g is off by the
/// square root of the 2x2 matrix
///
/// ```text
/// S = to^2 w^2 1 + from^2 J J',   J = dg / d(x, y)
/// ```
///
/// so that g' S^-1 g is the squared error of the pair as a share of the squared threshold (Hartley &
/// Zisserman, section 4.2.6).
pub(super) struct Equations {
    /// (u, v, w).
    pub mapped: [f64; 3],
    /// g.
    pub error: [f64; 2],
    /// The entries of S in the first row, and the last one.
    spread: [f64; 3],
}

impl Equations {
    #[inline(always)]
    pub fn new(matrix: &Matrix, pair: &Pair, threshold: Threshold) -> Self {
        let (from, to) = (pair.from, pair.to);
        // Millions of times, hence written out.
        let [first, second, third] = matrix;
        let along = |row: &[f64; 3]| row[0] * from.x + row[1] * from.y + row[2];
        let (u, v, w) = (along(first), along(second), along(third));
        let (a, b) = (first[0] - to.x * third[0], first[1] - to.x * third[1]);
        let (c, d) = (second[0] - to.y * third[0], second[1] - to.y * third[1]);
        let source = threshold.from * threshold.from;
        let target = threshold.to * threshold.to * w * w;
        Self {
            mapped: [u, v, w],
            error: [u - to.x * w, v - to.y * w],
            spread: [
                target + source * (a * a + b * b),
                source * (a * c + b * d),
                target + source * (c * c + d * d),
            ],
        }
    }

    /// Whether the pair lies before the horizon, and may have an error of at most `net` thresholds:
    /// no vector is longer by S than by the sum of its eigenvalues.
    #[inline(always)]
    pub fn is_within(&self, net: f64) -> bool {
        let [x, y] = self.error;
        let [xx, _, yy] = self.spread;
        self.mapped[2] > 0.0 && x * x + y * y <= net * net * (xx + yy)
    }

    /// g' S^-1 g.
    #[inline(always)]
    pub fn deviation(&self) -> f64 {
        let [x, y] = self.error;
        let [xx, xy, yy] = self.spread;
        (yy * x * x - 2.0 * xy * x * y + xx * y * y) / (xx * yy - xy * xy)
    }

    /// S^-1.
    pub fn precision(&self) -> [[f64; 2]; 2] {
        let [xx, xy, yy] = self.spread;
        let determinant = xx * yy - xy * xy;
        [[yy, -xy], [-xy, xx]].map(|row| row.map(|entry| entry / determinant))
    }
}
