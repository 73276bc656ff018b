//! ReLU in the pass against ReLU after it, to the bit.

use retrace_conv::slices::backward;
use retrace_conv::{Algorithm, Shape};

use super::table::shapes;
use super::{ALL, BOTH, Numbers, bits, gradient_bits};

/// ReLU: what is not positive becomes 0, what is not a number stays.
fn relu(number: f32) -> f32 {
    if number.is_nan() || number > 0.0 {
        number
    } else {
        0.0
    }
}

fn assert_fused_is_unfused(shape: &Shape, algorithm: Algorithm, numbers: &Numbers) {
    let y = numbers.forward(shape, algorithm, true);
    let unfused = numbers.forward(shape, algorithm, false);
    let unfused: Vec<f32> = unfused.into_iter().map(relu).collect();
    assert!(bits(&y) == bits(&unfused), "y, {algorithm:?}, {shape:?}");

    let Numbers { x, weight, dy, .. } = numbers;
    let fused = backward(shape, algorithm, x, weight, dy, Some(&y), ALL);
    let mut masked = numbers.clone();
    for (dy, y) in masked.dy.iter_mut().zip(&y) {
        *dy = if *y > 0.0 || y.is_nan() { *dy } else { 0.0 };
    }
    let unfused = masked.backward(shape, algorithm, ALL);
    assert!(
        gradient_bits(&fused) == gradient_bits(&unfused),
        "gradients, {algorithm:?}, {shape:?}"
    );
    assert!(masked.dy != *dy, "no output is negative in {shape:?}");
}

#[test]
fn relu_in_the_pass_gives_the_bits_of_relu_after_it() {
    for shape in shapes() {
        // Of a single pixel the sign is chance.
        if shape.output_len() > 10 {
            for algorithm in BOTH {
                assert_fused_is_unfused(&shape, algorithm, &Numbers::new(&shape, 7));
            }
        }
    }
}

#[test]
fn outputs_that_are_no_numbers_pass_their_gradient_on() {
    for shape in [shapes()[2], shapes()[3], shapes()[6], shapes()[9]] {
        let mut numbers = Numbers::new(&shape, 8);
        let middle = numbers.x.len() / 2;
        numbers.x[middle] = f32::NAN;
        for algorithm in BOTH {
            assert_fused_is_unfused(&shape, algorithm, &numbers);
        }
    }
}

#[test]
fn outputs_of_zero_of_either_sign_take_no_gradient() {
    let shape = shapes()[2];
    let numbers = Numbers::new(&shape, 9);
    let Numbers { x, weight, dy, .. } = &numbers;
    for zero in [0.0, -0.0] {
        let y = vec![zero; shape.output_len()];
        for algorithm in BOTH {
            let gradients = backward(&shape, algorithm, x, weight, dy, Some(&y), ALL);
            let [dx, dw, db] = [gradients.input, gradients.weight, gradients.bias];
            for gradient in [dx, dw, db].map(|gradient| gradient.expect("wanted")) {
                assert!(
                    gradient.iter().all(|number| *number == 0.0),
                    "{algorithm:?}"
                );
            }
        }
    }
}
