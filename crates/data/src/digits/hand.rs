//! How people write the ten digits: several forms for each digit, paths of the pen, and what the
//! writer's hand does to the strokes of one.
//!
//! Each stroke and each of its points is put down a little off; then the whole digit is bent by a
//! smooth field, slanted, rotated and made wide or narrow. The path is bent and not the picture,
//! so the pen keeps its width.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::field::{Field, Point};

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
    let strokes = pick(label, random).iter();
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

/// Points in hundredths of the digit's height, x to the right and y downwards. A point given twice
/// is a corner, the others lie on a smooth curve.
type Stroke = &'static [(u8, u8)];

/// A way to write a digit.
struct Form {
    /// How often it is met, against the other forms of the digit.
    share: f32,
    strokes: &'static [Stroke],
}

const fn form(share: f32, strokes: &'static [Stroke]) -> Form {
    Form { share, strokes }
}

/// One of the forms of a digit, by their shares.
fn pick(label: u8, random: &mut ChaCha12Rng) -> &'static [Stroke] {
    let forms = FORMS[usize::from(label)];
    let mut left = random.random_range(0.0..forms.iter().map(|form| form.share).sum());
    let chosen = forms.iter().find(|form| {
        left -= form.share;
        left < 0.0
    });
    // Rounding can leave a little after the last form.
    chosen.unwrap_or(&forms[0]).strokes
}

/// The forms of each digit.
#[rustfmt::skip] // a line a stroke
const FORMS: [&[Form]; 10] = [
    &[
        form(4.0, &[&[(52,2), (18,20), (10,64), (44,98), (80,72), (82,24), (46,3)]]),
        form(3.0, &[&[(62,8), (30,14), (18,56), (40,98), (66,66), (62,18), (38,8)]]),
        form(2.0, &[&[(45,4), (10,40), (24,92), (68,94), (90,48), (60,4)]]),
        form(1.0, &[&[(40,6), (10,40), (22,92), (70,92), (88,45), (58,4), (36,14), (42,26)]]),
    ],
    &[
        form(5.0, &[&[(50,0), (50,50), (50,100)]]),
        form(3.0, &[&[(55,0), (50,30), (47,70), (50,100)]]),
        form(1.5, &[&[(34,20), (52,0), (52,0), (52,50), (52,100)]]),
        form(0.4, &[&[(32,22), (52,0), (52,0), (52,50), (52,100)], &[(26,100), (52,99), (78,100)]]),
    ],
    &[
        form(3.0, &[&[(15,25), (25,6), (50,0), (75,10), (78,30), (60,58), (35,82), (12,98), (12,98), (50,95), (90,97)]]),
        form(3.0, &[&[(12,22), (30,3), (58,2), (76,20), (70,45), (48,75), (25,95), (10,90), (14,78), (32,80), (60,96), (92,92)]]),
        form(2.0, &[&[(14,20), (40,0), (72,8), (72,35), (45,68), (10,95), (10,95), (35,88), (62,98), (90,90)]]),
        form(1.0, &[&[(10,12), (45,2), (78,8), (74,30), (10,96), (10,96), (50,97), (88,96)]]),
    ],
    &[
        form(4.0, &[&[(14,12), (40,0), (72,8), (74,30), (42,46), (42,46), (78,56), (86,78), (62,97), (32,98), (8,86)]]),
        form(1.0, &[&[(15,3), (50,2), (78,2), (78,2), (42,40), (42,40), (74,50), (84,74), (62,96), (32,98), (8,86)]]),
        form(1.5, &[&[(12,14), (38,0), (72,6), (76,26), (52,44), (36,50), (38,42), (58,46), (84,62), (82,86), (55,99), (24,97), (6,84)]]),
        form(2.0, &[&[(18,8), (50,0), (76,14), (66,38), (44,48), (70,56), (84,76), (64,97), (34,98), (10,90)]]),
    ],
    &[
        form(4.0, &[&[(20,0), (12,32), (16,54), (45,56), (84,48)], &[(74,4), (70,50), (66,100)]]),
        form(1.5, &[&[(62,0), (35,30), (6,64), (6,64), (50,63), (92,60)], &[(62,0), (64,50), (64,100)]]),
        form(2.5, &[&[(24,8), (18,42), (38,54), (76,42)], &[(82,0), (74,50), (64,100)]]),
        form(0.3, &[&[(66,4), (34,18), (14,48), (36,58), (70,46)], &[(74,2), (70,50), (64,100)]]),
    ],
    &[
        form(3.0, &[&[(28,4), (22,44), (22,44), (50,36), (80,50), (82,76), (58,97), (28,98), (8,86)], &[(28,5), (55,4), (88,2)]]),
        form(3.0, &[&[(86,3), (55,4), (30,6), (30,6), (22,44), (22,44), (52,38), (80,54), (80,78), (54,98), (26,97), (6,86)]]),
        form(2.0, &[&[(84,6), (52,2), (28,12), (24,36), (50,46), (76,58), (78,82), (50,98), (22,96), (6,88)]]),
        form(2.0, &[&[(34,12), (28,48), (60,44), (78,64), (66,92), (36,99), (10,92)], &[(36,12), (62,8), (94,0)]]),
    ],
    &[
        form(4.0, &[&[(62,0), (36,18), (16,48), (12,78), (32,98), (62,92), (74,70), (56,54), (30,62), (16,78)]]),
        form(3.0, &[&[(40,0), (24,40), (18,75), (34,98), (62,90), (66,68), (44,60), (24,76)]]),
        form(1.5, &[&[(80,6), (48,4), (20,30), (10,66), (26,96), (60,98), (82,78), (70,54), (40,50), (16,66)]]),
        form(1.5, &[&[(50,0), (30,30), (22,70), (38,98), (58,84), (50,66), (30,76)]]),
    ],
    &[
        form(4.0, &[&[(10,6), (45,6), (84,4), (84,4), (62,48), (40,100)]]),
        form(1.0, &[&[(10,6), (45,6), (84,4), (84,4), (62,48), (40,100)], &[(28,54), (54,52), (82,48)]]),
        form(2.0, &[&[(12,24), (14,6), (14,6), (50,8), (86,4), (86,4), (58,40), (46,100)]]),
        form(2.5, &[&[(8,14), (36,4), (76,6), (80,22), (58,58), (44,100)]]),
    ],
    &[
        form(5.0, &[&[(74,14), (48,0), (22,12), (26,36), (56,54), (80,76), (60,98), (28,94), (18,76), (44,50), (72,30), (72,14)]]),
        form(1.5, &[&[(48,0), (26,14), (30,38), (50,46), (70,34), (72,12), (48,0)], &[(50,46), (20,62), (20,88), (50,100), (80,86), (76,60), (50,46)]]),
        form(2.5, &[&[(80,10), (50,2), (26,14), (30,36), (58,52), (78,74), (62,97), (32,96), (22,76), (44,52), (66,34), (84,4)]]),
    ],
    &[
        form(4.0, &[&[(74,20), (50,2), (22,14), (16,38), (38,50), (66,36), (76,10), (76,10), (72,50), (66,100)]]),
        form(2.0, &[&[(72,18), (48,0), (20,16), (20,42), (46,50), (70,30), (74,14), (76,50), (64,84), (34,99), (10,88)]]),
        form(2.0, &[&[(70,20), (44,2), (16,20), (20,44), (48,48), (70,24)], &[(72,10), (70,50), (58,100)]]),
        form(2.0, &[&[(66,8), (36,6), (18,28), (30,46), (56,36), (68,8), (60,50), (44,100)]]),
    ],
];

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
