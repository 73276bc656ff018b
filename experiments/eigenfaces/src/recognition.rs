//! Who is it? The person of the training picture whose weights are nearest.

use ndarray::{Array2, ArrayRef1, s};
use rayon::prelude::*;

/// Weights of pictures and whose they are.
#[derive(Debug, Clone)]
pub struct Named {
    /// One picture a row, one eigenface a column.
    pub weights: Array2<f64>,
    /// The person in each picture.
    pub persons: Vec<usize>,
}

impl Named {
    /// The same pictures with some of the eigenfaces only.
    pub fn columns(&self, range: std::ops::Range<usize>) -> Self {
        Self {
            weights: self.weights.slice(s![.., range]).to_owned(),
            persons: self.persons.clone(),
        }
    }
}

/// The share of `tests` whose nearest picture of `training` shows the same person, with the first
/// eigenface alone, with the first two, and so on to all: one rate an eigenface.
///
/// Distances are Euclidean, each square a sum over eigenfaces, so one more eigenface is one more
/// summand.
pub fn rates(training: &Named, tests: &Named) -> Vec<f64> {
    let rows: Vec<_> = tests.weights.rows().into_iter().collect();
    let hits: Vec<Vec<bool>> = rows
        .into_par_iter()
        .zip(&tests.persons)
        .map(|(row, person)| {
            let found = nearest(training, &row);
            found
                .into_iter()
                .map(|number| training.persons[number] == *person)
                .collect()
        })
        .collect();
    let rate = |count: usize| {
        let right = hits.iter().filter(|hits| hits[count]).count();
        right as f64 / hits.len() as f64
    };
    (0..training.weights.ncols()).map(rate).collect()
}

/// The nearest training picture, with one eigenface, with two, ...; of equals the first.
fn nearest(training: &Named, weights: &ArrayRef1<f64>) -> Vec<usize> {
    let mut squares = vec![0.0; training.persons.len()];
    let columns = training.weights.columns().into_iter().zip(weights);
    columns
        .map(|(column, weight)| {
            for (square, value) in squares.iter_mut().zip(column) {
                *square += (value - weight).powi(2);
            }
            let least = squares.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
            least.map_or(0, |(number, _)| number)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn each_eigenface_adds_what_it_knows() {
        let training = Named {
            weights: array![[0.0, 0.0], [1.0, 9.0]],
            persons: vec![7, 8],
        };
        let tests = Named {
            weights: array![[0.9, 1.0], [0.8, 8.0], [0.1, 0.2], [0.4, 6.0]],
            persons: vec![7, 8, 7, 8],
        };
        // With the first eigenface the second and third are right, with both all.
        assert_eq!(rates(&training, &tests), [0.5, 1.0]);
        let second = rates(&training.columns(1..2), &tests.columns(1..2));
        assert_eq!(second, [1.0]);
    }
}
