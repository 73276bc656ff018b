//! The synthetic twin of the scenes: drawn landscapes in believable colours, so that there is
//! something to learn.
//!
//! A picture is a function from a place to a colour, made of sky, sea, hills, trees, fields, houses
//! and roads whose sizes and paints are drawn from the picture's own random stream. What a surface
//! is shows in its lightness and grain: sky is light and smooth, leaves are dark and rough, walls
//! are flat with dark windows; so lightness tells something of the colour, as in photographs.
//! Bright colours (cars, roofs, flowers, an evening sky) are rare, as there.

mod city;
mod country;

use image::{Rgb, RgbImage};
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use retrace_lab::random::stream;

use crate::data::Photo;

/// A drawn picture: the colour of a place, x to the right and y down, both 0 to 1.
type Drawing = Box<dyn Fn(f64, f64) -> Paint + Sync>;

/// Draws one of a category.
type Category = fn(&mut ChaCha12Rng, Noise) -> Drawing;

/// The published set's categories.
const CATEGORIES: [(&str, Category); 8] = [
    ("coast", country::coast),
    ("forest", country::forest),
    ("highway", city::highway),
    ("insidecity", city::inside_city),
    ("mountain", country::mountain),
    ("opencountry", country::open_country),
    ("street", city::street),
    ("tallbuilding", city::tall_building),
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

/// An sRGB colour, 0 to 1 a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Paint([f64; 3]);

/// A colour from `0xRRGGBB`.
fn hex(rgb: u32) -> Paint {
    let channel = |shift: u32| f64::from((rgb >> shift) & 0xFF) / 255.0;
    Paint([channel(16), channel(8), channel(0)])
}

impl Paint {
    /// The colour `share` of the way (0-1) to `other`.
    fn mix(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let pairs = [0, 1, 2].map(|i| (self.0[i], other.0[i]));
        Self(pairs.map(|(from, to)| from + (to - from) * share))
    }

    /// With this added to each channel.
    fn lighter(self, by: f64) -> Self {
        Self(self.0.map(|channel| channel + by))
    }

    /// With each channel times this: what a shadow does.
    fn shaded(self, by: f64) -> Self {
        Self(self.0.map(|channel| channel * by))
    }

    /// Eight bits a channel.
    fn bytes(self) -> [u8; 3] {
        self.0
            .map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
    }
}

/// One of the colours, a little lighter or darker.
fn one_of(random: &mut ChaCha12Rng, colours: &[Paint]) -> Paint {
    let chosen = colours[random.random_range(0..colours.len())];
    chosen.lighter(random.random_range(-0.05..0.05))
}

/// A noise; the same number gives the same.
#[derive(Debug, Clone, Copy)]
struct Noise(u64);

impl Noise {
    /// The noise with this number.
    fn new(number: u64) -> Self {
        Self(number)
    }

    /// Another one, which has nothing to do with this.
    fn other(self, number: u64) -> Self {
        Self(mixed(self.0 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A smooth value, 0 to 1, that changes over distances of about 1.
    fn at(self, x: f64, y: f64) -> f64 {
        let smooth = |share: f64| share * share * (3.0 - 2.0 * share);
        let (right, down) = (smooth(x - x.floor()), smooth(y - y.floor()));
        let (column, row) = (x.floor() as i64, y.floor() as i64);
        let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
        let along = |row| mix(self.value(column, row), self.value(column + 1, row), right);
        mix(along(row), along(row + 1), down)
    }

    /// The same with finer and finer detail, each of the octaves half as strong; 0 to 1.
    fn rough(self, x: f64, y: f64, octaves: i32) -> f64 {
        let octave = |k: i32| self.at(x * 2f64.powi(k), y * 2f64.powi(k)) * 0.5f64.powi(k + 1);
        (0..octaves).map(octave).sum::<f64>() / (1.0 - 0.5f64.powi(octaves))
    }

    /// A value, 0 to 1, for a place of the lattice.
    fn value(self, column: i64, row: i64) -> f64 {
        let place = (column as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ (row as u64);
        mixed(self.0 ^ mixed(place)) as f64 / u64::MAX as f64
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood 2014): every bit depends on all.
fn mixed(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
