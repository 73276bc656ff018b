//! What stands out of a face and what lies back: hills, each a bell curve over the head.

use rand::{Rng, RngExt};

use super::expression::Expression;
use super::paint::Place;
use super::person::Person;

/// The shape of a nose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nose {
    /// From the eyes down to its tip.
    pub tip: f64,
    /// From the middle to a nostril's wing.
    pub width: f64,
    /// How far the tip stands out.
    pub height: f64,
    /// How much of that height the bridge has, 0 to 1.
    pub bridge: f64,
}

impl Nose {
    /// Draws a nose.
    pub fn sample(random: &mut impl Rng) -> Self {
        Self {
            tip: random.random_range(0.29..0.39),
            width: random.random_range(0.1..0.15),
            height: random.random_range(0.13..0.2),
            bridge: random.random_range(0.4..0.7),
        }
    }
}

/// A hill, or a hollow where its height is negative.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hill {
    centre: (f64, f64),
    spread: (f64, f64),
    height: f64,
}

/// The hills of a face.
#[derive(Debug, Clone, PartialEq)]
pub struct Relief(Vec<Hill>);

/// Height over the head, and its slopes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Height {
    /// Above the smooth head.
    pub height: f64,
    /// Its change to the right and downwards.
    pub slope: (f64, f64),
}

impl Relief {
    /// The relief of a person in an expression.
    pub fn of(person: &Person, e: &Expression) -> Self {
        let mut relief = Self(Vec::new());
        relief.eyes_and_cheeks(person, e);
        relief.nose(&person.nose);
        relief.mouth_and_chin(person, e);
        relief
    }

    fn eyes_and_cheeks(&mut self, person: &Person, e: &Expression) {
        let (eyes, wide) = (person.eyes.distance, person.head.width);
        self.both(eyes, -0.19 - 0.04 * e.brows, (0.17, 0.06), 0.03);
        self.both(eyes - 0.06, -0.01, (0.12, 0.09), -0.06);
        self.both(eyes, 0.0, (0.09, 0.06), 0.03);
        let cheek = 0.035 + 0.03 * e.smile.max(0.0);
        self.both(0.6 * wide, 0.3 - 0.03 * e.smile, (0.12, 0.12), cheek);
        self.both(0.62 * wide, 0.62, (0.1, 0.12), -0.02);
    }

    fn nose(&mut self, nose: &Nose) {
        for step in 0..5 {
            let share = f64::from(step) / 4.0;
            let (y, wide) = (-0.08 + share * (nose.tip - 0.02), 0.055 + 0.025 * share);
            let high = nose.height * (nose.bridge + (0.75 - nose.bridge) * share);
            self.middle(y, (wide, 0.07), 0.62 * high);
        }
        self.middle(nose.tip, (0.065, 0.055), 0.42 * nose.height);
        self.both(nose.width, nose.tip + 0.035, (0.04, 0.042), 0.06);
    }

    fn mouth_and_chin(&mut self, person: &Person, e: &Expression) {
        let mouth = &person.mouth;
        let (y, lip) = (mouth.y, 0.6 * mouth.width);
        let corner = -0.015 - 0.015 * e.smile.abs();
        self.both(mouth.reach(e) * 1.1, y, (0.04, 0.05), corner);
        self.middle(y - 0.11, (0.02, 0.05), -0.012);
        self.middle(y, (0.2, 0.13), 0.04 + 0.03 * e.pucker);
        self.middle(y - 0.03, (lip, 0.02), 0.01);
        self.middle(y + 0.04 + 0.15 * e.mouth_open, (lip, 0.025), 0.014);
        self.middle(y + 0.13 + 0.12 * e.mouth_open, (0.12, 0.035), -0.025);
        self.middle(person.head.chin - 0.13, (0.12, 0.075), 0.045);
    }

    /// A hill on each side of the face.
    fn both(&mut self, x: f64, y: f64, spread: (f64, f64), height: f64) {
        self.0.extend([-x, x].map(|x| Hill {
            centre: (x, y),
            spread,
            height,
        }));
    }

    /// A hill in the middle of the face.
    fn middle(&mut self, y: f64, spread: (f64, f64), height: f64) {
        self.0.push(Hill {
            centre: (0.0, y),
            spread,
            height,
        });
    }

    /// Height and slopes at a place of the face.
    pub fn at(&self, p: Place) -> Height {
        let mut sum = Height::default();
        for hill in &self.0 {
            let (dx, dy) = (p.x - hill.centre.0, p.y - hill.centre.1);
            let (x, y) = (dx / hill.spread.0, dy / hill.spread.1);
            let square = x * x + y * y;
            // Beyond four widths a bell is below 0.0004 of its height.
            if square > 16.0 {
                continue;
            }
            let height = hill.height * (-0.5 * square).exp();
            sum.height += height;
            sum.slope.0 -= height * x / hill.spread.0;
            sum.slope.1 -= height * y / hill.spread.1;
        }
        sum
    }
}
