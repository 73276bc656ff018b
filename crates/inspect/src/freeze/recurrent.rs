//! LSTM and GRU. Burn records them as their steps, as many as the input is long; in the file they are
//! ONNX's own nodes, for any length.
//!
//! A layer is recognized by recording Burn's own one of the same sizes: the operations must be the same
//! ones, on the layer's parameters, and nothing else may read what is between them.

use std::collections::BTreeMap;

use burn::backend::ir::{
    BaseOperationIr, CustomOpIr, IrVisitorMut, OperationIr, TensorId, TensorIr, TensorStatus,
};
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::{Initializer, Lstm, LstmConfig, LstmState};
use burn::tensor::{Device, Tensor};

use super::lower::Found;
use super::node::{Nodes, Outputs, Slot};
use super::recordings::{Recorded, Refused};
use crate::trace::{Numbering, snake_case};
use crate::{Operation, Trace, trace};

/// Which layer, and how it goes over its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Lstm { reverse: bool },
    Gru,
}

const LAYERS: [(&str, Layer); 3] = [
    ("Lstm", Layer::Lstm { reverse: false }),
    ("LstmReverse", Layer::Lstm { reverse: true }),
    // Not the one that resets before its product: the runtime has no such node.
    ("Gru", Layer::Gru),
];

impl Layer {
    /// The field of its first gate, by which it is found.
    fn first_gate(self) -> &'static str {
        match self {
            Self::Lstm { .. } => "input_gate",
            Self::Gru => "update_gate",
        }
    }

    /// Its gates as Burn has them, in ONNX's order.
    fn gates(self) -> &'static [usize] {
        match self {
            // Burn: input, forget, output, cell. ONNX: input, output, forget, cell.
            Self::Lstm { .. } => &[0, 2, 1, 3],
            // Update, reset, new.
            Self::Gru => &[0, 1, 2],
        }
    }
}

/// The sizes of a layer in a recording.
struct Sizes {
    batch: usize,
    length: usize,
    inputs: usize,
    hidden: usize,
    bias: bool,
    state: bool,
}

/// Puts one operation in place of the steps of each LSTM and GRU.
pub(super) fn recognize(trace: &mut Trace) {
    for (name, layer) in LAYERS {
        let gate = format!("{}.input_transform.weight", layer.first_gate());
        let found = trace.parameters.iter();
        let found = found.filter_map(|parameter| {
            Some((parameter.path.strip_suffix(&gate)?.to_owned(), parameter.id))
        });
        for (prefix, weight) in found.collect::<Vec<_>>() {
            let mut from = 0;
            while let Some(at) = reads(trace, weight, from) {
                from = at + 1;
                for state in [false, true] {
                    if let Some(start) = replace(trace, (name, layer), &prefix, weight, at, state) {
                        from = start + 1;
                        break;
                    }
                }
            }
        }
    }
}

/// The first operation from `from` on that reads a tensor.
fn reads(trace: &Trace, id: TensorId, from: usize) -> Option<usize> {
    let operations = trace.operations.iter().enumerate().skip(from);
    let mut reading =
        operations.filter(|(_, operation)| operation.ir.inputs().any(|input| input.id == id));
    reading.next().map(|(at, _)| at)
}

/// Replaces the steps whose first product with `weight` is operation number `at`; where the layer's
/// operation is.
fn replace(
    trace: &mut Trace,
    (name, layer): (&'static str, Layer),
    prefix: &str,
    weight: TensorId,
    at: usize,
    state: bool,
) -> Option<usize> {
    let sizes = sizes(trace, prefix, layer, weight, at, state)?;
    let own = recorded(layer, &sizes)?;
    let own_weight = own.parameters.first()?.id;
    let start = at.checked_sub(reads(&own, own_weight, 0)?)?;
    let end = start + own.operations.len();
    let operations = trace.operations.get(start..end)?;
    let ids = matched(&own, trace, prefix, operations)?;
    let of = |tensor: &TensorIr| {
        let id = *ids.get(&tensor.id)?;
        Some(TensorIr {
            id,
            ..tensor.clone()
        })
    };
    let parameters = own.parameters.iter().map(|parameter| {
        let tensor = own
            .operations
            .iter()
            .flat_map(|operation| operation.ir.inputs());
        let mut tensor = tensor.filter(|tensor| tensor.id == parameter.id);
        of(tensor.next()?)
    });
    let inputs: Vec<TensorIr> = own
        .inputs
        .iter()
        .map(of)
        .chain(parameters)
        .collect::<Option<_>>()?;
    let outputs: Vec<TensorIr> = own.outputs.iter().map(of).collect::<Option<_>>()?;
    let inside = |id: TensorId| {
        let mut results = operations
            .iter()
            .flat_map(|operation| operation.ir.outputs());
        results.any(|out| out.id == id) && !outputs.iter().any(|output| output.id == id)
    };
    if escapes(trace, start..end, inside) {
        return None;
    }
    let mut numbering = Numbering::reserving(
        trace
            .operations
            .iter()
            .map(|operation| operation.name.clone()),
    );
    let kind = name.trim_end_matches("Reverse");
    let stem = match prefix.strip_suffix('.') {
        Some(path) => format!("{path}/{}", snake_case(kind)),
        None => snake_case(kind),
    };
    let made = Operation {
        name: numbering.name(&stem),
        kind: kind.to_owned(),
        input_shapes: vec![own.input_shape().to_vec()],
        output_shape: own.output_shape().to_vec(),
        multiply_adds: operations
            .iter()
            .map(|operation| operation.multiply_adds)
            .sum(),
        parameters: operations
            .iter()
            .flat_map(|operation| operation.parameters.clone())
            .collect(),
        constant: false,
        ir: OperationIr::Custom(CustomOpIr::new(name, &inputs, &outputs)),
    };
    trace.operations.splice(start..end, [made]);
    Some(start)
}

/// Whether anything but the operations of a range reads a tensor that is `inside`.
pub(super) fn escapes(
    trace: &Trace,
    range: std::ops::Range<usize>,
    inside: impl Fn(TensorId) -> bool,
) -> bool {
    let before = trace.operations[..range.start].iter();
    let mut others = before.chain(&trace.operations[range.end..]);
    let outputs = trace.outputs.iter().map(|output| output.id);
    let mut ends = outputs.chain(trace.taps.iter().map(|(_, id)| *id));
    ends.any(&inside) || others.any(|operation| operation.ir.inputs().any(|input| inside(input.id)))
}

/// The sizes of the layer whose first product with its first weight is operation number `at`.
fn sizes(
    trace: &Trace,
    prefix: &str,
    layer: Layer,
    weight: TensorId,
    at: usize,
    state: bool,
) -> Option<Sizes> {
    let product = &trace.operations[at].ir;
    let step = product.inputs().find(|input| input.id != weight)?;
    let weight = product.inputs().find(|input| input.id == weight)?;
    // A step is a part of the input without the axis of time.
    let squeezed = trace.producer(step.id)?.ir.inputs().next()?;
    let OperationIr::BaseFloat(BaseOperationIr::Slice(part)) = &trace.producer(squeezed.id)?.ir
    else {
        return None;
    };
    let (&[batch, length, inputs], &[_, hidden]) =
        (part.tensor.shape.as_slice(), weight.shape.as_slice())
    else {
        return None;
    };
    // The first step is at one end.
    let end = match layer {
        Layer::Lstm { reverse: true } => length.saturating_sub(1),
        _ => 0,
    };
    if part.ranges.get(1)?.start != end as isize {
        return None;
    }
    let bias = format!("{prefix}{}.input_transform.bias", layer.first_gate());
    Some(Sizes {
        batch,
        length,
        inputs,
        hidden,
        bias: trace
            .parameters
            .iter()
            .any(|parameter| parameter.path == bias),
        state,
    })
}

/// Burn's own layer of these sizes, recorded.
fn recorded(layer: Layer, sizes: &Sizes) -> Option<Trace> {
    let device = Device::flex();
    let x = Tensor::<3>::zeros([sizes.batch, sizes.length, sizes.inputs], &device);
    let state = || Tensor::<2>::zeros([sizes.batch, sizes.hidden], &device);
    // Random numbers would be taken from the caller's.
    let zeros = Initializer::Zeros;
    let (inputs, hidden, bias) = (sizes.inputs, sizes.hidden, sizes.bias);
    match layer {
        Layer::Lstm { reverse } => {
            let layer = LstmConfig::new(inputs, hidden, bias).with_initializer(zeros);
            let state = sizes.state.then(|| (state(), state()));
            let layer = layer.with_reverse(reverse).init(&device);
            let forward =
                |layer: &Lstm, (x, state): (Tensor<3>, Option<(Tensor<2>, Tensor<2>)>)| {
                    let state = state.map(|(cell, hidden)| LstmState::new(cell, hidden));
                    let (all, last) = layer.forward(x, state);
                    (all, last.cell, last.hidden)
                };
            trace(&layer, &(x, state), forward).ok()
        }
        Layer::Gru => {
            let layer = GruConfig::new(inputs, hidden, bias)
                .with_initializer(zeros)
                .init(&device);
            let state = sizes.state.then(state);
            let forward =
                |layer: &Gru, (x, state): (Tensor<3>, Option<Tensor<2>>)| layer.forward(x, state);
            trace(&layer, &(x, state), forward).ok()
        }
    }
}

/// What the tensors of `own` are in the recording, if these `operations` are the same ones.
fn matched(
    own: &Trace,
    trace: &Trace,
    prefix: &str,
    operations: &[Operation],
) -> Option<BTreeMap<TensorId, TensorId>> {
    let mut ids = BTreeMap::new();
    for parameter in &own.parameters {
        let path = format!("{prefix}{}", parameter.path);
        let other = trace.parameters.iter().find(|other| other.path == path)?;
        ids.insert(parameter.id, other.id);
    }
    for (own_operation, operation) in own.operations.iter().zip(operations) {
        let (bare, tensors) = Bare::of(&own_operation.ir);
        let (other, others) = Bare::of(&operation.ir);
        if bare != other {
            return None;
        }
        let new = |id: TensorId| {
            let input = own.inputs.iter().any(|input| input.id == id);
            input || own_operation.ir.outputs().any(|out| out.id == id)
        };
        for (id, other) in tensors.into_iter().zip(others) {
            match ids.get(&id) {
                Some(known) if *known == other => {}
                None if new(id) => {
                    ids.insert(id, other);
                }
                _ => return None,
            }
        }
    }
    Some(ids)
}

/// An operation without the numbers of its tensors, and these.
struct Bare(Vec<TensorId>);

impl Bare {
    fn of(ir: &OperationIr) -> (OperationIr, Vec<TensorId>) {
        let (mut ir, mut bare) = (ir.clone(), Self(Vec::new()));
        ir.visit_mut(&mut bare);
        (ir, bare.0)
    }
}

impl IrVisitorMut for Bare {
    fn visit_tensor_mut(&mut self, tensor: &mut TensorIr) {
        self.0.push(tensor.id);
        tensor.id = TensorId::new(0);
        tensor.status = TensorStatus::ReadOnly;
    }
}

/// The nodes of a layer; `None` if it is none.
///
/// Operands: the input, `[batch, length, inputs]`; its states, if there are any (cell and hidden of an
/// LSTM); for each gate weights and bias of the input and of the hidden state.
pub(super) fn nodes(op: &CustomOpIr, recorded: Recorded<'_>) -> Option<Found> {
    let (_, layer) = LAYERS.into_iter().find(|(name, _)| *name == op.id)?;
    Some(layer_nodes(op, layer, recorded))
}

fn layer_nodes(op: &CustomOpIr, layer: Layer, recorded: Recorded<'_>) -> Found {
    let gates = layer.gates().len();
    // There are two or four parameters for each gate.
    let states = (op.inputs.len() - 1) % (2 * gates);
    let parameters = &op.inputs[1 + states..];
    let bias = parameters.len() == 4 * gates;
    let hidden = op.outputs[0].shape[2];
    let stacked = |from: usize| {
        let of = |gate: &usize| {
            let each = parameters.len() / gates;
            recorded.value(parameters[gate * each + from].id)
        };
        layer
            .gates()
            .iter()
            .map(of)
            .collect::<Result<Vec<Vec<f32>>, Refused>>()
    };
    // `[in, out]` in Burn, `[out, in]` in ONNX.
    let weights = |name, from: usize, inputs: usize| {
        let turned = stacked(from)?.into_iter().flat_map(|weight| {
            let weight = &weight;
            let at = |out: usize| (0..inputs).map(move |row| (row, out));
            let places = (0..hidden).flat_map(at);
            places
                .map(|(row, out)| weight[row * hidden + out])
                .collect::<Vec<f32>>()
        });
        let turned: Vec<f32> = turned.collect();
        Ok::<_, Refused>(Slot::Data(name, vec![1, gates * hidden, inputs], turned))
    };
    let step = if bias { 2 } else { 1 };
    let mut inputs = vec![
        Slot::Step(0),
        weights("W", 0, op.inputs[0].shape[2])?,
        weights("R", step, hidden)?,
        Slot::Nothing,
    ];
    if bias {
        let all = [stacked(1)?.concat(), stacked(3)?.concat()].concat();
        inputs[3] = Slot::Data("B", vec![1, 2 * gates * hidden], all);
    }
    let mut nodes = Nodes::one("Transpose", 1).ints("perm", [1, 0, 2]);
    if states > 0 {
        inputs.push(Slot::Nothing);
        // ONNX has the hidden state before the cell's.
        for operand in (1..=states).rev() {
            nodes = nodes.then(
                "Unsqueeze",
                vec![Slot::Operand(operand), Slot::integers([0])],
            );
            inputs.push(nodes.last());
        }
    }
    let first = nodes.0.len();
    let nodes = match layer {
        Layer::Lstm { reverse } => nodes
            .then("LSTM", inputs)
            .writes(Outputs::Steps(3))
            .text("direction", if reverse { "reverse" } else { "forward" })
            .int("hidden_size", hidden as i64)
            .then("Squeeze", vec![Slot::Part(first, 1), Slot::integers([0])])
            .writes(Outputs::Result(2))
            .then("Squeeze", vec![Slot::Part(first, 2), Slot::integers([0])])
            .writes(Outputs::Result(1)),
        Layer::Gru => nodes
            .then("GRU", inputs)
            .int("hidden_size", hidden as i64)
            .int("linear_before_reset", 1),
    };
    // `[length, 1, batch, hidden]`.
    Ok(nodes
        .then("Squeeze", vec![Slot::Part(first, 0), Slot::integers([1])])
        .apply("Transpose", vec![])
        .ints("perm", [1, 0, 2]))
}
