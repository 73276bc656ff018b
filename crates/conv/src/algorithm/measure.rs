//! The times that the rule of [`Algorithm::Auto`](super::Algorithm) was read off.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use retrace_lab as _; // its allocator

use super::Method;
use crate::layout::Planes;
use crate::pass::{Backward, Forward};
use crate::simd::{Instructions, whole_vectors};
use crate::slices::Wanted;
use crate::{Padding, Shape};

/// Batch, and rows and columns of the pictures.
const SIZES: [(usize, usize); 5] = [(8, 100), (32, 24), (64, 8), (128, 3), (256, 1)];

/// Channels in and out.
const CHANNELS: [(usize, usize); 14] = [
    (1, 8),
    (1, 32),
    (3, 32),
    (4, 4),
    (8, 1),
    (8, 8),
    (8, 16),
    (16, 8),
    (16, 16),
    (16, 32),
    (24, 24),
    (32, 32),
    (32, 64),
    (128, 128),
];

fn numbers(count: usize) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(count as u64);
    (0..count).map(|_| random.random_range(-1.0..1.0)).collect()
}

/// Milliseconds of a forward and a backward pass.
fn times(instructions: Instructions, shape: &Shape, method: Method) -> [f64; 2] {
    let (input, weight) = (numbers(shape.input_len()), numbers(shape.weight_len()));
    let (grad, bias) = (
        numbers(shape.output_len()),
        vec![0.0; whole_vectors(shape.outputs)],
    );
    let (input, weight) = (&input[..], &weight[..]);
    let start = Instant::now();
    let forward = Forward {
        shape,
        method,
        input,
        weight,
        bias: &bias,
        relu: false,
    };
    std::hint::black_box(instructions.run(&forward));
    let middle = start.elapsed();
    let grad = Planes {
        numbers: &grad,
        channels: shape.outputs,
        height: shape.output_height(),
        width: shape.output_width(),
        sign: None,
    };
    let wanted = Wanted {
        input: shape.inputs > 3,
        weight: true,
        bias: true,
    };
    let backward = Backward {
        shape,
        method,
        input,
        weight,
        grad,
        wanted,
    };
    std::hint::black_box(instructions.run(&backward));
    [middle, start.elapsed() - middle].map(|time| 1e3 * time.as_secs_f64())
}

#[test]
#[ignore = "prints times, takes a minute"]
fn times_of_all_methods() {
    let instructions = Instructions::detect().expect("a processor that is served");
    println!("kernel, batch, picture, channels: forward, backward in ms, the least of five");
    for (kernel, (batch, size)) in [3, 7].into_iter().flat_map(|k| SIZES.map(|size| (k, size))) {
        let methods: &[Method] = match kernel {
            3 => &[Method::Direct, Method::Rows3, Method::Both3],
            _ => &[Method::Direct, Method::Rows7],
        };
        for (inputs, outputs) in CHANNELS {
            let shape = Shape {
                batch: batch
                    .min(1 << 14 >> (inputs * outputs).ilog2().min(12))
                    .max(2),
                inputs,
                outputs,
                height: size,
                width: size,
                kernel: (kernel, kernel),
                padding: Padding::symmetric(kernel / 2, kernel / 2),
            };
            let mut best = vec![[f64::INFINITY; 2]; methods.len()];
            for _ in 0..5 {
                for (best, method) in best.iter_mut().zip(methods) {
                    let times = times(instructions, &shape, *method);
                    *best = [best[0].min(times[0]), best[1].min(times[1])];
                }
            }
            let line: Vec<_> = methods
                .iter()
                .zip(best)
                .map(|(method, [forward, backward])| {
                    format!("{method:?} {forward:.2} {backward:.2}")
                })
                .collect();
            println!(
                "{kernel}, {}, {size}, {inputs}-{outputs}: {}",
                shape.batch,
                line.join(", ")
            );
        }
    }
}
