//! Sizes with nothing in them, and slices of a wrong length.

use retrace_conv::slices::{backward, forward};
use retrace_conv::{Algorithm, Shape};

use super::{ALL, BOTH, Numbers, shape};

/// Each result by both algorithms.
fn results(shape: &Shape) -> [[Vec<f32>; 4]; 2] {
    BOTH.map(|algorithm| Numbers::new(shape, 12).results(shape, algorithm))
}

#[test]
fn an_empty_batch_has_an_empty_output_and_gradients_of_zero() {
    for kernel in [(3, 3), (7, 7), (4, 2)] {
        for [y, dx, dw, db] in results(&shape((0, 3, 2), (9, 8), kernel, [1; 4])) {
            assert!(y.is_empty() && dx.is_empty());
            assert_eq!(dw, vec![0.0; 6 * kernel.0 * kernel.1]);
            assert_eq!(db, [0.0; 2]);
        }
    }
}

#[test]
fn a_kernel_that_does_not_fit_has_an_empty_output_and_gradients_of_zero() {
    for picture in [(2, 9), (9, 2), (1, 1)] {
        for channels in [(1, 2, 3), (2, 30, 40)] {
            let shape = shape(channels, picture, (3, 3), [0; 4]);
            for [y, dx, dw, db] in results(&shape) {
                assert!(y.is_empty());
                assert_eq!(dx, vec![0.0; shape.input_len()]);
                assert_eq!(dw, vec![0.0; shape.weight_len()]);
                assert_eq!(db, vec![0.0; shape.outputs]);
            }
        }
    }
}

#[test]
#[should_panic = "an output of nothing"]
fn a_frame_around_nothing_panics() {
    let shape = shape((2, 3, 2), (0, 5), (3, 3), [5; 4]);
    forward(&shape, Algorithm::Auto, &[], &[0.0; 54], None, false);
}

#[test]
#[should_panic = "an output of nothing"]
fn an_input_without_channels_panics() {
    let shape = shape((2, 0, 2), (5, 5), (3, 3), [1; 4]);
    forward(&shape, Algorithm::Auto, &[], &[], None, false);
}

#[test]
#[should_panic = "numbers in the input"]
fn an_input_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    forward(&shape, Algorithm::Auto, &[0.0; 8], &[0.0; 9], None, false);
}

#[test]
#[should_panic = "numbers in the bias"]
fn a_bias_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    let bias = Some([0.0; 2].as_slice());
    forward(&shape, Algorithm::Auto, &[0.0; 9], &[0.0; 9], bias, false);
}

#[test]
#[should_panic = "numbers in the gradient"]
fn a_gradient_of_a_wrong_length_panics() {
    let shape = shape((1, 1, 1), (3, 3), (3, 3), [1; 4]);
    let (x, w, dy) = ([0.0; 9], [0.0; 9], [0.0; 10]);
    backward(&shape, Algorithm::Auto, &x, &w, &dy, None, ALL);
}
