//! Forward and backward against the convolution as it is written, in double precision.

mod reference;

use retrace_conv::slices::{Wanted, backward, forward};
use retrace_conv::{Algorithm, Padding, Shape};

/// Numbers in [-1, 1), the same for the same seed.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        })
        .collect()
}

const ALL: Wanted = Wanted {
    input: true,
    weight: true,
    bias: true,
};

/// The errors of the output and of the three gradients.
fn errors(shape: &Shape, algorithm: Algorithm) -> [f64; 4] {
    let (x, w) = (
        numbers(shape.input_len(), 1),
        numbers(shape.weight_len(), 2),
    );
    let (b, dy) = (numbers(shape.outputs, 3), numbers(shape.output_len(), 4));
    let y = forward(shape, algorithm, &x, &w, Some(&b), false);
    let gradients = backward(shape, algorithm, &x, &w, &dy, None, ALL);
    let [dx, dw, db] = reference::backward(shape, &x, &w, &dy);
    [
        reference::error(&y, &reference::forward(shape, &x, &w, &b)),
        reference::error(&gradients.input.expect("wanted"), &dx),
        reference::error(&gradients.weight.expect("wanted"), &dw),
        reference::bias_error(shape, &gradients.bias.expect("wanted"), &db, &dy),
    ]
}

fn shape(
    (batch, inputs, outputs): (usize, usize, usize),
    (height, width): (usize, usize),
    kernel: (usize, usize),
    padding: [usize; 4],
) -> Shape {
    let [top, bottom, left, right] = padding;
    let padding = Padding {
        top,
        bottom,
        left,
        right,
    };
    Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel,
        padding,
    }
}

#[test]
fn shapes_of_every_kind_agree_with_the_sum_as_it_is_written() {
    let table = [
        shape((1, 1, 1), (1, 1), (1, 1), [0; 4]),
        shape((2, 3, 5), (5, 7), (1, 1), [0; 4]),
        shape((3, 5, 19), (13, 11), (3, 3), [0; 4]),
        shape((2, 33, 48), (12, 18), (3, 3), [1; 4]),
        shape((40, 30, 33), (10, 10), (3, 3), [0; 4]),
        shape((1, 25, 24), (40, 67), (3, 3), [1, 0, 2, 1]),
        shape((2, 32, 16), (30, 25), (7, 7), [3; 4]),
        shape((3, 8, 1), (30, 25), (7, 7), [3; 4]),
        shape((1, 1, 32), (150, 100), (7, 7), [3; 4]),
        shape((2, 8, 1), (20, 30), (4, 4), [1, 2, 1, 2]),
        shape((2, 3, 17), (9, 9), (5, 5), [2; 4]),
        shape((1, 2, 3), (15, 14), (11, 11), [5; 4]),
        shape((1, 2, 3), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 30, 30), (5, 6), (3, 3), [4, 3, 5, 4]),
        shape((1, 2, 3), (7, 9), (2, 5), [0, 1, 2, 2]),
        shape((1, 300, 40), (4, 5), (3, 3), [1; 4]),
        shape((1, 1, 1), (1, 1), (7, 7), [3; 4]),
        shape((5, 4, 4), (1, 1), (3, 3), [1; 4]),
        shape((1, 7, 9), (200, 3), (3, 3), [1; 4]),
        shape((1, 3, 9), (90, 40), (7, 7), [0, 6, 0, 6]),
    ];
    for shape in table {
        for algorithm in [Algorithm::Exact, Algorithm::Auto] {
            let errors = errors(&shape, algorithm);
            let list = errors.map(|error| format!("{error:.1e}")).join(" ");
            let most = if algorithm == Algorithm::Exact {
                2e-6
            } else {
                5e-5
            };
            assert!(
                errors.iter().all(|error| *error < most),
                "{list} {algorithm:?} {shape:?}"
            );
        }
    }
}
