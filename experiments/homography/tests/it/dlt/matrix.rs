//! The matrix type: its scale, its inverse, its file form.

use homography::dlt::plain;
use homography::{Homography, HomographyError, Point};

use super::notebook;

#[test]
fn the_scale_of_a_matrix_means_nothing_and_singular_ones_are_refused() {
    let matrix = [[3.0, 1.0, 4.0], [1.0, 5.0, 9.0], [2.0, 6.0, 5.0]];
    let homography = Homography::new(matrix).unwrap();
    let tiny = Homography::new(matrix.map(|row| row.map(|entry| entry * -1e-200))).unwrap();
    for (a, b) in homography
        .matrix()
        .as_flattened()
        .iter()
        .zip(tiny.matrix().as_flattened())
    {
        assert!((a - b).abs() < 1e-15);
    }
    assert_eq!(homography.matrix()[2][2], 1.0);
    let flat = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]];
    assert_eq!(Homography::new(flat), Err(HomographyError::Singular));
    assert_eq!(
        Homography::new([[0.0; 3]; 3]),
        Err(HomographyError::Singular)
    );
}

#[test]
fn a_map_that_sends_the_origin_to_infinity_has_length_one() {
    let swap = Homography::new([[0.0, 0.0, -2.0], [0.0, -1.0, 0.0], [-2.0, 0.0, 0.0]]).unwrap();
    let squares: f64 = swap.matrix().as_flattened().iter().map(|h| h * h).sum();
    assert!((squares - 1.0).abs() < 1e-15);
    assert!(swap.matrix()[0][2] > 0.0);
    assert_eq!(swap.apply(Point::new(0.0, 1.0)), None);
    assert_eq!(swap.apply(Point::new(2.0, 4.0)), Some(Point::new(0.5, 1.0)));
}

#[test]
fn a_homography_goes_to_json_and_back() {
    let homography = plain(&notebook()).unwrap();
    let text = serde_json::to_string(&homography).unwrap();
    assert_eq!(
        serde_json::from_str::<Homography>(&text).unwrap(),
        homography
    );
    let singular = serde_json::from_str::<Homography>("[[1,0,0],[0,1,0],[0,0,0]]");
    assert!(singular.unwrap_err().to_string().contains("singular"));
}
