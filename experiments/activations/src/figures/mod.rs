//! The post's pictures, and those of what is measured beyond them.

mod activity;
mod functions;
mod gradients;
mod learning;
mod slopes;
mod softmax;
mod style;

use retrace_lab::{Drawing, Outcomes};

use crate::Activations;
use crate::outcome::functions_of;

/// All figures.
pub fn all(outcomes: &Outcomes<Activations>) -> Vec<Drawing> {
    let mut figures = Vec::new();
    if let Some(functions) = functions_of(outcomes) {
        figures.extend([
            functions::each(functions),
            functions::sigmoid(functions, outcomes.config().saturated_below),
            functions::prelu(functions, &outcomes.config().prelu_slopes),
            functions::rrelu(functions),
            softmax::cases(functions),
            softmax::temperatures(functions),
        ]);
    }
    figures.extend([
        gradients::weights(outcomes),
        gradients::errors(outcomes),
        activity::zeros(outcomes),
        activity::means(outcomes),
        learning::curves(outcomes),
        slopes::slopes(outcomes),
    ]);
    figures.into_iter().map(Drawing::from).collect()
}
