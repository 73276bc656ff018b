//! Pictures of one size, as rows of a matrix: step 1 of the post.

use ndarray::{Array2, Array3, ArrayView2, Axis, s};

/// Grey pictures of one size.
///
/// The post flattens column by column, as Matlab does; here it is row by row. The order of the
/// pixels changes nothing, as long as it is the same in all pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Album {
    /// One picture a row, 0 to 255: n x p.
    pub pictures: Array2<f64>,
    /// Rows and columns of a picture.
    pub size: (usize, usize),
}

impl Album {
    /// An album of pictures that have one size.
    ///
    /// # Panics
    /// Of pictures that have not: who reads or draws them has checked it.
    pub fn of(pictures: &[Array2<f64>]) -> Self {
        let size = pictures.first().map_or((0, 0), Array2::dim);
        let mut rows = Array2::zeros((pictures.len(), size.0 * size.1));
        for (mut row, picture) in rows.rows_mut().into_iter().zip(pictures) {
            assert_eq!(picture.dim(), size, "pictures of one album have one size");
            row.assign(&picture.flatten());
        }
        Self {
            pictures: rows,
            size,
        }
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.pictures.nrows()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pictures with these numbers, in this order.
    pub fn select(&self, numbers: &[usize]) -> Array2<f64> {
        self.pictures.select(Axis(0), numbers)
    }

    /// The picture with this number, alone in a matrix: 1 x p.
    pub fn one(&self, number: usize) -> ArrayView2<'_, f64> {
        self.pictures.slice(s![number..=number, ..])
    }

    /// Grey levels as bytes, for a checksum.
    pub fn bytes(&self) -> Vec<u8> {
        let level = |value: &f64| value.round().clamp(0.0, 255.0) as u8;
        self.pictures.iter().map(level).collect()
    }
}

/// Flattened pictures, n x p, upright again: n x rows x columns, in the precision of files.
pub fn upright(pictures: &Array2<f64>, (rows, columns): (usize, usize)) -> Array3<f32> {
    Array3::from_shape_fn((pictures.nrows(), rows, columns), |(n, row, column)| {
        pictures[[n, row * columns + column]] as f32
    })
}
