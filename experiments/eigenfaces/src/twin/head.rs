//! The shape of a head, seen from anywhere in front, and the light on it.
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

/// How the head is held and where it is in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Turned to the right of the picture, radians.
    pub yaw: f64,
    /// Raised, radians.
    pub pitch: f64,
    /// Tilted to the right of the picture, radians.
    pub roll: f64,
    /// Half the picture's height to half a face.
    pub scale: f64,
    /// Where the eyes' middle is, in half heights from the picture's centre.
    pub shift: (f64, f64),
}

/// The light of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Towards the lamp: right, down, to the viewer; length 1.
    pub towards: [f64; 3],
    /// Of the lamp; 1 is usual.
    pub strength: f64,
    /// From everywhere; 0.3 is usual.
    pub ambient: f64,
}

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

impl Pose {
    /// A place of the picture as the camera sees it around the head's middle.
    pub fn to_head(&self, p: Place) -> Place {
        let (sin, cos) = self.roll.sin_cos();
        let (x, y) = (
            (p.x - self.shift.0) / self.scale,
            (p.y - self.shift.1) / self.scale,
        );
        Place {
            x: x * cos + y * sin,
            y: y * cos - x * sin,
        }
    }

    /// A direction of the head's frame in the camera's.
    pub fn to_camera(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let (sin, cos) = self.yaw.sin_cos();
        let (x, z) = (x * cos + z * sin, z * cos - x * sin);
        let (sin, cos) = self.pitch.sin_cos();
        [x, y * cos - z * sin, z * cos + y * sin]
    }
}

impl Light {
    /// How bright a surface is that faces `normal` (camera's frame) and `shines` 0 to 1.
    pub fn on(&self, normal: [f64; 3], shines: f64) -> f64 {
        let [x, y, z] = self.towards;
        let facing = dot(normal, self.towards);
        // Skin passes light on below its surface, so the shadow begins beyond a right angle.
        let lit = ((facing + 0.2) / 1.2).max(0.0);
        let half = unit([x, y, z + 1.0]);
        let gloss = shines * dot(normal, half).max(0.0).powi(24);
        let sky = self.ambient * (1.0 - 0.25 * normal[1]);
        sky + self.strength * (lit + gloss)
    }
}

/// The same direction with length 1.
pub fn unit(v: [f64; 3]) -> [f64; 3] {
    let length = dot(v, v).sqrt().max(1e-12);
    v.map(|part| part / length)
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(&b).map(|(a, b)| a * b).sum()
}
