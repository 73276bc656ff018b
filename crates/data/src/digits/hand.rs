//! How one digit differs from its form: what the writer's hand does to the strokes.
//!
//! Each stroke and each of its points is put down a little off; then the whole digit is bent by a
//! smooth field, slanted, rotated and made wide or narrow. The path is bent and not the picture,
//! so the pen keeps its width.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::field::{Field, Point};
use super::forms::{self, Stroke};

/// Pixels of a form's height, before the digit is fitted into its box.
const HEIGHT: f32 = 20.0;
/// How far a stroke lies off, to each side, in pixels.
const LIFT: f32 = 0.9;
/// How far a point lies off beyond its stroke, to each side, in pixels.
const SLIP: f32 = 0.5;
/// The part of a stroke that is missing at its start, at most, and at its end.
const HASTE: f32 = 0.06;
/// How often the corners of a stroke come out round.
const ROUND: f64 = 0.3;
/// Root mean square of the elastic distortion in pixels; Simard's is 1.4.
const BEND: f32 = 1.1;
/// The largest rotation to each side, in radians.
const ROTATION: f32 = 0.2;
/// The mean slant, a shift to the right for each pixel upwards, as right-handed writing has it.
const SLANT: f32 = 0.2;
/// How far the slant is from its mean, at most.
const SLANTS: f32 = 0.35;
/// The logarithm of the width, at most, to each side.
const WIDTHS: f32 = 0.3;
/// The logarithm of the exponent that moves the middle of a digit, at most, to each side.
const WAISTS: f32 = 0.3;

/// The strokes of a digit as somebody writes it: polylines in pixels.
pub fn write(label: u8, random: &mut ChaCha12Rng) -> Vec<Vec<Point>> {
    let hand = Hand::sample(random);
    let strokes = forms::pick(label, random).iter();
    let mut lines: Vec<_> = strokes.map(|stroke| hand.draw(stroke, random)).collect();
    let bend = [Field::sample(random), Field::sample(random)];
    for point in lines.iter_mut().flatten() {
        let off = bend
            .each_ref()
            .map(|field| hand.careless * BEND * field.at(*point));
        let [x, y] = [point[0] + off[0], point[1] + off[1]];
        *point = hand.turn.map(|row| row[0] * x + row[1] * y);
    }
    lines
}

/// Somebody's hand at the moment.
struct Hand {
    /// Multiplies all that is random; most hands are near the lower end, few at the upper one.
    careless: f32,
    /// Exponents, which move the middle of a digit to the side and up or down.
    waist: [f32; 2],
    /// Rows of the matrix of width, slant and rotation.
    turn: [[f32; 2]; 2],
}

impl Hand {
    fn sample(random: &mut ChaCha12Rng) -> Self {
        let careless = 0.65 + 1.05 * random.random::<f32>().powi(2);
        Self {
            careless,
            waist: within([WAISTS; 2], random).map(f32::exp),
            turn: turn(within([ROTATION, SLANTS, WIDTHS], random).map(|most| careless * most)),
        }
    }

    /// A stroke as a polyline in pixels.
    fn draw(&self, stroke: Stroke, random: &mut ChaCha12Rng) -> Vec<Point> {
        let mut line = through(&self.place(stroke, random));
        let most = self.careless * HASTE * line.len() as f32;
        let missing = [0, 1].map(|_: u8| random.random_range(0.0..most) as usize);
        line.truncate(line.len() - missing[0]);
        line.drain(..missing[1]);
        line
    }

    /// The points of a stroke where this hand puts them, in pixels.
    fn place(&self, stroke: Stroke, random: &mut ChaCha12Rng) -> Vec<Point> {
        let round = random.random_bool(ROUND);
        let lift = within([LIFT; 2], random);
        let mut placed: Vec<Point> = Vec::with_capacity(stroke.len());
        for (index, &(x, y)) in stroke.iter().enumerate() {
            let slip = within([SLIP; 2], random);
            if index == 0 || stroke[index - 1] != (x, y) {
                placed.push([(x, 0), (y, 1)].map(|(at, axis)| {
                    let exact = HEIGHT * (f32::from(at) / 100.0).powf(self.waist[axis]);
                    exact + self.careless * (lift[axis] + slip[axis])
                }));
            } else if !round {
                // A corner is one point given twice, also where the hand misplaces it.
                placed.extend(placed.last().copied());
            }
        }
        placed
    }
}

/// A number to each side of zero for each of the largest ones.
fn within<const N: usize>(most: [f32; N], random: &mut ChaCha12Rng) -> [f32; N] {
    most.map(|most| random.random_range(-most..most))
}

/// Rows of the matrix that first widens and slants a digit, then rotates it.
fn turn([angle, slant, width]: [f32; 3]) -> [[f32; 2]; 2] {
    let (sin, cos) = angle.sin_cos();
    let (width, slant) = (width.exp(), slant - SLANT);
    [
        [cos * width, cos * slant - sin],
        [sin * width, sin * slant + cos],
    ]
}

/// The longest piece of a sampled curve, in pixels: shorter than the finest bend that 20 pixels
/// can show.
const PIECE: f32 = 0.8;

/// A polyline along the Catmull-Rom curve through `points`; a point given twice is a corner.
///
/// Between b and c, with their neighbours a and d, the curve is the cubic of Hermite with the
/// slopes (c - a) / 2 and (d - b) / 2. At the ends a missing neighbour is the point itself.
fn through(points: &[Point]) -> Vec<Point> {
    let mut line = Vec::new();
    for smooth in points.chunk_by(|a, b| a != b) {
        line.extend(smooth.first());
        for span in 1..smooth.len() {
            let [b, c] = [smooth[span - 1], smooth[span]];
            let a = if span > 1 { smooth[span - 2] } else { b };
            let d = *smooth.get(span + 1).unwrap_or(&c);
            let pieces = ((c[0] - b[0]).hypot(c[1] - b[1]) / PIECE).ceil().max(1.0);
            line.extend((1..=pieces as usize).map(|i| cubic([a, b, c, d], i as f32 / pieces)));
        }
    }
    line
}

fn cubic([a, b, c, d]: [Point; 4], t: f32) -> Point {
    let (from, to) = (1.0 - t, t);
    [0, 1].map(|axis| {
        let [a, b, c, d] = [a[axis], b[axis], c[axis], d[axis]];
        let ends = b * from * from * (1.0 + 2.0 * t) + c * to * to * (3.0 - 2.0 * t);
        ends + (c - a) / 2.0 * t * from * from - (d - b) / 2.0 * to * to * from
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARCH: [Point; 4] = [[0.0, 0.0], [4.0, -9.0], [11.0, -8.0], [15.0, 1.0]];

    #[test]
    fn the_middle_of_a_span_has_the_weights_of_catmull_and_rom() {
        // -1/16, 9/16, 9/16, -1/16 of the four points, by hand.
        let x = (9.0 * (4.0 + 11.0) - 15.0) / 16.0;
        let y = (9.0 * (-9.0 - 8.0) - 1.0) / 16.0;
        let [found_x, found_y] = cubic(ARCH, 0.5);
        assert!((found_x - x).abs() < 1e-5 && (found_y - y).abs() < 1e-5);
    }

    #[test]
    fn a_point_given_twice_is_a_corner_between_straight_lines() {
        let [a, b, c] = [[0.0, 0.0], [8.0, 0.0], [8.0, 8.0]];
        let off = |p: &Point| p[1].abs().min((p[0] - 8.0).abs());
        let farthest = |line: &[Point]| line.iter().map(off).fold(0.0, f32::max);
        assert!(farthest(&through(&[a, b, b, c])) < 1e-5);
        assert!(farthest(&through(&[a, b, c])) > 0.3);
    }
}
