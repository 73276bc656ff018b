//! The numbers that the post prints, beside ours.

use retrace_lab::{Outcomes, Reported};

use crate::Eigenfaces;
use crate::claims::{POST, post_set};
use crate::outcome::PostSet;

/// All of them.
pub fn all(outcomes: &Outcomes<Eigenfaces>) -> Vec<Reported> {
    post_set(outcomes).map_or_else(Vec::new, rows)
}

fn rows(post: &PostSet) -> Vec<Reported> {
    let (n, pixels) = (post.eigenvalues.len(), post.pixels);
    let row = |quantity: &str, reported: &str, measured: String| {
        Reported::text(quantity, POST, reported, measured)
    };
    vec![
        row(
            "training pictures as a matrix, pixels by pictures",
            "55225\u{d7}16",
            format!("{pixels}\u{d7}{n}"),
        ),
        row(
            "covariance that is taken apart",
            "16\u{d7}16",
            format!("{n}\u{d7}{n}"),
        ),
        row(
            "important eigenfaces (ours: those along which the pictures vary)",
            "16",
            (n - post.without_variance()).to_string(),
        ),
    ]
}
