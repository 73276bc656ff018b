//! The page's script against the program: run by `scripts/explorables-check.sh`, which has Node.

use eigenfaces::distances::Distances;
use eigenfaces::pca::Pca;
use ndarray::Array2;
use retrace_test_support::explorable::Calls;
use serde_json::json;

/// Both compute in 64 bits, by other decompositions.
const ROUNDING: f64 = 1e-6;

/// Grey levels without a pattern, one picture per row.
fn pictures(count: usize, first: usize) -> Array2<f64> {
    Array2::from_shape_fn((count, 60), |(picture, pixel)| {
        let at = (first + picture) as f64;
        (127.5 + 100.0 * (1.7 * at * at + 0.31 * (at + 1.0) * pixel as f64).sin()).round()
    })
}

#[test]
#[ignore = "needs Node; scripts/explorables-check.sh runs it"]
fn the_page_takes_pictures_apart_and_measures_them() {
    let mut calls = Calls::default();
    let rows = |pictures: &Array2<f64>| -> Vec<Vec<f64>> {
        let rows = pictures.rows().into_iter();
        rows.map(|row| row.to_vec()).collect()
    };
    for kept in [1, 4, 8] {
        let (training, others) = (pictures(9, 0), pictures(3, 20));
        let whole = Pca::fit(&training).unwrap();
        let pca = whole.truncated(kept);
        let weights = pca.project(&training).unwrap();
        let distances = Distances::measure(&pca, &weights, &others).unwrap();
        let from = pca.distances_from_face_space(&others).unwrap();
        let errors: Vec<f64> = from.iter().map(|d| d / 60.0_f64.sqrt()).collect();
        let given = json!([rows(&training), rows(&others), kept]);
        let expected = json!({
            "eigenvalues": whole.eigenvalues().to_vec(), "distances": distances, "errors": errors,
        });
        calls.expect("measured", given, expected, ROUNDING);
    }
    calls.agree("eigenfaces");
}
