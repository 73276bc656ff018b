//! The pen: strokes as ink on paper, in grey values of a scanner.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::field::{Field, Point};
use super::twin::{BOX, MARGIN};
use super::{DIGIT_PIXELS, DIGIT_SIDE};

/// Pixels from paper to ink across an edge.
const BLUR: f32 = 1.2;
/// Pixels that paper and pen move an edge to each side.
const ROUGH: f32 = 0.2;
/// How much the radius of a pen varies (root mean square), as a part of it.
const UNSTEADY: f32 = 0.15;

/// The grey of a pixel whose middle lies so many pixels inside the ink.
fn grey(depth: f32, random: &mut ChaCha12Rng) -> u8 {
    let rough = random.random_range(-ROUGH..ROUGH);
    let covered = (0.5 + (depth + rough) / BLUR).clamp(0.0, 1.0);
    // The scanner's white is not quite even.
    (covered * random.random_range(250.0..256.0)) as u8
}

/// A pen with a round tip.
pub struct Pen {
    /// Pixels.
    radius: f32,
    /// Where it presses more, and where less.
    pressure: Field,
}

impl Pen {
    /// Takes a fine pen or a broad one.
    pub fn sample(random: &mut ChaCha12Rng) -> Self {
        Self {
            radius: random.random_range(0.9..1.7) * random.random_range(0.85..1.15),
            pressure: Field::sample(random),
        }
    }

    /// How far ink reaches from the path, in pixels.
    pub fn reach(&self) -> f32 {
        self.radius + BLUR / 2.0
    }

    /// Strokes in ink: grey values, 0 the paper, 255 the ink.
    pub fn image(&self, strokes: &[Vec<Point>], random: &mut ChaCha12Rng) -> [u8; DIGIT_PIXELS] {
        let mut depth = [f32::NEG_INFINITY; DIGIT_PIXELS];
        for ends in strokes.iter().flat_map(|stroke| stroke.windows(2)) {
            self.draw([ends[0], ends[1]], &mut depth);
        }
        depth.map(|depth| grey(depth, random))
    }

    /// Raises the depth of the pixels around a straight piece of a stroke.
    fn draw(&self, [from, to]: [Point; 2], depth: &mut [f32; DIGIT_PIXELS]) {
        let pressure = self.pressure.at(from).clamp(-2.0, 2.0);
        let radius = self.radius * (1.0 + UNSTEADY * pressure);
        let reach = radius + BLUR / 2.0 + ROUGH;
        let range = |axis: usize| {
            let low = from[axis].min(to[axis]) - reach;
            let high = from[axis].max(to[axis]) + reach;
            // What is left of a blurred edge outside of the box is cut off, as it is in MNIST.
            low.max(MARGIN) as usize..high.ceil().min(MARGIN + BOX) as usize
        };
        for row in range(1) {
            for column in range(0) {
                let middle = [column as f32 + 0.5, row as f32 + 0.5];
                let pixel = &mut depth[row * DIGIT_SIDE + column];
                *pixel = pixel.max(radius - distance(middle, from, to));
            }
        }
    }
}

/// From a point to the nearest of a straight piece.
fn distance(point: Point, from: Point, to: Point) -> f32 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let off = [point[0] - from[0], point[1] - from[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let t = (off[0] * along[0] + off[1] * along[1]) / square.max(f32::MIN_POSITIVE);
    let t = t.clamp(0.0, 1.0);
    (off[0] - t * along[0]).hypot(off[1] - t * along[1])
}
