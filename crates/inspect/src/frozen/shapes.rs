//! Shapes of the values in a frozen network.
//!
//! The runtime tells no shapes, but values. So the network is run on zeros for one example and for two,
//! which a large batch cannot make expensive: each side grows evenly with the batch. A third run, of
//! ones for three examples, shows where that is not so, or where shapes depend on numbers: these are not
//! known. Of a network that cannot be run, the part that can is; operators that the runtime lacks are
//! stood in for by others of the same shapes, or the file says what they make.

use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::TensorData;
use onnx_ir::{GraphProto, ModelProto, NodeProto, ValueInfoProto};
use rten::{DataType, Model, Value, ValueType};
use rten_tensor::Layout;

use super::adapted::{Part, integers, is_standard, part, plain, setting, with};
use super::whole::FLOAT;
use super::{Element, Frozen, MAX_BYTES, Port, Side, loaded, not_runnable, values};
use crate::Result;
use crate::summary::NUMBER;

/// Nodes that fail in a run are left out; after so many there is no further try.
const TRIES: usize = 8;

/// The shapes that are known.
#[derive(Default)]
pub(super) struct Shapes(BTreeMap<String, Known>);

struct Known {
    sides: Vec<usize>,
    /// Bytes of a number as the runtime has it.
    width: u64,
}

impl Shapes {
    pub fn of(&self, name: &str) -> Option<&Vec<usize>> {
        Some(&self.0.get(name)?.sides)
    }

    /// Bytes of a value as the runtime has it.
    pub fn bytes(&self, name: &str) -> Option<u64> {
        let known = self.0.get(name)?;
        Some(
            known
                .width
                .saturating_mul(super::counts::count(&known.sides)),
        )
    }
}

impl Frozen {
    /// Shapes of the inputs at a batch.
    pub(super) fn inputs_at(&self, batch: usize) -> Result<Vec<Vec<usize>>> {
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

    /// Shapes of all values by their names, as far as they can be known.
    pub(super) fn shapes(&self, batch: usize) -> Result<Shapes> {
        let mut shapes = Shapes::default();
        let mut insert = |name: &str, sides, width| {
            shapes.0.insert(name.to_owned(), Known { sides, width });
        };
        for (port, sides) in self.inputs().iter().zip(self.inputs_at(batch)?) {
            insert(&port.name, sides, NUMBER);
        }
        for tensor in &self.graph().initializer {
            let sides = tensor.dims.iter().map(|&side| side as usize).collect();
            insert(&tensor.name, sides, NUMBER);
        }
        for (port, sides) in self.declared(batch) {
            insert(&port.name, sides, NUMBER);
        }
        let mut runs = Runs::new(self);
        let (one, two) = (runs.at(1, 0)?, runs.at(2, 0)?);
        let three = match runs.at(3, 1) {
            Ok(values) if values.len() == one.len() => values,
            // Numbers that count or choose something can be too large at 1.
            _ => runs.at(3, 0)?,
        };
        for (name, first) in &one {
            let (Some(second), Some(third)) = (two.get(name), three.get(name)) else {
                continue;
            };
            let at = |batch: usize| -> Option<Vec<usize>> {
                let pairs = first.sides.iter().zip(&second.sides);
                let side = |(one, two): (&usize, &usize)| {
                    let growth = two.checked_sub(*one)?;
                    Some(
                        one.checked_add(growth.checked_mul(batch)?)?
                            .saturating_sub(growth),
                    )
                };
                pairs.map(side).collect()
            };
            let sides = at(batch).filter(|_| at(3).as_ref() == Some(&third.sides));
            let Some(sides) = sides else {
                continue;
            };
            // Whole numbers may be sizes, of which these runs see few: then the file has a say.
            let other = shapes.0.get(name).is_some_and(|said| said.sides != sides);
            if other && self.inputs().iter().any(|port| !port.element.is_float()) {
                shapes.0.remove(name);
            } else {
                let width = first.width;
                shapes.0.insert(name.clone(), Known { sides, width });
            }
        }
        Ok(shapes)
    }

    /// What the file says of the shapes of values, where it says all of it.
    fn declared(&self, batch: usize) -> Vec<(Port, Vec<usize>)> {
        let graph = self.graph();
        let firsts = self.inputs().iter();
        let firsts = firsts.filter_map(|port| port.shape.as_ref()?.first());
        let batches: Vec<&Side> = firsts
            .filter(|side| matches!(side, Side::Open(_)))
            .collect();
        let known = |value: &ValueInfoProto| {
            let port = Port::of(value).ok()?;
            let side = |(axis, side): (usize, &Side)| match side {
                Side::Fixed(length) => Some(*length),
                open if axis == 0 && batches.contains(&open) => Some(batch),
                Side::Open(_) => None,
            };
            let sides = port.shape.as_ref()?.iter().enumerate().map(side);
            let sides = sides.collect::<Option<Vec<_>>>()?;
            Some((port, sides))
        };
        let values = graph.value_info.iter().chain(&graph.output);
        values.filter_map(known).collect()
    }
}

/// Runs of a network, or of the part of it that can be run, for shapes.
struct Runs<'a> {
    frozen: &'a Frozen,
    /// The part, once the network itself has failed.
    part: Option<(Model, Part)>,
    without: BTreeSet<usize>,
    stood_in: Option<ModelProto>,
}

impl<'a> Runs<'a> {
    fn new(frozen: &'a Frozen) -> Self {
        Self {
            frozen,
            part: None,
            without: BTreeSet::new(),
            stood_in: None,
        }
    }

    /// What the nodes make of so many examples of one number.
    fn at(&mut self, batch: usize, number: u8) -> Result<BTreeMap<String, Known>> {
        for _ in 0..TRIES {
            if self.part.is_none() && self.frozen.model.is_err() && !self.take_part() {
                break;
            }
            let (model, extras) = match &self.part {
                Some((model, part)) => (model, part.extras.as_slice()),
                None => (self.frozen.runtime()?, [].as_slice()),
            };
            let mut inputs = Vec::new();
            let ports = self.frozen.inputs().iter();
            let ports = ports.zip(self.frozen.inputs_at(batch)?).enumerate();
            for (at, (port, sides)) in ports {
                // Each its own one, so that no two that are sizes stay alike.
                let number = match port.element {
                    Element::Bool => number,
                    _ => number * (1 + at.min(9) as u8),
                };
                inputs.push((port.name.as_str(), filled(port, sides, number)?));
            }
            let declared = self.frozen.declared(batch);
            for (port, sides) in &declared {
                // One that nobody reads is not there.
                if extras.contains(&port.name) && model.find_node(&port.name).is_some() {
                    inputs.push((port.name.as_str(), filled(port, sides.clone(), number)?));
                }
            }
            let nodes = self.frozen.graph().node.iter();
            let names = nodes.flat_map(|node| &node.output).map(String::as_str);
            let made = |name: &&str| {
                let given = extras.iter().any(|extra| extra == name);
                !name.is_empty() && !given && model.find_node(name).is_some()
            };
            let names: Vec<&str> = names.filter(made).collect();
            match values(model, inputs, &names) {
                Ok(made) => {
                    let names = names.into_iter().map(str::to_owned);
                    return Ok(names.zip(made.iter().map(Known::of)).collect());
                }
                Err(failed) => {
                    let place = self
                        .part
                        .as_ref()
                        .and_then(|(_, part)| part.places.get(failed.node.as_deref()?).copied());
                    // Of the network itself the part without any node is taken first.
                    if self.part.is_some() && !place.is_some_and(|at| self.without.insert(at)) {
                        break;
                    }
                    if !self.take_part() {
                        break;
                    }
                }
            }
        }
        Ok(BTreeMap::new())
    }

    fn take_part(&mut self) -> bool {
        let proto = self
            .stood_in
            .get_or_insert_with(|| stood_in(&self.frozen.proto));
        let declared = self.frozen.declared(1);
        let declared = declared
            .iter()
            .map(|(port, _)| port.name.as_str())
            .collect();
        let part = part(proto, &declared, &self.without);
        let model = loaded(&part.proto).ok();
        self.part = model.map(|model| (model, part));
        self.part.is_some()
    }
}

impl Known {
    fn of(value: &Value) -> Self {
        let bytes = matches!(
            value.dtype(),
            ValueType::Tensor(DataType::Int8 | DataType::UInt8)
        );
        Self {
            sides: value.shape().to_vec(),
            width: if bytes { 1 } else { NUMBER },
        }
    }
}

/// A tensor of one number for a port.
fn filled(port: &Port, shape: Vec<usize>, number: u8) -> Result<Value> {
    let mut sides = shape.iter();
    let count = sides.try_fold(1, |count: usize, &side| count.checked_mul(side));
    let count = count.filter(|&count| count as u64 * NUMBER <= MAX_BYTES);
    let count = count.ok_or_else(|| not_runnable("its input is too large to be run"))?;
    port.value(&TensorData::new(vec![number; count], shape))
}

/// Operators of other makers whose result has the shape of their first input.
pub(super) const SAME_SHAPE: [&str; 10] = [
    "BiasGelu",
    "FastGelu",
    "Gelu",
    "QuickGelu",
    "SkipLayerNormalization",
    "SkipSimplifiedLayerNormalization",
    "QLinearSoftmax",
    "QLinearSigmoid",
    "QLinearLeakyRelu",
    "SimplifiedLayerNormalization",
];

/// An operator of quantised numbers, and the one that does the same with floating-point numbers.
struct Quantised {
    operator: &'static str,
    by: &'static str,
    /// Which inputs it works on.
    operands: &'static [usize],
    /// The input whose type its result has.
    like: usize,
}

const QUANTISED: [Quantised; 8] = [
    quantised("QLinearConv", "Conv", &[0, 3], 7),
    quantised("QLinearMatMul", "MatMul", &[0, 3], 7),
    quantised("QGemm", "Gemm", &[0, 3], 8),
    quantised("QLinearAdd", "Add", &[0, 3], 7),
    quantised("QLinearMul", "Mul", &[0, 3], 7),
    quantised("QLinearAveragePool", "AveragePool", &[0], 4),
    quantised("QLinearGlobalAveragePool", "GlobalAveragePool", &[0], 4),
    // Of ONNX's own, but not of integers in the runtime.
    quantised("MaxPool", "MaxPool", &[0], 0),
];

const fn quantised(
    operator: &'static str,
    by: &'static str,
    operands: &'static [usize],
    like: usize,
) -> Quantised {
    Quantised {
        operator,
        by,
        operands,
        like,
    }
}

/// The network with operators that the runtime has, in place of others of the same shapes.
fn stood_in(proto: &ModelProto) -> ModelProto {
    let mut proto = proto.clone();
    if let Some(graph) = proto.graph.as_mut() {
        let nodes = std::mem::take(&mut graph.node).into_iter();
        graph.node = nodes.flat_map(|node| stand_in(node, graph)).collect();
    }
    proto
}

/// Nodes whose first value has the shape of the node's.
fn stand_in(mut node: NodeProto, graph: &GraphProto) -> Vec<NodeProto> {
    let (Some(x), Some(output)) = (node.input.first().cloned(), node.output.first().cloned())
    else {
        return vec![node];
    };
    let made = |name: &str| format!("{output}/{name}");
    if let Some(row) = QUANTISED.iter().find(|row| row.operator == node.op_type) {
        return floats(node, row, graph);
    }
    match node.op_type.as_str() {
        "LSTM" | "GRU" => {
            let kept = ["hidden_size", "direction", "linear_before_reset"];
            node.attribute
                .retain(|setting| kept.contains(&setting.name.as_str()));
            vec![node]
        }
        "FusedConv" | "FusedGemm" => {
            node.attribute
                .retain(|setting| !setting.name.starts_with("activation"));
            node.op_type.drain(.."Fused".len());
            node.domain.clear();
            node.input.truncate(3);
            vec![node]
        }
        "MatMulNBits" => {
            let side = |name| setting(&node, name).map_or(0, |said| said.i);
            let sides = integers("value_ints", 0, vec![side("K"), side("N")]);
            vec![
                with(plain("Constant", &[], made("sides")), vec![sides]),
                plain("ConstantOfShape", &[&made("sides")], made("weight")),
                plain("MatMul", &[&x, &made("weight")], output),
            ]
        }
        name if SAME_SHAPE.contains(&name) && !is_standard(&node) => {
            vec![plain("Identity", &[&x], output)]
        }
        _ => vec![node],
    }
}

fn floats(mut node: NodeProto, row: &Quantised, graph: &GraphProto) -> Vec<NodeProto> {
    let Some(output) = node.output.first().cloned() else {
        return vec![node];
    };
    let made = |name: &str| format!("{output}/{name}");
    let operands = row.operands.iter().filter_map(|&at| node.input.get(at));
    let operands: Vec<String> = operands.cloned().collect();
    let mut nodes = Vec::new();
    let mut floats = Vec::new();
    for (at, operand) in operands.iter().enumerate() {
        let float = made(&format!("operand{at}"));
        let cast = plain("Cast", &[operand], float.clone());
        nodes.push(with(cast, vec![integers("to", FLOAT, vec![])]));
        floats.push(float);
    }
    let mut weights = graph.initializer.iter();
    let kernel = weights.find(|tensor| operands.get(1) == Some(&tensor.name));
    let kernel = kernel
        .and_then(|tensor| tensor.dims.get(2..))
        .map(<[i64]>::to_vec);
    if let ("Conv", Some(kernel), None) = (row.by, kernel, setting(&node, "kernel_shape")) {
        node.attribute.push(integers("kernel_shape", 0, kernel));
    }
    let like = node
        .input
        .get(row.like)
        .filter(|name| !name.is_empty())
        .cloned();
    node.op_type = row.by.into();
    node.domain.clear();
    node.input = floats;
    node.output.truncate(1);
    if let Some(like) = like {
        node.output[0] = made("float");
        nodes.push(node);
        nodes.push(plain("CastLike", &[&made("float"), &like], output));
    } else {
        nodes.push(node);
    }
    nodes
}
