//! Operations grouped into layers, as a person lists them.

use std::collections::BTreeMap;

use burn::backend::ir::TensorId;

use crate::names::{Numbering, snake_case};
use crate::trace::{Operation, Trace};

/// A row of the summary: an operation with parameters or one that changes the shape, and what
/// works on its result element by element, such as its activation function.
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
