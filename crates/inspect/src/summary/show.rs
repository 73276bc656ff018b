//! A summary as a table of text, and as a picture: one box per layer from top to bottom, arrows for
//! what reads what.

use std::fmt::{self, Write};

use super::{Row, Summary};
use crate::trace::snake_case;

/// What the columns of a summary's table are.
pub const HEADINGS: [&str; 6] = [
    "layer",
    "kind",
    "input",
    "output",
    "parameters",
    "multiply-adds",
];
/// The first of the columns of numbers, which are flush right.
const NUMBERS: usize = 4;

impl Row {
    /// The row as a table shows it, under [`HEADINGS`].
    pub fn cells(&self) -> [String; 6] {
        let inputs: Vec<String> = self.input_shapes.iter().map(|sides| shape(sides)).collect();
        let output = if self.is_unused() {
            "not used".into()
        } else {
            self.output_cell()
        };
        [
            self.layer.clone(),
            self.kind.clone(),
            inputs.join(", "),
            output,
            self.parameters_cell(),
            known(self.multiply_adds.map(grouped)),
        ]
    }

    fn output_cell(&self) -> String {
        known((!self.shape_unknown).then(|| shape(&self.output_shape)))
    }

    fn parameters_cell(&self) -> String {
        let own = grouped(self.parameters());
        match self.shared {
            0 => own,
            shared => format!("{own} + {} shared", grouped(shared)),
        }
    }
}

impl Summary {
    /// The sums under the table, a sentence each.
    pub fn sums(&self) -> Vec<String> {
        let (totals, memory) = (&self.totals, &self.memory);
        let parameters = format!(
            "Parameters: {} ({} trainable, {} not), {}",
            grouped(totals.parameters),
            grouped(totals.trainable),
            grouped(totals.fixed),
            size(memory.parameters)
        );
        let of_known = |bytes| known((totals.shapes_unknown == 0).then(|| size(bytes)));
        let pass = format!(
            "{}: {} multiply-adds, activations {}, at most {} alive in inference",
            self.inputs(),
            known(totals.multiply_adds.map(grouped)),
            of_known(memory.activations),
            of_known(memory.inference_peak),
        );
        let training = memory.training;
        let training = training.map(|b| format!("A training step with Adam: about {}", size(b)));
        [parameters, pass].into_iter().chain(training).collect()
    }

    /// `Input 2x3`, `Inputs 2x3, 2x4`.
    fn inputs(&self) -> String {
        let several = self.rows.iter().filter(|row| row.is_input);
        let several: Vec<String> = several.map(|row| shape(&row.output_shape)).collect();
        match several.as_slice() {
            [] => format!("Input {}", shape(&self.input_shape)),
            several => format!("Inputs {}", several.join(", ")),
        }
    }
}

/// The most rows that are looked at as one step of a recurrent layer.
const LONGEST: usize = 100;

impl Summary {
    /// Whether rows that use the same modules again follow each other from row `at` on, as the time
    /// steps of a recurrent layer do: how many rows a step has, and how many steps there are.
    fn repeated(&self, at: usize) -> Option<(usize, usize)> {
        let rows = &self.rows[at..];
        let alike = |a: &Row, b: &Row| {
            let parameters = |row: &Row| row.parameters() + row.shared;
            (&a.kind, &a.input_shapes, &a.output_shape)
                == (&b.kind, &b.input_shapes, &b.output_shape)
                && (parameters(a), a.multiply_adds) == (parameters(b), b.multiply_adds)
        };
        let times = |period: usize| {
            let (first, rest) = (&rows[..period], rows[period..].chunks_exact(period));
            let shared = |step: &[Row]| step.iter().any(|row| row.shared > 0);
            let same =
                |step: &&[Row]| shared(step) && step.iter().zip(first).all(|(a, b)| alike(a, b));
            1 + rest.take_while(same).count()
        };
        let periods = 1..=LONGEST.min(rows.len());
        periods
            .map(|period| (period, times(period)))
            .find(|&(_, times)| times > 2)
    }
}

/// What there is to say, or that it is unknown.
fn known(text: Option<String>) -> String {
    text.unwrap_or_else(|| "unknown".into())
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 6]> = self.rows.iter().map(Row::cells).collect();
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([HEADINGS[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
        write_row(f, &HEADINGS.map(str::to_owned), &widths)?;
        let line: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
        writeln!(f, "{}", "-".repeat(line))?;
        let mut at = 0;
        while at < rows.len() {
            let (period, times) = self.repeated(at).unwrap_or((1, 1));
            for row in rows.iter().skip(at).take(period) {
                write_row(f, row, &widths)?;
            }
            match period {
                _ if times == 1 => {}
                1 => writeln!(f, "    the row above, {times} times")?,
                _ => writeln!(f, "    the {period} rows above, {times} times")?,
            }
            at += period * times;
        }
        writeln!(f, "{}", "-".repeat(line))?;
        self.sums().iter().try_for_each(|sum| writeln!(f, "{sum}"))
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, cells: &[String; 6], widths: &[usize]) -> fmt::Result {
    let padded = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, &width))| {
            if column < NUMBERS {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
    let line = padded.collect::<Vec<_>>().join("  ");
    writeln!(f, "{}", line.trim_end())
}

/// `[1, 32, 26, 26]` as `1x32x26x26`.
pub(crate) fn shape(sides: &[usize]) -> String {
    let sides: Vec<String> = sides.iter().map(usize::to_string).collect();
    sides.join("x")
}

/// `1199882` as `1,199,882`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in the largest unit that keeps a digit before the point.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(&str, f64); 3] = [("GiB", 1073741824.0), ("MiB", 1048576.0), ("KiB", 1024.0)];
    let bytes_f = bytes as f64;
    let unit = UNITS.iter().find(|(_, unit)| bytes_f >= *unit);
    unit.map_or(format!("{bytes} B"), |(name, unit)| {
        format!("{:.1} {name}", bytes_f / unit)
    })
}

const BOX_WIDTH: f64 = 340.0;
const BOX_HEIGHT: f64 = 46.0;
/// From the top of a box to the top of the next.
const STEP: f64 = 72.0;
const MARGIN: f64 = 16.0;
/// How far each further connection that skips boxes swings out.
const SWING: f64 = 18.0;
/// Characters that fit on a line of a box.
const LINE: usize = 46;

/// Readable on light and dark pages alike: the boxes bring their own ground.
const STYLE: &str = "text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#1b1f24}\
    .name{font-weight:bold}.note{fill:#57606a;font-size:11px}\
    .outside{fill:#808890}\
    path{fill:none;stroke:#808890;stroke-width:1.5}";

impl Summary {
    /// A picture of the network as an SVG document: the layers from the input at the top to the
    /// output, with kinds, shapes and numbers of parameters. Trainable layers are blue, layers
    /// without parameters grey, layers with fixed parameters only yellow.
    ///
    /// Layers that the forward pass leaves out are not drawn.
    pub fn to_svg(&self) -> String {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| !row.is_unused()).collect();
        let skips = skips(&rows);
        let width = BOX_WIDTH + 2.0 * MARGIN + SWING * skips.len() as f64 + 12.0;
        let height = top(rows.len()) + 2.0 * MARGIN;
        let mut svg = String::new();
        let title = format!("Network of {} layers", rows.len());
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\"><title>{title}</title>\
             <style>{STYLE}</style>\
             <defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
             markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" \
             style=\"fill:#808890;stroke:none\"/></marker></defs>"
        );
        let middle = MARGIN + BOX_WIDTH / 2.0;
        let input = match rows.first() {
            Some(row) if row.is_input => "inputs".to_owned(),
            _ => format!("input {}", shape(&self.input_shape)),
        };
        let _ = write!(svg, "{}", text(middle, MARGIN + 10.0, "outside", &input));
        for (at, row) in rows.iter().enumerate() {
            if at == 0 || row.from.contains(&(at - 1)) {
                arrow(&mut svg, middle, at);
            }
            draw_box(&mut svg, row, at);
        }
        for (order, &(from, to)) in skips.iter().enumerate() {
            let right = MARGIN + BOX_WIDTH;
            let out = right + 12.0 + SWING * order as f64;
            // What reads the input itself starts beside its name.
            let (left, start) = match from {
                Some(from) => (right, top(from) + BOX_HEIGHT / 2.0),
                None => (middle + 90.0, MARGIN + 6.0),
            };
            let end = top(to) + BOX_HEIGHT / 2.0;
            let _ = write!(
                svg,
                "<path d=\"M{left} {start}H{out}V{end}H{right}\" marker-end=\"url(#end)\"/>"
            );
        }
        let end = top(rows.len());
        if !rows.is_empty() {
            arrow(&mut svg, middle, rows.len());
        }
        let _ = write!(
            svg,
            "{}</svg>",
            text(middle, end + 14.0, "outside", "output")
        );
        svg
    }
}

/// Connections that do not go to the next box; from `None` is from the input.
fn skips(rows: &[&Row]) -> Vec<(Option<usize>, usize)> {
    let mut skips = Vec::new();
    for (to, row) in rows.iter().enumerate().skip(1) {
        if row.reads_input {
            skips.push((None, to));
        }
        let far = row.from.iter().filter(|&&from| from + 1 != to);
        skips.extend(far.map(|&from| (Some(from), to)));
    }
    skips
}

fn top(at: usize) -> f64 {
    MARGIN + 36.0 + STEP * at as f64
}

/// From the box above (or from the input) down to box `at`.
fn arrow(svg: &mut String, middle: f64, at: usize) {
    let start = if at == 0 {
        MARGIN + 14.0
    } else {
        top(at - 1) + BOX_HEIGHT
    };
    let end = top(at);
    let _ = write!(
        svg,
        "<path d=\"M{middle} {start}V{end}\" marker-end=\"url(#end)\"/>"
    );
}

fn draw_box(svg: &mut String, row: &Row, at: usize) {
    let fill = match (row.trainable, row.fixed) {
        (0, 0) => "#eef0f2",
        (0, _) => "#fff3c4",
        _ => "#d8e8fb",
    };
    let y = top(at);
    let _ = write!(
        svg,
        "<rect x=\"{MARGIN}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"5\" \
         fill=\"{fill}\" stroke=\"#808890\"/>"
    );
    let middle = MARGIN + BOX_WIDTH / 2.0;
    let name = if row.layer == snake_case(&row.kind) {
        row.kind.clone()
    } else {
        format!("{}: {}", row.layer, row.kind)
    };
    let mut note = format!("to {}", row.output_cell());
    if row.parameters() + row.shared > 0 {
        let _ = write!(note, ", {} parameters", row.parameters_cell());
    }
    svg.push_str(&text(middle, y + 19.0, "name", &name));
    svg.push_str(&text(middle, y + 36.0, "note", &note));
}

fn text(x: f64, y: f64, class: &str, text: &str) -> String {
    let mut line: String = text.chars().take(LINE).collect();
    if text.chars().count() > LINE {
        line.push('…');
    }
    let line = line
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" class=\"{class}\">{line}</text>")
}
