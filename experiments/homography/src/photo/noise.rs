//! Smooth noise over the plane: random values on a lattice, blended in between.

use rand::RngExt;
use retrace_lab::random::stream;

/// Side of the lattice, after which the noise repeats; a power of two.
const SIDE: usize = 128;

/// Values on a square lattice (K. Perlin, "An Image Synthesizer", SIGGRAPH 1985).
pub struct Noise(Vec<f64>);

impl Noise {
    /// The noise with this name; the same name gives the same noise.
    pub fn new(name: &str) -> Self {
        let mut random = stream(0, name, 0);
        Self((0..SIDE * SIDE).map(|_| random.random()).collect())
    }

    /// A smooth value, 0 to 1, that changes over distances of about 1.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let smooth = |share: f64| share * share * (3.0 - 2.0 * share);
        let (right, down) = (smooth(x - x.floor()), smooth(y - y.floor()));
        let wrapped = |place: f64| (place as i64).rem_euclid(SIDE as i64) as usize;
        let (column, row) = (wrapped(x.floor()), wrapped(y.floor()));
        let value = |i: usize, j: usize| self.0[(row + j) % SIDE * SIDE + (column + i) % SIDE];
        let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
        let above = mix(value(0, 0), value(1, 0), right);
        mix(above, mix(value(0, 1), value(1, 1), right), down)
    }

    /// The same with finer and finer detail, each octave half as strong.
    pub fn rough(&self, x: f64, y: f64) -> f64 {
        let octave = |k: i32| self.at(x * 2f64.powi(k), y * 2f64.powi(k)) * 0.5f64.powi(k + 1);
        (0..4).map(octave).sum::<f64>() / (1.0 - 0.5f64.powi(4))
    }
}
