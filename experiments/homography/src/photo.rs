//! The author's picture, drawn anew: a small notebook on a desk, seen at an angle.
//!
//! The picture of the post is lost; what is left are the pixels at which the corners of the
//! notebook's label were. Here a camera is placed so that it sees them there, and the scene is
//! drawn the way a camera sees it: from each pixel back along its ray.

mod camera;
mod cover;
mod light;
mod noise;
mod pen;
mod scene;
mod vector;
mod wood;

use image::{Rgb, RgbImage};
use rand::RngExt;
use rayon::prelude::*;
use retrace_lab::random::stream;

pub use camera::{Corners, picture_from_plane};
pub use cover::LABEL;

use camera::Camera;
use light::Light;
use scene::Scene;

/// Width and height of the drawn picture in pixels.
pub const SIZE: (u32, u32) = (640, 560);

/// Pixels (column, row) of the label's corners in the author's picture: top left, top right,
/// bottom left, bottom right.
pub const AUTHOR_CORNERS: Corners = [
    [448.0, 67.0],
    [602.0, 129.0],
    [362.0, 392.0],
    [483.0, 494.0],
];

// Deviation: the author's photo is lost, and so are its size and what else it showed.
/// Where the axis of the lens meets the picture. With the author's corners a label of his target's
/// proportions needs row 96 or so: his picture was cut from a larger one, or his target is
/// somewhat narrower than the label was.
const PRINCIPAL: [f64; 2] = [320.0, 96.0];

/// Half the width of the camera's noise, in grey values.
const NOISE: f64 = 4.0;

/// The picture of the notebook.
pub fn notebook() -> RgbImage {
    let shot = Shot {
        name: "notebook",
        scene: &Scene::notebook(),
        camera: Camera::before(LABEL, AUTHOR_CORNERS, PRINCIPAL),
        size: SIZE,
        rays: 3,
    };
    shot.picture(NOISE)
}

/// The label as a camera straight above sees it, one pixel for one unit, without noise: what
/// rectifying the picture should give.
pub fn label_from_above() -> RgbImage {
    let [left, top, right, bottom] = LABEL;
    let shot = Shot {
        name: "above",
        scene: &Scene::notebook(),
        camera: Camera::above([left, top]),
        size: ((right - left) as u32 + 1, (bottom - top) as u32 + 1),
        rays: 4,
    };
    shot.picture(0.0)
}

/// Pixels of the label's corners in two other pictures of it.
pub const TWO_VIEWS: [Corners; 2] = [
    [[190.0, 72.6], [315.6, 73.7], [155.5, 359.3], [297.6, 370.2]],
    [
        [198.6, 84.3],
        [309.3, 122.9],
        [111.7, 315.2],
        [255.3, 361.4],
    ],
];
/// Width and height of these pictures in pixels.
pub const VIEW_SIZE: (u32, u32) = (480, 420);

/// The same desk twice, with everything in one plane, so that one homography maps the first
/// picture to the second: the twin of published pairs of pictures.
pub fn two_views() -> [RgbImage; 2] {
    let scene = &Scene::flat();
    let (width, height) = VIEW_SIZE;
    let middle = [width, height].map(|side| f64::from(side - 1) / 2.0);
    [("first view", 0), ("second view", 1)].map(|(name, view)| {
        let shot = Shot {
            name,
            scene,
            camera: Camera::before(LABEL, TWO_VIEWS[view], middle),
            size: VIEW_SIZE,
            // Each process of a run with several jobs draws these anew.
            rays: 2,
        };
        shot.picture(NOISE)
    })
}

/// A picture about to be taken.
struct Shot<'a> {
    /// Names its random numbers.
    name: &'a str,
    scene: &'a Scene,
    camera: Camera,
    /// Width and height in pixels.
    size: (u32, u32),
    /// Rays for a pixel, along each side.
    rays: u32,
}

impl Shot<'_> {
    /// The picture, with noise of up to this many grey values.
    fn picture(&self, noise: f64) -> RgbImage {
        let (width, height) = self.size;
        let light = self.light();
        let mut random = stream(0, &format!("sensor of {}", self.name), 0);
        let mut grain = || noise * (random.random::<f64>() - random.random::<f64>());
        RgbImage::from_fn(width, height, |x, y| {
            let light = light[y as usize * width as usize + x as usize];
            Rgb(light.to_srgb().map(|value| (value + grain()).round() as u8))
        })
    }

    /// The light on each pixel, row by row.
    fn light(&self) -> Vec<Light> {
        let (width, height) = self.size;
        (0..height)
            .into_par_iter()
            .flat_map_iter(|row| {
                // A stream a row: any number of threads draws the same picture.
                let mut random = stream(0, &format!("rays of {}", self.name), u64::from(row));
                let light = |column| self.pixel((column, row), &mut random);
                (0..width).map(light).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Mean light of rays through all parts of a pixel, each to its own point of the lamp.
    fn pixel(&self, (column, row): (u32, u32), random: &mut impl RngExt) -> Light {
        let rays = self.rays;
        let mut sum = Light::default();
        for part in 0..rays * rays {
            let offset = |step: u32| (f64::from(step) + 0.5) / f64::from(rays) - 0.5;
            let ray = self.camera.ray(
                f64::from(column) + offset(part % rays),
                f64::from(row) + offset(part / rays),
            );
            let lamp = [0; 2].map(|_| random.random_range(-1.0..1.0));
            sum = sum.plus(self.scene.seen(&ray, lamp));
        }
        sum.times(1.0 / f64::from(rays * rays))
    }
}
