//! Scenes made by code, for machines without the published ones: sky, hills, a field, a sun.
//!
//! They have what the experiment asks of a scene: smooth areas, edges, textures and colours that
//! go with them. They are no photographs, and what a network reaches on them says nothing about
//! those.

use image::{DynamicImage, Rgb, RgbImage};
use rand::{Rng, RngExt};

use retrace_lab::random;

/// Width and height in pixels.
const SIZE: (u32, u32) = (150, 100);

/// Waves that a skyline is the sum of.
const WAVES: usize = 5;

type Colour = [f64; 3];

/// So many scenes, the same on every machine.
pub fn scenes(count: usize) -> Vec<DynamicImage> {
    (0..count as u64)
        .map(|number| scene(&mut random::stream(0, "scene", number)))
        .collect()
}

struct Skyline {
    height: f64,
    waves: [(f64, f64, f64); WAVES],
    colour: Colour,
}

impl Skyline {
    fn draw(random: &mut impl Rng, height: f64, rough: f64, colour: Colour) -> Self {
        let mut wave = |number: usize| {
            let size = rough / (number + 1) as f64;
            (
                random.random_range(0.0..size),
                random.random_range(1.0..3.0) * (number + 1) as f64,
                random.random_range(0.0..std::f64::consts::TAU),
            )
        };
        Self {
            height,
            waves: std::array::from_fn(&mut wave),
            colour,
        }
    }

    /// Height of the line at `x`, both 0-1, from the top.
    fn at(&self, x: f64) -> f64 {
        let waves = self.waves.iter();
        self.height
            - waves
                .map(|(size, rate, phase)| size * (rate * x * 6.0 + phase).sin())
                .sum::<f64>()
    }
}

fn scene(random: &mut impl Rng) -> DynamicImage {
    let mut near = |colour: Colour, spread: f64| {
        colour.map(|channel| channel + random.random_range(-spread..spread))
    };
    let (zenith, horizon) = (
        near([70.0, 120.0, 200.0], 40.0),
        near([190.0, 200.0, 215.0], 40.0),
    );
    let hills = [
        near([110.0, 115.0, 130.0], 35.0),
        near([60.0, 95.0, 55.0], 35.0),
    ];
    let ground = near([120.0, 125.0, 60.0], 45.0);
    let skylines = [
        Skyline::draw(random, 0.5, 0.12, hills[0]),
        Skyline::draw(random, 0.65, 0.08, hills[1]),
        Skyline::draw(random, 0.82, 0.04, ground),
    ];
    let sun: (f64, f64, f64) = (
        random.random_range(0.0..1.0),
        random.random_range(0.05..0.4),
        random.random_range(0.02..0.08),
    );
    let rough = random.random_range(4.0..16.0);
    let (width, height) = SIZE;
    let mut picture = RgbImage::new(width, height);
    for (column, row, pixel) in picture.enumerate_pixels_mut() {
        let (x, y) = (
            f64::from(column) / f64::from(width),
            f64::from(row) / f64::from(height),
        );
        let from_sun = ((x - sun.0) * 1.5).hypot(y - sun.1);
        let front = skylines.iter().rev().find(|line| y > line.at(x));
        let (colour, noise) = match front {
            Some(line) => (line.colour, rough * (0.5 + y)),
            None if from_sun < sun.2 => ([255.0, 245.0, 200.0], 0.5),
            None => (between(zenith, horizon, y * 1.6), 0.5),
        };
        // Texture changes the light, not the hue.
        let light = random.random_range(-noise..noise);
        *pixel = Rgb(colour.map(|channel| (channel + light).clamp(0.0, 255.0) as u8));
    }
    DynamicImage::from(picture)
}

fn between(from: Colour, to: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|channel| from[channel] + share * (to[channel] - from[channel]))
}
