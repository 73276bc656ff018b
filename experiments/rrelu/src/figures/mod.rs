//! The post's figure, and those of what is measured beyond it.

mod accuracy;
mod activity;
mod curves;
mod gap;
mod ranking;
mod slopes;
mod style;

use retrace_lab::{Drawing, Outcomes};

use crate::Rrelu;

/// All figures.
pub fn all(outcomes: &Outcomes<Rrelu>) -> Vec<Drawing> {
    let figures = [
        curves::on_all_images(outcomes),
        curves::on_few_images(outcomes),
        accuracy::figure(outcomes),
        ranking::figure(outcomes),
        gap::by_accuracy(outcomes),
        gap::by_loss(outcomes),
        slopes::figure(outcomes),
        activity::figure(outcomes),
    ];
    figures.into_iter().map(Drawing::from).collect()
}
