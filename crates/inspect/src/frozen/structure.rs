//! The nodes of a frozen network: as text, and as a summary with one row per node.

use std::collections::BTreeMap;
use std::fmt;

use burn::tensor::TensorData;
use onnx_ir::{AttributeProto, AttributeType, NodeProto, TensorProto};
use rten_tensor::Layout;
use serde::Serialize;

use super::{Frozen, MAX_BYTES, Port, Side, not_runnable};
use crate::Result;
use crate::summary::{Flow, NUMBER, Row, Step, Summary, totals};

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
        let graph = self.graph();
        let constant = |tensor: &TensorProto| (tensor.name.clone(), tensor.dims.clone());
        Nodes {
            inputs: self.inputs().iter().map(ToString::to_string).collect(),
            outputs: self.outputs().iter().map(ToString::to_string).collect(),
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
    /// too; integers are no parameters.
    ///
    /// # Errors
    /// A network that cannot be run on zeros, or whose inputs have other open axes than the batch.
    pub fn summary(&self, batch: usize) -> Result<Summary> {
        let inputs = self.inputs_at(batch)?;
        let shapes = self.shapes(batch)?;
        let graph = self.graph();
        let named = graph.initializer.iter();
        let named = named.map(|tensor| (tensor.name.as_str(), parameters(tensor)));
        let mut weights: BTreeMap<&str, u64> = named.chain(constants(&graph.node)).collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut made_by: BTreeMap<&str, usize> = BTreeMap::new();
        for node in &graph.node {
            let inputs = || node.input.iter().map(String::as_str);
            let made = || inputs().filter_map(|name| made_by.get(name).copied());
            let mut row = row(node, &shapes);
            row.from = made().collect();
            row.reads_input =
                inputs().any(|name| self.inputs().iter().any(|port| port.name == name));
            // Taken out: one that several nodes read counts in the first.
            row.fixed = inputs().filter_map(|name| weights.remove(name)).sum();
            made_by.extend(node.output.iter().map(|name| (name.as_str(), rows.len())));
            rows.push(row);
        }
        let totals = totals(&rows);
        let flow = self.flow(&graph.node, &rows, &inputs);
        Ok(Summary {
            memory: flow.memory(NUMBER * totals.parameters, &totals, false),
            input_shape: inputs.into_iter().next().unwrap_or_default(),
            rows,
            totals,
        })
    }

    /// Shapes of the inputs at a batch.
    fn inputs_at(&self, batch: usize) -> Result<Vec<Vec<usize>>> {
        let at = |port: &Port| {
            let side = |(axis, side): (usize, &Side)| match side {
                Side::Fixed(length) => Ok(*length),
                Side::Open(_) if axis == 0 => Ok(batch),
                Side::Open(_) => Err(not_runnable(format!(
                    "axis {axis} of {} is open; a summary wants all but the batch fixed",
                    port.name
                ))),
            };
            let sides = port.shape.as_ref().ok_or_else(|| {
                not_runnable(format!(
                    "the file says no shape of {}, which a summary wants",
                    port.name
                ))
            })?;
            sides.iter().enumerate().map(side).collect()
        };
        self.inputs().iter().map(at).collect()
    }

    /// Shapes of all values by their names.
    ///
    /// The runtime tells no shapes, but values: it runs on zeros for one example and for two, which
    /// a large batch cannot make expensive, and each side grows evenly with the batch.
    fn shapes(&self, batch: usize) -> Result<BTreeMap<&str, Vec<usize>>> {
        let outputs = self.graph().node.iter().flat_map(|node| &node.output);
        let names = outputs.map(String::as_str).filter(|name| !name.is_empty());
        let names: Vec<&str> = names.collect();
        let at = |batch| {
            let zeros = self.inputs_at(batch)?.into_iter().zip(self.inputs());
            let zeros = zeros.map(|(shape, port)| {
                let mut sides = shape.iter();
                let count = sides.try_fold(1, |count: usize, &side| count.checked_mul(side));
                let count = count.filter(|&count| count as u64 * NUMBER <= MAX_BYTES);
                let count =
                    count.ok_or_else(|| not_runnable("its input is too large to be run"))?;
                port.value(&TensorData::new(vec![0_u8; count], shape))
            });
            self.values(zeros.collect::<Result<_>>()?, &names)
        };
        let side = |(one, two): (&usize, &usize)| {
            let growth = two.saturating_sub(*one);
            (one + growth * batch).saturating_sub(growth)
        };
        let inputs = self.inputs().iter().map(|port| port.name.as_str());
        let mut shapes: BTreeMap<_, _> = inputs.zip(self.inputs_at(batch)?).collect();
        for (name, (one, two)) in names.iter().zip(at(1)?.iter().zip(at(2)?)) {
            let (one, two) = (one.shape(), two.shape());
            shapes.insert(name, one.iter().zip(&two).map(side).collect());
        }
        for tensor in &self.graph().initializer {
            let sides = tensor.dims.iter().map(|&side| side as usize).collect();
            shapes.insert(&tensor.name, sides);
        }
        Ok(shapes)
    }

    fn flow(&self, nodes: &[NodeProto], rows: &[Row], inputs: &[Vec<usize>]) -> Flow {
        let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
        let mut number = |name| {
            let next = numbers.len() as u64;
            *numbers.entry(name).or_insert(next)
        };
        let bytes = |shape: &Vec<usize>| NUMBER * shape.iter().product::<usize>() as u64;
        let starts = self.inputs().iter().zip(inputs);
        let starts = starts.map(|(port, shape)| (number(port.name.as_str()), bytes(shape)));
        let inputs = starts.collect();
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
            inputs,
            outputs: self
                .outputs()
                .iter()
                .map(|port| number(port.name.as_str()))
                .collect(),
        }
    }
}

/// Types of weights: floating-point numbers of 32, 16 and 64 bits, and the two of 8 bits that a
/// quantised network has (of these only tables: a list of them is a list of zero points).
const FLOATS: [i32; 4] = [1, 10, 11, 16];
const BYTES: [i32; 2] = [2, 3];

/// Numbers of a weight; 0 for what belongs to an operation, such as the shape of a reshape.
fn parameters(tensor: &TensorProto) -> u64 {
    let axes = tensor.dims.len();
    let counts = FLOATS.contains(&tensor.data_type) && axes > 0
        || BYTES.contains(&tensor.data_type) && axes > 1;
    let sides = tensor.dims.iter().map(|&side| side.unsigned_abs());
    if counts { sides.product() } else { 0 }
}

/// Weights that some programs write as nodes.
fn constants(nodes: &[NodeProto]) -> impl Iterator<Item = (&str, u64)> {
    let constants = nodes.iter().filter(|node| node.op_type == "Constant");
    constants.filter_map(|node| {
        let tensor = node.attribute.iter().find_map(|value| value.t.as_ref())?;
        Some((node.output.first()?.as_str(), parameters(tensor)))
    })
}

fn row(node: &NodeProto, shapes: &BTreeMap<&str, Vec<usize>>) -> Row {
    let shape = |name: Option<&String>| name.and_then(|name| shapes.get(name.as_str()));
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
    let name = node.output.first().filter(|_| node.name.is_empty());
    Row {
        layer: name.unwrap_or(&node.name).clone(),
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
