//! From the exporter's file to ours: own nodes, readable names, labels.

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::capture::TensorId;
use onnx_ir::{GraphProto, Message, ModelProto, NodeProto};

use super::Labels;
use super::lower::Lowered;
use super::native::{Node, Slot};
use crate::frozen::is_weight;
use crate::{Error, Operation, Result, Trace};

/// What values are called, by their number in the trace and by the exporter's name.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_id: BTreeMap<TensorId, String>,
    by_exported: BTreeMap<String, String>,
}

impl Names {
    /// Names a value that has no name yet.
    pub fn give(&mut self, id: TensorId, exported: TensorId, name: impl FnOnce() -> String) {
        if !self.by_id.contains_key(&id) {
            let name = name();
            self.by_exported
                .insert(format!("tensor_{}", exported.value()), name.clone());
            self.by_id.insert(id, name);
        }
    }

    fn of(&self, id: TensorId) -> String {
        self.by_id.get(&id).cloned().unwrap_or_default()
    }
}

/// The finished file.
pub(super) fn model(
    exported: &[u8],
    trace: &Trace,
    lowered: &[Lowered],
    names: &Names,
    labels: &Labels,
) -> Result<Vec<u8>> {
    let mut model =
        ModelProto::parse_from_bytes(exported).map_err(|error| Error::Export(error.to_string()))?;
    let graph = model.graph.take().unwrap_or_default();
    let graph = replace(graph, trace, lowered, names);
    model.graph = Some(renamed(graph, trace, names)).into();
    model.producer_name = "retrace-inspect".into();
    model.producer_version = env!("CARGO_PKG_VERSION").into();
    let entries = &mut model.metadata_props;
    entries.clear();
    entries.resize_with(labels.metadata.len(), Default::default);
    for (entry, (key, value)) in entries.iter_mut().zip(&labels.metadata) {
        (entry.key, entry.value) = (key.clone(), value.clone());
    }
    let bytes = model.write_to_bytes();
    bytes.map_err(|error| Error::Export(error.to_string()))
}

/// Puts the nodes of [`super::native`] where the stand-ins are.
fn replace(mut graph: GraphProto, trace: &Trace, lowered: &[Lowered], names: &Names) -> GraphProto {
    let mut replaced: BTreeMap<String, (&Operation, &[Node])> = BTreeMap::new();
    for (operation, lowered) in trace.operations.iter().zip(lowered) {
        if let (Some(nodes), Some(out)) = (&lowered.nodes, operation.ir.outputs().next()) {
            replaced.insert(names.of(out.id), (operation, nodes.0.as_slice()));
        }
    }
    let mut nodes = Vec::new();
    for node in std::mem::take(&mut graph.node) {
        let result = node
            .output
            .first()
            .and_then(|name| names.by_exported.get(name));
        match result.and_then(|name| replaced.get_key_value(name)) {
            Some((result, (operation, steps))) => {
                let mut writer = Writer {
                    graph: &mut graph,
                    operation,
                    result,
                    names,
                };
                nodes.extend(
                    steps
                        .iter()
                        .enumerate()
                        .map(|(at, step)| writer.node(step, at, steps.len())),
                );
            }
            None => nodes.push(node),
        }
    }
    graph.node = nodes;
    graph
}

struct Writer<'a> {
    graph: &'a mut GraphProto,
    operation: &'a Operation,
    result: &'a str,
    names: &'a Names,
}

impl Writer<'_> {
    fn node(&mut self, step: &Node, at: usize, steps: usize) -> NodeProto {
        let stem = &self.operation.name;
        let last = at + 1 == steps;
        let output = if last {
            self.result.to_owned()
        } else {
            part(stem, at)
        };
        let inputs = step.inputs.iter().enumerate();
        let inputs = inputs
            .map(|(place, slot)| self.slot(slot, at, place))
            .collect();
        NodeProto {
            name: if last { stem.clone() } else { part(stem, at) },
            op_type: step.operator.to_owned(),
            input: inputs,
            output: vec![output],
            attribute: step.attributes.clone(),
            ..NodeProto::default()
        }
    }

    fn slot(&mut self, slot: &Slot, at: usize, place: usize) -> String {
        let stem = &self.operation.name;
        match slot {
            Slot::Operand(index) => {
                let operand = self.operation.ir.inputs().nth(*index);
                operand
                    .map(|tensor| self.names.of(tensor.id))
                    .unwrap_or_default()
            }
            Slot::Step(step) => part(stem, *step),
            Slot::Scalar(..) | Slot::Integers(_) => {
                let name = format!("{stem}/constant_{at}_{place}");
                self.graph.initializer.extend(slot.constant(&name));
                name
            }
        }
    }
}

/// The name of a step before the last.
fn part(stem: &str, at: usize) -> String {
    format!("{stem}/part_{at}")
}

/// Gives the exporter's nodes and values the names of operations, taps and parameters.
fn renamed(mut graph: GraphProto, trace: &Trace, names: &Names) -> GraphProto {
    let operations: BTreeMap<String, &Operation> = trace
        .operations
        .iter()
        .filter_map(|operation| Some((names.of(operation.ir.outputs().next()?.id), operation)))
        .collect();
    // `node_4`, `node_4_shape`: what belongs to the operation that makes the value of `node_4`.
    let mut stems: BTreeMap<String, &str> = BTreeMap::new();
    for node in &graph.node {
        let made = node
            .output
            .first()
            .and_then(|name| names.by_exported.get(name));
        if let (Some(operation), Some(stem)) = (
            made.and_then(|name| operations.get(name)),
            exporter_stem(&node.name),
        ) {
            stems.insert(stem.to_owned(), operation.name.as_str());
        }
    }
    let better = |name: &mut String| {
        if let Some(given) = names.by_exported.get(name) {
            name.clone_from(given);
        } else if let Some((stem, operation)) =
            exporter_stem(name).and_then(|stem| stems.get_key_value(stem))
        {
            let rest = name[stem.len()..].trim_start_matches('_');
            *name = if rest.is_empty() {
                (*operation).to_owned()
            } else {
                format!("{operation}/{rest}")
            };
        }
    };
    for node in &mut graph.node {
        better(&mut node.name);
        node.input
            .iter_mut()
            .chain(&mut node.output)
            .for_each(better);
    }
    graph
        .initializer
        .iter_mut()
        .for_each(|tensor| better(&mut tensor.name));
    graph
        .input
        .iter_mut()
        .chain(&mut graph.output)
        .for_each(|value| better(&mut value.name));
    graph.name = "network".into();
    tidy(&mut graph, trace);
    graph
}

/// Removes weights that no node reads, those of modules that the forward pass leaves out; makes
/// plain numbers of an operation's own; and puts the rest in order.
fn tidy(graph: &mut GraphProto, trace: &Trace) {
    let inputs = graph.node.iter().flat_map(|node| &node.input);
    let read: BTreeSet<String> = inputs.cloned().collect();
    graph
        .initializer
        .retain(|tensor| read.contains(&tensor.name));
    // The exporter gives a number that an operation brings along an axis. Without it, it can be told
    // from a weight of one element.
    let paths: BTreeSet<&str> = trace.parameters.iter().map(|p| p.path.as_str()).collect();
    let numbers = graph
        .initializer
        .iter_mut()
        .filter(|tensor| tensor.dims == [1]);
    for tensor in
        numbers.filter(|tensor| is_weight(tensor) && !paths.contains(tensor.name.as_str()))
    {
        tensor.dims.clear();
    }
    // Weights first, by name: the order that structure and weights give when they are joined.
    graph
        .initializer
        .sort_by_cached_key(|tensor| (!is_weight(tensor), tensor.name.clone()));
}

/// `node_4` of `node_4_shape`.
fn exporter_stem(name: &str) -> Option<&str> {
    let digits = name.strip_prefix("node_")?;
    let length = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    (length > 0).then(|| &name[.."node_".len() + length])
}
