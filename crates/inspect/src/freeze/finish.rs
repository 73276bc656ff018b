//! From the exporter's file to ours: own nodes, readable names, labels.

mod rename;

use std::collections::BTreeMap;

use burn::backend::capture::TensorId;
use onnx_ir::{GraphProto, Message, ModelProto, NodeProto};

use super::Labels;
use super::lower::Lowered;
use super::node::{Node, Slot};
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
    model.graph = Some(rename::graph(graph, trace, names)).into();
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
