//! Hair: where it grows over the face, how far it stands around the head, and its strands.

use rand::{Rng, RngExt};

use super::head::Head;
use super::noise::cloud;
use super::paint::{Place, at, bell, cover, mix, step};
use super::pose::{Light, Pose, unit};

/// The shape and grey of somebody's hair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hair {
    /// Grey in full light.
    pub grey: f64,
    /// Where it begins on the forehead, below the eyes (so above them: negative).
    pub line: f64,
    /// How far the corners of the forehead recede.
    pub recession: f64,
    /// How far it stands off the head.
    pub volume: f64,
    /// Down to where it hangs at the sides, below the eyes.
    pub length: f64,
    /// The side of the parting, -1 to 1.
    pub parting: f64,
    /// How ragged its edges are.
    pub shaggy: f64,
}

impl Hair {
    /// Draws hair.
    pub fn sample(random: &mut impl Rng) -> Self {
        let long = random.random_bool(0.2);
        let bald = random.random_bool(0.1);
        let length = if long { 0.3..0.95 } else { -0.25..0.1 };
        Self {
            grey: random.random_range(0.1_f64..0.72).powf(1.7),
            line: if bald {
                -0.95
            } else {
                random.random_range(-0.72..-0.42)
            },
            recession: random.random_range(0.0..0.2),
            volume: if bald {
                0.03
            } else {
                random.random_range(0.05..0.16)
            },
            length: random.random_range(length),
            parting: random.random_range(-1.0..1.0),
            shaggy: random.random_range(0.02..0.09),
        }
    }

    /// Distance to the edge of the hair on the head at a place of the face; negative where it
    /// grows.
    pub fn on_face(&self, p: Place, head: &Head, pattern: u64) -> f64 {
        let across = p.x / head.width;
        let bow = 0.1 * across * across;
        let corners = self.recession * (bell(across - 0.55, 0.22) + bell(across + 0.55, 0.22));
        let side = step(0.72, 1.0, across.abs()) * (self.length.min(0.3) - self.line + 0.08);
        let sweep = 0.07 * self.parting * across;
        let tips = self.shaggy * cloud(pattern, at(p.x * 9.0, 0.4 * p.y), 3);
        p.y - (self.line + bow - corners + sweep + tips + side)
    }

    /// Distance to the outline of the hair around the head, as the camera sees it.
    pub fn around(&self, p: Place, head: &Head, pose: &Pose, pattern: u64) -> f64 {
        // The back of the head swings the other way when the face turns.
        let x = p.x + 0.1 * pose.yaw.sin();
        let angle = x.atan2(-p.y - 0.2);
        let ragged = self.shaggy * 0.6 * cloud(pattern ^ 1, at(angle * 7.0, 0.0), 3);
        let wide = head.width + self.volume * 0.85 + ragged;
        let high = head.crown + self.volume;
        let (down, along) = if p.y < 0.0 {
            (high, (-p.y / high).powf(1.25))
        } else {
            let down = (self.length + ragged * 2.0).max(0.02);
            (down, (p.y / down).clamp(0.0, 2.0).powf(2.5))
        };
        let inside = (x / wide).powi(2) + along * along - 1.0;
        0.5 * inside * wide.min(down.max(0.3))
    }

    /// Its grey in the light, strands and all.
    pub fn shade(&self, p: Place, head: &Head, light: &Light, pattern: u64) -> f64 {
        let root = at(0.35 * self.parting, -0.75);
        let angle = (p.x - root.x).atan2(1.3 - p.y);
        let strands = cloud(pattern ^ 2, at(angle * 42.0, p.y * 5.0), 3);
        let locks = cloud(pattern ^ 3, at(angle * 11.0, p.y * 3.0), 2);
        let (x, y) = (p.x / (head.width + 0.15), (p.y + 0.15) / (head.crown + 0.1));
        let z = (1.0 - x * x - y * y).max(0.05).sqrt();
        let normal = unit([x + 0.3 * locks, y + 0.1 * strands, z]);
        let band = bell(p.y + 0.75 - 0.25 * p.x * p.x + 0.05 * locks, 0.12);
        let gloss = 0.07 * band * (0.6 + strands).max(0.0);
        let contrast = mix(0.4, 0.15, self.grey);
        let tone = self.grey * (1.0 + contrast * strands + 0.6 * contrast * locks).max(0.15);
        tone * light.on(normal, 0.1) + gloss * light.strength
    }

    /// How much of the forehead's light the fringe takes away.
    pub fn shadow(&self, edge: f64) -> f64 {
        let depth = mix(0.35, 0.1, step(0.0, 0.3, self.grey));
        1.0 - depth * cover(edge - 0.06, 0.12)
    }
}
