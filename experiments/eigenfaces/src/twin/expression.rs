//! What a face does: the expression, apart from whose face it is.

use rand::{Rng, RngExt};

/// An expression; all zero but `eyes_open` = 1 is a face at rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expression {
    /// Corners of the mouth up (to 1) or down (to -1).
    pub smile: f64,
    /// How far the mouth is open, 0 to 1.
    pub mouth_open: f64,
    /// How much the upper teeth show in an open mouth, 0 to 1.
    pub teeth: f64,
    /// Lips drawn together, 0 to 1.
    pub pucker: f64,
    /// How far the eyes are open: 0 shut, 1 as usual, 1.4 wide.
    pub eyes_open: f64,
    /// Brows raised (to 1) or lowered (to -1).
    pub brows: f64,
    /// Inner ends of the brows up, as in worry (to 1), or down, as in anger (to -1).
    pub worry: f64,
    /// Where the eyes look: to the right and down, each -1 to 1.
    pub gaze: (f64, f64),
}

impl Expression {
    /// A face at rest.
    pub const REST: Self = Self {
        smile: 0.0,
        mouth_open: 0.0,
        teeth: 0.0,
        pucker: 0.0,
        eyes_open: 1.0,
        brows: 0.0,
        worry: 0.0,
        gaze: (0.0, 0.0),
    };

    /// Draws an expression as people wear it in front of a camera.
    pub fn sample(random: &mut impl Rng) -> Self {
        let smile = random.random_range(-0.35..0.9);
        let speaks = random.random_bool(0.25);
        let blinks = random.random_bool(0.06);
        Self {
            smile,
            mouth_open: if speaks {
                random.random_range(0.1..0.5)
            } else {
                0.0
            },
            teeth: random.random_range(0.0..1.0),
            pucker: if random.random_bool(0.08) { 0.6 } else { 0.0 },
            eyes_open: if blinks {
                0.05
            } else {
                random.random_range(0.75..1.15)
            },
            brows: random.random_range(-0.25..0.35),
            worry: random.random_range(-0.3..0.3),
            gaze: (
                random.random_range(-0.4..0.4),
                random.random_range(-0.15..0.25),
            ),
        }
    }
}

/// Sixteen expressions for one man, from rest to grimaces: the post's training set.
pub fn sixteen() -> [Expression; 16] {
    let rest = Expression::REST;
    let of = |smile, mouth_open, brows, gaze| Expression {
        smile,
        mouth_open,
        brows,
        gaze,
        ..rest
    };
    [
        rest,
        of(0.0, 0.35, 0.5, (0.2, -0.5)),
        of(0.05, 0.0, 0.0, (0.0, 0.0)),
        of(-0.2, 0.0, -0.2, (0.0, 0.1)),
        of(0.0, 0.05, 0.4, (0.0, -0.9)),
        Expression {
            eyes_open: 1.4,
            ..of(0.0, 0.75, 0.7, (0.0, 0.0))
        },
        of(0.3, 0.45, 0.1, (-0.9, 0.0)),
        of(-0.3, 0.0, 0.1, (-0.9, -0.2)),
        Expression {
            teeth: 1.0,
            ..of(-0.5, 0.4, 0.2, (-0.8, 0.0))
        },
        Expression {
            pucker: 0.6,
            eyes_open: 0.7,
            ..of(0.0, 0.35, 0.6, (0.0, 0.0))
        },
        of(0.1, 0.1, 0.5, (0.3, -0.8)),
        of(-0.1, 0.0, 0.3, (0.4, 0.0)),
        of(-0.15, 0.0, 0.1, (0.9, 0.0)),
        Expression {
            eyes_open: 0.5,
            worry: -0.6,
            ..of(0.6, 0.0, -0.5, (0.0, 0.0))
        },
        Expression {
            pucker: 1.0,
            ..of(0.0, 0.0, 0.2, (0.0, 0.0))
        },
        Expression {
            eyes_open: 0.55,
            worry: 0.5,
            ..of(-0.9, 0.0, -0.3, (0.0, 0.2))
        },
    ]
}

/// Two more of the same man, for the test: astonished, and smiling with his teeth.
pub fn two_more() -> [Expression; 2] {
    let astonished = Expression {
        mouth_open: 0.6,
        brows: 0.5,
        gaze: (-0.3, 0.0),
        ..Expression::REST
    };
    let grinning = Expression {
        smile: 0.7,
        mouth_open: 0.25,
        teeth: 1.0,
        eyes_open: 0.7,
        ..Expression::REST
    };
    [astonished, grinning]
}
