//! The functions on plain slices: an edge filter over a picture, and what is refused.
//!
//! `cargo run --release -p retrace-conv --example without_burn`
#![allow(clippy::print_stdout)] // that is what it is for

use retrace_conv::slices::{Wanted, backward, forward};
use retrace_conv::{Algorithm, Error, Padding, Shape};

fn main() -> Result<(), Error> {
    let shape = Shape {
        batch: 1,
        inputs: 1,
        outputs: 1,
        height: 6,
        width: 12,
        kernel: (3, 3),
        padding: Padding::same((3, 3)),
    };
    // Dark on the left, bright on the right; Sobel's filter for upright edges.
    let picture: Vec<f32> = (0..72)
        .map(|i| if i % 12 < 6 { 0.0 } else { 1.0 })
        .collect();
    let filter = [-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0];
    let edges = forward(&shape, Algorithm::Exact, &picture, &filter, None, true)?;
    for row in edges.chunks(12) {
        let row: Vec<String> = row.iter().map(|number| format!("{number:3}")).collect();
        println!("{}", row.join(""));
    }

    // The gradients of the sum of all outputs.
    let ones = vec![1.0; edges.len()];
    let wanted = Wanted {
        input: false,
        ..Wanted::ALL
    };
    let gradients = backward(
        &shape,
        Algorithm::Exact,
        &picture,
        &filter,
        &ones,
        Some(&edges),
        wanted,
    )?;
    println!("by the filter: {:?}", gradients.weight.unwrap_or_default());

    let refused = forward(&shape, Algorithm::Auto, &picture[1..], &filter, None, false);
    println!(
        "refused: {}",
        refused.map_or_else(|error| error.to_string(), |_| String::new())
    );
    Ok(())
}
