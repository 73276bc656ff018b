//! The synthetic twins: faces and other things drawn by code, for machines without the data sets.
//!
//! A face is computed from numbers: whose it is ([`Person`]), what it does ([`Expression`]), how it
//! is held ([`Pose`]) and lit ([`Light`]). The head is a smooth body seen along parallel rays, the
//! relief on it bends the light, and eyes, mouth and hair are painted on it with
//! distances to their edges (`paint`). Numbers come from named streams: the same name, the same
//! picture.
//!
//! The twins have the form of the published sets, not their difficulty: whatever is measured on
//! them says that the code works, and nothing of photographs.

mod body;
mod expression;
mod eyes;
mod hair;
mod head;
mod mouth;
mod noise;
mod paint;
mod person;
mod portrait;
mod pose;
mod relief;
mod things;

use ndarray::Array2;
use rand::RngExt;
use retrace_lab::random::stream;

pub use expression::Expression;
pub use person::Person;
pub use portrait::Portrait;
pub use pose::{Light, Pose};
pub use things::Thing;

use expression::{sixteen, two_more};
use hair::Hair;
use pose::unit;

/// Seeds all twins: the year of Turk & Pentland's paper. They do not depend on the seed of a run,
/// as photographs do not.
const SEED: u64 = 1991;

/// The post's pictures: its 16 of one man, and its 9 for the test in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// One man, sixteen expressions.
    pub training: Vec<Array2<f64>>,
    /// The same man twice, another man, a drawing of a face, a dog, a computer, an interior,
    /// houses, a bicycle.
    pub tests: Vec<Array2<f64>>,
}

/// Draws the twin of the post's pictures, squares of `side` pixels.
pub fn posted(side: usize) -> Posted {
    let size = (side, side);
    let man = the_man();
    let picture =
        |index: usize, expression: &Expression| man.portrait(*expression, index as u64).draw(size);
    let training: Vec<_> = sixteen()
        .iter()
        .enumerate()
        .map(|(i, e)| picture(i, e))
        .collect();
    let again = two_more();
    let again = again.iter().enumerate().map(|(i, e)| picture(16 + i, e));
    let things = [
        Thing::Cartoon,
        Thing::Dog,
        Thing::Computer,
        Thing::Room,
        Thing::Houses,
        Thing::Bicycle,
    ];
    let things = things.iter().enumerate();
    let things =
        things.map(|(i, thing)| thing.draw(size, &mut stream(SEED, "posted thing", i as u64)));
    let tests = again
        .chain([another_man().draw(size)])
        .chain(things)
        .collect();
    Posted { training, tests }
}

/// Somebody before one wall under one lamp.
struct Sitter {
    person: Person,
    light: Light,
    scale: f64,
}

impl Sitter {
    fn portrait(&self, expression: Expression, index: u64) -> Portrait {
        let mut random = stream(SEED, "posted pose", index);
        let mut within = |most: f64| random.random_range(-most..most);
        Portrait {
            person: self.person,
            expression,
            pose: Pose {
                yaw: 0.1 + within(0.12),
                pitch: 0.04 + within(0.08),
                roll: within(0.04),
                scale: self.scale * (1.0 + within(0.01)),
                shift: (within(0.03), 0.07 + within(0.03)),
            },
            light: self.light,
        }
    }
}

fn the_man() -> Sitter {
    let mut person = Person::sample(&mut stream(SEED, "posted man", 0));
    person.hair = Hair {
        grey: 0.07,
        line: -0.36,
        recession: 0.02,
        volume: 0.14,
        length: 0.62,
        parting: 0.3,
        shaggy: 0.12,
    };
    (person.skin, person.age) = (0.62, 0.1);
    person.glasses = None;
    person.body.wall = 0.5;
    (person.mouth.beard, person.mouth.moustache) = (0.18, 0.18);
    Sitter {
        person,
        light: Light {
            towards: unit([-0.3, -0.35, 1.0]),
            strength: 0.95,
            ambient: 0.32,
        },
        scale: 0.78,
    }
}

fn another_man() -> Portrait {
    let mut random = stream(SEED, "posted other man", 0);
    let other = Sitter {
        person: Person::sample(&mut random),
        light: Light::sample(&mut random),
        scale: 0.8,
    };
    other.portrait(Expression::REST, 18)
}

/// Draws the twin of the ORL faces: `persons` lists of `pictures` of rows x columns pixels.
pub fn persons(persons: usize, pictures: usize, size: (usize, usize)) -> Vec<Vec<Array2<f64>>> {
    let of = |index: usize| {
        let mut person = Person::sample(&mut stream(SEED, "person", index as u64));
        let glasses = person.glasses;
        let mut random = stream(SEED, "pictures of a person", index as u64);
        let mut picture = || {
            // As in the published set, some who wear glasses take them off now and then.
            person.glasses = glasses.filter(|_| random.random_bool(0.85));
            let portrait = Portrait {
                person,
                expression: Expression::sample(&mut random),
                pose: Pose::sample(&mut random),
                light: Light::sample(&mut random),
            };
            portrait.draw(size)
        };
        (0..pictures).map(|_| picture()).collect()
    };
    (0..persons).map(of).collect()
}

/// Draws `count` pictures without a face, of rows x columns pixels, all kinds in turn.
pub fn things(count: usize, size: (usize, usize)) -> Vec<Array2<f64>> {
    let kinds = Thing::ALL.iter().cycle().take(count).enumerate();
    kinds
        .map(|(index, kind)| kind.draw(size, &mut stream(SEED, "thing", index as u64)))
        .collect()
}
