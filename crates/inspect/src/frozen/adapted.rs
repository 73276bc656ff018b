//! Where rten 0.27 departs from ONNX without a word: nodes that are rewritten for it, or refused.
//!
//! Attributes that it does not read at all it refuses itself, by name.

use onnx_ir::{AttributeProto, GraphProto, Message, ModelProto, NodeProto, TensorProto};

use super::not_runnable;
use crate::Result;

/// Operators and attributes changed their meaning before this operator set.
const OLDEST: i64 = 7;
/// The operator set since which softmax works on one axis.
const SOFTMAX_OF_ONE_AXIS: i64 = 13;
/// The number of `BOOL` in ONNX's `TensorProto.DataType`.
const BOOL: i64 = 9;

/// The network as rten computes it rightly.
///
/// # Errors
/// What cannot be computed rightly, with operator and node.
pub(super) fn adapted(proto: &ModelProto) -> Result<ModelProto> {
    let mut proto = proto.clone();
    let set = proto.opset_import.iter();
    let set = set.filter(|set| ["", "ai.onnx"].contains(&set.domain.as_str()));
    let version = set.map(|set| set.version).max().unwrap_or(i64::MAX);
    if version < OLDEST {
        return Err(not_runnable(format!(
            "it is written in ONNX's operator set {version}; {OLDEST} is the oldest that runs here"
        )));
    }
    graph(proto.graph.mut_or_insert_default(), version)?;
    Ok(proto)
}

fn graph(proto: &mut GraphProto, version: i64) -> Result<()> {
    for mut node in std::mem::take(&mut proto.node) {
        // Its errors name the node, and say nothing of the operator.
        let first = node.output.first().filter(|_| node.name.is_empty());
        node.name = format!("{} {}", node.op_type, first.unwrap_or(&node.name));
        let sides = node.input.get(1).and_then(|name| sides(proto, name));
        let sides = sides.as_deref();
        let scales = node.input.get(2);
        let scales = proto
            .initializer
            .iter()
            .find(|tensor| scales == Some(&tensor.name));
        if let Some(reason) = refused(&node, sides, scales) {
            return Err(not_runnable(format!(
                "{}: {reason} is not supported by the runtime",
                node.name
            )));
        }
        complete(&mut node, sides);
        proto.node.extend(rewritten(node, version));
    }
    for setting in proto.node.iter_mut().flat_map(|node| &mut node.attribute) {
        unpack_setting(setting);
        if let Some(branch) = setting.g.as_mut() {
            graph(branch, version)?;
        }
    }
    proto.initializer.iter_mut().for_each(unpack_sides);
    Ok(())
}

/// Lists are written one number a field: rten does not read these lists packed, as proto3 has them.
/// Numbers of a known field go out in that form as those of an unknown field.
fn unpack_setting(setting: &mut AttributeProto) {
    for value in std::mem::take(&mut setting.floats) {
        setting.mut_unknown_fields().add_fixed32(7, value.to_bits());
    }
    for value in std::mem::take(&mut setting.ints) {
        setting.mut_unknown_fields().add_varint(8, value as u64);
    }
    setting.t.as_mut().into_iter().for_each(unpack_sides);
}

/// As [`unpack_setting`], for a tensor.
fn unpack_sides(tensor: &mut TensorProto) {
    for side in std::mem::take(&mut tensor.dims) {
        tensor.mut_unknown_fields().add_varint(1, side as u64);
    }
}

/// The sides of a weight, or of a value of which the file says them; 0 for one of any length.
fn sides(proto: &GraphProto, name: &str) -> Option<Vec<i64>> {
    let mut weights = proto.initializer.iter();
    if let Some(weight) = weights.find(|tensor| tensor.name == name) {
        return Some(weight.dims.clone());
    }
    let mut values = proto.input.iter().chain(&proto.value_info);
    let value = values.find(|value| value.name == name)?;
    if !value.type_.has_tensor_type() {
        return None;
    }
    let shape = value.type_.tensor_type().shape.as_ref()?;
    let length = |axis: usize| shape.dim[axis].dim_value();
    Some((0..shape.dim.len()).map(length).collect())
}

/// Whether all numbers of a tensor of 32-bit ones are whole.
fn whole(tensor: &TensorProto) -> bool {
    let raw = tensor.raw_data.chunks_exact(4);
    let raw = raw.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let mut numbers = raw.chain(tensor.float_data.iter().copied());
    numbers.all(|number| number.fract() == 0.0)
}

fn setting<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|setting| setting.name == name)
}

/// What of a node would be computed wrongly; `second` has the sides of its second input, `third` is
/// its third one if that is a constant.
fn refused(
    node: &NodeProto,
    second: Option<&[i64]>,
    third: Option<&TensorProto>,
) -> Option<&'static str> {
    let says =
        |name, value: &str| setting(node, name).is_some_and(|said| *said.s == *value.as_bytes());
    match node.op_type.as_str() {
        _ if says("auto_pad", "SAME_LOWER") => Some("auto_pad SAME_LOWER"),
        // Computed as linear.
        "Resize" if says("mode", "cubic") => Some("mode cubic"),
        "NonMaxSuppression" | "BitCast" => Some("it"),
        "LSTM" | "GRU" if node.input.get(4).is_some_and(|name| !name.is_empty()) => {
            Some("sequence_lens")
        }
        // A side that the scale does not divide evenly ends elsewhere.
        "Resize"
            if says("coordinate_transformation_mode", "align_corners")
                && node.input.get(2).is_some_and(|name| !name.is_empty())
                && !third.is_some_and(whole) =>
        {
            Some("coordinate_transformation_mode align_corners with scales that are not whole")
        }
        "MatMul" if second.is_some_and(|sides| sides.len() == 1) => {
            Some("a vector as second factor")
        }
        "ArgMax" | "ArgMin"
            if setting(node, "select_last_index").is_some_and(|last| last.i != 0) =>
        {
            Some("select_last_index")
        }
        _ => None,
    }
}

/// Settings that rten wants, or has other defaults for.
fn complete(node: &mut NodeProto, weight: Option<&[i64]>) {
    let add = |node: &mut NodeProto, name, i, ints| {
        if setting(node, name).is_none() {
            node.attribute.push(integers(name, i, ints));
        }
    };
    match node.op_type.as_str() {
        "QuantizeLinear" => add(node, "axis", 1, Vec::new()),
        "Conv" | "ConvTranspose" => {
            if let Some([_, _, kernel @ ..]) = weight
                && kernel.iter().all(|&side| side > 0)
            {
                add(node, "kernel_shape", 0, kernel.to_vec());
            }
        }
        "MaxPool" | "AveragePool" => {
            let axes = setting(node, "kernel_shape").map_or(0, |kernel| kernel.ints.len());
            add(node, "strides", 0, vec![1; axes]);
        }
        _ => {}
    }
}

/// The nodes that compute what `node` does.
fn rewritten(mut node: NodeProto, version: i64) -> Vec<NodeProto> {
    let (Some(x), Some(output)) = (node.input.first(), node.output.first()) else {
        return vec![node];
    };
    let (x, output) = (x.clone(), output.clone());
    let made = |name: &str| format!("{output}/{name}");
    let plain = |operator: &str, inputs: &[&str], output: String| NodeProto {
        name: format!("{operator} {output}"),
        op_type: operator.into(),
        input: inputs.iter().map(ToString::to_string).collect(),
        output: vec![output],
        ..NodeProto::default()
    };
    let with = |mut node: NodeProto, settings: Vec<AttributeProto>| {
        node.attribute = settings;
        node
    };
    // `zero` of the type of x, and where x is zero.
    let zeros = || {
        vec![
            with(
                plain("Constant", &[], made("0")),
                vec![AttributeProto {
                    name: "value_float".into(),
                    ..AttributeProto::default()
                }],
            ),
            plain("CastLike", &[&made("0"), &x], made("zero")),
            plain("Equal", &[&x, &made("zero")], made("is_zero")),
        ]
    };
    let number = |name: &str, default: i64| setting(&node, name).map_or(default, |said| said.i);
    match node.op_type.as_str() {
        // In use it does nothing.
        "Dropout" if node.input.len() < 3 && node.output.len() == 1 => {
            vec![plain("Identity", &[&x], output)]
        }
        // 0.5 and 2 are true, and true is 1.
        "Cast" if number("to", 0) == BOOL => {
            let mut nodes = zeros();
            nodes.push(plain("Not", &[&made("is_zero")], output));
            nodes
        }
        // That of 0 is 0.
        "Sign" => {
            let mut nodes = zeros();
            let (zero, sign) = (made("zero"), made("sign"));
            nodes.push(plain("Sign", &[&x], sign.clone()));
            nodes.push(plain("Where", &[&made("is_zero"), &zero, &sign], output));
            nodes
        }
        // Of equal ones the first.
        "ArgMax" | "ArgMin" => {
            let largest = integers("largest", (node.op_type == "ArgMax").into(), vec![]);
            let axis = number("axis", 0);
            let one = integers("value_ints", 0, vec![1]);
            let axes = integers("value_ints", 0, vec![axis]);
            let mut top = plain("TopK", &[&x, &made("1")], made("value"));
            let kept = number("keepdims", 1) != 0;
            let place = if kept { output.clone() } else { made("place") };
            top.output.push(place.clone());
            let mut nodes = vec![
                with(plain("Constant", &[], made("1")), vec![one]),
                with(top, vec![integers("axis", axis, vec![]), largest]),
            ];
            if !kept {
                nodes.push(with(plain("Constant", &[], made("axes")), vec![axes]));
                nodes.push(plain("Squeeze", &[&place, &made("axes")], output));
            }
            nodes
        }
        // Over all axes from its own on together.
        "Softmax" | "LogSoftmax" if version < SOFTMAX_OF_ONE_AXIS => {
            let settings = std::mem::take(&mut node.attribute);
            (node.input, node.output) = (vec![made("flat")], vec![made("rows")]);
            let shape = plain("Shape", &[&x], made("shape"));
            let flat = with(plain("Flatten", &[&x], made("flat")), settings);
            let back = plain("Reshape", &[&made("rows"), &made("shape")], output);
            vec![flat, node, shape, back]
        }
        _ => vec![node],
    }
}

/// An attribute; only the field that the operator reads counts.
fn integers(name: &str, i: i64, ints: Vec<i64>) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        i,
        ints,
        ..AttributeProto::default()
    }
}
