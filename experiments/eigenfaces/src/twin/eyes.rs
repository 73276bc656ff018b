//! Eyes and brows, on the face's own coordinates.

use rand::{Rng, RngExt};

use super::expression::Expression;
use super::noise::cloud;
use super::paint::{Paint, Place, at, bell, block, cover, mix, segment, step};

/// The shape of eyes and brows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eyes {
    /// From the face's middle to an eye's.
    pub distance: f64,
    /// Half the width of an eye.
    pub width: f64,
    /// Half the height of an open eye.
    pub height: f64,
    /// How far the outer corner lies above the inner one.
    pub slant: f64,
    /// Grey of the iris.
    pub iris: f64,
    /// From the eye to its brow.
    pub brow_height: f64,
    /// Half the thickness of a brow.
    pub brow: f64,
    /// How far a brow's middle lies above its ends.
    pub arch: f64,
}

/// Radius of an iris: nearly the same in all people.
const IRIS: f64 = 0.062;

impl Eyes {
    /// Draws eyes.
    pub fn sample(random: &mut impl Rng) -> Self {
        Self {
            distance: random.random_range(0.27..0.335),
            width: random.random_range(0.125..0.16),
            height: random.random_range(0.046..0.068),
            slant: random.random_range(-0.015..0.02),
            iris: random.random_range(0.08..0.42),
            brow_height: random.random_range(0.13..0.2),
            brow: random.random_range(0.018..0.04),
            arch: random.random_range(0.0..0.05),
        }
    }

    /// Paints both eyes over `skin`, the grey of the skin here in its light.
    pub fn paint(&self, p: Place, pixel: f64, e: &Expression, skin: f64) -> f64 {
        let side = if p.x < 0.0 { -1.0 } else { 1.0 };
        let eye = at(
            side * p.x - self.distance,
            p.y + self.slant * (side * p.x - self.distance) / self.width,
        );
        if eye.x.abs() > 1.6 * self.width || eye.y.abs() > 0.25 {
            return skin;
        }
        let bow = 1.0 - (eye.x / self.width).powi(2);
        let upper = -self.height * e.eyes_open * bow + 0.012 * (1.0 - e.eyes_open.min(1.0));
        let lower = 0.6 * self.height * e.eyes_open.powf(0.7) * bow;
        let open = cover(
            (upper - eye.y).max(eye.y - lower).max(-bow * self.width),
            pixel,
        );
        let gaze = at(
            side * e.gaze.0 * 0.4 * self.width - 0.003,
            e.gaze.1 * 0.35 * self.height,
        );
        let ball =
            self.ball(eye, gaze, pixel, side) * mix(0.62, 1.0, step(upper, upper + 0.05, eye.y));
        let mut grey = mix(skin, ball, open);
        let ends = step(1.25, 0.85, eye.x.abs() / self.width);
        let fold = upper - 0.032 - 0.01 * bow;
        grey *= 1.0 - 0.35 * ends * bell(eye.y - fold, 0.011);
        grey *= 1.0 - 0.22 * ends * bell(eye.y - lower - 0.01, 0.012);
        grey *= 1.0 - 0.8 * ends * bell(eye.y - upper, 0.011_f64.max(0.4 * pixel));
        grey
    }

    /// White, iris, pupil and the lamp's reflection.
    fn ball(&self, eye: Place, gaze: Place, pixel: f64, side: f64) -> f64 {
        let radius = (eye.x - gaze.x).hypot(eye.y - gaze.y);
        let white = 0.8 - 0.3 * (eye.x / self.width).powi(2);
        let iris =
            self.iris * (0.75 + 0.5 * step(0.02, IRIS, radius)) - 0.1 * bell(radius - IRIS, 0.008);
        let with_iris = mix(white, iris.max(0.03), cover(radius - IRIS, pixel));
        let with_pupil = mix(with_iris, 0.02, cover(radius - 0.4 * IRIS, pixel));
        // The reflection lies on the lamp's side of both eyes alike.
        let lamp = (eye.x - gaze.x + side * 0.02).hypot(eye.y - gaze.y + 0.018);
        mix(with_pupil, 0.95, 0.85 * cover(lamp - 0.011, pixel))
    }

    /// The brows, in the grey of the hair.
    pub fn brows(&self, p: Place, e: &Expression, (hair, pattern): (f64, u64)) -> Paint {
        let side = if p.x < 0.0 { -1.0 } else { 1.0 };
        let reach = 1.45 * self.width;
        let along = (side * p.x - self.distance + 0.01) / reach;
        if along.abs() > 1.15 {
            return Paint::NONE;
        }
        let lift = 0.05 * e.brows - 0.045 * e.worry * (-along).max(-0.3);
        let middle = -self.brow_height - lift - self.arch * (1.0 - along * along) + 0.02 * along;
        let thick = self.brow * (1.0 - 0.45 * along.max(0.0)) * step(1.1, 0.75, along.abs());
        let depth = (p.y - middle).abs() / thick.max(1e-6);
        if depth > 1.5 {
            return Paint::NONE;
        }
        let hairs = 1.0 + 0.5 * cloud(pattern, at(p.x * 70.0, p.y * 25.0), 2);
        Paint {
            grey: hair * 0.8,
            cover: 0.85
                * hairs.clamp(0.3, 1.0)
                * step(1.5, 0.6, depth)
                * step(1.15, 0.9, along.abs()),
        }
    }
}

/// A pair of glasses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glasses {
    /// Grey of the frame.
    pub frame: f64,
    /// Half the width and height of a lens.
    pub lens: (f64, f64),
    /// Radius of a lens's corners.
    pub corner: f64,
    /// Half the thickness of the frame.
    pub thickness: f64,
}

impl Glasses {
    /// Draws glasses.
    pub fn sample(random: &mut impl Rng) -> Self {
        Self {
            frame: random.random_range(0.05..0.5),
            lens: (
                random.random_range(0.19..0.235),
                random.random_range(0.12..0.18),
            ),
            corner: random.random_range(0.07..0.12),
            thickness: random.random_range(0.01..0.02),
        }
    }

    /// Paints them over what is seen without.
    pub fn paint(&self, p: Place, pixel: f64, distance: f64, seen: f64) -> f64 {
        let mirrored = at(p.x.abs(), p.y);
        let centre = at(distance + 0.015, 0.025);
        let rim = block(mirrored, centre, self.lens, self.corner);
        let bridge = segment(mirrored, at(0.0, -0.035), at(centre.x - self.lens.0, -0.02));
        let temple = segment(mirrored, at(centre.x + self.lens.0, -0.04), at(0.9, -0.06));
        let wire = rim.abs().min(bridge).min(temple) - self.thickness;
        let tinted = mix(seen, seen * 0.92 + 0.03, cover(rim, pixel));
        let sheen = bell(p.x - centre.x + 0.5 * p.y + 0.06, 0.025)
            + bell(p.x + centre.x + 0.5 * p.y + 0.06, 0.025);
        let glazed = mix(tinted, 0.95, 0.22 * sheen * cover(rim, pixel));
        mix(glazed, self.frame, cover(wire, pixel))
    }
}
