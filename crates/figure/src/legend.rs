//! The legend: below the plot, never over it.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::font;
use crate::paint::{Dash, Fill, Marker, Point, Rect, Stroke, Text};

/// Where a panel's legend stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Legend {
    /// In rows under the plot.
    #[default]
    Below,
    /// Nowhere.
    None,
}

/// A sample of how something is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample {
    Line(Colour, f64, Dash),
    Patch(Colour, f64),
    Point(Colour, Marker, bool),
}

/// One text and the samples that it explains.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    pub(crate) samples: Vec<Sample>,
}

const ROW: f64 = 21.0;
const SAMPLE: f64 = 26.0;
const GAP: f64 = 7.0;
const BETWEEN: f64 = 20.0;

/// The entries of samples with their labels: each label stands once; no label, no entry.
pub(crate) fn entries<'a>(samples: impl IntoIterator<Item = (&'a str, Sample)>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (label, sample) in samples.into_iter().filter(|(label, _)| !label.is_empty()) {
        match entries.iter_mut().find(|entry| entry.label == label) {
            Some(entry) if entry.samples.contains(&sample) => {}
            Some(entry) => entry.samples.push(sample),
            None => entries.push(Entry {
                label: label.into(),
                samples: vec![sample],
            }),
        }
    }
    entries
}

fn entry_width(entry: &Entry) -> f64 {
    SAMPLE + GAP + font::width(&entry.label, font::SMALL, false)
}

/// Splits the entries into rows that fit into `width` pixels.
fn rows(entries: &[Entry], width: f64) -> Vec<&[Entry]> {
    let mut rows = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (index, entry) in entries.iter().enumerate() {
        let more = entry_width(entry) + if index > start { BETWEEN } else { 0.0 };
        if index > start && used + more > width {
            rows.push(&entries[start..index]);
            (start, used) = (index, entry_width(entry));
        } else {
            used += more;
        }
    }
    if start < entries.len() {
        rows.push(&entries[start..]);
    }
    rows
}

/// Height in pixels of the legend in rows, 0 without entries.
pub(crate) fn height_below(entries: &[Entry], width: f64) -> f64 {
    let rows = rows(entries, width).len();
    if rows == 0 {
        0.0
    } else {
        rows as f64 * ROW + 6.0
    }
}

/// Draws rows, each in the middle of `rect`, from its top.
pub(crate) fn draw_below(canvas: &mut Canvas, rect: Rect, entries: &[Entry]) {
    for (index, row) in rows(entries, rect.w).into_iter().enumerate() {
        let gaps = BETWEEN * (row.len() - 1) as f64;
        let total: f64 = row.iter().map(entry_width).sum::<f64>() + gaps;
        let mut x = rect.x + ((rect.w - total) / 2.0).max(0.0);
        let y = rect.y + 6.0 + ROW * (index as f64 + 0.5);
        for entry in row {
            draw_entry(canvas, (x, y), entry);
            x += entry_width(entry) + BETWEEN;
        }
    }
}

fn draw_entry(canvas: &mut Canvas, (x, y): (f64, f64), entry: &Entry) {
    for sample in &entry.samples {
        match *sample {
            Sample::Line(colour, width, dash) => {
                let stroke = Stroke::new(colour, width.max(2.0)).dash(dash);
                canvas.line((x, y), (x + SAMPLE, y), stroke);
            }
            Sample::Patch(colour, opacity) => {
                let patch = Rect::new(x, y - 6.0, SAMPLE, 12.0);
                canvas.rect(patch, Some(Fill::area(colour, opacity)), None);
            }
            Sample::Point(colour, shape, hollow) => {
                let point = Point::new(shape, 4.5, colour).hollow(hollow);
                canvas.point((x + SAMPLE / 2.0, y), point);
            }
        }
    }
    canvas.text(Text::new(&entry.label, (x + SAMPLE + GAP, y)).centred());
}
