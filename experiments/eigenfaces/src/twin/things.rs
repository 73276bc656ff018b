//! Pictures that are no faces: what the detector must refuse.

mod bicycle;
mod cartoon;
mod computer;
mod dog;
mod houses;
mod landscape;
mod page;
mod room;
mod tree;
mod wall;

use ndarray::Array2;
use rand::{Rng, RngExt};

use super::paint::{self, Place, at, cover, mix};

/// A kind of picture without a person in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A drawing of a face: flat greys, outlines, large eyes.
    Cartoon,
    /// The head of a dog before white.
    Dog,
    /// A screen, a keyboard and a case before white.
    Computer,
    /// A room with a window.
    Room,
    /// A row of houses by the water.
    Houses,
    /// A bicycle in a street.
    Bicycle,
    /// A tree in a meadow.
    Tree,
    /// A printed page.
    Page,
    /// Mountains over a lake.
    Landscape,
    /// Bricks.
    Wall,
}

/// What two pictures of the same thing differ in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Style {
    /// Names the patterns.
    pattern: u64,
    /// Size of the thing, 1 as usual.
    scale: f64,
    /// Where it stands.
    shift: Place,
    /// Its dark grey.
    dark: f64,
    /// Its light grey.
    light: f64,
    /// A share from 0 to 1 for each thing to use as it likes.
    variety: f64,
}

/// One pixel on the way to its grey.
#[derive(Debug)]
struct Pixel {
    /// Where it is, in half heights of the picture, moved and scaled with the thing.
    p: Place,
    /// How wide it is.
    width: f64,
    /// Its grey so far.
    grey: f64,
}

impl Pixel {
    /// Lays `grey` over it where the distance is negative.
    fn fill(&mut self, distance: f64, grey: f64) {
        self.grey = mix(self.grey, grey, cover(distance, self.width));
    }

    /// Draws a line of `thickness` along the edge from which this is the distance.
    fn line(&mut self, distance: f64, thickness: f64, grey: f64) {
        self.fill(distance.abs() - 0.5 * thickness, grey);
    }

    /// Makes it darker by `share` where the distance is negative, with a soft edge.
    fn shadow(&mut self, distance: f64, blur: f64, share: f64) {
        self.grey *= 1.0 - share * cover(distance, self.width + blur);
    }
}

impl Thing {
    /// The kinds of which any number can be drawn; the cartoon is none, since it is half a face.
    pub const ALL: [Self; 9] = [
        Self::Dog,
        Self::Computer,
        Self::Room,
        Self::Houses,
        Self::Bicycle,
        Self::Tree,
        Self::Page,
        Self::Landscape,
        Self::Wall,
    ];

    /// What it is, in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cartoon => "drawing",
            Self::Dog => "dog",
            Self::Computer => "computer",
            Self::Room => "interior",
            Self::Houses => "houses",
            Self::Bicycle => "bicycle",
            Self::Tree => "tree",
            Self::Page => "page",
            Self::Landscape => "landscape",
            Self::Wall => "wall",
        }
    }

    /// Draws a picture of it: `rows` x `columns` grey levels, 0 to 255.
    pub fn draw(self, size: (usize, usize), random: &mut impl Rng) -> Array2<f64> {
        let style = Style::sample(random);
        let paint = match self {
            Self::Cartoon => cartoon::paint,
            Self::Dog => dog::paint,
            Self::Computer => computer::paint,
            Self::Room => room::paint,
            Self::Houses => houses::paint,
            Self::Bicycle => bicycle::paint,
            Self::Tree => tree::paint,
            Self::Page => page::paint,
            Self::Landscape => landscape::paint,
            Self::Wall => wall::paint,
        };
        paint::draw(size, |p, width| {
            let moved = at(p.x - style.shift.x, p.y - style.shift.y);
            let mut pixel = Pixel {
                p: at(moved.x / style.scale, moved.y / style.scale),
                width: width / style.scale,
                grey: 0.0,
            };
            paint(&mut pixel, &style);
            pixel.grey
        })
    }
}

impl Style {
    fn sample(random: &mut impl Rng) -> Self {
        Self {
            pattern: random.random(),
            scale: random.random_range(0.85..1.15),
            shift: at(
                random.random_range(-0.12..0.12),
                random.random_range(-0.08..0.08),
            ),
            dark: random.random_range(0.06..0.3),
            light: random.random_range(0.62..0.95),
            variety: random.random_range(0.0..1.0),
        }
    }
}
