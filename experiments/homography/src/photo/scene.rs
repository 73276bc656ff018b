//! What lies before the camera: a notebook and a pen on a desk, under one lamp.

use super::camera::{Ray, Rectangle};
use super::cover::{COVER, Cover};
use super::light::Light;
use super::pen::Pen;
use super::vector::{Vector, along, between, dot, length, unit};
use super::wood::Wood;

/// Thickness of the notebook in units of the plane, of which its label is 166 wide.
const THICKNESS: f64 = 15.0;
/// Thickness of each of its covers, and by how much they stand out over the pages.
const BOARD: f64 = 2.0;
/// Colour of the edges of covers and pages.
const BOARD_EDGE: [u8; 3] = [27, 52, 66];
const PAGES: [u8; 3] = [226, 217, 196];
/// The lamp: its middle and its radius. From the left, low enough for visible shadows.
const LAMP: Vector = [-420.0, -260.0, 620.0];
const LAMP_RADIUS: f64 = 60.0;
/// Light that comes from everywhere.
const AMBIENT: f64 = 0.34;

/// Where a ray ends.
#[derive(Clone, Copy)]
pub struct Hit {
    /// Share of the ray's direction.
    pub share: f64,
    /// At right angles to the surface, of length 1.
    pub normal: Vector,
    /// Colour of the surface.
    pub colour: Light,
    /// How much of a mirror it is, 0 to 1.
    pub gloss: f64,
}

/// Everything that can be seen.
pub struct Scene {
    cover: Cover,
    wood: Wood,
    pen: Pen,
    /// Whether the notebook has a thickness and the pen is there.
    solid: bool,
}

impl Scene {
    /// The author's subject: the label is the plane z = 0, the desk lies below.
    pub fn notebook() -> Self {
        Self {
            cover: Cover::new(),
            wood: Wood::new(),
            pen: Pen::on_desk(-THICKNESS),
            solid: true,
        }
    }

    /// All in the plane z = 0, so that two views of it differ by a homography and nothing else.
    pub fn flat() -> Self {
        Self {
            solid: false,
            ..Self::notebook()
        }
    }

    /// The light that comes back along a ray; `lamp` (twice -1 to 1) chooses a point of the lamp.
    pub fn seen(&self, ray: &Ray, lamp: [f64; 2]) -> Light {
        let Some(hit) = self.hit(ray) else {
            return Light::default();
        };
        let point = ray.at(hit.share);
        let [x, y] = lamp.map(|share| share * LAMP_RADIUS);
        let to_lamp = between(point, along(LAMP, 1.0, [x, y, 0.0]));
        let shadowed = self.solid && self.is_shadowed(point, hit.normal, to_lamp);
        let lit = if shadowed { 0.0 } else { 1.0 };
        let direction = unit(to_lamp);
        // Strength 1 at the middle of the notebook; it falls with the square of the distance.
        let strength = (1150.0 / length(to_lamp)).powi(2) * 1.3;
        let facing = dot(direction, hit.normal).max(0.0);
        let halfway = unit(along(direction, -1.0, unit(ray.direction)));
        let mirrored = hit.gloss * dot(halfway, hit.normal).max(0.0).powi(60);
        hit.colour
            .times(AMBIENT + lit * strength * facing)
            .plus(Light([1.0; 3]).times(lit * mirrored))
    }

    fn is_shadowed(&self, point: Vector, normal: Vector, to_lamp: Vector) -> bool {
        // A little off the surface, or it would shadow itself.
        let ray = Ray {
            origin: along(point, 1e-3, normal),
            direction: to_lamp,
        };
        let blocks = |hit: Hit| hit.share < 1.0;
        self.notebook_hit(&ray).is_some_and(blocks) || self.pen.hit(&ray).is_some_and(blocks)
    }

    fn hit(&self, ray: &Ray) -> Option<Hit> {
        let [u, v, _] = ray.at(-ray.origin[2] / ray.direction[2]);
        if !self.solid {
            return self.desk_hit(ray, 0.0).map(|hit| Hit {
                colour: if inside(COVER, u, v) {
                    self.cover.colour(u, v)
                } else {
                    hit.colour
                },
                ..hit
            });
        }
        [
            self.desk_hit(ray, -THICKNESS),
            self.notebook_hit(ray),
            self.pen.hit(ray),
        ]
        .into_iter()
        .flatten()
        .min_by(|a, b| a.share.total_cmp(&b.share))
    }

    fn desk_hit(&self, ray: &Ray, height: f64) -> Option<Hit> {
        let share = (height - ray.origin[2]) / ray.direction[2];
        let [u, v, _] = ray.at(share);
        (share > 0.0).then(|| Hit {
            share,
            normal: [0.0, 0.0, 1.0],
            colour: self.wood.colour(u, v),
            gloss: 0.05,
        })
    }

    /// Two covers and the block of pages between them.
    fn notebook_hit(&self, ray: &Ray) -> Option<Hit> {
        let [left, top, right, bottom] = COVER;
        let pages = [left, top + 4.0, right - 4.0, bottom - 4.0];
        let boards = [(0.0, -BOARD), (BOARD - THICKNESS, -THICKNESS)];
        let boards = boards.map(|heights| {
            let (share, normal) = box_hit(ray, COVER, heights)?;
            let [u, v, _] = ray.at(share);
            let colour = if normal[2] > 0.0 {
                self.cover.colour(u, v)
            } else {
                Light::srgb(BOARD_EDGE)
            };
            Some(Hit {
                share,
                normal,
                colour,
                gloss: 0.0,
            })
        });
        let pages = box_hit(ray, pages, (-BOARD, BOARD - THICKNESS)).map(|(share, normal)| {
            let height = ray.at(share)[2];
            // Sheets, as lines along the edge.
            let sheet = 0.90 + 0.10 * (height * 4.5).sin();
            let colour = Light::srgb(PAGES).times(sheet);
            Hit {
                share,
                normal,
                colour,
                gloss: 0.0,
            }
        });
        [boards[0], boards[1], pages]
            .into_iter()
            .flatten()
            .min_by(|a, b| a.share.total_cmp(&b.share))
    }
}

fn inside([left, top, right, bottom]: Rectangle, u: f64, v: f64) -> bool {
    (left..=right).contains(&u) && (top..=bottom).contains(&v)
}

/// Where a ray enters a box, and the side's normal (slabs: T. Kay, J. Kajiya, SIGGRAPH 1986).
fn box_hit(ray: &Ray, side: Rectangle, (high, low): (f64, f64)) -> Option<(f64, Vector)> {
    let bounds = [(side[0], side[2]), (side[1], side[3]), (low, high)];
    let (mut enter, mut leave, mut normal) = (0.0, f64::INFINITY, [0.0; 3]);
    for (axis, (least, most)) in bounds.into_iter().enumerate() {
        let (from, step) = (ray.origin[axis], ray.direction[axis]);
        let (one, other) = ((least - from) / step, (most - from) / step);
        let (first, last) = (one.min(other), one.max(other));
        if first > enter {
            enter = first;
            normal = [0.0; 3];
            normal[axis] = -step.signum();
        }
        leave = last.min(leave);
    }
    (enter > 0.0 && enter < leave).then_some((enter, normal))
}
