//! How many weights are near zero, epoch by epoch.

use retrace_figure::{Axis, Chart, Figure};

use super::{All, mean_and_band};
use crate::arm::Method;

/// The share of weights near zero over time.
pub fn near_zero(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let epochs: Vec<f64> = (0..=config.epochs).map(|epoch| epoch as f64).collect();
    let title = format!(
        "Weights near zero (smaller than {}) by method",
        config.near_zero
    );
    let axis = Axis::new("share of all weights (0-1)").range(0.0, 1.02);
    let mut chart = Chart::new("", Axis::new("epoch"), axis);
    for method in Method::ALL {
        let rows: Vec<Vec<f64>> = outcomes
            .of(method.name())
            .filter_map(|cell| Some(cell.outcome.training()?.near_zero.clone()))
            .collect();
        chart = chart.with_all(mean_and_band(
            method.label(),
            &epochs,
            &rows,
            method.colour(),
        ));
    }
    Figure::new("near-zero", title)
        .caption(
            "Mean over seeds, the band holds the middle 80 % of them. L1 and the elastic net empty \
             the network within a few epochs and keep one weight a layer; L2 makes weights small, \
             but few of them tiny.",
        )
        .panel_sized(chart, 640, 420)
}
