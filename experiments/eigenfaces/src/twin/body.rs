//! What surrounds a face: ears, neck, clothes and the wall behind.

use rand::{Rng, RngExt};

use super::head::Head;
use super::noise::cloud;
use super::paint::{Paint, Place, at, bell, cover, ellipse, mix, segment, step};
use super::pose::{Light, Pose, unit};

/// Ears, neck, clothes and wall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// Half the height of an ear.
    pub ear: f64,
    /// Half the width of the neck over half that of the head.
    pub neck: f64,
    /// Grey of the clothes.
    pub clothes: f64,
    /// Grey of a shirt's collar, or none.
    pub collar: Option<f64>,
    /// Grey of the wall.
    pub wall: f64,
}

impl Body {
    /// Draws all of it.
    pub fn sample(random: &mut impl Rng) -> Self {
        let collar = random.random_range(0.6..0.95);
        Self {
            ear: random.random_range(0.15..0.21),
            neck: random.random_range(0.58..0.72),
            clothes: random.random_range(0.05..0.75),
            collar: random.random_bool(0.5).then_some(collar),
            wall: random.random_range(0.22..0.62),
        }
    }

    /// The wall at a place of the picture.
    pub fn behind(&self, p: Place, light: &Light, pattern: u64) -> f64 {
        let slope = 0.09 * (light.towards[0] * p.x + light.towards[1] * p.y);
        let plaster = 0.012 * cloud(pattern ^ 5, at(p.x * 14.0, p.y * 14.0), 3);
        let far = 0.03 * cloud(pattern ^ 6, at(p.x * 1.5, p.y * 1.5), 2);
        (self.wall + slope + plaster + far) * (0.75 + 0.25 * light.strength)
    }

    /// Neck and clothes, around the head's middle.
    pub fn below(&self, p: Place, pixel: f64, head: &Head, skin: f64, light: &Light) -> [Paint; 2] {
        let half = self.neck * head.width * (1.0 + 0.25 * step(0.9, 1.4, p.y));
        let across = (p.x / half).clamp(-1.0, 1.0);
        let normal = unit([across, 0.1, (1.02 - across * across).sqrt()]);
        let shadow = mix(
            0.42,
            1.0,
            step(
                head.chin - 0.1,
                head.chin + 0.45,
                p.y + 0.3 * p.x * light.towards[0],
            ),
        );
        let neck = Paint {
            grey: skin * light.on(normal, 0.0) * shadow,
            cover: cover(p.x.abs() - half, pixel) * step(0.55, 0.7, p.y),
        };
        [neck, self.clothing(p, pixel, head, light)]
    }

    fn clothing(&self, p: Place, pixel: f64, head: &Head, light: &Light) -> Paint {
        let shoulder = head.chin + 0.22 + 0.16 * (p.x.abs() / head.width).powf(1.6);
        let opening = head.chin + 0.52 - 0.75 * p.x.abs();
        let folds = 1.0 + 0.12 * (9.0 * p.x + 4.0 * p.y).sin() * step(0.3, 0.9, p.x.abs());
        let normal = unit([0.7 * p.x, 0.25, 1.0]);
        let edge = opening.max(shoulder - 0.12 * bell(p.x.abs() - 0.5, 0.2));
        let cloth = match self.collar {
            Some(collar) => {
                let line = segment(
                    at(p.x.abs(), p.y),
                    at(0.0, edge_at_middle(head)),
                    at(0.62, head.chin + 0.2),
                );
                mix(self.clothes, collar, cover(line - 0.11, pixel))
            }
            None => self.clothes,
        };
        Paint {
            grey: cloth * folds * light.on(normal, 0.0),
            cover: cover(edge - p.y, pixel),
        }
    }

    /// An ear, around the head's middle; `side` is -1 for the left of the picture.
    pub fn ear(&self, p: Place, pixel: f64, head: &Head, pose: &Pose, side: f64) -> (f64, f64) {
        let (sin, cos) = pose.yaw.sin_cos();
        // On the widest line of the head, a little behind its middle.
        let x = side * head.width * cos - 0.12 * sin + side * 0.03;
        let centre = at(x, 0.1 - 0.05 * pose.pitch);
        let wide = 0.42 * self.ear;
        let tilted = at(p.x - side * 0.25 * (centre.y - p.y), p.y);
        let rim = ellipse(tilted, centre, (wide, self.ear));
        let shell = at(centre.x - side * 0.01, centre.y - 0.01);
        let hollow = ellipse(tilted, shell, (0.55 * wide, 0.62 * self.ear));
        let dark = 1.0 - 0.4 * step(0.04, -0.03, hollow) - 0.15 * bell(rim + 0.012, 0.012);
        (dark, cover(rim, pixel))
    }
}

fn edge_at_middle(head: &Head) -> f64 {
    head.chin + 0.56
}
