//! What the two axes of bars show: their values, and the names of their categories.

use super::Bars;
use crate::font;
use crate::frame::Plan;
use crate::scale::{Tick, range_of};

pub(super) fn value_range(bars: &Bars) -> (f64, f64) {
    let series = bars.series.iter().flat_map(|series| {
        let ends = series.intervals.iter().flat_map(|&(low, high)| [low, high]);
        series
            .values
            .iter()
            .copied()
            .chain(ends)
            .chain(series.points.iter().flatten().copied())
    });
    let marks = bars
        .marks
        .iter()
        .flat_map(|marks| marks.values.iter().flatten().copied());
    let rules = bars.rules.iter().map(|rule| rule.at);
    let all: Vec<f64> = series.chain(marks).chain(rules).collect();
    if bars.value.range.is_some() || bars.value.log {
        return range_of(&bars.value, all);
    }
    let (low, high) = range_of(&bars.value, all.iter().copied().chain([0.0]));
    let any = |side: fn(&f64) -> bool| all.iter().filter(|v| v.is_finite()).any(side);
    // Bars stand on zero: no margin on the side where nothing is. Numbers at bars need more.
    let room = match (bars.digits, bars.horizontal) {
        (None, _) => 1.0,
        (_, false) => 1.06,
        (_, true) => 1.16,
    };
    match (any(|v| *v < 0.0), any(|v| *v > 0.0)) {
        (false, _) => (0.0, high * room),
        (true, false) => (low * room, 0.0),
        (true, true) => (low * room, high * room),
    }
}

pub(super) fn category_plan(bars: &Bars, room: f64, upright: bool) -> Plan {
    let count = bars.categories.len();
    let wrapped: Vec<Vec<String>> = bars
        .categories
        .iter()
        .map(|name| font::wrap(name, font::SMALL, false, room))
        .collect();
    let widest = font::widest(wrapped.iter().flatten().map(String::as_str), font::SMALL);
    let turned = !upright && widest > room + 4.0;
    let ticks = bars
        .categories
        .iter()
        .zip(wrapped)
        .enumerate()
        .map(|(index, (name, lines))| Tick {
            at: position(bars, index as f64 + 0.5),
            label: if turned {
                name.replace('\n', " ")
            } else {
                lines.join("\n")
            },
        });
    Plan {
        range: (0.0, count.max(1) as f64),
        log: false,
        ticks: ticks.collect(),
        label: bars.category_label.clone(),
        grid: false,
        turned,
    }
}

/// Place on the category axis: flat bars are read from the top.
pub(super) fn position(bars: &Bars, place: f64) -> f64 {
    if bars.horizontal {
        bars.categories.len() as f64 - place
    } else {
        place
    }
}
