//! The post's figures, and those of what is measured beyond it.

mod architectures;
mod codes;
mod colours;
mod film;
mod inside;
mod kernels;
mod losses;
mod maps;
mod outputs;
mod pictures;
mod rates;
mod reach;
mod shares;
mod style;
mod unseen;
mod variants;

use retrace_lab::{Drawing, Outcomes};

use crate::Autoencoder;

/// All figures; one that needs pictures of a network that diverged is left out.
pub fn all(outcomes: &Outcomes<Autoencoder>) -> Vec<Drawing> {
    let figures = [
        Some(pictures::figure(outcomes)),
        Some(losses::figure(outcomes)),
        Some(shares::figure(outcomes)),
        Some(rates::figure(outcomes)),
        outputs::figure(outcomes),
        Some(inside::figure(outcomes)),
        Some(reach::figure(outcomes)),
        Some(variants::figure(outcomes)),
        Some(codes::curve(outcomes)),
        codes::pictures(outcomes),
        Some(architectures::figure(outcomes)),
        unseen::pixel(outcomes),
        Some(unseen::bars(outcomes)),
        unseen::pictures(outcomes),
        kernels::figure(outcomes),
        maps::figure(outcomes),
        Some(colours::curves(outcomes)),
        colours::pictures(outcomes),
    ];
    let animations = [film::animation(outcomes), maps::animation(outcomes)];
    let figures = figures.into_iter().flatten().map(Drawing::from);
    figures
        .chain(animations.into_iter().flatten().map(Drawing::from))
        .collect()
}
