//! The synthetic twin of the scenes: drawn landscapes in believable colours, so that there is
//! something to learn.
//!
//! A picture is a function from a place to a colour, made of sky, sea, hills, trees, fields, houses
//! and roads whose sizes and paints are drawn from the picture's own random stream. What a surface
//! is shows in its lightness and grain: sky is light and smooth, leaves are dark and rough, walls
//! are flat with dark windows; so lightness tells something of the colour, as in photographs.
//! Bright colours (cars, roofs, flowers, an evening sky) are rare, as there.

mod buildings;
mod forest;
mod land;
mod noise;
mod paint;
mod road;
mod sky;
mod water;

use image::{Rgb, RgbImage};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use retrace_lab::random::stream;

use crate::data::Photo;
use noise::Noise;
use paint::Paint;

/// A drawn picture: the colour of a place, x to the right and y down, both 0 to 1.
type Drawing = Box<dyn Fn(f64, f64) -> Paint + Sync>;

/// Draws one of a category.
type Category = fn(&mut ChaCha12Rng, Noise) -> Drawing;

/// The published set's categories.
const CATEGORIES: [(&str, Category); 8] = [
    ("coast", water::coast),
    ("forest", forest::forest),
    ("highway", road::highway),
    ("insidecity", buildings::inside_city),
    ("mountain", land::mountain),
    ("opencountry", land::open_country),
    ("street", road::street),
    ("tallbuilding", buildings::tall_building),
];

/// `count` pictures of `side` x `side` pixels of the part named `part`, the categories in equal
/// numbers, one after the other as in the published lists.
pub fn draw(part: &str, count: usize, side: usize) -> Vec<Photo> {
    let draw = |index: usize| {
        let (name, category) = CATEGORIES[index * CATEGORIES.len() / count];
        let mut random = stream(0, &format!("twin {part}"), index as u64);
        let noise = Noise::new(random.random());
        Photo {
            category: name.to_owned(),
            name: format!("{part}-{index}"),
            image: pixels(&category(&mut random, noise), noise, side),
        }
    };
    (0..count).into_par_iter().map(draw).collect()
}

fn pixels(drawing: &Drawing, noise: Noise, side: usize) -> RgbImage {
    let at = |pixel: u32| (f64::from(pixel) + 0.5) / side as f64;
    RgbImage::from_fn(side as u32, side as u32, |x, y| {
        // A camera's noise, the same in all channels.
        let grain = 0.03 * (noise.at(7_919.0 + f64::from(x), f64::from(y)) - 0.5);
        let bytes = drawing(at(x), at(y)).lighter(grain).bytes();
        Rgb(bytes)
    })
}
