//! The colours that the network can tell: the plane of a and b in square windows, of which the Q that
//! the data use are the bins; their targets and weights, and one colour from a distribution.
//!
//! ```text
//! bin       row = floor((a + 110) / window)        column = floor((b + 110) / window)
//! target    t_q ~ exp(-(di^2 + dj^2) / (2 sigma^2))      the author's, di, dj = -2..2 bins away
//!           t_q ~ exp(-|ab - centre_q|^2 / (2 sigma^2))  Zhang et al. 2016, the five nearest bins
//! weight    w_q = c / ((1 - lambda) p_q + lambda / Q)    c such that sum_q p_q w_q = 1
//! colour    ab = sum_q f_T(z)_q centre_q
//!           f_T(z)_q = exp(log(z_q) / T) / sum_i exp(log(z_i) / T)
//! ```
//!
//! Targets are over used bins only, and then scaled to sum 1; whether the author scaled is not known.

/// Where the plane ends: a and b of sRGB lie within -86.2 to 98.3 and -107.9 to 94.5.
pub const REACH: f64 = 110.0;

/// The plane of a and b in square windows, cell by cell: a down, b to the right.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// Bins to each side in the author's target.
const AROUND: i64 = 2;
/// Bins in the target of Zhang et al.
const NEAREST: usize = 5;

/// Which distribution over bins is the target of a pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TargetKind {
    /// The author's: a 5x5 Gaussian with this standard deviation in bins, cut at the border.
    Gaussian(f64),
    /// That of Zhang et al.: the five nearest bins, by a Gaussian with this standard deviation in
    /// units of a and b.
    Nearest(f64),
}

/// Bins with their shares of a pixel, which sum to 1.
pub type Shares = Vec<(u32, f32)>;

/// What the network should give for a pixel: a distribution over the bins around its colour.
#[derive(Debug, Clone)]
pub struct Targets<'a> {
    bins: &'a Bins,
    kind: TargetKind,
    /// The author's target depends on the bin alone: one for each.
    table: Vec<Shares>,
}

impl<'a> Targets<'a> {
    /// Targets of this kind.
    pub fn new(bins: &'a Bins, kind: TargetKind) -> Self {
        let table = match kind {
            TargetKind::Gaussian(sigma) => (0..bins.len())
                .map(|bin| around(bins, bin, sigma))
                .collect(),
            TargetKind::Nearest(_) => Vec::new(),
        };
        Self { bins, kind, table }
    }

    /// The bins.
    pub fn bins(&self) -> &'a Bins {
        self.bins
    }

    /// Calls `visit` with each bin and its share of a pixel of this colour.
    pub fn each(&self, colour: [f32; 2], visit: impl FnMut((u32, f32))) {
        match self.kind {
            TargetKind::Gaussian(_) => {
                let shares = &self.table[self.bins.bin(colour)];
                shares.iter().copied().for_each(visit);
            }
            TargetKind::Nearest(sigma) => self.nearest(colour, sigma).into_iter().for_each(visit),
        }
    }

    fn nearest(&self, colour: [f32; 2], sigma: f64) -> Shares {
        // Insertion into a list of five: there are some hundred bins for each pixel.
        let mut found: Vec<(u32, f32)> = Vec::with_capacity(NEAREST + 1);
        for bin in 0..self.bins.len() {
            let away = square_distance(self.bins.centre(bin), colour);
            let place = found.partition_point(|(_, other)| *other <= away);
            if place < NEAREST {
                found.insert(place, (bin as u32, away));
                found.truncate(NEAREST);
            }
        }
        // The nearest one has weight 1, however far it is: the sum is never zero.
        let least = found.first().map_or(0.0, |(_, away)| *away);
        let weight = |away: f32| (f64::from(least - away) / (2.0 * sigma * sigma)).exp();
        scaled(found.into_iter().map(|(bin, away)| (bin, weight(away))))
    }
}

/// The author's target of a bin.
fn around(bins: &Bins, bin: usize, sigma: f64) -> Shares {
    let side = bins.grid().side() as i64;
    let own = bins.cells()[bin] as i64;
    let near = bins.cells().iter().enumerate().filter_map(|(other, cell)| {
        let cell = *cell as i64;
        let (down, right) = (cell / side - own / side, cell % side - own % side);
        let within = down.abs() <= AROUND && right.abs() <= AROUND;
        let square = (down * down + right * right) as f64;
        within.then(|| (other as u32, (-square / (2.0 * sigma * sigma)).exp()))
    });
    scaled(near)
}

fn scaled(weights: impl Iterator<Item = (u32, f64)>) -> Shares {
    let weights: Vec<(u32, f64)> = weights.collect();
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let share = |(bin, weight): (u32, f64)| (bin, (weight / sum) as f32);
    weights.into_iter().map(share).collect()
}

/// Class weights, by which rare colours count more, for `p`: shares of pixels as described, numbers
/// of pixels as written.
///
/// Zhang et al. 2016, equation 4, without its smoothing of p, which the author left out, too. p is
/// meant as the share of pixels. The author's code has their number in its place: lambda / Q then
/// vanishes beside any count, w is one over the count, and the rarest bin weighs as many times more
/// than the most frequent one as that has more pixels: ten million times, with the scenes.
///
/// # Shapes
/// - p, output: Q
pub fn class_weights(p: &[f64], lambda: f64) -> Vec<f64> {
    let uniform = lambda / p.len() as f64;
    let raw = p.iter().map(|p| 1.0 / ((1.0 - lambda) * p + uniform));
    let raw: Vec<f64> = raw.collect();
    let mean: f64 = raw.iter().zip(p).map(|(w, p)| w * p).sum();
    raw.iter().map(|w| w / mean).collect()
}

/// The colour of a pixel from its logits: the annealed mean of the bins' centres (Zhang et al. 2016,
/// equation 5).
///
/// T towards 0 is the bin with the largest probability, T = 1 the mean. With logits x, log z and x
/// differ by a constant, and so `f_T` is softmax(x / T).
///
/// # Shapes
/// - logits, centres: Q
///
/// # Panics
/// When there are not as many logits as centres.
pub fn annealed_mean(logits: &[f32], centres: &[[f32; 2]], temperature: f32) -> [f32; 2] {
    assert_eq!(logits.len(), centres.len(), "one logit per bin");
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut a, mut b) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (logit, centre) in logits.iter().zip(centres) {
        let weight = ((logit - largest) / temperature).exp();
        sum += weight;
        a += weight * centre[0];
        b += weight * centre[1];
    }
    [a / sum, b / sum]
}
