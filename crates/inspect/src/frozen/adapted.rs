//! A network as rten 0.27 computes it rightly: nodes that it reads otherwise than ONNX says are
//! rewritten, or refused.

use std::collections::{BTreeSet, HashMap};

use onnx_ir::{AttributeProto, GraphProto, Message, ModelProto, NodeProto, TensorProto};

use super::port::{Element, type_name};
use super::refused::{NEWEST, OLDEST, refused};
use super::whole::{INT64, check_constants, guarded};
use super::{loaded, not_runnable, types};
use crate::Result;

/// The operator set since which softmax works on one axis.
const SOFTMAX_OF_ONE_AXIS: i64 = 13;
/// The number of `BOOL` in ONNX's `TensorProto.DataType`.
const BOOL: i64 = 9;

/// The network as rten computes it rightly.
///
/// # Errors
/// What cannot be computed rightly, with operator and node.
pub(super) fn adapted(proto: &ModelProto) -> Result<ModelProto> {
    let version = version(proto)?;
    let mut made = without_graph(proto);
    if let Some(source) = proto.graph.as_ref() {
        check_constants(source)?;
        made.graph = Some(Scope::new(source, None, version, false).graph(source)?).into();
    }
    Ok(made)
}

/// What of a network can be computed as far as shapes go.
#[derive(Default)]
pub(super) struct Part {
    /// That part, without outputs.
    pub proto: ModelProto,
    /// Values that nodes left out would make, and that others read.
    pub extras: Vec<String>,
    /// The place of the network's node by the name of a node of the part.
    pub places: HashMap<String, usize>,
}

/// The nodes that can be computed where the values `declared` can be given; the nodes at the places
/// `without` are left out, and what reads their values.
pub(super) fn part(
    proto: &ModelProto,
    declared: &BTreeSet<&str>,
    without: &BTreeSet<usize>,
) -> Part {
    let version = version(proto).unwrap_or(NEWEST);
    let mut part = Part {
        proto: without_graph(proto),
        ..Part::default()
    };
    let Some(source) = proto.graph.as_ref() else {
        return part;
    };
    let mut scope = Scope::new(source, None, version, true);
    let inputs = source.input.iter().map(|input| &input.name);
    let weights = source.initializer.iter().map(|tensor| &tensor.name);
    let mut there: BTreeSet<&str> = inputs.chain(weights).map(String::as_str).collect();
    let mut made = scope.frame(source);
    made.output.clear();
    for (place, node) in source.node.iter().enumerate() {
        let given = |name: &String| name.is_empty() || there.contains(name.as_str());
        let whole = !without.contains(&place) && node.input.iter().all(given);
        let nodes = scope
            .node(node)
            .ok()
            .filter(|nodes| whole && is_known(nodes, proto));
        if let Some(nodes) = nodes {
            there.extend(node.output.iter().map(String::as_str));
            let names = nodes.iter().map(|node| (node.name.clone(), place));
            part.places.extend(names);
            made.node.extend(nodes);
        } else {
            let outputs = node.output.iter().map(String::as_str);
            let outputs = outputs.filter(|name| declared.contains(name));
            there.extend(outputs.clone());
            part.extras.extend(outputs.map(str::to_owned));
        }
    }
    part.proto.graph = Some(made).into();
    part
}

/// Whether the runtime has these operators with their settings.
fn is_known(nodes: &[NodeProto], proto: &ModelProto) -> bool {
    let alone = GraphProto {
        node: nodes.to_vec(),
        ..GraphProto::default()
    };
    let mut single = without_graph(proto);
    single.graph = Some(alone).into();
    loaded(&single).is_ok()
}

/// The operator set of ONNX's own operators.
fn version(proto: &ModelProto) -> Result<i64> {
    let set = proto.opset_import.iter();
    let set = set.filter(|set| ["", "ai.onnx"].contains(&set.domain.as_str()));
    let mut versions: BTreeSet<i64> = set.map(|set| set.version).collect();
    // None of its operators is one of ONNX's own.
    if versions.is_empty() && !proto.opset_import.is_empty() {
        versions.insert(NEWEST);
    }
    match (versions.first(), versions.last()) {
        (Some(&least), Some(&most)) if least == most && (OLDEST..=NEWEST).contains(&most) => {
            Ok(most)
        }
        (None, _) | (_, None) => Err(not_runnable("it does not say which operator set it is in")),
        (Some(least), Some(most)) if least != most => Err(not_runnable(format!(
            "it is written in ONNX's operator sets {least} and {most} at the same time"
        ))),
        (Some(version), _) => Err(not_runnable(format!(
            "it is written in ONNX's operator set {version}; those from {OLDEST} to {NEWEST} run here"
        ))),
    }
}

fn without_graph(proto: &ModelProto) -> ModelProto {
    ModelProto {
        ir_version: proto.ir_version,
        opset_import: proto.opset_import.clone(),
        ..ModelProto::default()
    }
}

/// What is known of the values of a graph, and of the graphs around it.
pub(super) struct Scope<'a> {
    pub version: i64,
    outer: Option<&'a Scope<'a>>,
    for_shapes: bool,
    constants: HashMap<&'a str, &'a TensorProto>,
    /// The sides that the file says of a value; 0 for one of any length.
    declared: HashMap<&'a str, Vec<i64>>,
    types: HashMap<&'a str, i32>,
}

impl<'a> Scope<'a> {
    fn new(
        source: &'a GraphProto,
        outer: Option<&'a Scope<'a>>,
        version: i64,
        for_shapes: bool,
    ) -> Self {
        let constants = source.initializer.iter();
        let constants = constants.map(|tensor| (tensor.name.as_str(), tensor));
        let mut scope = Self {
            version,
            outer,
            for_shapes,
            constants: constants.collect(),
            declared: HashMap::new(),
            types: HashMap::new(),
        };
        let values = source
            .input
            .iter()
            .chain(&source.value_info)
            .chain(&source.output);
        for value in values.filter(|value| value.type_.has_tensor_type()) {
            let tensor = value.type_.tensor_type();
            scope.types.insert(&value.name, tensor.elem_type);
            if let Some(shape) = tensor.shape.as_ref() {
                let length = |axis: usize| shape.dim[axis].dim_value();
                let sides = (0..shape.dim.len()).map(length).collect();
                scope.declared.insert(&value.name, sides);
            }
        }
        let weights = source.initializer.iter();
        scope
            .types
            .extend(weights.map(|tensor| (tensor.name.as_str(), tensor.data_type)));
        scope
    }

    /// The weight of that name, here or around.
    pub fn constant(&self, name: &str) -> Option<&'a TensorProto> {
        let here = self.constants.get(name).copied();
        here.or_else(|| self.outer?.constant(name))
    }

    /// The sides of a weight, or of a value of which the file says them.
    pub fn sides(&self, name: &str) -> Option<Vec<i64>> {
        let weight = self.constants.get(name).map(|tensor| tensor.dims.clone());
        let here = weight.or_else(|| self.declared.get(name).cloned());
        here.or_else(|| self.outer?.sides(name))
    }

    /// The type of a value.
    pub fn kind(&self, name: &str) -> Option<i32> {
        let here = self.types.get(name).copied();
        here.or_else(|| self.outer?.kind(name))
    }

    /// All but the nodes.
    fn frame(&self, source: &GraphProto) -> GraphProto {
        let mut made = GraphProto {
            name: source.name.clone(),
            initializer: source.initializer.clone(),
            input: source.input.clone(),
            output: source.output.clone(),
            value_info: source.value_info.clone(),
            ..GraphProto::default()
        };
        made.initializer.iter_mut().for_each(unpack_sides);
        made
    }

    fn graph(&mut self, source: &'a GraphProto) -> Result<GraphProto> {
        if !source.sparse_initializer.is_empty() {
            return Err(not_runnable(
                "its weights are sparse, which is not supported",
            ));
        }
        for tensor in &source.initializer {
            check_type(&tensor.name, tensor)?;
        }
        let mut made = self.frame(source);
        for node in &source.node {
            made.node.extend(self.node(node)?);
        }
        Ok(made)
    }

    /// The nodes that compute what `node` does.
    fn node(&mut self, source: &'a NodeProto) -> Result<Vec<NodeProto>> {
        let mut node = source.clone();
        // Its errors name the node, and say nothing of the operator.
        node.name = label(&node);
        if let Some(reason) = refused(&node, self, self.for_shapes) {
            return Err(not_runnable(format!(
                "{}: {reason} is not supported by the runtime",
                node.name
            )));
        }
        if let Some(tensor) = constant_of(&node) {
            check_type(&node.name, &tensor)?;
        }
        let mut branches = None;
        for (own, setting) in source.attribute.iter().zip(&mut node.attribute) {
            if let Some(branch) = own.g.as_ref() {
                let mut scope = Scope::new(branch, Some(self), self.version, self.for_shapes);
                setting.g = Some(scope.graph(branch)?).into();
                let outputs = branch.output.iter().map(|output| scope.kind(&output.name));
                branches.get_or_insert(outputs.collect::<Vec<_>>());
            }
        }
        let kinds = types::outputs(&node, self, &branches.unwrap_or_default());
        let whole = kinds
            .first()
            .is_none_or(|kind| kind.is_none_or(|kind| kind == INT64));
        let input = node.input.first().and_then(|name| self.kind(name));
        let from_float = node.op_type == "Cast"
            && whole
            && input
                .and_then(Element::from_number)
                .is_none_or(Element::is_float);
        let outputs = source.output.iter().zip(kinds);
        self.types
            .extend(outputs.filter_map(|(name, kind)| Some((name.as_str(), kind?))));
        let sides = node.input.get(1).and_then(|name| self.sides(name));
        complete(&mut node, sides.as_deref());
        let mut nodes = rewritten(node, self.version);
        if whole && let [_] = nodes.as_slice() {
            nodes = nodes
                .into_iter()
                .flat_map(|node| guarded(node, from_float))
                .collect();
        }
        let settings = nodes.iter_mut().flat_map(|node| &mut node.attribute);
        settings.for_each(unpack_setting);
        Ok(nodes)
    }
}

/// Operator and name of a node, or of its first value if it has none.
pub(super) fn label(node: &NodeProto) -> String {
    let value = node.output.iter().find(|name| !name.is_empty());
    let name = value.filter(|_| node.name.is_empty()).unwrap_or(&node.name);
    format!("{} {name}", node.op_type)
}

/// Whether an operator is one of ONNX's own.
pub(super) fn is_standard(node: &NodeProto) -> bool {
    ["", "ai.onnx"].contains(&node.domain.as_str())
}

/// The tensor of a node that stands for one.
pub(super) fn constant_of(node: &NodeProto) -> Option<TensorProto> {
    let first = node
        .attribute
        .first()
        .filter(|_| node.op_type == "Constant" && is_standard(node))?;
    let list = |data_type, dims: Vec<i64>| TensorProto {
        data_type,
        dims,
        ..TensorProto::default()
    };
    Some(match first.name.as_str() {
        "value" => first.t.as_ref()?.clone(),
        "value_int" => TensorProto {
            int64_data: vec![first.i],
            ..list(INT64, Vec::new())
        },
        "value_ints" => TensorProto {
            int64_data: first.ints.clone(),
            ..list(INT64, vec![first.ints.len() as i64])
        },
        "value_float" => TensorProto {
            float_data: vec![first.f],
            ..list(1, Vec::new())
        },
        "value_floats" => TensorProto {
            float_data: first.floats.clone(),
            ..list(1, vec![first.floats.len() as i64])
        },
        _ => return None,
    })
}

fn check_type(name: &str, tensor: &TensorProto) -> Result<()> {
    match Element::from_number(tensor.data_type) {
        Some(_) => Ok(()),
        None => Err(not_runnable(format!(
            "{name} holds {}, which is not supported by the runtime",
            type_name(tensor.data_type)
        ))),
    }
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

pub(super) fn setting<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|setting| setting.name == name)
}

/// Settings that rten wants, or has other defaults for.
fn complete(node: &mut NodeProto, weight: Option<&[i64]>) {
    let add = |node: &mut NodeProto, name, i, ints| {
        if setting(node, name).is_none() {
            node.attribute.push(integers(name, i, ints));
        }
    };
    match node.op_type.as_str() {
        "Conv" | "ConvInteger" | "ConvTranspose" => {
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

pub(super) fn plain(operator: &str, inputs: &[&str], output: String) -> NodeProto {
    NodeProto {
        name: format!("{operator} {output}"),
        op_type: operator.into(),
        input: inputs.iter().map(ToString::to_string).collect(),
        output: vec![output],
        ..NodeProto::default()
    }
}

pub(super) fn with(mut node: NodeProto, settings: Vec<AttributeProto>) -> NodeProto {
    node.attribute = settings;
    node
}

fn float(value: f32) -> Vec<AttributeProto> {
    vec![AttributeProto {
        name: "value_float".into(),
        f: value,
        ..AttributeProto::default()
    }]
}

/// The nodes that compute what `node` does.
fn rewritten(mut node: NodeProto, version: i64) -> Vec<NodeProto> {
    let (Some(x), Some(output)) = (node.input.first(), node.output.first()) else {
        return vec![node];
    };
    let (x, output) = (x.clone(), output.clone());
    let made = |name: &str| format!("{output}/{name}");
    // `zero` of the type of x, and where x is zero.
    let zeros = || {
        vec![
            with(plain("Constant", &[], made("0")), float(0.0)),
            plain("CastLike", &[&made("0"), &x], made("zero")),
            plain("Equal", &[&x, &made("zero")], made("is_zero")),
        ]
    };
    let number = |name: &str, default: i64| setting(&node, name).map_or(default, |said| said.i);
    match node.op_type.as_str() {
        _ if !is_standard(&node) => vec![node],
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
        // NaN stays NaN.
        "Relu" => vec![
            with(plain("Constant", &[], made("0")), float(0.0)),
            plain("Max", &[&x, &made("0")], output),
        ],
        "Clip" => clipped(&node),
        // Without the exponential of a large number: max(x, 0) + softplus(-|x|).
        "Softplus" => {
            (node.input, node.output) = (vec![made("negative")], vec![made("soft")]);
            vec![
                plain("Abs", &[&x], made("size")),
                plain("Neg", &[&made("size")], made("negative")),
                node,
                plain("Relu", &[&x], made("positive")),
                plain("Add", &[&made("positive"), &made("soft")], output),
            ]
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
        "ConvInteger" if node.input.len() > 2 => padded(node),
        "QuantizeLinear" => divided(node),
        "DynamicQuantizeLinear" => dynamic(&node, &x),
        _ => vec![node],
    }
}

/// `Clip`: NaN stays NaN. Its limits were attributes once.
fn clipped(node: &NodeProto) -> Vec<NodeProto> {
    let output = node.output.first().cloned().unwrap_or_default();
    let mut x = node.input.first().cloned().unwrap_or_default();
    let mut nodes = Vec::new();
    for (at, operator, name) in [(1, "Max", "min"), (2, "Min", "max")] {
        let made = |what: &str| format!("{output}/{what}");
        let mut limit = node.input.get(at).filter(|name| !name.is_empty()).cloned();
        if let Some(number) = setting(node, name) {
            nodes.push(with(plain("Constant", &[], made(name)), float(number.f)));
            limit = Some(made(name));
        }
        if let Some(limit) = limit {
            let mut bound = plain(operator, &[&x, &limit], made(operator));
            bound.name.clone_from(&node.name);
            nodes.push(bound);
            x = made(operator);
        }
    }
    nodes.push(plain("Identity", &[&x], output));
    nodes
}

/// `ConvInteger`: the border of the input holds its zero point, which is added before.
fn padded(mut node: NodeProto) -> Vec<NodeProto> {
    let pads = setting(&node, "pads").map(|pads| pads.ints.clone());
    let pads = pads.filter(|pads| pads.iter().any(|&pad| pad != 0));
    let (Some(pads), Some(output)) = (pads, node.output.first()) else {
        return vec![node];
    };
    let made = |name: &str| format!("{output}/{name}");
    let (before, after) = pads.split_at(pads.len() / 2);
    let pads = [&[0, 0], before, &[0, 0], after].concat();
    let sides = with(
        plain("Constant", &[], made("pads")),
        vec![integers("value_ints", 0, pads)],
    );
    let inputs = [node.input[0].as_str(), &made("pads"), &node.input[2]];
    let border = plain("Pad", &inputs, made("padded"));
    node.input[0] = made("padded");
    node.attribute.retain(|setting| setting.name != "pads");
    vec![sides, border, node]
}

/// `QuantizeLinear`: rten multiplies by 1 / scale, and ONNX divides, which lies on the other side of a
/// half at times. Divided before, by the scale in the shape of x, and quantised by scales of 1 after.
fn divided(mut node: NodeProto) -> Vec<NodeProto> {
    let ([x, scale, ..], Some(output)) = (node.input.as_slice(), node.output.first()) else {
        return vec![node];
    };
    let made = |name: &str| format!("{output}/divided/{name}");
    let axis = integers(
        "axis",
        setting(&node, "axis").map_or(1, |axis| axis.i),
        vec![],
    );
    let spread = plain("DequantizeLinear", &[&made("ones"), scale], made("scale"));
    let before = [
        plain("Equal", &[x, x], made("ones")),
        with(spread, vec![axis.clone()]),
        plain("Div", &[x, &made("scale")], made("quotient")),
        // As an integer of 32 bits it must not turn around.
        with(plain("Constant", &[], made("least")), float(-1024.0)),
        with(plain("Constant", &[], made("most")), float(1024.0)),
        plain("Max", &[&made("quotient"), &made("least")], made("raised")),
        plain("Min", &[&made("raised"), &made("most")], made("bounded")),
        plain("Div", &[scale, scale], made("scale1")),
    ];
    (node.input[0], node.input[1]) = (made("bounded"), made("scale1"));
    node.attribute.retain(|setting| setting.name != "axis");
    node.attribute.push(axis);
    before.into_iter().chain([node]).collect()
}

/// `DynamicQuantizeLinear` as ONNX defines it by other operators.
fn dynamic(node: &NodeProto, x: &str) -> Vec<NodeProto> {
    let output = node.output.first().cloned().unwrap_or_default();
    let made = |name: &str| format!("{output}/{name}");
    let asked = |at: usize, name: &str| {
        let asked = node.output.get(at).filter(|name| !name.is_empty());
        asked.cloned().unwrap_or_else(|| made(name))
    };
    let (scale, zero) = (asked(1, "scale"), asked(2, "zero"));
    let whole = || vec![integers("keepdims", 0, vec![])];
    let mut quantise = plain("QuantizeLinear", &[x, &scale, &zero], output.clone());
    quantise.name.clone_from(&node.name);
    let mut nodes = vec![
        with(plain("Constant", &[], made("0")), float(0.0)),
        with(plain("Constant", &[], made("255")), float(255.0)),
        with(plain("ReduceMin", &[x], made("least")), whole()),
        with(plain("ReduceMax", &[x], made("most")), whole()),
        plain("Min", &[&made("least"), &made("0")], made("min")),
        plain("Max", &[&made("most"), &made("0")], made("max")),
        plain("Sub", &[&made("max"), &made("min")], made("width")),
        // Where all numbers are zero, any width does, but none.
        plain("Equal", &[&made("width"), &made("0")], made("no_width")),
        plain("CastLike", &[&made("no_width"), &made("0")], made("one")),
        plain("Add", &[&made("width"), &made("one")], made("range")),
        plain("Div", &[&made("range"), &made("255")], scale.clone()),
        plain("Div", &[&made("min"), &scale], made("start")),
        plain("Sub", &[&made("0"), &made("start")], made("point")),
        plain(
            "Clip",
            &[&made("point"), &made("0"), &made("255")],
            made("clipped"),
        ),
        plain("Round", &[&made("clipped")], made("rounded")),
        with(
            plain("Cast", &[&made("rounded")], zero),
            vec![integers("to", 2, vec![])],
        ),
    ];
    nodes.extend(divided(quantise));
    nodes
}

/// An attribute; only the field that the operator reads counts.
pub(super) fn integers(name: &str, i: i64, ints: Vec<i64>) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        i,
        ints,
        ..AttributeProto::default()
    }
}
