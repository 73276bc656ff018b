//! The nodes of a frozen network as text.

use std::fmt;

use onnx_ir::{AttributeProto, AttributeType, NodeProto, TensorProto};
use serde::Serialize;

use super::Frozen;

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
}

/// All nodes of a frozen network; `Display` is the readable form of the file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nodes {
    /// The input with its shape.
    pub input: String,
    /// The output with its shape.
    pub output: String,
    /// Weights and constants: name and shape.
    pub constants: Vec<(String, Vec<i64>)>,
    /// In the order of computation.
    pub nodes: Vec<Node>,
}

impl Frozen {
    /// The structure of the network.
    pub fn nodes(&self) -> Nodes {
        let graph = self.graph();
        let constant = |tensor: &TensorProto| (tensor.name.clone(), tensor.dims.clone());
        Nodes {
            input: self.input().to_string(),
            output: self.output().to_string(),
            constants: graph.initializer.iter().map(constant).collect(),
            nodes: graph.node.iter().map(node).collect(),
        }
    }
}

fn node(node: &NodeProto) -> Node {
    Node {
        name: node.name.clone(),
        operator: node.op_type.clone(),
        inputs: node.input.clone(),
        outputs: node.output.clone(),
        attributes: node
            .attribute
            .iter()
            .map(|attr| (attr.name.clone(), text(attr)))
            .collect(),
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
        writeln!(f, "input {}", self.input)?;
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
        }
        writeln!(f, "output {}", self.output)
    }
}
