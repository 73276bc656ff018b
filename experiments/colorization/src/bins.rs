//! The plane of a and b in square windows, and the windows that a data set uses: the Q colours
//! that the network can tell.
//!
//! ```text
//! row = floor((a + 110) / window)      column = floor((b + 110) / window)
//! ```

pub mod annealed;
pub mod targets;
pub mod weights;

use serde::{Deserialize, Serialize};

/// Where the plane ends: a and b of sRGB lie within -86.2 to 98.3 and -107.9 to 94.5.
pub const REACH: f64 = 110.0;

/// The plane of a and b in square windows, cell by cell: a down, b to the right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Side of a window in units of a and b.
    pub window: f64,
}

impl Grid {
    /// Windows along each side; where the width does not divide 220, the last one goes beyond.
    pub fn side(self) -> usize {
        (2.0 * REACH / self.window).ceil() as usize
    }

    /// All windows, used or not.
    pub fn cells(self) -> usize {
        self.side() * self.side()
    }

    /// The cell of a colour; what lies outside the plane counts to its border.
    pub fn cell(self, [a, b]: [f32; 2]) -> usize {
        self.along(a) * self.side() + self.along(b)
    }

    fn along(self, value: f32) -> usize {
        let window = ((f64::from(value) + REACH) / self.window).floor();
        (window.max(0.0) as usize).min(self.side() - 1)
    }

    /// The colour in the middle of a cell.
    pub fn centre(self, cell: usize) -> [f32; 2] {
        let middle = |index: usize| (-REACH + (index as f64 + 0.5) * self.window) as f32;
        [middle(cell / self.side()), middle(cell % self.side())]
    }
}

/// The data used no bin: there was no pixel.
#[derive(Debug, thiserror::Error)]
#[error("no colours to make bins of: there is no pixel")]
pub struct NoColours;

/// The cells that a data set uses, and how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    grid: Grid,
    /// The used cells in rising order; a bin is an index into this.
    used: Vec<usize>,
    /// Pixels in each bin.
    counts: Vec<u64>,
    /// For every cell its bin, or the nearest one where it is not used.
    bin_of_cell: Vec<u32>,
}

impl Bins {
    /// The bins of a data set from its pixels in each cell of `grid`.
    ///
    /// # Errors
    /// When there is no pixel.
    pub fn of_counts(grid: Grid, counts: &[u64]) -> Result<Self, NoColours> {
        let used: Vec<usize> = (0..counts.len()).filter(|cell| counts[*cell] > 0).collect();
        if used.is_empty() {
            return Err(NoColours);
        }
        let counts = used.iter().map(|cell| counts[*cell]).collect();
        let bin_of_cell = (0..grid.cells()).map(|cell| nearest(grid, &used, cell));
        Ok(Self {
            grid,
            counts,
            bin_of_cell: bin_of_cell.collect(),
            used,
        })
    }

    /// The grid that they are cells of.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Q, the number of bins.
    pub fn len(&self) -> usize {
        self.used.len()
    }

    /// Never: a data set with a pixel uses a bin.
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    /// The cells, rising.
    pub fn cells(&self) -> &[usize] {
        &self.used
    }

    /// Pixels in each bin.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Share of the pixels in each bin (0-1).
    pub fn shares(&self) -> Vec<f64> {
        let all = self.counts.iter().sum::<u64>() as f64;
        self.counts.iter().map(|n| *n as f64 / all).collect()
    }

    /// The bin of a colour; of a colour that the data set does not use, the bin whose centre is
    /// nearest to that of its cell.
    pub fn bin(&self, colour: [f32; 2]) -> usize {
        self.bin_of_cell[self.grid.cell(colour)] as usize
    }

    /// The colour that a bin stands for: the middle of its window.
    pub fn centre(&self, bin: usize) -> [f32; 2] {
        self.grid.centre(self.used[bin])
    }

    /// All centres.
    pub fn centres(&self) -> Vec<[f32; 2]> {
        (0..self.len()).map(|bin| self.centre(bin)).collect()
    }

    /// The bin with the most pixels, the first of equals.
    pub fn most_frequent(&self) -> usize {
        let all = 0..self.len();
        all.rev()
            .max_by_key(|bin| self.counts[*bin])
            .unwrap_or_default()
    }

    /// Which bins are rare: the least used ones that together hold at most `share` of the pixels.
    pub fn rare(&self, share: f64) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|bin| self.counts[*bin]);
        let limit = share * self.counts.iter().sum::<u64>() as f64;
        let mut rare = vec![false; self.len()];
        let mut sum = 0.0;
        for bin in order {
            sum += self.counts[bin] as f64;
            rare[bin] = sum <= limit;
        }
        rare
    }
}

/// Squared distance of two colours.
pub fn square_distance(one: [f32; 2], other: [f32; 2]) -> f32 {
    (one[0] - other[0]).powi(2) + (one[1] - other[1]).powi(2)
}

fn nearest(grid: Grid, used: &[usize], cell: usize) -> u32 {
    let from = grid.centre(cell);
    let away = |bin: &usize| square_distance(grid.centre(used[*bin]), from);
    let bins = 0..used.len();
    let nearest = bins.min_by(|one, other| away(one).total_cmp(&away(other)));
    nearest.unwrap_or_default() as u32
}
