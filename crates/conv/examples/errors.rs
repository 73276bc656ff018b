//! Measures the errors of both algorithms on the layers of three networks.
//!
//! `cargo run --release -p retrace-conv --example errors` prints the table of the crate's README:
//! the largest difference from the sum in double precision, as a share of its largest number (of
//! the bias, of the largest sum of magnitudes). Numbers are uniform in [-1, 1); one picture per
//! layer, or four where they are small.
#![allow(clippy::print_stdout)]

#[path = "../tests/it/reference.rs"]
mod reference;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use retrace_conv::slices::{Wanted, backward, forward};
use retrace_conv::{Algorithm, Padding, Shape};

/// `count` numbers of one stream.
fn numbers(stream: u64, count: usize) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(0);
    random.set_stream(stream);
    (0..count).map(|_| random.random_range(-1.0..1.0)).collect()
}

fn shape(batch: usize, channels: (usize, usize), size: (usize, usize), kernel: usize) -> Shape {
    let padding = match kernel {
        3 => Padding::default(),
        _ => Padding::same((kernel, kernel)),
    };
    Shape {
        batch,
        inputs: channels.0,
        outputs: channels.1,
        height: size.0,
        width: size.1,
        kernel: (kernel, kernel),
        padding,
    }
}

/// The errors of the output and of the gradients of input, weight and bias.
fn errors(shape: &Shape, algorithm: Algorithm) -> [f64; 4] {
    let (x, w) = (
        numbers(0, shape.input_len()),
        numbers(1, shape.weight_len()),
    );
    let (b, dy) = (numbers(2, shape.outputs), numbers(3, shape.output_len()));
    let y = forward(shape, algorithm, &x, &w, Some(&b), false);
    let gradients = backward(shape, algorithm, &x, &w, &dy, None, Wanted::ALL);
    let [dx, dw, db] = reference::backward(shape, &x, &w, &dy);
    [
        reference::error(&y, &reference::forward(shape, &x, &w, &b)),
        reference::error(&gradients.input.expect("wanted"), &dx),
        reference::error(&gradients.weight.expect("wanted"), &dw),
        reference::bias_error(shape, &gradients.bias.expect("wanted"), &db, &dy),
    ]
}

fn main() {
    println!("| layer | algorithm | output | input's gradient | weight's | bias's |");
    println!("|---|---|---|---|---|---|");
    let small = (28, 28);
    let layers = [
        ("autoencoder 1-32, 7x7", shape(1, (1, 32), (150, 100), 7)),
        ("autoencoder 32-16, 7x7", shape(1, (32, 16), (150, 100), 7)),
        ("autoencoder 8-8, 7x7", shape(1, (8, 8), (150, 100), 7)),
        ("autoencoder 8-1, 4x4", shape(1, (8, 1), (150, 100), 4)),
        ("MNIST CNN 1-32, 3x3", shape(4, (1, 32), small, 3)),
        ("MNIST CNN 32-64, 3x3", shape(4, (32, 64), (26, 26), 3)),
        ("colorization 30-60, 3x3", shape(4, (30, 60), (30, 30), 3)),
        (
            "colorization 210-240, 3x3",
            shape(4, (210, 240), (18, 18), 3),
        ),
    ];
    for (name, shape) in layers {
        for algorithm in [Algorithm::Exact, Algorithm::Auto] {
            let [y, dx, dw, db] = errors(&shape, algorithm);
            println!("| {name} | `{algorithm:?}` | {y:.1e} | {dx:.1e} | {dw:.1e} | {db:.1e} |");
        }
    }
}
