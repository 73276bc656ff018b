//! Smooth random fields, which bend the digits as a hand does.
//!
//! P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks applied
//! to visual document analysis", ICDAR 2003, section 2: displacements are uniform noise for every
//! pixel, smoothed with a Gaussian, times a strength. They took a Gaussian of 4 pixels and a
//! strength of 34, which makes displacements of 1.4 pixels (root mean square).
//!
//! Here the strength is that root mean square, the same for every Gaussian, and the noise wraps
//! around, so that it is the same at the edges too.

use rand::RngExt;

/// A place in pixels, x to the right and y downwards.
pub type Point = [f32; 2];

/// Values along each side; with [`SPACING`] they cover the 28 pixels of an image.
const SIDE: usize = 14;
/// Pixels between values: fine enough for a Gaussian of 4 pixels, at a quarter of the work.
const SPACING: f32 = 2.0;
/// Pixels of the Gaussian.
const SIGMA: f32 = 4.0;
/// Values on each side of one that the Gaussian reaches: three standard deviations.
const REACH: usize = 6;

/// A smooth random number for each place, with mean 0 and variance 1 over all fields.
pub struct Field {
    values: [[f32; SIDE]; SIDE],
}

impl Field {
    /// Draws a field.
    pub fn sample(random: &mut impl RngExt) -> Self {
        let widest = 3_f32.sqrt(); // of the uniform distribution with variance 1
        let mut values = [[0.0; SIDE]; SIDE];
        for value in values.as_flattened_mut() {
            *value = random.random_range(-widest..widest);
        }
        // A Gaussian in the plane is one along each axis.
        Self {
            values: transposed_and_smooth(&transposed_and_smooth(&values)),
        }
    }

    /// The value at a place, linear between the values around it.
    pub fn at(&self, [x, y]: Point) -> f32 {
        let (left, right, across) = around(x);
        let (top, bottom, down) = around(y);
        let row = |row: &[f32; SIDE]| row[left] + (row[right] - row[left]) * across;
        let (top, bottom) = (row(&self.values[top]), row(&self.values[bottom]));
        top + (bottom - top) * down
    }
}

/// The indices before and after a coordinate, and how far it is between them.
fn around(coordinate: f32) -> (usize, usize, f32) {
    let place = (coordinate / SPACING).rem_euclid(SIDE as f32);
    let before = place as usize % SIDE;
    (before, (before + 1) % SIDE, place.fract())
}

/// Smooths each row around the ring of its values, and exchanges rows and columns.
fn transposed_and_smooth(values: &[[f32; SIDE]; SIDE]) -> [[f32; SIDE]; SIDE] {
    let weights = gaussian();
    let mut smooth = [[0.0; SIDE]; SIDE];
    for (row, values) in values.iter().enumerate() {
        for (column, smooth) in smooth.iter_mut().enumerate() {
            let first = column + SIDE - REACH;
            let terms = weights.iter().enumerate();
            smooth[row] = terms.map(|(i, w)| w * values[(first + i) % SIDE]).sum();
        }
    }
    smooth
}

/// Weights of a Gaussian, scaled so that noise of variance 1 keeps it.
fn gaussian() -> [f32; 2 * REACH + 1] {
    let mut weights = [0.0; 2 * REACH + 1];
    for (i, weight) in weights.iter_mut().enumerate() {
        let distance = (i as f32 - REACH as f32) * SPACING / SIGMA;
        *weight = (-distance * distance / 2.0).exp();
    }
    let squares: f32 = weights.iter().map(|w| w * w).sum();
    weights.map(|weight| weight / squares.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;

    /// Means over 4,000 fields of the products of the values at two places.
    fn covariance(a: Point, b: Point) -> f32 {
        let mut random = ChaCha12Rng::seed_from_u64(1);
        let mut product = || {
            let field = Field::sample(&mut random);
            field.at(a) * field.at(b)
        };
        (0..4000).map(|_| product()).sum::<f32>() / 4000.0
    }

    #[test]
    fn neighbours_agree_as_the_gaussian_says() {
        // Noise smoothed with a Gaussian has the correlation exp(-d^2 / 4 sigma^2) at distance d.
        // The mean of 4,000 products is good to 0.02, its standard deviation.
        for (distance, expected) in [(0.0, 1.0), (4.0, 0.7788), (8.0, 0.3679), (14.0, 0.0468)] {
            let found = covariance([6.0, 10.0], [6.0 + distance, 10.0]);
            assert!((found - expected).abs() < 0.1, "{distance}: {found}");
            let found = covariance([6.0, 10.0], [6.0, 10.0 + distance]);
            assert!((found - expected).abs() < 0.1, "{distance}: {found}");
        }
    }
}
