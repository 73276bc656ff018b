//! The six checks as a table, and softmax by hand in four ways.

use retrace_figure::{Column, Figure, Table};
use retrace_lab::Outcomes;

use super::style::{found, grouped, short};
use crate::Debugging;
use crate::arm;
use crate::outcome::Ones;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let ones = found(outcomes, arm::ONES)?.ones()?;
    let figure = Figure::new(
        "checks",
        "All weights one: the network against the sums by hand",
    );
    Some(figure.panel(six(ones)).panel(softmax(ones)).caption(
        "Above, the post's six checks: the largest value by hand, the largest difference of the \
         network to it, and that difference over the largest value. Below, the softmax of ten \
         equal logits by hand: e^z is infinite for z above 88.7 in 32 bits and above 709.8 in 64, \
         and infinity over infinity is no number.",
    ))
}

fn six(ones: &Ones) -> Table {
    let columns = [
        Column::words("after"),
        Column::numbers("values"),
        Column::numbers("largest by hand"),
        Column::numbers("difference"),
        Column::numbers("relative"),
    ];
    let title = format!("Six checks; {} of 784 pixels are ink", ones.ink);
    ones.checks
        .iter()
        .fold(Table::new(title, columns), |table, check| {
            let largest = check.largest.map_or_else(String::new, number);
            let difference = check.difference.map_or_else(|| "none".to_owned(), short);
            table.row([
                check.stage.split('/').next().unwrap_or_default().to_owned(),
                grouped(check.values as u64),
                largest,
                difference,
                short(check.relative()),
            ])
        })
}

/// Whole numbers in full.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        grouped(value as u64)
    } else {
        short(value)
    }
}

fn softmax(ones: &Ones) -> Table {
    let columns = [
        Column::words("softmax by hand"),
        Column::numbers("each class"),
    ];
    let title = format!("Softmax of ten logits of {}", number(ones.logit));
    let told = |value: Option<f64>| value.map_or_else(|| "not a number".to_owned(), short);
    Table::new(title, columns)
        .row([
            "as the formula stands, 32 bits".to_owned(),
            told(ones.softmax_plain32),
        ])
        .row([
            "as the formula stands, 64 bits".to_owned(),
            told(ones.softmax_plain64),
        ])
        .row([
            "logits divided by the largest".to_owned(),
            short(ones.softmax_divided),
        ])
        .row([
            "the largest subtracted".to_owned(),
            short(ones.softmax_subtracted),
        ])
}
