//! A summary as a table of text.

use std::fmt;

use super::{Row, Summary};

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
            shape(&self.output_shape)
        };
        [
            self.layer.clone(),
            self.kind.clone(),
            inputs.join(", "),
            output,
            grouped(self.parameters()),
            grouped(self.multiply_adds),
        ]
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
        let pass = format!(
            "Input {}: {} multiply-adds, activations {}, at most {} alive in inference",
            shape(&self.input_shape),
            grouped(totals.multiply_adds),
            size(memory.activations),
            size(memory.inference_peak),
        );
        let training = memory.training;
        let training = training.map(|b| format!("A training step with Adam: about {}", size(b)));
        [parameters, pass].into_iter().chain(training).collect()
    }
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
        for row in &rows {
            write_row(f, row, &widths)?;
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
