//! What larger outliers do.

use retrace_figure::{Axis, Chart, Figure};

use super::{All, about_points, mean_and_band};
use crate::arm::{Method, Work};
use crate::outcome::WithOutliers;

/// Error and bend against the size of the outliers.
pub fn sizes(outcomes: &All) -> Figure {
    let error = panel(
        outcomes,
        "Error",
        "total error, test points not lifted (units of y)",
        |run| run.error,
    );
    let bend = panel(
        outcomes,
        "Bend",
        "distance to the line without lift (units of y)",
        |run| run.bend,
    );
    Figure::new(
        "outlier-size",
        "Size of the outliers against error and bend",
    )
    .caption(format!(
        "All outliers are lifted by the same amount; everything else stays. Left: total error \
             after the last step on test points whose lift is taken off. Right: mean vertical \
             distance of the settled line to the one found without lift. Mean over seeds, the band \
             holds the middle 80 % of them.{}",
        about_points(outcomes)
    ))
    .columns(2)
    .shared_legend()
    .panel(error)
    .panel(bend)
}

fn panel(
    outcomes: &All,
    title: &str,
    unit: &str,
    number: fn(&WithOutliers) -> Option<f64>,
) -> Chart {
    let sizes = &outcomes.config().outlier_sizes;
    let chart = Chart::new(
        title,
        Axis::new("lift of the outliers (units of y)"),
        Axis::new(unit),
    );
    [Method::None, Method::L1, Method::L2]
        .into_iter()
        .fold(chart, |chart, method| {
            let arm = Work::VaryOutliers(method).name();
            let rows: Vec<Vec<f64>> = outcomes
                .of(&arm)
                .filter_map(|cell| cell.outcome.outliers())
                .map(|runs| {
                    runs.iter()
                        .map(|run| number(run).unwrap_or(f64::NAN))
                        .collect()
                })
                .collect();
            chart.with_all(mean_and_band(method.label(), sizes, &rows, method.colour()))
        })
}
