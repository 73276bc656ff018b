//! The file: nodes with the names of operations, taps and parameters, weights, and what is said
//! about them.

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::TensorData;
use burn::backend::ir::{OperationIr, ScalarIr, TensorId, TensorIr};
use burn::tensor::DType;
use onnx_ir::{GraphProto, Message, ModelProto, NodeProto, TensorProto, ValueInfoProto};

use super::Labels;
use super::labels::InputLabel;
use super::lower::nodes;
use super::node::{INT32, INT64, Node, Nodes, Outputs, Slot, element};
use super::recordings::{Recordings, Refused, needed};
use super::size::Size;
use crate::frozen::is_weight;
use crate::trace::Numbering;
use crate::{Error, Result, Trace};

/// The version of the file's form.
const FORM: i64 = 8;
/// The operator set, and the one that has GELU.
const OPERATORS: i64 = 18;
const OPERATORS_WITH_GELU: i64 = 20;

/// The finished file.
///
/// # Errors
/// An operation without counterpart ([`Error::NotFreezable`]).
pub(super) fn file(recordings: &Recordings, labels: &Labels) -> Result<Vec<u8>> {
    let graph = Writer::new(recordings, labels).graph()?;
    let gelu = graph.node.iter().any(|node| node.op_type == "Gelu");
    let mut model = ModelProto {
        ir_version: FORM,
        producer_name: "retrace-inspect".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph).into(),
        ..ModelProto::default()
    };
    model.opset_import.push(Default::default());
    model.opset_import[0].version = if gelu { OPERATORS_WITH_GELU } else { OPERATORS };
    let entries = &mut model.metadata_props;
    entries.resize_with(labels.metadata.len(), Default::default);
    for (entry, (key, value)) in entries.iter_mut().zip(&labels.metadata) {
        (entry.key, entry.value) = (key.clone(), value.clone());
    }
    let bytes = model.write_to_bytes();
    bytes.map_err(|error| Error::Export(error.to_string()))
}

struct Writer<'a> {
    recordings: &'a Recordings,
    trace: &'a Trace,
    inputs: Vec<InputLabel>,
    outputs: Vec<String>,
    names: BTreeMap<TensorId, String>,
    graph: GraphProto,
    /// Names of the values that hold a size.
    sizes: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    fn new(recordings: &'a Recordings, labels: &Labels) -> Self {
        let trace = recordings.trace();
        let mut numbering = Numbering::default();
        let usual: Vec<String> = trace
            .outputs
            .iter()
            .map(|_| numbering.name("output"))
            .collect();
        let outputs = labels.outputs.iter().cloned();
        let outputs = outputs
            .chain(usual.into_iter().skip(labels.outputs.len()))
            .collect();
        let mut writer = Self {
            recordings,
            trace,
            inputs: labels.input_labels(trace.inputs.len()),
            outputs,
            names: BTreeMap::new(),
            graph: GraphProto::default(),
            sizes: BTreeSet::new(),
        };
        writer.name();
        writer
    }

    /// Names every tensor of the recording.
    fn name(&mut self) {
        let trace = self.trace;
        let mut numbering = Numbering::default();
        for (input, label) in trace.inputs.iter().zip(&mut self.inputs) {
            label.name = numbering.name(&label.name);
            let own = match narrow(input.dtype) {
                true => numbering.name(&format!("{}/int32", label.name)),
                false => label.name.clone(),
            };
            self.names.insert(input.id, own);
        }
        let names = &mut self.names;
        let mut give = |id: TensorId, name: &str| -> String {
            let given = names.entry(id);
            given.or_insert_with(|| numbering.name(name)).clone()
        };
        let inputs: BTreeSet<TensorId> = trace.inputs.iter().map(|input| input.id).collect();
        let computed = |id| !inputs.contains(&id) && trace.producer(id).is_some();
        let mut own: BTreeSet<TensorId> = BTreeSet::new();
        let mut copies = Vec::new();
        for (output, label) in trace.outputs.iter().zip(&mut self.outputs) {
            if computed(output.id) && !narrow(output.dtype) && own.insert(output.id) {
                *label = give(output.id, label);
            } else {
                copies.push(label);
            }
        }
        for parameter in &trace.parameters {
            give(parameter.id, &parameter.path);
        }
        for (tap, id) in &trace.taps {
            give(*id, tap);
        }
        for operation in &trace.operations {
            for output in operation.ir.outputs() {
                give(output.id, &operation.name);
            }
        }
        for &id in trace.values.keys() {
            give(id, "constant");
        }
        // An output that is an input, a constant, another output, or wider is a copy of it.
        for label in copies {
            *label = numbering.name(label);
        }
    }

    fn graph(mut self) -> Result<GraphProto> {
        self.graph.name = "network".into();
        self.ports()?;
        for (input, label) in self.trace.inputs.iter().zip(self.inputs.clone()) {
            if narrow(input.dtype) {
                let own = self.names[&input.id].clone();
                self.push(own.clone(), "Cast", vec![label.name], vec![own]);
                self.last_attribute("to", INT32.into());
            }
        }
        let needed = needed(self.trace);
        let mut written = BTreeSet::new();
        for (at, operation) in self.trace.operations.iter().enumerate() {
            if !operation.ir.outputs().any(|out| needed.contains(&out.id)) {
                continue;
            }
            let done = self.operation(at, &needed, &mut written);
            done.map_err(|reason| self.recordings.refusal(at, reason))?;
        }
        for (output, label) in self.trace.outputs.iter().zip(self.outputs.clone()) {
            let name = self.names[&output.id].clone();
            if name != label {
                let done = self.constants([output].into_iter(), usize::MAX, &mut written);
                done.map_err(Error::Export)?;
                match narrow(output.dtype) {
                    true => {
                        self.push(label.clone(), "Cast", vec![name], vec![label]);
                        self.last_attribute("to", INT64.into());
                    }
                    false => self.push(label.clone(), "Identity", vec![name], vec![label]),
                }
            }
        }
        self.prune();
        // Weights first, by name: the order that structure and weights give when they are joined.
        let order = |tensor: &TensorProto| (!is_weight(tensor), tensor.name.clone());
        self.graph.initializer.sort_by_cached_key(order);
        Ok(self.graph)
    }

    /// Removes nodes and weights that neither an output nor a tap depends on, such as the last state of a
    /// layer that nobody asks for.
    fn prune(&mut self) {
        let taps = self.trace.taps.iter().map(|(_, id)| self.names[id].clone());
        let mut read: BTreeSet<String> = self.outputs.iter().cloned().chain(taps).collect();
        let mut kept: Vec<NodeProto> = std::mem::take(&mut self.graph.node);
        kept.reverse();
        kept.retain(|node| {
            let needed = node.output.iter().any(|output| read.contains(output));
            if needed {
                read.extend(node.input.iter().cloned());
            }
            needed
        });
        kept.reverse();
        self.graph.node = kept;
        self.graph
            .initializer
            .retain(|tensor| read.contains(&tensor.name));
    }

    /// Inputs and outputs with their types and shapes.
    fn ports(&mut self) -> Result<()> {
        let named = self.inputs.iter().map(|label| label.name.clone());
        for (at, name) in named.collect::<Vec<_>>().into_iter().enumerate() {
            let sides = self.recordings.port(|trace| &trace.inputs[at]);
            let value = self.port(&name, self.trace.inputs[at].dtype, &sides)?;
            self.graph.input.push(value);
        }
        for (at, name) in self.outputs.clone().into_iter().enumerate() {
            let sides = self.recordings.port(|trace| &trace.outputs[at]);
            let value = self.port(&name, self.trace.outputs[at].dtype, &sides)?;
            self.graph.output.push(value);
        }
        Ok(())
    }

    fn port(&self, name: &str, dtype: DType, sides: &[Vec<i64>]) -> Result<ValueInfoProto> {
        let mut value = ValueInfoProto {
            name: name.to_owned(),
            ..ValueInfoProto::default()
        };
        let kind = value.type_.mut_or_insert_default().mut_tensor_type();
        let wrong = |reason| Error::Export(format!("{name:?} cannot be in an ONNX file: {reason}"));
        kind.elem_type = match narrow(dtype) {
            true => INT64,
            false => element(dtype).map_err(wrong)?,
        };
        let shape = kind.shape.mut_or_insert_default();
        for (axis, values) in sides.iter().enumerate() {
            shape.dim.push(Default::default());
            let side = &mut shape.dim[axis];
            match self.recordings.axis(values) {
                Some(open) => side.set_dim_param(open.to_owned()),
                None if values.iter().all(|value| *value == values[0]) => {
                    side.set_dim_value(values[0]);
                }
                None => side.set_dim_param(format!("{name}.{axis}")),
            }
        }
        Ok(value)
    }

    fn operation(
        &mut self,
        at: usize,
        needed: &BTreeSet<TensorId>,
        written: &mut BTreeSet<TensorId>,
    ) -> Result<(), Refused> {
        let operation = &self.trace.operations[at];
        self.constants(operation.ir.inputs(), at, written)?;
        let nodes = nodes(self.recordings.operation(at))?;
        let named = self.write(&operation.name, &operation.ir, nodes)?;
        let mut results = operation.ir.outputs().enumerate();
        match results.find(|(result, out)| needed.contains(&out.id) && !named.contains(result)) {
            Some(_) => Err("not all of its results exist in ONNX".into()),
            None => Ok(()),
        }
    }

    /// Writes the constants among `tensors`.
    fn constants<'t>(
        &mut self,
        tensors: impl Iterator<Item = &'t TensorIr>,
        at: usize,
        written: &mut BTreeSet<TensorId>,
    ) -> Result<(), Refused> {
        for tensor in tensors {
            let Some(value) = self.trace.values.get(&tensor.id) else {
                continue;
            };
            if !written.insert(tensor.id) {
                continue;
            }
            let name = self.names[&tensor.id].clone();
            match self.recordings.changing.get(&tensor.id) {
                Some(values) => self.changing(&name, tensor, values, at)?,
                None => self.graph.initializer.push(constant(name, value)?),
            }
        }
        Ok(())
    }

    /// Writes a constant that depends on sizes: one number everywhere, or numbers in equal steps.
    fn changing(
        &mut self,
        name: &str,
        tensor: &TensorIr,
        values: &[TensorData],
        at: usize,
    ) -> Result<(), Refused> {
        let lists = values
            .iter()
            .map(|data| data.iter::<f64>().collect::<Vec<f64>>());
        let lists: Vec<Vec<f64>> = lists.collect();
        let all = lists.iter().flatten();
        let (first, second) = (lists[0].first(), lists[0].get(1));
        let first = *first.ok_or("it reads a constant without numbers")?;
        let axes = values[0].shape().num_dims();
        let sides = (0..axes).map(|axis| {
            values
                .iter()
                .map(|data| data.shape()[axis] as i64)
                .collect()
        });
        let sides = sides.map(|values: Vec<i64>| self.recordings.size(&values, at));
        let sides: Option<Vec<Size>> = sides.collect();
        let reason = "it reads numbers that the model makes outside of Burn, and that depend on the \
                      size of the input";
        let sides = sides.ok_or(reason)?;
        let number = |value: f64| match tensor.dtype.is_float() {
            true => ScalarIr::Float(value),
            false => ScalarIr::Int(value as i64),
        };
        let fill = all.clone().all(|value| *value == first);
        let nodes = if fill {
            Nodes::default()
                .then("ConstantOfShape", vec![Slot::Sizes(sides)])
                .value(number(first), tensor.dtype)?
        } else if let (Some(second), [side], DType::I64 | DType::I32) =
            (second, sides.as_slice(), tensor.dtype)
        {
            let step = second - first;
            let line = |list: &Vec<f64>| {
                let mut places = list.iter().enumerate();
                places.all(|(place, value)| *value == first + step * place as f64)
            };
            if !lists.iter().all(line) {
                return Err(reason.into());
            }
            let whole = |value: f64| Slot::Scalar(None, ScalarIr::Int(value as i64), DType::I64);
            let to = element(tensor.dtype)?;
            Nodes::default()
                .then(
                    "Range",
                    vec![whole(0.0), Slot::Count(side.clone()), whole(1.0)],
                )
                .apply("Mul", vec![whole(step)])
                .apply("Add", vec![whole(first)])
                .apply("Cast", vec![])
                .int("to", to.into())
        } else {
            return Err(reason.into());
        };
        let made = OperationIr::Init(burn::backend::ir::InitOperationIr {
            out: tensor.clone(),
        });
        self.write(name, &made, nodes).map(|_| ())
    }

    /// Writes the nodes of an operation; the results that they write.
    fn write(&mut self, stem: &str, ir: &OperationIr, nodes: Nodes) -> Result<Vec<usize>, Refused> {
        let count = nodes.0.len();
        let results: Vec<String> = ir
            .outputs()
            .map(|out| self.names[&out.id].clone())
            .collect();
        let operands: Vec<String> = ir
            .inputs()
            .map(|tensor| self.names[&tensor.id].clone())
            .collect();
        let mut named = Vec::new();
        for (at, node) in nodes.0.into_iter().enumerate() {
            let last = at + 1 == count;
            let mut result = |index: usize| {
                named.push(index);
                results.get(index).cloned().unwrap_or_default()
            };
            let outputs = match &node.outputs {
                Outputs::Step if last => vec![result(0)],
                Outputs::Step => vec![part(stem, at)],
                Outputs::Steps(count) => (0..*count).map(|place| piece(stem, at, place)).collect(),
                Outputs::Result(index) => vec![result(*index)],
                Outputs::Results(places) => {
                    let places = places.iter().enumerate();
                    let name = |(place, index): (usize, &Option<usize>)| match index {
                        Some(index) => result(*index),
                        None => piece(stem, at, place),
                    };
                    places.map(name).collect()
                }
            };
            let Node {
                operator,
                inputs,
                attributes,
                ..
            } = node;
            let inputs = inputs.iter().enumerate();
            let inputs = inputs
                .map(|(place, slot)| self.slot(slot, stem, &operands, at, place))
                .collect::<Result<Vec<String>, Refused>>()?;
            let name = if last {
                stem.to_owned()
            } else {
                part(stem, at)
            };
            self.push(name, operator, inputs, outputs);
            if let Some(node) = self.graph.node.last_mut() {
                node.attribute = attributes;
            }
        }
        Ok(named)
    }

    fn push(&mut self, name: String, operator: &str, input: Vec<String>, output: Vec<String>) {
        self.graph.node.push(NodeProto {
            name,
            op_type: operator.to_owned(),
            input,
            output,
            ..NodeProto::default()
        });
    }

    fn slot(
        &mut self,
        slot: &Slot,
        stem: &str,
        operands: &[String],
        at: usize,
        place: usize,
    ) -> Result<String, Refused> {
        if let Some((end, tensor)) = slot.constant()? {
            let name = match end {
                Some(end) => format!("{stem}/{end}"),
                None => format!("{stem}/constant_{at}_{place}"),
            };
            self.graph.initializer.push(TensorProto {
                name: name.clone(),
                ..tensor
            });
            return Ok(name);
        }
        Ok(match slot {
            Slot::Operand(index) => operands.get(*index).cloned().unwrap_or_default(),
            Slot::Step(step) => part(stem, *step),
            Slot::Part(step, place) => piece(stem, *step, *place),
            Slot::Sizes(sizes) => {
                let parts: Vec<String> = sizes.iter().map(|size| self.size(size)).collect();
                match parts.as_slice() {
                    [one] => one.clone(),
                    _ => {
                        let name = format!("{stem}/sizes_{at}_{place}");
                        self.push(name.clone(), "Concat", parts, vec![name.clone()]);
                        self.last_attribute("axis", 0);
                        name
                    }
                }
            }
            Slot::Count(size) => {
                let size = self.size(size);
                let name = format!("{stem}/count_{at}_{place}");
                self.push(name.clone(), "Squeeze", vec![size], vec![name.clone()]);
                name
            }
            _ => String::new(),
        })
    }

    fn last_attribute(&mut self, name: &str, value: i64) {
        if let Some(node) = self.graph.node.last_mut() {
            let Nodes(made) = Nodes::one("", 0).int(name, value);
            node.attribute
                .extend(made.into_iter().flat_map(|node| node.attributes));
        }
    }

    /// The value that holds a size, along one axis; each size is computed once.
    fn size(&mut self, size: &Size) -> String {
        let Size::Open {
            sides,
            times,
            over,
            plus,
        } = size
        else {
            return self.whole(size.fixed().unwrap_or_default());
        };
        let mut last: Option<String> = None;
        for (tensor, axis) in sides {
            let name = format!("{}/size_{axis}", self.names[tensor]);
            let side = self.once(name, "Shape", vec![self.names[tensor].clone()], Some(*axis));
            last = Some(match last {
                None => side,
                Some(other) => self.once(format!("{other}*{side}"), "Mul", vec![other, side], None),
            });
        }
        let mut last = last.unwrap_or_default();
        for (sign, operator, value, none) in [
            ("*", "Mul", times, 1),
            ("/", "Div", over, 1),
            ("+", "Add", plus, 0),
        ] {
            if *value != none {
                let number = self.whole(*value);
                last = self.once(
                    format!("{last}{sign}{value}"),
                    operator,
                    vec![last, number],
                    None,
                );
            }
        }
        last
    }

    fn once(
        &mut self,
        name: String,
        operator: &str,
        inputs: Vec<String>,
        axis: Option<usize>,
    ) -> String {
        if self.sizes.insert(name.clone()) {
            self.push(name.clone(), operator, inputs, vec![name.clone()]);
            if let Some(axis) = axis {
                self.last_attribute("start", axis as i64);
                self.last_attribute("end", axis as i64 + 1);
            }
        }
        name
    }

    /// The constant of a whole number along one axis.
    fn whole(&mut self, value: i64) -> String {
        let name = format!("size/{value}");
        if self.sizes.insert(name.clone()) {
            self.graph.initializer.push(TensorProto {
                name: name.clone(),
                dims: vec![1],
                data_type: INT64,
                raw_data: value.to_le_bytes().to_vec().into(),
                ..TensorProto::default()
            });
        }
        name
    }
}

/// Whether these are the integers that some of Burn's devices have. The ends of a file have 64 bits, as is
/// usual in ONNX.
fn narrow(dtype: DType) -> bool {
    dtype == DType::I32
}

/// The name of a step before the last.
fn part(stem: &str, at: usize) -> String {
    format!("{stem}/part_{at}")
}

/// The name of one of several values of a step.
fn piece(stem: &str, at: usize, place: usize) -> String {
    match place {
        0 => part(stem, at),
        _ => format!("{}_{place}", part(stem, at)),
    }
}

fn constant(name: String, data: &TensorData) -> Result<TensorProto, Refused> {
    let raw_data = match data.dtype() {
        DType::Bool(_) => data.iter::<bool>().map(u8::from).collect(),
        _ => data.bytes().to_vec(),
    };
    Ok(TensorProto {
        name,
        dims: data.shape().iter().map(|&side| side as i64).collect(),
        data_type: element(data.dtype())?,
        raw_data: raw_data.into(),
        ..TensorProto::default()
    })
}
