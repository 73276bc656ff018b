//! Step 7 of the post: how many eigenfaces to keep, and what the eigenvalues are divided by.

use ndarray::{Array1, s};

use super::Pca;

/// What the eigenvalues of A A^T are divided by.
///
/// It moves no direction and no share of the variance. It decides what "eigenvalues above 1"
/// means, as does the scale of the grey values: dividing pixels by 255 divides eigenvalues by
/// 65,025.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divisor {
    /// Nothing: A A^T as it is, as in the post.
    None,
    /// The number of pictures n, as Turk & Pentland 1991.
    Pictures,
    /// n - 1, as scikit-learn and everything here that names no divisor.
    PicturesMinusOne,
}

impl Divisor {
    /// The number itself for `pictures` pictures.
    pub fn of(self, pictures: usize) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Pictures => pictures as f64,
            Self::PicturesMinusOne => pictures as f64 - 1.0,
        }
    }
}

impl Pca {
    /// The eigenvalues with another divisor.
    pub fn eigenvalues_by(&self, divisor: Divisor) -> Array1<f64> {
        let squares = Divisor::PicturesMinusOne.of(self.pictures);
        &self.eigenvalues * (squares / divisor.of(self.pictures))
    }

    /// Each eigenvalue over the total variance, whatever the divisor. The shares of all
    /// components add up to 1.
    pub fn explained_variance_ratio(&self) -> Array1<f64> {
        &self.eigenvalues / self.total_variance
    }

    /// The least number of components whose shares of the variance add up to at least `share`
    /// (0 to 1): the second heuristic of the post, with 0.95. All when they never do.
    pub fn components_for_share(&self, share: f64) -> usize {
        let wanted = share * self.total_variance;
        let mut sum = 0.0;
        let mut enough = self.eigenvalues.iter().map(|value| {
            sum += value;
            sum >= wanted
        });
        let place = enough.position(|reached| reached);
        place.map_or(self.eigenvalues.len(), |place| place + 1)
    }

    /// How many eigenvalues are above `value`, with this divisor: the first heuristic of the
    /// post, with 1.
    pub fn components_above(&self, value: f64, divisor: Divisor) -> usize {
        let eigenvalues = self.eigenvalues_by(divisor);
        eigenvalues.iter().filter(|there| **there > value).count()
    }

    /// The first `k` components, or all when there are fewer. Total variance and number of
    /// pictures stay those of the fit.
    pub fn truncated(&self, k: usize) -> Self {
        let k = k.min(self.eigenvalues.len());
        Self {
            pictures: self.pictures,
            mean: self.mean.clone(),
            components: self.components.slice(s![..k, ..]).to_owned(),
            eigenvalues: self.eigenvalues.slice(s![..k]).to_owned(),
            total_variance: self.total_variance,
        }
    }
}
