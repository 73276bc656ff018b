//! The summary of a network: a row a layer, totals, memory.

mod memory;
mod picture;
mod row;
mod text;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use memory::Memory;
pub(crate) use memory::{Flow, NUMBER, Step};
pub(crate) use row::totals;
pub use row::{Row, Totals};
pub use text::HEADINGS;
pub(crate) use text::shape;

use crate::trace::{Trace, bytes};

/// What a network is made of; as text through `Display`, as JSON through `serde`, as a picture
/// through [`to_svg`](Self::to_svg).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Shape of the input, batch first.
    pub input_shape: Vec<usize>,
    /// The layers in the order of the forward pass, then modules with parameters that it leaves out.
    pub rows: Vec<Row>,
    /// Sums over the rows.
    pub totals: Totals,
    /// At this batch.
    pub memory: Memory,
}

impl Trace {
    /// The table of layers with totals and memory, at the batch that was recorded.
    ///
    /// Recording computes nothing, so another batch is another [`trace`](crate::trace()).
    pub fn summary(&self) -> Summary {
        let mut counted = BTreeSet::new();
        let mut rows: Vec<Row> = Vec::new();
        for layer in self.layers() {
            let operations = layer.operations.iter().map(|&at| &self.operations[at]);
            let mut row = Row {
                layer: layer.name,
                kind: layer.kind,
                input_shapes: operations
                    .clone()
                    .next()
                    .map_or_else(Vec::new, |operation| operation.input_shapes.clone()),
                output_shape: operations
                    .clone()
                    .next_back()
                    .map_or_else(Vec::new, |operation| operation.output_shape.clone()),
                multiply_adds: operations
                    .clone()
                    .map(|operation| operation.multiply_adds)
                    .sum(),
                activation_bytes: operations
                    .clone()
                    .filter(|operation| !operation.is_view())
                    .map(crate::Operation::output_bytes)
                    .sum(),
                operations: operations
                    .clone()
                    .map(|operation| operation.name.clone())
                    .collect(),
                from: layer.from,
                reads_input: layer.reads_input,
                ..Row::default()
            };
            for &read in operations.flat_map(|operation| &operation.parameters) {
                self.count(&mut row, read, &mut counted);
            }
            rows.push(row);
        }
        self.add_unread(&mut rows, &mut counted);
        let totals = totals(&rows);
        let bytes = self
            .parameters
            .iter()
            .map(|parameter| parameter.bytes)
            .sum();
        Summary {
            input_shape: self.input_shape.clone(),
            memory: self.flow().memory(bytes, &totals, true),
            totals,
            rows,
        }
    }

    fn flow(&self) -> Flow {
        let working = self
            .operations
            .iter()
            .filter(|operation| !operation.constant);
        let steps = working.map(|operation| Step {
            reads: operation
                .ir
                .inputs()
                .map(|tensor| tensor.id.value())
                .collect(),
            writes: operation
                .ir
                .outputs()
                .map(|out| (out.id.value(), bytes(out)))
                .collect(),
            view: operation.is_view(),
        });
        let input = NUMBER * self.input_shape.iter().product::<usize>() as u64;
        Flow {
            steps: steps.collect(),
            input: (self.input.value(), input),
            output: self.output.value(),
        }
    }

    fn count(&self, row: &mut Row, read: usize, counted: &mut BTreeSet<usize>) {
        if counted.insert(read) {
            let parameter = &self.parameters[read];
            let counter = if parameter.trainable {
                &mut row.trainable
            } else {
                &mut row.fixed
            };
            *counter += parameter.count();
        }
    }

    /// Parameters that the forward pass does not read: into the row of their module, else into a
    /// row of their own.
    fn add_unread(&self, rows: &mut Vec<Row>, counted: &mut BTreeSet<usize>) {
        for (index, parameter) in self.parameters.iter().enumerate() {
            if counted.contains(&index) {
                continue;
            }
            let layer = parameter.layer();
            let at = rows.iter().position(|row| row.layer == layer);
            let at = at.unwrap_or_else(|| {
                rows.push(Row {
                    layer: layer.to_owned(),
                    kind: parameter.owner.clone(),
                    ..Row::default()
                });
                rows.len() - 1
            });
            self.count(&mut rows[at], index, counted);
        }
    }
}
