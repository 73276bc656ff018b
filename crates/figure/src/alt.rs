//! The figure in words, made from its numbers, for readers who do not see it.

use crate::bars::Bars;
use crate::chart::{Chart, Layer};
use crate::figure::Figure;
use crate::heat_map::HeatMap;
use crate::network::Network;
use crate::number::short;
use crate::panel::Panel;
use crate::surface::Surface;
use crate::table::Table;

/// Most things of one kind that are told one by one.
const MOST: usize = 8;

impl Figure {
    /// What the figure shows, in words and numbers.
    #[must_use]
    pub fn alt_text(&self) -> String {
        let panels = self.panels.iter().map(|placed| {
            let text = match &placed.panel {
                Panel::Chart(chart) => self::chart(chart),
                Panel::Bars(bars) => self::bars(bars),
                Panel::HeatMap(map) => heat_map(map),
                Panel::Surface(surface) => self::surface(surface),
                Panel::Images(images) => format!("{} pictures.", images.pictures.len()),
                Panel::Network(network) => self::network(network),
                Panel::Table(table) => self::table(table),
            };
            match placed.panel.title() {
                "" => text,
                title => format!("{title}: {text}"),
            }
        });
        std::iter::once(format!("{}.", self.title.trim_end_matches('.')))
            .chain(panels)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn finite(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|v| v.is_finite()).collect()
}

fn ends(values: &[f64]) -> String {
    let (values, gaps) = (finite(values), values.iter().any(|v| !v.is_finite()));
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return "has no finite values".into();
    };
    let (from, to) = (short(*first, 3), short(*last, 3));
    let way = match last.total_cmp(first) {
        _ if from == to => format!("starts and ends at {from}"),
        std::cmp::Ordering::Less => format!("falls from {from} to {to}"),
        _ => format!("rises from {from} to {to}"),
    };
    if gaps {
        format!("{way}, with gaps")
    } else {
        way
    }
}

fn spread(values: &[f64]) -> String {
    let values = finite(values);
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.is_empty() {
        return "no finite values".into();
    }
    format!("{} to {}", short(low, 3), short(high, 3))
}

fn list(parts: &[String]) -> String {
    let mut text = parts
        .iter()
        .take(MOST)
        .cloned()
        .collect::<Vec<_>>()
        .join("; ");
    if parts.len() > MOST {
        text.push_str(&format!("; and {} more", parts.len() - MOST));
    }
    text
}

fn chart(chart: &Chart) -> String {
    let parts: Vec<String> = chart
        .layers
        .iter()
        .filter_map(|layer| match layer {
            Layer::Line(l) if !l.label.is_empty() => Some(format!("{} {}", l.label, ends(&l.y))),
            Layer::Points(p) if !p.label.is_empty() => Some(format!(
                "{}: {} points, {}",
                p.label,
                p.y.len(),
                spread(&p.y)
            )),
            Layer::Rule(r) if !r.label.is_empty() => {
                Some(format!("{} at {}", r.label, short(r.at, 3)))
            }
            Layer::Span(s) if !s.label.is_empty() => Some(format!(
                "{} from {} to {}",
                s.label,
                short(s.from, 3),
                short(s.to, 3)
            )),
            Layer::Polygon(p) if !p.label.is_empty() => Some(p.label.clone()),
            Layer::Contours(c) if !c.label.is_empty() => Some(c.label.clone()),
            Layer::Note(n) => Some(n.text.replace('\n', " ")),
            _ => None,
        })
        .collect();
    let axes = format!("Chart of {} against {}", chart.y.label, chart.x.label);
    if parts.is_empty() {
        format!("{axes}.")
    } else {
        format!("{axes}: {}.", list(&parts))
    }
}

fn bars(bars: &Bars) -> String {
    let several = bars.series.len() > 1;
    let parts: Vec<String> = bars
        .series
        .iter()
        .flat_map(|series| {
            bars.categories
                .iter()
                .zip(&series.values)
                .map(move |(category, value)| {
                    let name = if several {
                        format!("{category}, {}", series.label)
                    } else {
                        category.clone()
                    };
                    format!("{} {}", name, short(*value, 3))
                })
        })
        .collect();
    format!("Bars of {}: {}.", bars.value.label, list(&parts))
}

fn heat_map(map: &HeatMap) -> String {
    let (rows, columns) = (map.values.len(), map.values.first().map_or(0, Vec::len));
    format!(
        "Heat map of {rows} rows and {columns} columns, values {}.",
        spread(&map.values.concat())
    )
}

fn surface(surface: &Surface) -> String {
    let [x, y, z] = &surface.labels;
    format!(
        "Surface of {z} over {x} and {y}, heights {}.",
        spread(&surface.z.concat())
    )
}

fn network(network: &Network) -> String {
    let sizes: Vec<String> = network.sizes().iter().map(ToString::to_string).collect();
    let removed = network
        .removed
        .iter()
        .flatten()
        .filter(|removed| **removed)
        .count();
    let gone = if removed == 0 {
        String::new()
    } else {
        format!(", {removed} of them removed")
    };
    format!("Network with layers of {} units{gone}.", sizes.join(", "))
}

fn table(table: &Table) -> String {
    let headings = table.columns.iter().map(|column| column.heading.as_str());
    let headings: Vec<&str> = headings.collect();
    let rows: Vec<String> = table.rows.iter().map(|row| row.join(", ")).collect();
    format!("Table of {}: {}.", headings.join(", "), list(&rows))
}
