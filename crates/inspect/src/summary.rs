//! The summary of a network: a row a layer, totals, memory.

mod memory;
mod picture;
mod text;

use std::collections::BTreeSet;

use serde::Serialize;

pub use memory::Memory;
pub(crate) use memory::{Flow, NUMBER, Step};
pub(crate) use text::shape;

use crate::trace::{Trace, bytes};

/// What a network is made of; as text through `Display`, as JSON through `serde`, as a picture
/// through [`to_svg`](Self::to_svg).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// A layer: an operation with parameters or one that changes the shape, and what works on its
/// result element by element, such as its activation function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Path of the module whose parameters it reads (`blocks.0.conv`), else its kind, numbered.
    pub layer: String,
    /// Its operations: `Conv2d + Relu`.
    pub kind: String,
    /// Shapes of what it reads from other layers or from the network's input.
    pub input_shapes: Vec<Vec<usize>>,
    /// Shape of its result, batch first. Empty for a module that the forward pass leaves out.
    pub output_shape: Vec<usize>,
    /// Parameters that training changes; one that several layers read counts in the first.
    pub trainable: u64,
    /// Running statistics and frozen parameters.
    pub fixed: u64,
    /// Products that are added up in convolutions, matrix products and linear layers.
    pub multiply_adds: u64,
    /// Bytes of all its results at this batch.
    pub activation_bytes: u64,
    /// Names of its operations, for [`Trace::values`].
    pub operations: Vec<String>,
    /// Indices of the rows that it reads.
    pub from: Vec<usize>,
    /// Whether it reads the network's input.
    pub reads_input: bool,
}

impl Row {
    /// Trainable and fixed together.
    pub fn parameters(&self) -> u64 {
        self.trainable + self.fixed
    }

    /// Whether the forward pass leaves it out.
    pub fn is_unused(&self) -> bool {
        self.operations.is_empty()
    }
}

/// Sums over a summary's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All parameters.
    pub parameters: u64,
    /// Those that training changes.
    pub trainable: u64,
    /// The others.
    pub fixed: u64,
    /// Products of one forward pass of the batch.
    pub multiply_adds: u64,
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
                trainable: 0,
                fixed: 0,
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
                    input_shapes: Vec::new(),
                    output_shape: Vec::new(),
                    trainable: 0,
                    fixed: 0,
                    multiply_adds: 0,
                    activation_bytes: 0,
                    operations: Vec::new(),
                    from: Vec::new(),
                    reads_input: false,
                });
                rows.len() - 1
            });
            self.count(&mut rows[at], index, counted);
        }
    }
}

pub(crate) fn totals(rows: &[Row]) -> Totals {
    let mut totals = Totals::default();
    for row in rows {
        totals.trainable += row.trainable;
        totals.fixed += row.fixed;
        totals.multiply_adds += row.multiply_adds;
    }
    totals.parameters = totals.trainable + totals.fixed;
    totals
}
