//! The types of values, as numbers of ONNX's `TensorProto.DataType`, as far as they follow from the
//! nodes.

use onnx_ir::{GraphProto, NodeProto};

use super::Element;
use super::adapted::{Scope, constant_of, is_standard, setting};
use super::whole::{FLOAT, INT64};

const UINT8: i32 = 2;
const INT32: i32 = 6;
const BOOL: i32 = 9;

/// The type of each output of a node; `branches` has those of its first graph's outputs.
pub(super) fn outputs(
    node: &NodeProto,
    scope: &Scope<'_>,
    branches: &[Option<i32>],
) -> Vec<Option<i32>> {
    let input = |at: usize| node.input.get(at).and_then(|name| scope.kind(name));
    let float = FLOAT as i32;
    let said = |name: &str| setting(node, name).map(|said| said.i as i32);
    let first = match node.op_type.as_str() {
        _ if !is_standard(node) => None,
        "Cast" => said("to"),
        "CastLike" => input(1),
        "Shape" | "Size" | "ArgMax" | "ArgMin" | "NonZero" | "NonMaxSuppression"
        | "SequenceLength" => Some(INT64),
        "Equal" | "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "Not" | "And" | "Or"
        | "Xor" | "IsNaN" | "IsInf" => Some(BOOL),
        "Constant" => constant_of(node).map(|tensor| tensor.data_type),
        "ConstantOfShape" => {
            let value = setting(node, "value").and_then(|said| said.t.as_ref());
            Some(value.map_or(float, |tensor| tensor.data_type))
        }
        "EyeLike" => said("dtype").or(input(0)),
        "Where" => input(1),
        "OneHot" => input(2),
        "DequantizeLinear" => Some(float),
        "QuantizeLinear" => input(2).or(said("output_dtype")).or(Some(UINT8)),
        "DynamicQuantizeLinear" => return vec![Some(UINT8), Some(float), Some(UINT8)],
        "ConvInteger" | "MatMulInteger" => Some(INT32),
        "TopK" | "MaxPool" => return vec![input(0), Some(INT64)],
        "If" => return branches.to_vec(),
        // Its body's first output says whether to go on.
        "Loop" => return branches.iter().skip(1).copied().collect(),
        _ => input(0),
    };
    vec![first; node.output.len()]
}

/// The types that a graph and its branches name.
pub(super) fn held(graph: &GraphProto) -> Vec<Element> {
    let mut numbers = Vec::new();
    let mut graphs = vec![graph];
    while let Some(inner) = graphs.pop() {
        let values = inner
            .input
            .iter()
            .chain(&inner.output)
            .chain(&inner.value_info);
        let values = values.filter(|value| value.type_.has_tensor_type());
        numbers.extend(values.map(|value| value.type_.tensor_type().elem_type));
        numbers.extend(inner.initializer.iter().map(|tensor| tensor.data_type));
        for node in &inner.node {
            numbers.extend(constant_of(node).map(|tensor| tensor.data_type));
            let cast = setting(node, "to").filter(|_| node.op_type == "Cast");
            numbers.extend(cast.map(|to| to.i as i32));
            let settings = node.attribute.iter();
            graphs.extend(settings.filter_map(|setting| setting.g.as_ref()));
        }
    }
    numbers
        .into_iter()
        .filter_map(Element::from_number)
        .collect()
}
