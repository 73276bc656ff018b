//! Matrix products by faer, on all threads, on the memory that ndarray holds.

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, MatMut, MatRef, get_global_parallelism};
use ndarray::{Array2, ArrayRef2, CowArray, Ix2};

/// `left` (a x b) times `right` (b x c): a x c.
pub fn product(left: &ArrayRef2<f64>, right: &ArrayRef2<f64>) -> Array2<f64> {
    let (left, right) = (contiguous(left), contiguous(right));
    let mut result = Array2::zeros((left.nrows(), right.ncols()));
    matmul(
        faer_mut(&mut result),
        Accum::Replace,
        faer_view(&left),
        faer_view(&right),
        1.0,
        get_global_parallelism(),
    );
    result
}

/// `rows` (a x b) times its transpose: a x a, exactly symmetric; half of it is computed.
pub fn gram(rows: &ArrayRef2<f64>) -> Array2<f64> {
    let rows = contiguous(rows);
    let size = rows.nrows();
    let mut result = Array2::zeros((size, size));
    triangular::matmul(
        faer_mut(&mut result),
        BlockStructure::TriangularLower,
        Accum::Replace,
        faer_view(&rows),
        BlockStructure::Rectangular,
        faer_view(&rows).transpose(),
        BlockStructure::Rectangular,
        1.0,
        get_global_parallelism(),
    );
    for row in 0..size {
        for column in row + 1..size {
            result[[row, column]] = result[[column, row]];
        }
    }
    result
}

/// The matrix itself when its rows or its columns lie one after the other, else a copy.
pub fn contiguous(matrix: &ArrayRef2<f64>) -> CowArray<'_, f64, Ix2> {
    if matrix.t().is_standard_layout() {
        matrix.view().into()
    } else {
        matrix.as_standard_layout()
    }
}

/// What [`contiguous`] gave, as faer sees it.
pub fn faer_view<'a>(matrix: &'a CowArray<'_, f64, Ix2>) -> MatRef<'a, f64> {
    let (rows, columns) = matrix.dim();
    match matrix.as_slice() {
        Some(values) => MatRef::from_row_major_slice(values, rows, columns),
        None => MatRef::from_column_major_slice(
            matrix
                .as_slice_memory_order()
                .expect("`contiguous` leaves no gaps between the columns"),
            rows,
            columns,
        ),
    }
}

fn faer_mut(matrix: &mut Array2<f64>) -> MatMut<'_, f64> {
    let (rows, columns) = matrix.dim();
    let values = matrix
        .as_slice_mut()
        .expect("a new array has its rows one after the other");
    MatMut::from_row_major_slice_mut(values, rows, columns)
}

/// A matrix of faer's as rows one after the other.
pub fn array_from_faer(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}

#[cfg(test)]
mod tests {
    use ndarray::{array, s};

    use super::*;

    #[test]
    fn products_are_those_by_hand_in_any_layout() {
        let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let by_hand = array![[14.0, 32.0], [32.0, 77.0]];
        assert_eq!(gram(&a), by_hand);
        assert_eq!(product(&a, &a.t()), by_hand);
        let columns_first = a.t().to_owned().reversed_axes();
        assert_eq!(gram(&columns_first), by_hand);
        assert_eq!(
            gram(&a.slice(s![.., ..;2])),
            array![[10.0, 22.0], [22.0, 52.0]]
        );
        assert_eq!(product(&a.slice(s![..0, ..]), &a.t()).dim(), (0, 2));
        assert_eq!(
            product(&array![[2.0], [3.0]], &array![[5.0]]),
            array![[10.0], [15.0]]
        );
    }
}
