//! Whose face it is: everything about a head that does not change from picture to picture.

use rand::{Rng, RngExt};

use super::body::Body;
use super::eyes::{Eyes, Glasses};
use super::hair::Hair;
use super::head::Head;
use super::mouth::Mouth;
use super::relief::Nose;

/// A made-up person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    /// Proportions.
    pub head: Head,
    /// Eyes and brows.
    pub eyes: Eyes,
    /// Nose.
    pub nose: Nose,
    /// Mouth and beard.
    pub mouth: Mouth,
    /// Hair.
    pub hair: Hair,
    /// Ears, neck, clothes; and the wall of the place where all pictures are taken.
    pub body: Body,
    /// Grey of the skin in full light.
    pub skin: f64,
    /// Depth of the folds, 0 to 1.
    pub age: f64,
    /// Glasses, if any.
    pub glasses: Option<Glasses>,
    /// Names the patterns of skin and hair.
    pub pattern: u64,
}

impl Person {
    /// Draws a person.
    pub fn sample(random: &mut impl Rng) -> Self {
        let glasses = Glasses::sample(random);
        Self {
            head: Head::sample(random),
            eyes: Eyes::sample(random),
            nose: Nose::sample(random),
            mouth: Mouth::sample(random),
            hair: Hair::sample(random),
            body: Body::sample(random),
            skin: random.random_range(0.42..0.66),
            age: random.random_range(0.0..1.0),
            glasses: random.random_bool(0.3).then_some(glasses),
            pattern: random.random(),
        }
    }
}
