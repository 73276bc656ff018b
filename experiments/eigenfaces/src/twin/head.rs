//! The shape of a head, seen from anywhere in front.
//!
//! At height y (0 at the eyes, downwards, half a face the unit) the head is an ellipse:
//!
//! ```text
//! (x / width)^2 + (z / depth)^2 = g(y)
//! g(y) = 1 - |y / crown|^2.5                                above the eyes
//! g(y) = (1 - (y / chin)^jaw) (1 - taper (y / chin)^2)^2    below
//! ```
//!
//! A ray along the line of sight meets it at the larger root of a quadratic.

use rand::{Rng, RngExt};

use super::paint::Place;
use super::pose::{Pose, unit};

/// The proportions of a head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// Half the width at the eyes.
    pub width: f64,
    /// From the ears to the front.
    pub depth: f64,
    /// From the eyes to the top.
    pub crown: f64,
    /// From the eyes to the chin.
    pub chin: f64,
    /// 2 a round jaw, 4 a square one.
    pub jaw: f64,
    /// How much narrower the face gets towards the chin, 0 to 1.
    pub taper: f64,
}

/// How square the top of a head is.
const CROWN: f64 = 2.5;

/// A point on the head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Seen from in front, on the head itself.
    pub place: Place,
    /// The direction that it faces, in the head's own frame; length 1.
    pub normal: [f64; 3],
}

impl Head {
    /// Draws proportions.
    pub fn sample(random: &mut impl Rng) -> Self {
        Self {
            width: random.random_range(0.64..0.78),
            depth: random.random_range(0.85..0.95),
            crown: random.random_range(1.05..1.17),
            chin: random.random_range(0.93..1.08),
            jaw: random.random_range(2.3..4.2),
            taper: random.random_range(0.14..0.34),
        }
    }

    fn girth(&self, y: f64) -> f64 {
        if y < 0.0 {
            1.0 - (-y / self.crown).powf(CROWN)
        } else {
            let share = y / self.chin;
            (1.0 - share.powf(self.jaw)) * (1.0 - self.taper * share * share).powi(2)
        }
    }

    /// dg/dy.
    fn girth_slope(&self, y: f64) -> f64 {
        if y < 0.0 {
            CROWN / self.crown * (-y / self.crown).powf(CROWN - 1.0)
        } else {
            let share = y / self.chin;
            let narrow = 1.0 - self.taper * share * share;
            let jaw = self.jaw * share.powf(self.jaw - 1.0) * narrow * narrow;
            let taper = 4.0 * self.taper * share * narrow * (1.0 - share.powf(self.jaw));
            -(jaw + taper) / self.chin
        }
    }

    /// Distance of a place, as the camera sees it, to the head's outline; negative inside.
    pub fn outline(&self, p: Place, pose: &Pose) -> f64 {
        let (sin, cos) = pose.yaw.sin_cos();
        let seen = (self.width * cos).powi(2) + (self.depth * sin).powi(2);
        let inside = p.x * p.x / seen - self.girth(p.y);
        let slope = (2.0 * p.x / seen).hypot(self.girth_slope(p.y));
        inside / slope.max(0.2)
    }

    /// The point of the head that the camera sees at `p`, at most a little outside of the outline.
    pub fn surface(&self, p: Place, pose: &Pose) -> Surface {
        let (sin, cos) = pose.yaw.sin_cos();
        let (w2, d2) = (self.width.powi(2), self.depth.powi(2));
        let a = sin * sin / w2 + cos * cos / d2;
        let half_b = p.x * sin * cos * (1.0 / d2 - 1.0 / w2);
        let c = p.x * p.x * (cos * cos / w2 + sin * sin / d2);
        let mut y = p.y;
        let mut towards_viewer = 0.0;
        // Raising the head moves what is near the viewer up; three rounds settle it to a pixel.
        for _ in 0..3 {
            let root = (half_b * half_b - a * (c - self.girth(y))).max(0.0).sqrt();
            towards_viewer = (root - half_b) / a;
            y = p.y + towards_viewer * pose.pitch.sin();
        }
        let x = p.x * cos - towards_viewer * sin;
        let z = p.x * sin + towards_viewer * cos;
        Surface {
            place: Place { x, y },
            normal: unit([x / w2, -0.5 * self.girth_slope(y), z / d2]),
        }
    }
}
