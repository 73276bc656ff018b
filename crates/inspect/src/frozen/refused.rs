//! What rten 0.27 computes otherwise than ONNX says, or lacks behind a name that it has: one table.
//!
//! Operators and attributes that it does not know at all it refuses itself, by name.

use onnx_ir::{AttributeProto, NodeProto, TensorProto};

use super::adapted::{Scope, setting};

/// The newest operator set whose operators ONNX's own tests were run for.
pub(super) const NEWEST: i64 = 28;
/// Operators and attributes changed their meaning before this operator set.
pub(super) const OLDEST: i64 = 7;

/// A case that is refused.
struct Refusal {
    /// Operators; none stands for all.
    operators: &'static [&'static str],
    /// When.
    case: Case,
    /// What is said not to be supported.
    what: &'static str,
    /// Whether shapes come out right all the same.
    shaped: bool,
}

enum Case {
    /// Always.
    Operator,
    /// In operator sets older than this.
    Before(i64),
    /// An attribute that says this word.
    Word(&'static str, &'static str),
    /// An integer attribute of another value than this; the second one is its default.
    Not(&'static str, i64, i64),
    /// The input with this number is given.
    Input(usize),
    /// The output with this number is asked for.
    Output(usize),
    /// What takes more words.
    If(fn(&NodeProto, &Scope<'_>) -> bool),
}

const RULES: [Refusal; 14] = [
    rule(
        &[],
        Case::Word("auto_pad", "SAME_LOWER"),
        "auto_pad SAME_LOWER",
        true,
    ),
    // Computed as linear.
    rule(&["Resize"], Case::Word("mode", "cubic"), "mode cubic", true),
    // A side that the scale does not divide evenly ends elsewhere.
    rule(
        &["Resize"],
        Case::If(corners_at_uneven_scales),
        "coordinate_transformation_mode align_corners with scales that are not whole",
        false,
    ),
    rule(
        &["Resize"],
        Case::Before(11),
        "its form before operator set 11",
        false,
    ),
    rule(
        &["NonMaxSuppression", "BitCast"],
        Case::Operator,
        "it",
        false,
    ),
    rule(&["LSTM", "GRU"], Case::Input(4), "sequence_lens", true),
    rule(
        &["GRU"],
        Case::Not("linear_before_reset", 1, 0),
        "linear_before_reset 0",
        true,
    ),
    rule(
        &["MatMul"],
        Case::If(second_is_vector),
        "a vector as second factor",
        false,
    ),
    rule(
        &["ArgMax", "ArgMin"],
        Case::Not("select_last_index", 0, 0),
        "select_last_index",
        true,
    ),
    rule(
        &["LayerNormalization"],
        Case::Output(1),
        "its output Mean",
        true,
    ),
    rule(&["MaxPool"], Case::Output(1), "its output Indices", true),
    rule(
        &["Attention"],
        Case::Output(3),
        "its output qk_matmul_output",
        true,
    ),
    // The border would be 0, and not the zero point.
    rule(
        &["ConvInteger"],
        Case::If(pads_itself),
        "auto_pad with a zero point",
        true,
    ),
    rule(&["Pad"], Case::Input(3), "its input axes", false),
];

const fn rule(
    operators: &'static [&'static str],
    case: Case,
    what: &'static str,
    shaped: bool,
) -> Refusal {
    Refusal {
        operators,
        case,
        what,
        shaped,
    }
}

impl Case {
    fn holds(&self, node: &NodeProto, scope: &Scope<'_>) -> bool {
        let given =
            |names: &[String], at: usize| names.get(at).is_some_and(|name| !name.is_empty());
        match *self {
            Self::Operator => true,
            Self::Before(version) => scope.version < version,
            Self::Word(name, word) => says(node, name, word),
            Self::Not(name, value, default) => {
                setting(node, name).map_or(default, |said| said.i) != value
            }
            Self::Input(at) => given(&node.input, at),
            Self::Output(at) => given(&node.output, at),
            Self::If(holds) => holds(node, scope),
        }
    }
}

/// What of a node would be computed wrongly; `for_shapes` leaves out what has the right shape.
pub(super) fn refused(
    node: &NodeProto,
    scope: &Scope<'_>,
    for_shapes: bool,
) -> Option<&'static str> {
    let standard = ["", "ai.onnx"].contains(&node.domain.as_str());
    let named = |rule: &Refusal| {
        rule.operators.is_empty() || rule.operators.contains(&node.op_type.as_str())
    };
    let mut rules = RULES.iter().filter(|rule| standard && named(rule));
    let rule = rules.find(|rule| !(for_shapes && rule.shaped) && rule.case.holds(node, scope))?;
    Some(rule.what)
}

fn says(node: &NodeProto, name: &str, value: &str) -> bool {
    setting(node, name).is_some_and(|said: &AttributeProto| *said.s == *value.as_bytes())
}

fn corners_at_uneven_scales(node: &NodeProto, scope: &Scope<'_>) -> bool {
    let scales = node.input.get(2).filter(|name| !name.is_empty());
    says(node, "coordinate_transformation_mode", "align_corners")
        && scales.is_some_and(|name| !scope.constant(name).is_some_and(whole))
}

fn pads_itself(node: &NodeProto, _: &Scope<'_>) -> bool {
    says(node, "auto_pad", "SAME_UPPER") && node.input.len() > 2
}

/// Whether all numbers of a tensor of 32-bit ones are whole.
fn whole(tensor: &TensorProto) -> bool {
    let raw = tensor.raw_data.chunks_exact(4);
    let raw = raw.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    let mut numbers = raw.chain(tensor.float_data.iter().copied());
    numbers.all(|number| number.fract() == 0.0)
}

fn second_is_vector(node: &NodeProto, scope: &Scope<'_>) -> bool {
    let second = node.input.get(1).and_then(|name| scope.sides(name));
    second.is_some_and(|sides| sides.len() == 1)
}
