//! The summary of a network: one row per layer, totals, memory.

mod memory;
mod show;

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::ir::{TensorId, TensorIr};
use serde::{Deserialize, Serialize};

pub use memory::Memory;
#[cfg(feature = "run")]
pub(crate) use memory::NUMBER;
pub(crate) use memory::{Flow, Step};
pub use show::HEADINGS;
pub(crate) use show::shape;

use crate::trace::{Numbering, Operation, Trace, bytes, snake_case};

/// What a network is made of; as text through `Display`, as JSON through `serde`, as a picture
/// through [`to_svg`](Self::to_svg).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Shape of the (first) input, batch first.
    pub input_shape: Vec<usize>,
    /// The layers in the order of the forward pass, then modules with parameters that it leaves out.
    /// Where the network has several inputs, they come first, a row each.
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
    /// Parameters that it shares with rows above, which count them: the same module again, or one
    /// that holds a clone of their parameters.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shared: u64,
    /// Products that are added up in convolutions, matrix products and linear layers; `None` if that
    /// cannot be known.
    pub multiply_adds: Option<u64>,
    /// Bytes of all its results at this batch.
    pub activation_bytes: u64,
    /// Names of its operations, for [`Trace::values`](crate::Trace::values).
    pub operations: Vec<String>,
    /// Indices of the rows that it reads.
    pub from: Vec<usize>,
    /// Whether it reads the network's input.
    pub reads_input: bool,
    /// Whether it is one of several inputs of the network.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_input: bool,
    /// Whether the shape of its result cannot be known; then it is empty, and its bytes are 0.
    #[serde(default, skip_serializing_if = "is_false")]
    pub shape_unknown: bool,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
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
    /// Products of one forward pass of the batch; `None` if those of a row cannot be known.
    pub multiply_adds: Option<u64>,
    /// Rows whose shapes cannot be known: the memory of activations is larger than is said then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shapes_unknown: u64,
}

/// The sums over some rows.
pub(crate) fn totals(rows: &[Row]) -> Totals {
    let mut totals = Totals::default();
    for row in rows {
        totals.trainable += row.trainable;
        totals.fixed += row.fixed;
        totals.shapes_unknown += u64::from(row.shape_unknown);
    }
    totals.multiply_adds = rows.iter().map(|row| row.multiply_adds).sum();
    totals.parameters = totals.trainable + totals.fixed;
    totals
}

impl Trace {
    /// The table of layers with totals and memory, at the batch that was recorded.
    ///
    /// Recording computes nothing, so another batch is another [`trace`](crate::trace()).
    pub fn summary(&self) -> Summary {
        let mut counted = BTreeSet::new();
        let mut row_of: BTreeMap<usize, usize> = BTreeMap::new();
        let mut rows: Vec<Row> = Vec::new();
        for layer in self.layers() {
            if let Some(module) = layer.module {
                row_of.entry(module).or_insert(rows.len());
            }
            rows.push(self.row(layer, &mut counted));
        }
        self.add_unread(&mut rows, row_of, &mut counted);
        let totals = totals(&rows);
        let own = self.parameters.iter().enumerate();
        let own = own.filter(|(at, parameter)| parameter.first == *at);
        let bytes = own.map(|(_, parameter)| parameter.bytes).sum();
        Summary {
            input_shape: self.input_shape().to_vec(),
            memory: self.flow().memory(bytes, &totals, true),
            totals,
            rows,
        }
    }

    fn row(&self, layer: Layer, counted: &mut BTreeSet<usize>) -> Row {
        let written = layer
            .operations
            .iter()
            .map(|&at| match self.takes_memory(at) {
                true => self.operations[at].output_bytes(),
                false => 0,
            });
        let activation_bytes = written.sum();
        let operations = layer.operations.iter().map(|&at| &self.operations[at]);
        let operations: Vec<&Operation> = operations.collect();
        let (first, last) = (operations.first(), operations.last());
        let mut row = Row {
            layer: layer.name,
            kind: layer.kind,
            input_shapes: first.map_or_else(Vec::new, |op| op.input_shapes.clone()),
            output_shape: last.map_or_else(Vec::new, |op| op.output_shape.clone()),
            multiply_adds: Some(operations.iter().map(|op| op.multiply_adds).sum()),
            activation_bytes,
            operations: operations.iter().map(|op| op.name.clone()).collect(),
            from: layer.from,
            reads_input: layer.reads_input,
            ..Row::default()
        };
        if let Some(input) = layer.input {
            row.is_input = true;
            row.output_shape = self.inputs[input].shape.to_vec();
            row.operations
                .extend(self.named_inputs().nth(input).map(|(name, _)| name));
        }
        let mut read: Vec<usize> = operations
            .iter()
            .flat_map(|op| &op.parameters)
            .copied()
            .collect();
        read.sort_unstable();
        read.dedup();
        for parameter in read {
            self.count(&mut row, parameter, counted);
        }
        row
    }

    fn flow(&self) -> Flow {
        let working = self
            .operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| !operation.constant);
        let steps = working.map(|(at, operation)| Step {
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
            view: !self.takes_memory(at),
        });
        Flow {
            steps: steps.collect(),
            inputs: self
                .inputs
                .iter()
                .map(|x| (x.id.value(), bytes(x)))
                .collect(),
            outputs: self.outputs.iter().map(|x| x.id.value()).collect(),
        }
    }

    /// Whether the result of operation number `at` is new memory, not that of its (first) input: seen
    /// in another shape, or with a part of it written anew where nobody else reads the old one.
    fn takes_memory(&self, at: usize) -> bool {
        let operation = &self.operations[at];
        if operation.kind != "SliceAssign" {
            return !operation.is_view();
        }
        let Some(old) = operation.ir.inputs().next().map(|tensor| tensor.id) else {
            return true;
        };
        let by = self.producer(old);
        let reads = |operation: &&Operation| operation.ir.inputs().any(|tensor| tensor.id == old);
        by.is_none_or(|by| by.constant) || self.operations.iter().filter(reads).count() > 1
    }

    fn count(&self, row: &mut Row, read: usize, counted: &mut BTreeSet<usize>) {
        let parameter = &self.parameters[self.parameters[read].first];
        let counter = match (
            counted.insert(self.parameters[read].first),
            parameter.trainable,
        ) {
            (false, _) => &mut row.shared,
            (true, true) => &mut row.trainable,
            (true, false) => &mut row.fixed,
        };
        *counter += parameter.count();
    }

    /// Parameters that the forward pass does not read: into the row of their module, else into a
    /// row of their own.
    fn add_unread(
        &self,
        rows: &mut Vec<Row>,
        mut row_of: BTreeMap<usize, usize>,
        counted: &mut BTreeSet<usize>,
    ) {
        let working = self.operations.iter().filter(|op| !op.constant);
        let read: BTreeSet<usize> = working
            .flat_map(|op| op.parameters.iter().copied())
            .collect();
        let mut of_model = None;
        for (index, parameter) in self.parameters.iter().enumerate() {
            if read.contains(&index) {
                continue;
            }
            let add = || {
                rows.push(Row {
                    layer: parameter.layer().to_owned(),
                    kind: parameter.owner.clone(),
                    multiply_adds: Some(0),
                    ..Row::default()
                });
                rows.len() - 1
            };
            let at = match parameter.module {
                Some(module) => *row_of.entry(module).or_insert_with(add),
                None => *of_model.get_or_insert_with(add),
            };
            self.count(&mut rows[at], index, counted);
        }
    }
}

/// The operations of a row, while they are grouped as a person lists them.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// Path of the module whose parameters it reads, else its kind with a number.
    pub name: String,
    /// The number of the module whose parameters it reads.
    module: Option<usize>,
    /// Which of several inputs of the network it stands for.
    input: Option<usize>,
    /// The result of its last operation.
    pub result: TensorId,
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
    /// The layers in the order of the forward pass, after the inputs if there are several.
    pub(crate) fn layers(&self) -> Vec<Layer> {
        let paths = self
            .parameters
            .iter()
            .map(|parameter| parameter.layer().to_owned());
        let mut numbering = Numbering::reserving(paths);
        let mut named: BTreeSet<String> = BTreeSet::new();
        let mut layers: Vec<Layer> = self.input_layers(&mut numbering);
        let results = layers
            .iter()
            .enumerate()
            .map(|(at, layer)| (layer.result, at));
        let mut made_by: BTreeMap<TensorId, usize> = results.collect();
        let folds = self.folds();
        let mut folded = None;
        let working = self
            .operations
            .iter()
            .enumerate()
            .filter(|(_, op)| !op.constant);
        for (index, operation) in working {
            let Some(result) = operation.result() else {
                continue;
            };
            if folds.contains_key(&index) {
                folded = Some(index);
                continue;
            }
            let first = folded.take().unwrap_or(index);
            let inputs = self.operations[first].ir.inputs();
            let mut from: Vec<usize> = inputs.filter_map(|x| made_by.get(&x.id).copied()).collect();
            from.sort_unstable();
            from.dedup();
            let unfolds = folds.values().any(|&unfold| unfold == index);
            let home = if unfolds {
                layers.len().checked_sub(1)
            } else {
                self.home(operation, &from, &layers)
            };
            let at = home.unwrap_or_else(|| {
                let module = self.module(operation);
                let name = match module {
                    // A module has its path to itself, the first time.
                    Some((_, path)) if named.insert(path.to_owned()) => path.to_owned(),
                    Some((_, path)) => numbering.again(path),
                    None => numbering.name(&snake_case(&operation.kind)),
                };
                layers.push(Layer {
                    name,
                    module: module.map(|(number, _)| number),
                    input: None,
                    result,
                    kind: String::new(),
                    operations: Vec::new(),
                    from,
                    reads_input: false,
                });
                layers.len() - 1
            });
            let layer = &mut layers[at];
            layer.operations.extend((first != index).then_some(first));
            layer.operations.push(index);
            layer.result = result;
            let mut inputs = self.operations[first].ir.inputs();
            layer.reads_input |=
                self.inputs.len() == 1 && inputs.any(|x| x.id == self.inputs[0].id);
            made_by.extend(operation.ir.outputs().map(|output| (output.id, at)));
        }
        for layer in layers.iter_mut().filter(|layer| layer.input.is_none()) {
            layer.kind = self.kind(&layer.operations);
        }
        layers
    }

    /// Where a linear layer works on the last of more than two axes, Burn folds the others into one
    /// before it and unfolds them after it: the numbers of both operations, which belong to the layer.
    fn folds(&self) -> BTreeMap<usize, usize> {
        let numbers = 0..self.operations.len();
        let working: Vec<usize> = numbers
            .filter(|&at| !self.operations[at].constant)
            .collect();
        let folds = (0..working.len()).filter_map(|at| self.fold(&working[at..]));
        folds.collect()
    }

    fn fold(&self, operations: &[usize]) -> Option<(usize, usize)> {
        let (&first, rest) = operations.split_first()?;
        let fold = &self.operations[first];
        let before = fold.input_shapes.first()?;
        if fold.kind != "Reshape" || before.len() <= 2 {
            return None;
        }
        let (module, _) = self.module(&self.operations[*rest.first()?])?;
        let mut read = fold.result()?;
        for &at in rest {
            let operation = &self.operations[at];
            let reads =
                |operation: &&Operation| operation.ir.inputs().any(|tensor| tensor.id == read);
            let shown = self.outputs.iter().any(|output| output.id == read);
            if shown || !reads(&operation) || self.operations.iter().filter(reads).count() > 1 {
                return None;
            }
            if self
                .module(operation)
                .is_none_or(|(other, _)| other != module)
            {
                let after = &operation.output_shape;
                let folded = (&fold.output_shape, operation.input_shapes.first()?);
                let unfolds = operation.kind == "Reshape"
                    && folded.0.len() == 2
                    && folded.1.len() == 2
                    && before.last() == folded.0.last()
                    && after.last() == folded.1.last()
                    && before[..before.len() - 1] == after[..after.len().checked_sub(1)?];
                return unfolds.then_some((first, at));
            }
            read = operation.result()?;
        }
        None
    }

    /// The inputs as layers, if there are several: rows then say which of them they read.
    fn input_layers(&self, numbering: &mut Numbering) -> Vec<Layer> {
        let several = self
            .inputs
            .iter()
            .enumerate()
            .filter(|_| self.inputs.len() > 1);
        let layer = |(at, input): (usize, &TensorIr)| Layer {
            name: numbering.name("input"),
            module: None,
            input: Some(at),
            result: input.id,
            kind: "Input".into(),
            operations: Vec::new(),
            from: Vec::new(),
            reads_input: true,
        };
        several.map(layer).collect()
    }

    /// The module whose parameters an operation reads: its number and path.
    fn module(&self, operation: &Operation) -> Option<(usize, &str)> {
        let first = &self.parameters[*operation.parameters.first()?];
        Some((first.module?, first.layer()))
    }

    /// The layer that an operation belongs to, if it does not begin one.
    fn home(&self, operation: &Operation, from: &[usize], layers: &[Layer]) -> Option<usize> {
        let &[only] = from else {
            return None;
        };
        let layer = &layers[only];
        let last = only + 1 == layers.len() && layer.input.is_none();
        // What the network returns is a layer's result and not lost inside of it.
        let ends = self.outputs.iter().any(|output| output.id == layer.result);
        let elementwise = operation
            .input_shapes
            .iter()
            .all(|shape| *shape == operation.output_shape)
            && !operation.is_view()
            && operation.multiply_adds == 0;
        let same_module = match self.module(operation) {
            // A parameter read for the second time: the module is used again.
            Some((module, _)) => {
                let mut before = layer.operations.iter().map(|&at| &self.operations[at]);
                layer.module == Some(module)
                    && before.all(|op| disjoint(&op.parameters, &operation.parameters))
            }
            None => elementwise,
        };
        (last && !ends && same_module).then_some(only)
    }

    fn kind(&self, operations: &[usize]) -> String {
        let owner = operations.iter().find_map(|&at| {
            let parameter = self.operations[at].parameters.first()?;
            Some(self.parameters[*parameter].owner.clone())
        });
        let mut kinds: Vec<String> = Vec::new();
        for &at in operations {
            if owner.is_some() && self.operations[at].is_view() {
                continue;
            }
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
