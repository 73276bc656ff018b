//! Retrace re-runs published deep-learning blog posts. The program is `retrace`; this is the list
//! of its experiments, in the order in which it runs them.

use retrace_lab::cli::{Entry, entry};

/// Every experiment of the workspace.
pub fn experiments() -> Vec<Box<dyn Entry>> {
    vec![
        entry::<activations::Activations>(),
        entry::<regularization::Regularization>(),
        entry::<eigenfaces::Eigenfaces>(),
        entry::<homography::HomographyPost>(),
        entry::<rrelu::Rrelu>(),
        entry::<colorization::Colorization>(),
        entry::<autoencoder::Autoencoder>(),
        entry::<freezing::Freezing>(),
        entry::<debugging::Debugging>(),
    ]
}
