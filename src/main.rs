//! `retrace`: the one binary, with every experiment.

use std::process::ExitCode;

use retrace_lab::cli::{entry, main as run};

fn main() -> ExitCode {
    run(&[
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
