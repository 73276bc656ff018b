//! Readable names, and an order that joining keeps.

use std::collections::{BTreeMap, BTreeSet};

use onnx_ir::GraphProto;

use super::Names;
use crate::frozen::is_weight;
use crate::{Operation, Trace};

/// Gives the exporter's nodes and values the names of operations, taps and parameters.
pub(super) fn graph(mut graph: GraphProto, trace: &Trace, names: &Names) -> GraphProto {
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
