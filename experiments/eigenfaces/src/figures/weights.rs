//! The weights of the training pictures.

use retrace_figure::{ColourMap, Figure, HeatMap};

use super::{All, origin};
use crate::data::POST_SET;
use crate::outcome::PostSet;

/// Weights as a heat map: one row a picture, one column an eigenface.
pub fn weights(outcomes: &All, post: &PostSet) -> Figure {
    // In units of a typical pixel: a weight is a sum over all of them.
    let pixel = (post.pixels as f64).sqrt();
    let rows: Vec<Vec<f64>> = post
        .weights
        .iter()
        .map(|row| row.iter().map(|weight| weight / pixel).collect())
        .collect();
    let columns = rows.first().map_or(0, Vec::len);
    let map = HeatMap::new("", rows)
        .rows(
            "training picture",
            (1..=post.weights.len()).map(|i| format!("im{i}")),
        )
        .columns("eigenface", (1..=columns).map(|i| i.to_string()))
        .map(ColourMap::Diverging)
        .bar_label("weight / root of the number of pixels (grey levels)");
    Figure::new("weights", "Weights of the training pictures")
        .caption(format!(
            "Each picture is the mean face plus these weights times the eigenfaces. Divided by the \
             root of the number of pixels, a weight is the root of the mean squared change that its \
             eigenface makes.{}",
            origin(outcomes, &[POST_SET])
        ))
        .panel(map)
}
