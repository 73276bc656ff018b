//! What can be wrong with pictures or components.

/// Why there are no components, or why a picture does not fit them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PcaError {
    /// One picture, or none.
    #[error(
        "eigenfaces need at least two pictures, found {found}: a single picture is its own mean, \
         and nothing varies"
    )]
    TooFewPictures {
        /// How many there are.
        found: usize,
    },
    /// Rows of length zero.
    #[error("the pictures have no pixels")]
    NoPixels,
    /// NaN or an infinity.
    #[error("pixel {pixel} of picture {picture} (both counted from 0) is not a finite number")]
    NotFinite {
        /// The row.
        picture: usize,
        /// The column.
        pixel: usize,
    },
    /// Squares beyond the range of `f64`.
    #[error("the grey values are so large that their squares overflow; expected about 0 to 255")]
    Overflow,
    /// All pictures are the same.
    #[error("all {pictures} pictures are the same, so there is no direction in which they differ")]
    NoVariance {
        /// How many there are.
        pictures: usize,
    },
    /// A picture with another number of pixels than those fitted.
    #[error("the components are of pictures with {expected} pixels, found {found} pixels")]
    PixelCount {
        /// Pixels of the fitted pictures.
        expected: usize,
        /// Pixels of this one.
        found: usize,
    },
    /// Weights of another number of components.
    #[error("there are {expected} components, found {found} weights")]
    WeightCount {
        /// Components.
        expected: usize,
        /// Weights of a picture.
        found: usize,
    },
    /// The solver gave up.
    #[error("the eigenvalues did not converge")]
    NotConverged,
    /// Parts that are not those of a fit.
    #[error("these are not the parts of a principal component analysis: {0}")]
    Parts(&'static str),
}
