//! The summary of a frozen network, a row a node.

use std::collections::BTreeMap;

use tract_onnx::pb::{NodeProto, TensorProto};
use tract_onnx::prelude::{DatumExt, InferenceModelExt, TDim};
use tract_onnx::tract_core::internal::DimLike;
use tract_onnx::tract_hir::infer::Factoid;

use super::run::guarded;
use super::{Frozen, Side, is_weight, not_runnable};
use crate::Result;
use crate::summary::{Flow, NUMBER, Row, Step, Summary, totals};

/// Operations that show their input in another shape.
const VIEWS: [&str; 5] = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"];

impl Frozen {
    /// The table of nodes with totals and memory at a batch.
    ///
    /// Weights in a file are fixed, so nothing is trainable. Nodes that compute shapes are rows,
    /// too; integers are no parameters.
    ///
    /// # Errors
    /// A network whose shapes the runtime cannot find out.
    pub fn summary(&self, batch: usize) -> Result<Summary> {
        let input_shape = self.input_at(batch)?;
        let shapes = self.shapes(&input_shape)?;
        let graph = self.graph();
        let mut weights: BTreeMap<&str, u64> = graph.initializer.iter().map(parameters).collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut made_by: BTreeMap<&str, usize> = BTreeMap::new();
        for node in &graph.node {
            let inputs = || node.input.iter().map(String::as_str);
            let made = || inputs().filter_map(|name| made_by.get(name).copied());
            let mut row = row(node, &shapes);
            row.from = made().collect();
            row.reads_input = inputs().any(|name| name == self.input().name);
            // Taken out: one that several nodes read counts in the first.
            row.fixed = inputs().filter_map(|name| weights.remove(name)).sum();
            made_by.extend(node.output.iter().map(|name| (name.as_str(), rows.len())));
            rows.push(row);
        }
        let totals = totals(&rows);
        let flow = self.flow(&graph.node, &rows, &input_shape);
        Ok(Summary {
            memory: flow.memory(NUMBER * totals.parameters, &totals, false),
            input_shape,
            rows,
            totals,
        })
    }

    fn input_at(&self, batch: usize) -> Result<Vec<usize>> {
        let side = |(axis, side): (usize, &Side)| match side {
            Side::Fixed(length) => Ok(*length),
            Side::Open(_) if axis == 0 => Ok(batch),
            Side::Open(_) => Err(not_runnable(format!(
                "axis {axis} of the input is open; a summary wants all but the batch fixed"
            ))),
        };
        self.input().shape.iter().enumerate().map(side).collect()
    }

    /// Shapes of all values by their names.
    fn shapes(&self, input: &[usize]) -> Result<BTreeMap<String, Vec<usize>>> {
        let analyse = || {
            let mut model = self.model.clone();
            model.set_input_fact(0, f32::fact(input).into())?;
            model.analyse(false)?;
            let mut shapes = BTreeMap::from([(self.input().name.clone(), input.to_vec())]);
            for node in &self.graph().node {
                let Ok(found) = model.node_by_name(&node.name) else {
                    continue;
                };
                for (name, outlet) in node.output.iter().zip(&found.outputs) {
                    let sides = outlet.fact.shape.concretize();
                    let sides = sides.map(|sides| sides.iter().map(TDim::to_usize).collect());
                    if let Some(Ok(sides)) = sides {
                        shapes.insert(name.clone(), sides);
                    }
                }
            }
            for tensor in &self.graph().initializer {
                let sides = tensor.dims.iter().map(|&side| side as usize).collect();
                shapes.insert(tensor.name.clone(), sides);
            }
            Ok(shapes)
        };
        guarded(analyse, "the shapes of the network cannot be found")
    }

    fn flow(&self, nodes: &[NodeProto], rows: &[Row], input: &[usize]) -> Flow {
        let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
        let mut number = |name| {
            let next = numbers.len() as u64;
            *numbers.entry(name).or_insert(next)
        };
        let bytes = NUMBER * input.iter().product::<usize>() as u64;
        let start = (number(self.input().name.as_str()), bytes);
        let steps = nodes.iter().zip(rows).map(|(node, row)| Step {
            reads: node.input.iter().map(|name| number(name)).collect(),
            writes: node
                .output
                .iter()
                .map(|name| (number(name), row.activation_bytes))
                .collect(),
            view: VIEWS.contains(&node.op_type.as_str()),
        });
        Flow {
            steps: steps.collect(),
            input: start,
            output: number(self.output().name.as_str()),
        }
    }
}

/// Numbers of a weight; 0 for what belongs to an operation, such as the shape of a reshape.
fn parameters(tensor: &TensorProto) -> (&str, u64) {
    let count = tensor
        .dims
        .iter()
        .map(|&side| side.unsigned_abs())
        .product();
    (&tensor.name, if is_weight(tensor) { count } else { 0 })
}

fn row(node: &NodeProto, shapes: &BTreeMap<String, Vec<usize>>) -> Row {
    let shape = |name: Option<&String>| name.and_then(|name| shapes.get(name));
    let count = |sides: &[usize]| sides.iter().map(|&side| side as u64).product::<u64>();
    let output_shape = shape(node.output.first()).cloned().unwrap_or_default();
    let outputs = count(&output_shape);
    let (first, second) = (shape(node.input.first()), shape(node.input.get(1)));
    let multiply_adds = match (node.op_type.as_str(), first, second) {
        ("Conv", Some(_), Some(weight)) if weight.len() > 1 => outputs * count(&weight[1..]),
        ("ConvTranspose", Some(x), Some(weight)) if weight.len() > 1 => {
            count(x) * count(&weight[1..])
        }
        ("MatMul" | "Gemm", Some(x), Some(_)) => outputs * count(&x[x.len().saturating_sub(1)..]),
        _ => 0,
    };
    Row {
        layer: node.name.clone(),
        kind: node.op_type.clone(),
        input_shapes: first.cloned().into_iter().collect(),
        multiply_adds,
        activation_bytes: if VIEWS.contains(&node.op_type.as_str()) {
            0
        } else {
            NUMBER * outputs
        },
        operations: vec![node.name.clone()],
        output_shape,
        ..Row::default()
    }
}
