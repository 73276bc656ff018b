//! How one digit differs from its form: what the writer's hand does to the strokes.
//!
//! Each stroke and each of its points is put down a little off; then the whole digit is bent by a
//! smooth field, slanted, rotated and made wide or narrow. The path is bent and not the picture,
//! so the pen keeps its width.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::curve::{self, Point};
use super::field::Field;
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
        let mut line = curve::through(&self.place(stroke, random));
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

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::rand_core::SeedableRng;

    #[test]
    fn a_turn_keeps_the_area_but_for_the_width() {
        let [[a, b], [c, d]] = turn([0.3, -0.2, 0.1]);
        assert!((a * d - b * c - 0.1_f32.exp()).abs() < 1e-6);
        // The upper end of an upright line goes to the right, as y grows downwards.
        let [[_, x], _] = turn([0.0; 3]);
        assert!((-x - SLANT).abs() < 1e-6);
    }

    #[test]
    fn corners_stay_on_the_path_unless_the_hand_rounds_them() {
        let mut random = ChaCha12Rng::seed_from_u64(1);
        let hand = Hand::sample(&mut random);
        let corner: Stroke = &[(0, 0), (50, 0), (50, 0), (50, 90)];
        let lengths = [(); 400].map(|()| hand.place(corner, &mut random).len());
        let round = lengths.iter().filter(|&&points| points == 3).count();
        assert!(lengths.iter().all(|points| (3..=4).contains(points)));
        // Five standard deviations of 400 draws around 30 %.
        assert!((74..=166).contains(&round), "{round} of 400");
    }

    #[test]
    fn a_hand_in_haste_still_writes_most_of_each_stroke() {
        for index in 0..500 {
            let mut random = ChaCha12Rng::seed_from_u64(index);
            let lines = write((index % 10) as u8, &mut random);
            assert!(lines.iter().all(|line| line.len() > 10), "digit {index}");
        }
    }
}
