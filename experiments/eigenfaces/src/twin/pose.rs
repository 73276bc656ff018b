//! How a head is held, and the light that falls on it.

use rand::{Rng, RngExt};

use super::paint::Place;

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

impl Pose {
    /// Draws how somebody holds still who was asked to move a little.
    pub fn sample(random: &mut impl Rng) -> Self {
        Self {
            yaw: random.random_range(-0.18..0.18),
            pitch: random.random_range(-0.14..0.16),
            roll: random.random_range(-0.07..0.07),
            scale: random.random_range(0.87..0.92),
            shift: (
                random.random_range(-0.035..0.035),
                random.random_range(0.07..0.13),
            ),
        }
    }

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
    /// Draws a lamp before and above the face.
    pub fn sample(random: &mut impl Rng) -> Self {
        let [right, down] = [
            random.random_range(-0.3..0.3),
            random.random_range(-0.6..-0.35),
        ];
        Self {
            towards: unit([right, down, 1.0]),
            strength: random.random_range(0.88..1.02),
            ambient: random.random_range(0.27..0.35),
        }
    }

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
