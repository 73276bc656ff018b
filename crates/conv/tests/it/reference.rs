//! The convolution and its gradients as they are written, in double precision.

#![allow(dead_code, reason = "each user uses a part")]

use retrace_conv::Shape;

/// Calls `f(output, input, weight)` for each product of the convolution, with places in the arrays.
fn products(shape: &Shape, mut f: impl FnMut(usize, usize, usize)) {
    let Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel,
        padding,
    } = *shape;
    let (rows, columns) = (shape.output_height(), shape.output_width());
    for picture in 0..batch {
        for output in 0..outputs {
            for (i, j) in (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))) {
                let y = ((picture * outputs + output) * rows + i) * columns + j;
                for input in 0..inputs {
                    for (p, q) in (0..kernel.0).flat_map(|p| (0..kernel.1).map(move |q| (p, q))) {
                        let row = (i + p).wrapping_sub(padding.top);
                        let column = (j + q).wrapping_sub(padding.left);
                        if row < height && column < width {
                            let x = ((picture * inputs + input) * height + row) * width + column;
                            let w = ((output * inputs + input) * kernel.0 + p) * kernel.1 + q;
                            f(y, x, w);
                        }
                    }
                }
            }
        }
    }
}

/// The channel of a place in the output.
fn channel(shape: &Shape, y: usize) -> usize {
    y / (shape.output_height() * shape.output_width()) % shape.outputs
}

/// The output.
pub fn forward(shape: &Shape, input: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f64> {
    let mut output: Vec<f64> = (0..shape.output_len())
        .map(|y| f64::from(bias[channel(shape, y)]))
        .collect();
    products(shape, |y, x, w| {
        output[y] += f64::from(input[x]) * f64::from(weight[w]);
    });
    output
}

/// The gradients of the input, the weight and the bias.
pub fn backward(shape: &Shape, input: &[f32], weight: &[f32], grad: &[f32]) -> [Vec<f64>; 3] {
    let mut gradients = [
        vec![0.0; shape.input_len()],
        vec![0.0; shape.weight_len()],
        vec![0.0; shape.outputs],
    ];
    products(shape, |y, x, w| {
        gradients[0][x] += f64::from(grad[y]) * f64::from(weight[w]);
        gradients[1][w] += f64::from(grad[y]) * f64::from(input[x]);
    });
    for (y, grad) in grad.iter().enumerate() {
        gradients[2][channel(shape, y)] += f64::from(*grad);
    }
    gradients
}

/// The largest difference, as a share of the largest number.
pub fn error(found: &[f32], expected: &[f64]) -> f64 {
    let largest = expected
        .iter()
        .fold(0.0_f64, |largest, number| largest.max(number.abs()));
    error_of(found, expected, largest)
}

/// The same for the gradient of the bias, as a share of the largest sum of magnitudes: the sums
/// themselves may cancel.
pub fn bias_error(shape: &Shape, found: &[f32], expected: &[f64], grad: &[f32]) -> f64 {
    let mut magnitudes = vec![0.0; shape.outputs];
    for (y, grad) in grad.iter().enumerate() {
        magnitudes[channel(shape, y)] += f64::from(grad.abs());
    }
    error_of(found, expected, magnitudes.into_iter().fold(0.0, f64::max))
}

fn error_of(found: &[f32], expected: &[f64], largest: f64) -> f64 {
    assert_eq!(found.len(), expected.len());
    found
        .iter()
        .zip(expected)
        .map(|(found, expected)| (f64::from(*found) - expected).abs() / largest.max(1e-30))
        .fold(0.0, f64::max)
}
