//! `retrace`: the one binary, with every experiment and the book of their runs.

use std::process::ExitCode;

use retrace_book::Book;
use retrace_lab::cli::{entry, main as run};

fn main() -> ExitCode {
    run::<Book>(&[
        entry::<activations::Activations>(),
        entry::<regularization::Regularization>(),
        entry::<eigenfaces::Eigenfaces>(),
        entry::<homography::HomographyPost>(),
        entry::<rrelu::Rrelu>(),
        entry::<colorization::Colorization>(),
        entry::<autoencoder::Autoencoder>(),
        entry::<freezing::Freezing>(),
        entry::<debugging::Debugging>(),
    ])
}
