//! The mouth: lips, what is behind them, and the hair around.

use rand::{Rng, RngExt};

use super::expression::Expression;
use super::noise::cloud;
use super::paint::{Place, at, bell, cover, mix, segment, step};

/// The shape of a mouth and of the beard around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mouth {
    /// Below the eyes.
    pub y: f64,
    /// Half the width.
    pub width: f64,
    /// Thickness of the upper lip.
    pub upper: f64,
    /// Thickness of the lower lip.
    pub lower: f64,
    /// How much darker the lips are than the skin, 0 to 1.
    pub dark: f64,
    /// 0 shaved, 1 a full beard.
    pub beard: f64,
    /// 0 none, 1 a full moustache.
    pub moustache: f64,
}

/// Where the lips of an expression are at one column.
struct Lips {
    /// Place along the half width, -1 to 1 between the corners.
    along: f64,
    /// Lower edge of the upper lip.
    upper_edge: f64,
    /// Upper edge of the lower lip.
    lower_edge: f64,
    /// Outer edges.
    top: f64,
    bottom: f64,
}

impl Mouth {
    /// Draws a mouth.
    pub fn sample(random: &mut impl Rng) -> Self {
        let bearded = random.random_bool(0.2);
        let moustached = bearded || random.random_bool(0.1);
        let stubble = random.random_range(0.0_f64..0.5).powi(2);
        Self {
            y: random.random_range(0.55..0.63),
            width: random.random_range(0.22..0.3),
            upper: random.random_range(0.025..0.05),
            lower: random.random_range(0.04..0.07),
            dark: random.random_range(0.12..0.32),
            beard: if bearded { 0.85 } else { stubble },
            moustache: if moustached { 0.8 } else { stubble },
        }
    }

    /// Half the width in this expression.
    pub fn reach(&self, e: &Expression) -> f64 {
        self.width * (1.0 + 0.2 * e.smile.abs() - 0.4 * e.pucker - 0.18 * e.mouth_open)
    }

    fn lips(&self, x: f64, e: &Expression) -> Lips {
        let along = x / self.reach(e);
        let bow = (1.0 - along * along).max(0.0);
        let open = 0.26 * e.mouth_open * bow.sqrt();
        let middle = self.y + 0.03 * e.smile - 0.085 * e.smile * along * along;
        let fuller = 1.0 + 0.5 * e.pucker;
        let cupid = 1.0 - 0.3 * bell(along, 0.18);
        let upper_edge = middle - 0.25 * open;
        let lower_edge = middle + 0.75 * open;
        Lips {
            along,
            upper_edge,
            lower_edge,
            top: upper_edge - self.upper * fuller * cupid * bow.powf(0.7),
            bottom: lower_edge + self.lower * fuller * bow.powf(0.8),
        }
    }

    /// Paints the mouth over `skin`, the grey of the skin here in its light.
    pub fn paint(&self, p: Place, pixel: f64, e: &Expression, skin: f64) -> f64 {
        if (p.y - self.y).abs() > 0.4 || p.x.abs() > 1.5 * self.reach(e) {
            return skin;
        }
        let lips = self.lips(p.x, e);
        let ends = (lips.along.abs() - 1.0) * self.reach(e);
        let outer = cover(
            (lips.top - p.y).max(p.y - lips.bottom).max(ends),
            1.5 * pixel + 0.01,
        );
        let shine = 0.22
            * bell(
                p.y - mix(lips.lower_edge, lips.bottom, 0.45),
                0.3 * self.lower,
            );
        let above = p.y < lips.upper_edge;
        let lip = skin * (1.0 - self.dark * if above { 1.25 } else { 0.8 }) * (1.0 + shine);
        let mut grey = mix(skin, lip, outer);
        let inside = (lips.upper_edge - p.y).max(p.y - lips.lower_edge).max(ends);
        grey = mix(grey, self.inside(p, &lips, e), cover(inside, pixel));
        let line = bell(p.y - lips.upper_edge, 0.008_f64.max(0.35 * pixel))
            * step(1.12, 0.95, lips.along.abs());
        grey *= 1.0 - 0.6 * line;
        let below = bell(p.y - lips.bottom - 0.035, 0.022) * bell(p.x, 0.55 * self.width);
        grey * (1.0 - 0.22 * below)
    }

    /// Teeth, tongue and the dark behind.
    fn inside(&self, p: Place, lips: &Lips, e: &Expression) -> f64 {
        let gap = (lips.lower_edge - lips.upper_edge).max(1e-6);
        let depth = (p.y - lips.upper_edge) / gap;
        let teeth = 0.75 * (1.0 - 0.5 * lips.along * lips.along) * (0.9 + 0.1 * (p.x * 60.0).cos());
        let rows = e.teeth * step(0.62, 0.48, depth);
        let tongue = 0.28 * step(0.55, 0.95, depth) * bell(lips.along, 0.5);
        mix(0.04 + tongue, teeth, rows)
    }

    /// How much light the folds from the nose to the mouth's corners keep, at `age` 0 to 1.
    pub fn folds(&self, p: Place, e: &Expression, nose: Place, age: f64) -> f64 {
        let mirrored = at(p.x.abs(), p.y);
        let corner = at(self.reach(e) * 1.22, self.y - 0.05 * e.smile - 0.01);
        let from = at(nose.x + 0.03, nose.y - 0.01);
        let depth = (0.05 + 0.17 * age + 0.2 * e.smile.max(0.0))
            * bell(segment(mirrored, from, corner), 0.02);
        1.0 - depth
    }

    /// Beard and moustache: the share of skin that they cover.
    pub fn hair(&self, p: Place, e: &Expression, nose_tip: f64, pattern: u64) -> f64 {
        if p.y < nose_tip {
            return 0.0;
        }
        let lips = self.lips(p.x, e);
        let ragged = 0.5
            + 0.28
                * cloud(
                    pattern,
                    at(p.x * 55.0 - 20.0 * p.x.abs() * p.y, p.y * 16.0),
                    3,
                );
        let cheeks = self.y - 0.2 + 0.35 * step(0.55, 0.1, p.x.abs());
        let beard = self.beard * step(cheeks, cheeks + 0.18, p.y + 0.05 * ragged);
        let down = step(nose_tip + 0.07, self.y, p.y);
        let reach = self.reach(e) * (0.45 + 0.85 * down);
        let between = step(0.0, 0.5, down) * step(lips.top + 0.02, lips.top - 0.02, p.y);
        let moustache = self.moustache * between * step(1.15 * reach, 0.6 * reach, p.x.abs());
        let lips_free = step(lips.top, lips.top - 0.02, p.y)
            .max(step(lips.bottom, lips.bottom + 0.04, p.y))
            .max(step(0.95, 1.25, lips.along.abs()));
        (beard * lips_free).max(moustache) * (0.55 + 0.9 * ragged).clamp(0.0, 1.0)
    }
}
