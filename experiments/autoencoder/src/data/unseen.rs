//! Pictures that no network here is trained on: does it copy, or does it know circles?

use rand::RngExt;
use retrace_lab::random;

use super::{Example, Examples, Size};
use crate::loss::WHITE;

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

/// White shapes on black, of the area of the circles where they have one.
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

    /// So many pictures of it; `radius` is that of the circles.
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
        let picture: Vec<f32> = self.size.centres().map(value).collect();
        Example {
            input: picture.clone(),
            target: picture,
        }
    }
}

fn lit(inside: bool) -> f32 {
    if inside { WHITE as f32 } else { 0.0 }
}

impl Shapes {
    fn in_square(&self, (x, y): (f64, f64), at: (f64, f64)) -> bool {
        let half = self.radius * std::f64::consts::PI.sqrt() / 2.0;
        (at.0 - x).abs() <= half && (at.1 - y).abs() <= half
    }

    fn in_triangle(&self, (x, y): (f64, f64), at: (f64, f64)) -> bool {
        let side = self.radius * (4.0 * std::f64::consts::PI / 3.0_f64.sqrt()).sqrt();
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
