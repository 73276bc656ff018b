//! The table of layers beside the post's.

use retrace_figure::{Column, Figure, Table};
use retrace_lab::Outcomes;

use super::style::{found, grouped, sides};
use crate::Debugging;
use crate::arm;
use crate::outcome::{Layer, Structure};
use crate::post::{LINES, Line, PARAMETERS};

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let structure = found(outcomes, arm::SUMMARY)?.structure()?;
    let figure = Figure::new(
        "summary",
        "The network: what Keras printed, and what Burn records",
    );
    Some(figure.panel(table(structure)).caption(
        "Shapes without the batch: Keras has height x width x channels, Burn channels x height x \
         width. Multiply-adds are those of one image.",
    ))
}

fn table(structure: &Structure) -> Table {
    let columns = [
        Column::words("layer"),
        Column::words("output"),
        Column::numbers("parameters"),
        Column::words("layer"),
        Column::words("operations"),
        Column::words("input"),
        Column::words("output"),
        Column::numbers("parameters"),
        Column::numbers("multiply-adds"),
    ];
    let table = Table::new("", columns)
        .group("the post, Keras (H x W x C)", 3)
        .group("ours, Burn (C x H x W)", 6);
    let pairs = LINES.iter().zip(&structure.layers);
    let table = pairs.fold(table, |table, (line, layer)| table.row(row(line, layer)));
    let all = structure.trainable + structure.fixed;
    table
        .line()
        .row(total("all", PARAMETERS, all, Some(structure.multiply_adds)))
        .row(total("trainable", PARAMETERS, structure.trainable, None))
        .row(total("not trainable", 0, structure.fixed, None))
}

fn row(line: &Line, layer: &Layer) -> [String; 9] {
    [
        line.name.to_owned(),
        sides(line.output),
        grouped(line.parameters),
        layer.name.clone(),
        layer.kind.clone(),
        sides(&layer.input),
        sides(&layer.output),
        grouped(layer.parameters),
        grouped(layer.multiply_adds),
    ]
}

fn total(name: &str, post: u64, ours: u64, multiply_adds: Option<u64>) -> [String; 9] {
    let empty = String::new;
    [
        name.to_owned(),
        empty(),
        grouped(post),
        name.to_owned(),
        empty(),
        empty(),
        empty(),
        grouped(ours),
        multiply_adds.map_or_else(empty, grouped),
    ]
}
