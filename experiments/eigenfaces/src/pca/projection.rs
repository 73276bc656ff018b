//! Steps 8 to 10 of the post: weights of pictures, pictures from weights, and what is lost.

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis};

use super::Pca;
use super::centred::without;
use super::error::PcaError;
use super::product::product;

impl Pca {
    /// Weights of pictures, (x - m) U^T.
    ///
    /// # Shapes
    /// `pictures` any number x p; the weights that number x k.
    ///
    /// # Errors
    /// Pictures of another size.
    pub fn project(&self, pictures: &ArrayRef2<f64>) -> Result<Array2<f64>, PcaError> {
        self.check_pixels(pictures.ncols())?;
        let centred = without(pictures, &self.mean);
        Ok(product(&centred, &self.components.t()))
    }

    /// Weights of one picture, k.
    ///
    /// # Errors
    /// A picture of another size.
    pub fn project_one(&self, picture: &ArrayRef1<f64>) -> Result<Array1<f64>, PcaError> {
        let row = picture.view().insert_axis(Axis(0));
        Ok(self.project(&row)?.row(0).to_owned())
    }

    /// Pictures from weights, m + w U. Values may lie outside 0 to 255.
    ///
    /// # Shapes
    /// `weights` any number x k; the pictures that number x p.
    ///
    /// # Errors
    /// Weights of another number of components.
    pub fn reconstruct(&self, weights: &ArrayRef2<f64>) -> Result<Array2<f64>, PcaError> {
        let (expected, found) = (self.components.nrows(), weights.ncols());
        if found != expected {
            return Err(PcaError::WeightCount { expected, found });
        }
        let mut pictures = product(weights, &self.components);
        pictures += &self.mean;
        Ok(pictures)
    }

    /// Distance from face space, |(x - m) - U^T U (x - m)|: what the eigenfaces cannot say of a
    /// picture, in grey levels (Turk & Pentland 1991, "Using eigenfaces to detect faces").
    ///
    /// # Errors
    /// A picture of another size.
    pub fn distance_from_face_space(&self, picture: &ArrayRef1<f64>) -> Result<f64, PcaError> {
        let row = picture.view().insert_axis(Axis(0));
        Ok(self.distances_from_face_space(&row)?[0])
    }

    /// The same for each row of `pictures`, any number x p.
    ///
    /// # Errors
    /// Pictures of another size.
    pub fn distances_from_face_space(
        &self,
        pictures: &ArrayRef2<f64>,
    ) -> Result<Array1<f64>, PcaError> {
        // The difference of the pictures themselves: |x - m|^2 - |w|^2 would lose half of the
        // digits of a picture that lies almost in face space.
        let lost = self.reconstruct(&self.project(pictures)?)? - pictures;
        Ok(lost.map_axis(Axis(1), |row| row.dot(&row).sqrt()))
    }

    fn check_pixels(&self, found: usize) -> Result<(), PcaError> {
        let expected = self.pixels();
        if found == expected {
            Ok(())
        } else {
            Err(PcaError::PixelCount { expected, found })
        }
    }
}
