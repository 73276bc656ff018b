//! A pen on the desk: a rod with round ends.

use super::camera::Ray;
use super::light::Light;
use super::scene::Hit;
use super::vector::{Vector, along, between, dot, length, unit};

/// The pen's two ends on the plane, and its radius.
const TAIL: [f64; 2] = [118.0, 395.0];
const TIP: [f64; 2] = [236.0, 640.0];
const RADIUS: f64 = 7.0;

const BARREL: [u8; 3] = [38, 42, 48];
const METAL: [u8; 3] = [188, 188, 192];

/// The rod between two points.
pub struct Pen {
    tail: Vector,
    axis: Vector,
}

impl Pen {
    /// A pen that lies on a desk of this height.
    pub fn on_desk(height: f64) -> Self {
        let end = |[u, v]: [f64; 2]| [u, v, height + RADIUS];
        Self {
            tail: end(TAIL),
            axis: between(end(TAIL), end(TIP)),
        }
    }

    /// Where a ray meets it first.
    pub fn hit(&self, ray: &Ray) -> Option<Hit> {
        let along_axis =
            |point: Vector| dot(between(self.tail, point), self.axis) / dot(self.axis, self.axis);
        let side = self
            .side(ray)
            .filter(|share| (0.0..=1.0).contains(&along_axis(ray.at(*share))));
        let ends = [0.0, 1.0].map(|end| ball(ray, along(self.tail, end, self.axis)));
        let share = [side, ends[0], ends[1]]
            .into_iter()
            .flatten()
            .min_by(f64::total_cmp)?;
        let point = ray.at(share);
        let place = along_axis(point);
        let nearest = along(self.tail, place.clamp(0.0, 1.0), self.axis);
        let metal = !(0.02..=0.86).contains(&place) || (0.42..0.45).contains(&place);
        Some(Hit {
            share,
            normal: unit(between(nearest, point)),
            colour: Light::srgb(if metal { METAL } else { BARREL }),
            gloss: 0.5,
        })
    }

    /// Where a ray meets the rod without ends: a quadratic in what is left across the axis.
    fn side(&self, ray: &Ray) -> Option<f64> {
        let axis = unit(self.axis);
        let across = |v: Vector| along(v, -dot(v, axis), axis);
        first_root(
            across(ray.direction),
            across(between(self.tail, ray.origin)),
        )
    }
}

fn ball(ray: &Ray, centre: Vector) -> Option<f64> {
    first_root(ray.direction, between(centre, ray.origin))
}

/// The first positive t at which `offset + t direction` has the length of the radius.
fn first_root(direction: Vector, offset: Vector) -> Option<f64> {
    let half = dot(direction, offset) / dot(direction, direction);
    let rest = (length(offset).powi(2) - RADIUS.powi(2)) / dot(direction, direction);
    let share = -half - (half * half - rest).sqrt();
    (share > 0.0).then_some(share)
}
