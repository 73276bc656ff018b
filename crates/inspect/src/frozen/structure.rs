//! The nodes of a frozen network: as text, and as a summary with one row per node.

use std::collections::BTreeMap;
use std::fmt;

use onnx_ir::{AttributeProto, AttributeType, GraphProto, NodeProto, TensorProto};
use serde::Serialize;

use super::Frozen;
use super::counts::{Weights, multiply_adds};
use super::shapes::Shapes;
use crate::Result;
use crate::summary::{Flow, Row, Step, Summary, totals};

/// A node of a frozen network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// ONNX's name of the operation: `Conv`.
    pub operator: String,
    /// Names of the values it reads.
    pub inputs: Vec<String>,
    /// Names of the values it makes.
    pub outputs: Vec<String>,
    /// Its settings, as text.
    pub attributes: Vec<(String, String)>,
    /// What its branches or the body of its loop are made of, by the names of these settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<(String, Nodes)>,
}

/// All nodes of a frozen network; `Display` is the readable form of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nodes {
    /// The inputs with their shapes.
    pub inputs: Vec<String>,
    /// The outputs with their shapes.
    pub outputs: Vec<String>,
    /// Weights and constants: name and shape.
    pub constants: Vec<(String, Vec<i64>)>,
    /// In the order of computation.
    pub nodes: Vec<Node>,
}

impl Frozen {
    /// The structure of the network.
    pub fn nodes(&self) -> Nodes {
        Nodes {
            inputs: self.inputs().iter().map(ToString::to_string).collect(),
            outputs: self.outputs().iter().map(ToString::to_string).collect(),
            ..Nodes::of(self.graph())
        }
    }
}

impl Nodes {
    fn of(graph: &GraphProto) -> Self {
        let constant = |tensor: &TensorProto| (tensor.name.clone(), tensor.dims.clone());
        let sparse = graph.sparse_initializer.iter();
        let sparse = sparse
            .filter_map(|tensor| Some((tensor.values.as_ref()?.name.clone(), tensor.dims.clone())));
        Self {
            inputs: graph.input.iter().map(|input| input.name.clone()).collect(),
            outputs: graph
                .output
                .iter()
                .map(|output| output.name.clone())
                .collect(),
            constants: graph
                .initializer
                .iter()
                .map(constant)
                .chain(sparse)
                .collect(),
            nodes: graph.node.iter().map(node).collect(),
        }
    }
}

fn node(node: &NodeProto) -> Node {
    let (branches, settings): (Vec<_>, Vec<_>) = node
        .attribute
        .iter()
        .partition(|setting| setting.g.is_some());
    let branches = branches
        .into_iter()
        .filter_map(|branch| Some((branch.name.clone(), Nodes::of(branch.g.as_ref()?))));
    let value = node.output.iter().find(|name| !name.is_empty());
    let name = value.filter(|_| node.name.is_empty()).unwrap_or(&node.name);
    Node {
        name: name.clone(),
        operator: node.op_type.clone(),
        inputs: node.input.clone(),
        outputs: node.output.clone(),
        attributes: settings
            .into_iter()
            .map(|attr| (attr.name.clone(), text(attr)))
            .collect(),
        branches: branches.collect(),
    }
}

fn text(attribute: &AttributeProto) -> String {
    match attribute.type_.enum_value() {
        Ok(AttributeType::FLOAT) => attribute.f.to_string(),
        Ok(AttributeType::INT) => attribute.i.to_string(),
        Ok(AttributeType::STRING) => String::from_utf8_lossy(&attribute.s).into_owned(),
        Ok(AttributeType::FLOATS) => format!("{:?}", attribute.floats),
        Ok(AttributeType::INTS) => format!("{:?}", attribute.ints),
        Ok(AttributeType::TENSOR) => {
            let dims = attribute.t.as_ref().map(|tensor| tensor.dims.clone());
            format!("tensor of shape {:?}", dims.unwrap_or_default())
        }
        _ => "…".into(),
    }
}

impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for input in &self.inputs {
            writeln!(f, "input {input}")?;
        }
        for (name, dims) in &self.constants {
            writeln!(f, "constant {name}: {dims:?}")?;
        }
        for node in &self.nodes {
            let settings: Vec<String> = node
                .attributes
                .iter()
                .map(|(name, value)| format!(" {name}={value}"))
                .collect();
            writeln!(
                f,
                "node {}: {}({}){} -> {}",
                node.name,
                node.operator,
                node.inputs.join(", "),
                settings.concat(),
                node.outputs.join(", ")
            )?;
            for (name, nodes) in &node.branches {
                writeln!(f, "  {name}:")?;
                let nodes = nodes.to_string();
                nodes
                    .lines()
                    .try_for_each(|line| writeln!(f, "    {line}"))?;
            }
        }
        let mut outputs = self.outputs.iter();
        outputs.try_for_each(|output| writeln!(f, "output {output}"))
    }
}

/// Operations that show their input in another shape.
const VIEWS: [&str; 5] = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"];

impl Frozen {
    /// The table of nodes with totals and memory at a batch.
    ///
    /// Weights in a file are fixed, so nothing is trainable. Nodes that compute shapes are rows,
    /// too; integers are parameters where a quantised operator has them for weights. The weights of
    /// branches and loops are those of their node. Memory of parameters is as in the file, that of
    /// values as the runtime has them.
    ///
    /// A shape that cannot be found, or that depends on numbers, is not known, and so are products where
    /// such a shape or the round of a loop decides, and those of operators that only their makers know.
    ///
    /// # Errors
    /// Inputs that have other open axes than the batch, or no shapes.
    pub fn summary(&self, batch: usize) -> Result<Summary> {
        let inputs = self.inputs_at(batch)?;
        let shapes = self.shapes(batch)?;
        let graph = self.graph();
        let mut weights = Weights::of(graph);
        let mut rows: Vec<Row> = Vec::new();
        let mut made_by: BTreeMap<&str, usize> = BTreeMap::new();
        for node in &graph.node {
            let inputs = || node.input.iter().map(String::as_str);
            let made = || inputs().filter_map(|name| made_by.get(name).copied());
            let mut row = row(node, &shapes);
            row.from = made().collect();
            row.reads_input =
                inputs().any(|name| self.inputs().iter().any(|port| port.name == name));
            row.fixed = weights.taken(node);
            made_by.extend(node.output.iter().map(|name| (name.as_str(), rows.len())));
            rows.push(row);
        }
        let totals = totals(&rows);
        let flow = self.flow(&shapes);
        Ok(Summary {
            memory: flow.memory(weights.bytes(), &totals, false),
            input_shape: inputs.into_iter().next().unwrap_or_default(),
            rows,
            totals,
        })
    }

    fn flow(&self, shapes: &Shapes) -> Flow {
        let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
        let mut number = |name| {
            let next = numbers.len() as u64;
            *numbers.entry(name).or_insert(next)
        };
        let bytes = |name: &str| shapes.bytes(name).unwrap_or(0);
        let starts = self.inputs().iter().map(|port| port.name.as_str());
        let inputs = starts.map(|name| (number(name), bytes(name))).collect();
        let steps = self.graph().node.iter().map(|node| Step {
            reads: node.input.iter().map(|name| number(name)).collect(),
            writes: node
                .output
                .iter()
                .map(|name| (number(name), written(node, shapes, name)))
                .collect(),
            view: is_view(node),
        });
        Flow {
            steps: steps.collect(),
            inputs,
            outputs: self
                .outputs()
                .iter()
                .map(|port| number(port.name.as_str()))
                .collect(),
        }
    }
}

/// Bytes of a value that a node makes; a constant lies with the weights.
fn written(node: &NodeProto, shapes: &Shapes, name: &str) -> u64 {
    let bytes = shapes.bytes(name).filter(|_| node.op_type != "Constant");
    bytes.unwrap_or(0)
}

fn is_view(node: &NodeProto) -> bool {
    VIEWS.contains(&node.op_type.as_str())
}

fn row(node: &NodeProto, shapes: &Shapes) -> Row {
    let first = node.output.iter().find(|name| !name.is_empty());
    let sides = first.and_then(|name| shapes.of(name));
    let bytes = node.output.iter().map(|name| written(node, shapes, name));
    let input = node.input.first().and_then(|name| shapes.of(name));
    let name = if node.name.is_empty() { first } else { None };
    let name = name.unwrap_or(&node.name);
    Row {
        layer: name.clone(),
        kind: node.op_type.clone(),
        input_shapes: input.cloned().into_iter().collect(),
        multiply_adds: multiply_adds(node, shapes),
        activation_bytes: if is_view(node) { 0 } else { bytes.sum() },
        operations: vec![name.clone()],
        output_shape: sides.cloned().unwrap_or_default(),
        shape_unknown: sides.is_none(),
        ..Row::default()
    }
}
