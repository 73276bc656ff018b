//! Components that come from elsewhere, such as a file, and may be anything.

use ndarray::{Array1, Array2};

use super::error::PcaError;
use super::{Pca, product};

/// Components read from elsewhere may be this far from orthonormal; [`Pca::fit`] keeps to 1e-9.
const ORTHONORMAL: f64 = 1e-6;

impl Pca {
    /// Components that were computed before, such as those of a file.
    ///
    /// # Shapes
    /// `mean` p, `components` k x p, `eigenvalues` k.
    ///
    /// # Errors
    /// Shapes that do not fit together, values that are not finite, rows that are not
    /// orthonormal to 1e-6, eigenvalues that are negative, rise, or exceed `total_variance`.
    pub fn from_parts(
        pictures: usize,
        mean: Array1<f64>,
        components: Array2<f64>,
        eigenvalues: Array1<f64>,
        total_variance: f64,
    ) -> Result<Self, PcaError> {
        let parts = Self {
            pictures,
            mean,
            components,
            eigenvalues,
            total_variance,
        };
        match parts.flaw() {
            None => Ok(parts),
            Some(flaw) => Err(PcaError::Parts(flaw)),
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        let (k, p) = self.components.dim();
        let values = [self.total_variance];
        let numbers = self.mean.iter().chain(&self.components);
        let mut numbers = numbers.chain(&self.eigenvalues).chain(&values);
        let sum = self.eigenvalues.sum();
        if self.pictures < 2 || p == 0 {
            Some("there are fewer than two pictures or no pixels")
        } else if self.mean.len() != p || self.eigenvalues.len() != k {
            Some("mean, components and eigenvalues have sizes that do not fit together")
        } else if k >= self.pictures || k > p {
            Some("there are more components than pictures or pixels allow")
        } else if !numbers.all(|value| value.is_finite()) {
            Some("a number is not finite")
        } else if self.eigenvalues.iter().any(|value| *value < 0.0) || self.rises() {
            Some("the eigenvalues are negative or rise")
        } else if sum > self.total_variance * (1.0 + ORTHONORMAL) {
            Some("the eigenvalues add up to more than the total variance")
        } else if !self.is_orthonormal() {
            Some("the components are not orthonormal")
        } else {
            None
        }
    }

    fn rises(&self) -> bool {
        let pairs = self.eigenvalues.windows(2);
        pairs.into_iter().any(|pair| pair[0] < pair[1])
    }

    fn is_orthonormal(&self) -> bool {
        let products = product::gram(&self.components);
        let mut entries = products.indexed_iter();
        entries.all(|((i, j), value)| {
            let expected = if i == j { 1.0 } else { 0.0 };
            (value - expected).abs() <= ORTHONORMAL
        })
    }
}
