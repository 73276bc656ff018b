//! Pictures: white circles on black, two circles, shapes that no network is trained on; and what a
//! network answers to.
//!
//! A picture is its L of Lab, 0 (black) to 100 (white), row by row from the top left. It is drawn
//! when a batch wants it, from the stream (seed, purpose, number): the same number is the same
//! picture, and nothing is kept.

use std::f64::consts::PI;

use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;
use retrace_lab::random;

use crate::config::Size;
use crate::loss::WHITE;

/// What is asked, and what should be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// L of each pixel.
    pub input: Vec<f32>,
    /// The same again; for the post's first attempt a of each pixel, then b of each.
    pub target: Vec<f32>,
}

impl Example {
    /// A picture that should be answered with itself.
    fn copied(picture: Vec<f32>) -> Self {
        Self {
            input: picture.clone(),
            target: picture,
        }
    }
}

/// Examples by number.
pub trait Examples {
    /// Width and height.
    fn size(&self) -> Size;

    /// Numbers of a pixel of the target.
    fn channels(&self) -> usize {
        1
    }

    /// How many there are.
    fn count(&self) -> usize;

    /// The example of this number, below [`count`](Self::count).
    fn example(&self, number: usize) -> Example;
}

/// Some examples as tensors.
///
/// # Shapes
/// - inputs: `[numbers, 1, height, width]`
/// - targets: `[numbers, channels, height, width]`
pub fn tensors(
    examples: &dyn Examples,
    numbers: &[usize],
    device: &Device,
) -> (Tensor<4>, Tensor<4>) {
    let Size { width, height } = examples.size();
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for number in numbers {
        let example = examples.example(*number);
        inputs.extend(example.input);
        targets.extend(example.target);
    }
    let tensor = |values: Vec<f32>, channels| {
        let shape = [numbers.len(), channels, height, width];
        Tensor::from_data(TensorData::new(values, shape), device)
    };
    (tensor(inputs, 1), tensor(targets, examples.channels()))
}

/// The variance of the numbers about the mean of their channel: the mean of squares that the best
/// constant answer is left with. `targets` are `[pictures, channels, pixels]`, one after the other.
pub fn variance(targets: &[f32], channels: usize, pixels: usize) -> f64 {
    let of_channel = |channel: usize| {
        let chunks = targets.chunks_exact(channels * pixels);
        let own = chunks.flat_map(move |picture| &picture[channel * pixels..][..pixels]);
        let own = own.map(|value| f64::from(*value));
        let count = (targets.len() / channels) as f64;
        let mean = own.clone().sum::<f64>() / count;
        own.map(|value| (value - mean).powi(2)).sum::<f64>() / count
    };
    (0..channels).map(of_channel).sum::<f64>() / channels as f64
}

/// A filled circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Centre, in pixels from the left edge.
    pub x: f64,
    /// Centre, in pixels from the top edge.
    pub y: f64,
    /// Radius in pixels.
    pub radius: f64,
    /// Its L, 0-100.
    pub level: f64,
}

impl Circle {
    /// Whether a point lies in it.
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        (x - self.x).powi(2) + (y - self.y).powi(2) <= self.radius.powi(2)
    }
}

/// The post's pictures of circles, drawn by their number.
///
/// The centre may be anywhere in the picture, so that the border cuts circles off, which worried
/// the author. A pixel is white when its centre lies within the circle: nothing is smoothed.
#[derive(Debug, Clone)]
pub struct Circles {
    /// Whose pictures these are.
    pub seed: u64,
    /// Training and validation have streams of their own.
    pub purpose: &'static str,
    /// How many there are.
    pub count: usize,
    /// Width and height.
    pub size: Size,
    /// Radius in pixels.
    pub radius: f64,
    /// L of each circle of a picture; a later one lies on the earlier ones.
    pub levels: &'static [f64],
}

impl Circles {
    /// One white circle.
    pub const ONE: &'static [f64] = &[WHITE];
    /// A grey one, and a white one that may lie on it.
    pub const TWO: &'static [f64] = &[WHITE / 2.0, WHITE];

    /// The circles of a picture, from back to front.
    pub fn circles(&self, number: usize) -> Vec<Circle> {
        let mut random = random::stream(self.seed, self.purpose, number as u64);
        let circle = |level: &f64| Circle {
            x: random.random_range(0.0..self.size.width as f64),
            y: random.random_range(0.0..self.size.height as f64),
            radius: self.radius,
            level: *level,
        };
        self.levels.iter().map(circle).collect()
    }
}

impl Examples for Circles {
    fn size(&self) -> Size {
        self.size
    }

    fn count(&self) -> usize {
        self.count
    }

    fn example(&self, number: usize) -> Example {
        let circles = self.circles(number);
        let level = |point| {
            let front = circles.iter().rev().find(|circle| circle.holds(point));
            front.map_or(0.0, |circle| circle.level as f32)
        };
        Example::copied(self.size.centres().map(level).collect())
    }
}

/// Rows of seven letters, five columns wide: the bits of a row from the left.
const LETTERS: [[u8; 7]; 7] = [
    [0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e], // C
    [0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e], // I
    [0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11], // R
    [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f], // L
    [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f], // E
    [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11], // A
    [0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11], // H
];
const LETTER: Size = Size {
    width: 5,
    height: 7,
};

/// Pictures that no network here is trained on, white on black, of the area of the circles where
/// they have one: does it copy, or does it know circles?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unseen {
    /// An upright square, its centre anywhere.
    Squares,
    /// A triangle of equal sides, point up, its centre anywhere.
    Triangles,
    /// Two letters, as high as two thirds of the picture.
    Text,
    /// Each pixel drawn evenly from black to white.
    Noise,
}

impl Unseen {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Squares, Self::Triangles, Self::Text, Self::Noise];

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Squares => "squares",
            Self::Triangles => "triangles",
            Self::Text => "text",
            Self::Noise => "noise",
        }
    }

    /// So many pictures, the same for all seeds; `radius` is that of the circles.
    pub fn examples(self, count: usize, size: Size, radius: f64) -> impl Examples {
        Shapes {
            shape: self,
            count,
            size,
            radius,
        }
    }
}

struct Shapes {
    shape: Unseen,
    count: usize,
    size: Size,
    radius: f64,
}

impl Examples for Shapes {
    fn size(&self) -> Size {
        self.size
    }

    fn count(&self) -> usize {
        self.count
    }

    fn example(&self, number: usize) -> Example {
        // All seeds are asked the same.
        let mut random = random::stream(0, self.shape.label(), number as u64);
        let centre = (
            random.random_range(0.0..self.size.width as f64),
            random.random_range(0.0..self.size.height as f64),
        );
        let letters = [0; 2].map(|_| random.random_range(0..LETTERS.len()));
        let value = |point| match self.shape {
            Unseen::Squares => lit(self.in_square(centre, point)),
            Unseen::Triangles => lit(self.in_triangle(centre, point)),
            Unseen::Text => lit(self.in_text(letters, point)),
            Unseen::Noise => random.random_range(0.0..WHITE) as f32,
        };
        Example::copied(self.size.centres().map(value).collect())
    }
}

fn lit(inside: bool) -> f32 {
    if inside { WHITE as f32 } else { 0.0 }
}

impl Shapes {
    fn in_square(&self, (x, y): (f64, f64), at: (f64, f64)) -> bool {
        let half = self.radius * PI.sqrt() / 2.0;
        (at.0 - x).abs() <= half && (at.1 - y).abs() <= half
    }

    fn in_triangle(&self, (x, y): (f64, f64), at: (f64, f64)) -> bool {
        let side = self.radius * (4.0 * PI / 3.0_f64.sqrt()).sqrt();
        let height = side * 3.0_f64.sqrt() / 2.0;
        // The centre of gravity lies a third of the height above the base.
        let below_the_point = at.1 - (y - height * 2.0 / 3.0);
        (0.0..=height).contains(&below_the_point)
            && (at.0 - x).abs() <= below_the_point / 3.0_f64.sqrt()
    }

    fn in_text(&self, letters: [usize; 2], (x, y): (f64, f64)) -> bool {
        let scale = (self.size.height / 10).max(1);
        let width = (2 * LETTER.width + 1) * scale;
        let (left, top) = (
            self.size.width.saturating_sub(width) / 2,
            self.size.height.saturating_sub(LETTER.height * scale) / 2,
        );
        let (Some(column), Some(row)) = (
            (x as usize).checked_sub(left),
            (y as usize).checked_sub(top),
        ) else {
            return false;
        };
        let (column, row) = (column / scale, row / scale);
        let (index, column) = (column / (LETTER.width + 1), column % (LETTER.width + 1));
        match letters.get(index) {
            Some(letter) if row < LETTER.height && column < LETTER.width => {
                LETTERS[*letter][row] >> (LETTER.width - 1 - column) & 1 == 1
            }
            _ => false,
        }
    }
}
