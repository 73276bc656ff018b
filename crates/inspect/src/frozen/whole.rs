//! Whole numbers: ONNX has 64 bits for them, the runtime 32. A constant that needs more is refused,
//! and so is a network at the moment when a sum, a product or the like of it does.
//!
//! What ONNX calls `int32` wraps around there as it does here.

use std::collections::BTreeSet;

use onnx_ir::{AttributeProto, GraphProto, NodeProto, TensorProto};

use super::adapted::{constant_of, integers, is_standard, label, plain, setting, with};
use super::not_runnable;
use crate::Result;

/// The numbers of `FLOAT`, `INT64` and `DOUBLE` in ONNX's `TensorProto.DataType`.
pub(super) const FLOAT: i64 = 1;
pub(super) const INT64: i32 = 7;
const DOUBLE: i32 = 11;
/// Where the check in 32-bit floating-point numbers says stop: 0.2% below 2^31, more than their
/// rounding.
const MOST: f32 = 2_143_289_344.0;
/// Ends the name of a node that fails where a number does not fit.
pub(super) const BEYOND: &str = ": a whole number beyond 32 bits";

/// Numbers of a tensor that its type here does not hold.
fn beyond(tensor: &TensorProto) -> Vec<f64> {
    let raw = tensor.raw_data.chunks_exact(8);
    let raw = raw.map(|b| [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
    match tensor.data_type {
        INT64 => {
            let numbers = raw.map(i64::from_le_bytes);
            let numbers = numbers.chain(tensor.int64_data.iter().copied());
            let beyond = numbers.filter(|&number| i32::try_from(number).is_err());
            beyond.map(|number| number as f64).collect()
        }
        DOUBLE => {
            let numbers = raw.map(f64::from_le_bytes);
            let numbers = numbers.chain(tensor.double_data.iter().copied());
            let too_large = |number: &f64| number.is_finite() && (*number as f32).is_infinite();
            numbers.filter(too_large).collect()
        }
        _ => Vec::new(),
    }
}

/// Refuses constants beyond 32 bits, but for those that stand for "to the end" or "no limit".
///
/// # Errors
/// Such a constant, with the node that reads it.
pub(super) fn check_constants(graph: &GraphProto) -> Result<()> {
    let mut graphs = vec![graph];
    while let Some(inner) = graphs.pop() {
        let nodes = || inner.node.iter();
        let constants = nodes().filter_map(|node| Some((node.output.first()?, constant_of(node)?)));
        let weights = inner
            .initializer
            .iter()
            .map(|tensor| (&tensor.name, tensor.clone()));
        for (name, tensor) in constants.chain(weights) {
            if let Some(&value) = beyond(&tensor).first() {
                let signs = beyond(&tensor)
                    .into_iter()
                    .map(|value| value > 0.0)
                    .collect();
                check_uses(graph, name, value, &signs, &mut BTreeSet::new())?;
            }
        }
        for node in nodes().filter(|node| node.op_type == "ConstantOfShape") {
            let value = setting(node, "value").and_then(|said| said.t.as_ref());
            if let Some(value) = value.map(beyond).unwrap_or_default().first() {
                return Err(too_large(&label(node), "value", *value));
            }
        }
        let settings = nodes().flat_map(|node| &node.attribute);
        graphs.extend(settings.filter_map(|setting| setting.g.as_ref()));
    }
    Ok(())
}

fn too_large(node: &str, name: &str, value: f64) -> crate::Error {
    not_runnable(format!(
        "{node}: {name} holds {value}; numbers within a network have 32 bits here"
    ))
}

/// Whether a node does the same with a number cut to 32 bits, one above the largest if `positive`.
fn is_limit(node: &NodeProto, input: usize, positive: bool) -> bool {
    is_standard(node)
        && match (node.op_type.as_str(), input) {
            // Ends of an axis; rounds of a loop, which nobody waits for.
            ("Slice", 1 | 2) | ("Loop", 0) => true,
            ("Clip", 1) | ("Max", _) => !positive,
            ("Clip", 2) | ("Min", _) => positive,
            _ => false,
        }
}

/// Operators that hand their numbers on as they are.
const HANDS_ON: [&str; 8] = [
    "Identity",
    "Unsqueeze",
    "Squeeze",
    "Reshape",
    "Flatten",
    "Concat",
    "Cast",
    "Gather",
];

fn check_uses(
    graph: &GraphProto,
    name: &str,
    value: f64,
    signs: &BTreeSet<bool>,
    seen: &mut BTreeSet<String>,
) -> Result<()> {
    if !seen.insert(name.to_owned()) {
        return Ok(());
    }
    let mut graphs = vec![graph];
    while let Some(inner) = graphs.pop() {
        if inner.output.iter().any(|output| output.name == name) {
            return Err(too_large("an output", name, value));
        }
        for node in &inner.node {
            let inputs = node.input.iter().enumerate();
            for (at, _) in inputs.filter(|(_, input)| *input == name) {
                if HANDS_ON.contains(&node.op_type.as_str())
                    && (at == 0 || node.op_type == "Concat")
                {
                    for output in &node.output {
                        check_uses(graph, output, value, signs, seen)?;
                    }
                } else if !signs.iter().all(|&positive| is_limit(node, at, positive)) {
                    return Err(too_large(&label(node), name, value));
                }
            }
            let settings = node.attribute.iter();
            graphs.extend(settings.filter_map(|setting| setting.g.as_ref()));
        }
    }
    Ok(())
}

/// Which inputs of an operator are added, multiplied or the like.
fn summands(node: &NodeProto) -> &'static [usize] {
    const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7];
    match node.op_type.as_str() {
        _ if !is_standard(node) => &[],
        "Add" | "Sub" | "Mul" | "Sum" | "Pow" => ALL,
        "Neg" | "Abs" | "CumSum" | "ReduceSum" | "ReduceProd" | "ReduceSumSquare" | "ReduceL1" => {
            &[0]
        }
        "ScatterElements" | "ScatterND" if setting(node, "reduction").is_some() => &[0, 2],
        _ => &[],
    }
}

/// Adds to a node of 64-bit integers what fails if its result needs more than 32: the same in
/// floating-point numbers, and a look at place 1 of a list of one where they are too large.
///
/// `from_float` is for a node that makes integers of floating-point numbers. Infinities and NaN have no
/// integer in ONNX either.
pub(super) fn guarded(mut node: NodeProto, from_float: bool) -> Vec<NodeProto> {
    let summands = summands(&node);
    let Some(output) = node.output.first().cloned() else {
        return vec![node];
    };
    if summands.is_empty() && !from_float {
        return vec![node];
    }
    let made = |name: &str| format!("{output}/{name}");
    let mut nodes = Vec::new();
    let large = if from_float {
        node.input.first().cloned().unwrap_or_default()
    } else {
        let mut floats = node.clone();
        let inputs = floats.input.iter_mut().enumerate();
        for (at, input) in inputs.filter(|(at, name)| summands.contains(at) && !name.is_empty()) {
            let float = made(&format!("float{at}"));
            let cast = plain("Cast", &[input], float.clone());
            nodes.push(with(cast, vec![integers("to", FLOAT, vec![])]));
            *input = float;
        }
        floats.output = vec![made("float")];
        nodes.push(floats);
        made("float")
    };
    node.output = vec![made("whole")];
    let number = AttributeProto {
        name: "value_float".into(),
        f: MOST,
        ..AttributeProto::default()
    };
    let list = integers("value_ints", 0, vec![0]);
    let finite = |nodes: &mut Vec<NodeProto>| {
        nodes.push(plain("IsInf", &[&large], made("infinite")));
        nodes.push(plain("Not", &[&made("infinite")], made("finite")));
        nodes.push(plain(
            "And",
            &[&made("more"), &made("finite")],
            made("beyond"),
        ));
    };
    nodes.push(with(plain("Constant", &[], made("most")), vec![number]));
    nodes.push(with(plain("Constant", &[], made("list")), vec![list]));
    nodes.push(plain("Abs", &[&large], made("size")));
    let more = if from_float { "more" } else { "beyond" };
    nodes.push(plain(
        "Greater",
        &[&made("size"), &made("most")],
        made(more),
    ));
    if from_float {
        finite(&mut nodes);
    }
    let mut zeros = plain("Gather", &[&made("list"), &made("beyond")], made("zeros"));
    zeros.name = format!("{}{BEYOND}", node.name);
    nodes.push(zeros);
    nodes.push(plain(
        "CastLike",
        &[&made("zeros"), &made("whole")],
        made("none"),
    ));
    nodes.push(node);
    nodes.push(plain("Add", &[&made("whole"), &made("none")], output));
    nodes
}
