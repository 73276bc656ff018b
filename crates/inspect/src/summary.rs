//! The summary of a network: one row per layer, totals, memory.

mod memory;
mod show;

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::ir::TensorId;
use serde::{Deserialize, Serialize};

pub use memory::Memory;
pub(crate) use memory::{Flow, NUMBER, Step};
pub use show::HEADINGS;
pub(crate) use show::shape;

use crate::trace::{Numbering, Operation, Trace, bytes, snake_case};

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

/// A layer: an operation with parameters or one that changes the shape, and what works on its
/// result element by element, such as its activation function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Names of its operations, for [`Trace::values`](crate::Trace::values).
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// The sums over some rows.
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

impl Trace {
    /// The table of layers with totals and memory, at the batch that was recorded.
    ///
    /// Recording computes nothing, so another batch is another [`trace`](crate::trace()).
    pub fn summary(&self) -> Summary {
        let mut counted = BTreeSet::new();
        let mut rows: Vec<Row> = Vec::new();
        for layer in self.layers() {
            let operations = layer.operations.iter().map(|&at| &self.operations[at]);
            let operations: Vec<&Operation> = operations.collect();
            let working = operations.iter().filter(|operation| !operation.is_view());
            let (first, last) = (operations.first(), operations.last());
            let mut row = Row {
                layer: layer.name,
                kind: layer.kind,
                input_shapes: first.map_or_else(Vec::new, |op| op.input_shapes.clone()),
                output_shape: last.map_or_else(Vec::new, |op| op.output_shape.clone()),
                multiply_adds: operations.iter().map(|op| op.multiply_adds).sum(),
                activation_bytes: working.map(|op| op.output_bytes()).sum(),
                operations: operations.iter().map(|op| op.name.clone()).collect(),
                from: layer.from,
                reads_input: layer.reads_input,
                ..Row::default()
            };
            for &read in operations.iter().flat_map(|op| &op.parameters) {
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

/// The operations of a row, while they are grouped as a person lists them.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// Path of the module whose parameters it reads, else its kind with a number.
    pub name: String,
    /// The module whose parameters it reads.
    module: Option<String>,
    /// `Conv2d + Relu`.
    pub kind: String,
    /// Indices into the trace's operations.
    pub operations: Vec<usize>,
    /// Indices of the layers it reads.
    pub from: Vec<usize>,
    /// Whether it reads the network's input.
    pub reads_input: bool,
}

impl Trace {
    /// The layers in the order of the forward pass.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let mut layers: Vec<Layer> = Vec::new();
        let mut made_by: BTreeMap<TensorId, usize> = BTreeMap::new();
        let mut numbering = Numbering::default();
        let working = self
            .operations
            .iter()
            .enumerate()
            .filter(|(_, op)| !op.constant);
        for (index, operation) in working {
            let mut from: Vec<usize> = operation
                .ir
                .inputs()
                .filter_map(|input| made_by.get(&input.id).copied())
                .collect();
            from.sort_unstable();
            from.dedup();
            let home = self.home(operation, &from, &layers);
            let layer = home.unwrap_or_else(|| {
                let module = self.module(operation).map(str::to_owned);
                let stem = || snake_case(&operation.kind);
                layers.push(Layer {
                    name: numbering.name(module.clone().unwrap_or_else(stem)),
                    module,
                    kind: String::new(),
                    operations: Vec::new(),
                    from: from.clone(),
                    reads_input: false,
                });
                layers.len() - 1
            });
            layers[layer].operations.push(index);
            layers[layer].reads_input |= operation.ir.inputs().any(|x| x.id == self.input);
            for output in operation.ir.outputs() {
                made_by.insert(output.id, layer);
            }
        }
        for layer in &mut layers {
            layer.kind = self.kind(&layer.operations);
        }
        layers
    }

    /// The path of the module whose parameters an operation reads.
    fn module(&self, operation: &Operation) -> Option<&str> {
        let first = operation.parameters.first()?;
        let layer = self.parameters[*first].layer();
        (!layer.is_empty()).then_some(layer)
    }

    /// The layer that an operation belongs to, if it does not begin one.
    fn home(&self, operation: &Operation, from: &[usize], layers: &[Layer]) -> Option<usize> {
        let &[only] = from else {
            return None;
        };
        let last = only + 1 == layers.len();
        let elementwise = operation
            .input_shapes
            .iter()
            .all(|shape| *shape == operation.output_shape)
            && !operation.is_view();
        let same_module = match self.module(operation) {
            // A parameter read for the second time: the module is used again.
            Some(module) => {
                let mut before = layers[only]
                    .operations
                    .iter()
                    .map(|&at| &self.operations[at]);
                layers[only].module.as_deref() == Some(module)
                    && before.all(|op| disjoint(&op.parameters, &operation.parameters))
            }
            None => elementwise,
        };
        (last && same_module).then_some(only)
    }

    fn kind(&self, operations: &[usize]) -> String {
        let owner = operations.iter().find_map(|&at| {
            let parameter = self.operations[at].parameters.first()?;
            Some(self.parameters[*parameter].owner.clone())
        });
        let mut kinds: Vec<String> = Vec::new();
        for &at in operations {
            let kind = match (&owner, self.operations[at].parameters.is_empty()) {
                (Some(owner), false) => owner.clone(),
                _ => self.operations[at].kind.clone(),
            };
            if kinds.last() != Some(&kind) {
                kinds.push(kind);
            }
        }
        match kinds.as_slice() {
            [first, rest @ ..] if rest.len() > 2 => format!("{first} + {} operations", rest.len()),
            kinds => kinds.join(" + "),
        }
    }
}

fn disjoint(a: &[usize], b: &[usize]) -> bool {
    a.iter().all(|index| !b.contains(index))
}
