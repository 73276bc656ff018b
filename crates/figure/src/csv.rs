//! The numbers of a figure as a table in CSV, for spreadsheets and data frames.

use ::csv::Writer;

use crate::bars::Bars;
use crate::chart::{Chart, Layer};
use crate::figure::Figure;
use crate::network::Network;
use crate::panel::Panel;
use crate::table::Table;

/// One number, or a pair of bounds, with its place.
#[derive(Debug, Default)]
struct Row {
    kind: &'static str,
    series: String,
    x: String,
    y: String,
    value: String,
    low: String,
    high: String,
}

const HEADINGS: [&str; 9] = [
    "panel", "title", "kind", "series", "x", "y", "value", "low", "high",
];

impl Figure {
    /// The numbers as CSV, a row each: panel (counted from 1) and its title, what draws it, series,
    /// place (`x` and `y`; names of categories, columns and rows where these are words), value,
    /// bounds of an interval. A number that is not finite is empty, as in a gap of a curve.
    ///
    /// `None` for a figure without numbers, such as a grid of pictures.
    #[must_use]
    pub fn csv(&self) -> Option<String> {
        let mut table = Writer::from_writer(Vec::new());
        let mut empty = true;
        // Writing to memory cannot fail, and all rows have the same length.
        let _ = table.write_record(HEADINGS);
        for (index, placed) in self.panels.iter().enumerate() {
            for row in rows(&placed.panel) {
                empty = false;
                let _ = table.write_record([
                    &(index + 1).to_string(),
                    placed.panel.title(),
                    row.kind,
                    &row.series,
                    &row.x,
                    &row.y,
                    &row.value,
                    &row.low,
                    &row.high,
                ]);
            }
        }
        let text = String::from_utf8(table.into_inner().ok()?).ok()?;
        (!empty).then_some(text)
    }
}

fn rows(panel: &Panel) -> Vec<Row> {
    match panel {
        Panel::Chart(chart) => self::chart(chart),
        Panel::Bars(bars) => self::bars(bars),
        Panel::HeatMap(map) => {
            let names = |labels: &[String], count: usize| -> Vec<String> {
                if labels.is_empty() {
                    (0..count).map(|at| at.to_string()).collect()
                } else {
                    labels.to_vec()
                }
            };
            let columns = map.values.first().map_or(0, Vec::len);
            let x = names(&map.column_labels, columns);
            let y = names(&map.row_labels, map.values.len());
            grid("cell", "", &x, &y, &map.values)
        }
        Panel::Surface(surface) => {
            let [x, y] = [&surface.x, &surface.y].map(|at| numbers(at));
            grid("surface", &surface.labels[2], &x, &y, &surface.z)
        }
        Panel::Network(network) => weights(network),
        Panel::Table(table) => cells(table),
        Panel::Images(_) => Vec::new(),
    }
}

fn number(value: f64) -> String {
    if value.is_finite() {
        value.to_string()
    } else {
        String::new()
    }
}

fn numbers(values: &[f64]) -> Vec<String> {
    values.iter().copied().map(number).collect()
}

fn places(kind: &'static str, series: &str, x: &[f64], y: &[f64]) -> Vec<Row> {
    let place = |(x, y): (&f64, &f64)| Row {
        kind,
        series: series.to_owned(),
        x: number(*x),
        y: number(*y),
        ..Row::default()
    };
    x.iter().zip(y).map(place).collect()
}

fn grid(
    kind: &'static str,
    series: &str,
    x: &[String],
    y: &[String],
    values: &[Vec<f64>],
) -> Vec<Row> {
    let cell = |y: &String, (x, value): (&String, &f64)| Row {
        kind,
        series: series.to_owned(),
        x: x.clone(),
        y: y.clone(),
        value: number(*value),
        ..Row::default()
    };
    let rows = y.iter().zip(values);
    rows.flat_map(|(y, row)| x.iter().zip(row).map(move |at| cell(y, at)))
        .collect()
}

fn chart(chart: &Chart) -> Vec<Row> {
    let layers = chart.layers.iter().flat_map(|layer| match layer {
        Layer::Line(l) => places("line", &l.label, &l.x, &l.y),
        Layer::Points(p) => places("point", &p.label, &p.x, &p.y),
        Layer::Polygon(p) => places("polygon", &p.label, &p.x, &p.y),
        Layer::Contours(c) => grid("contour", &c.label, &numbers(&c.x), &numbers(&c.y), &c.z),
        Layer::Band(b) => {
            let bound = |((x, low), high): ((&f64, &f64), &f64)| Row {
                kind: "band",
                series: b.label.clone(),
                x: number(*x),
                low: number(*low),
                high: number(*high),
                ..Row::default()
            };
            b.x.iter().zip(&b.low).zip(&b.high).map(bound).collect()
        }
        Layer::Rule(rule) => vec![Row {
            kind: "rule",
            series: rule.label.clone(),
            value: number(rule.at),
            ..Row::default()
        }],
        Layer::Span(span) => vec![Row {
            kind: "span",
            series: span.label.clone(),
            low: number(span.from),
            high: number(span.to),
            ..Row::default()
        }],
        Layer::Note(_) => Vec::new(),
    });
    layers.collect()
}

fn bars(bars: &Bars) -> Vec<Row> {
    let mut rows = Vec::new();
    for series in &bars.series {
        for (at, (category, value)) in bars.categories.iter().zip(&series.values).enumerate() {
            let (low, high) = match series.intervals.get(at) {
                Some((low, high)) => (number(*low), number(*high)),
                None => Default::default(),
            };
            let row = |kind, value: f64| Row {
                kind,
                series: series.label.clone(),
                x: category.clone(),
                value: number(value),
                ..Row::default()
            };
            rows.push(Row {
                low,
                high,
                ..row("bar", *value)
            });
            let points = series.points.get(at).into_iter().flatten();
            rows.extend(points.map(|point| row("point", *point)));
        }
    }
    for marks in &bars.marks {
        let categories = bars.categories.iter().zip(&marks.values);
        rows.extend(categories.flat_map(|(category, values)| {
            values.iter().map(|value| Row {
                kind: "mark",
                series: marks.label.clone(),
                x: category.clone(),
                value: number(*value),
                ..Row::default()
            })
        }));
    }
    rows
}

fn weights(network: &Network) -> Vec<Row> {
    let layers = network.weights.iter().enumerate();
    let weights = layers.flat_map(|(layer, weights)| {
        let name = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>();
        let x = name(weights.first().map_or(0, Vec::len));
        let layer = format!("layer {}", layer + 1);
        grid("weight", &layer, &x, &name(weights.len()), weights)
    });
    weights.collect()
}

fn cells(table: &Table) -> Vec<Row> {
    let rows = table.rows.iter().enumerate().flat_map(|(row, cells)| {
        let columns = table.columns.iter().zip(cells);
        columns.map(move |(column, cell)| Row {
            kind: "cell",
            x: column.heading.clone(),
            y: (row + 1).to_string(),
            value: cell.clone(),
            ..Row::default()
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Band, BarSeries, HeatMap, Images, Line};

    #[test]
    fn each_number_has_a_row_and_a_gap_is_empty() {
        let figure = Figure::new("loss", "")
            .panel(
                Chart::new("left, first", "step", "loss")
                    .with(Line::new("relu", [0.0, 1.0], [0.5, f64::NAN]))
                    .with(Band::new("relu", [0.0], [0.25], [0.75])),
            )
            .panel(
                Bars::new("", ["a"], "error")
                    .series(BarSeries::new("s", [2.0]).intervals([(1.5, 2.5)])),
            )
            .panel(HeatMap::new("", [vec![7.0, 8.0]]));
        assert_eq!(
            figure.csv().unwrap(),
            "panel,title,kind,series,x,y,value,low,high\n\
             1,\"left, first\",line,relu,0,0.5,,,\n\
             1,\"left, first\",line,relu,1,,,,\n\
             1,\"left, first\",band,relu,0,,,0.25,0.75\n\
             2,,bar,s,a,,2,1.5,2.5\n\
             3,,cell,,0,0,7,,\n\
             3,,cell,,1,0,8,,\n"
        );
    }

    #[test]
    fn pictures_alone_are_no_numbers() {
        assert_eq!(Figure::new("p", "").panel(Images::new("", 1)).csv(), None);
    }
}
