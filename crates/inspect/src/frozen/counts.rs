//! Parameters and multiply-adds of the nodes of a frozen network.

use std::collections::{BTreeMap, HashMap};

use onnx_ir::{GraphProto, NodeProto, TensorProto};

use super::adapted::{constant_of, is_standard, setting};
use super::shapes::{SAME_SHAPE, Shapes};

/// Bits of a number at its type's place in ONNX's `TensorProto.DataType`.
const BITS: [u64; 27] = [
    0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2,
];
/// Types of floating-point numbers there.
const FLOATS: [i32; 10] = [1, 10, 11, 16, 17, 18, 19, 20, 23, 24];
/// Types of the integers of up to 16 bits, which a quantised network has for its weights.
const SMALL: [i32; 8] = [2, 3, 4, 5, 21, 22, 25, 26];

/// Weights that no node has read yet.
pub(super) struct Weights<'a> {
    left: HashMap<&'a str, TensorProto>,
    /// Bits of those that were.
    bits: u64,
}

impl<'a> Weights<'a> {
    pub fn of(graph: &'a GraphProto) -> Self {
        let mut weights = Self {
            left: HashMap::new(),
            bits: 0,
        };
        weights.add(graph);
        weights
    }

    /// Initializers, and weights that some programs write as nodes.
    fn add(&mut self, graph: &'a GraphProto) {
        let sparse = graph.sparse_initializer.iter();
        let sparse = sparse.filter_map(|weight| weight.values.as_ref());
        let named = graph.initializer.iter().chain(sparse);
        let named = named.map(|tensor| (tensor.name.as_str(), tensor.clone()));
        let constants = graph.node.iter().filter_map(|node| {
            let tensor = constant_of(node)?;
            Some((node.output.first()?.as_str(), tensor))
        });
        self.left.extend(named.chain(constants));
    }

    /// Parameters that a node reads, in its branches as well, and that none before it has read.
    pub fn taken(&mut self, node: &'a NodeProto) -> u64 {
        let mut sum = 0;
        for (at, name) in node.input.iter().enumerate() {
            let Some(tensor) = self.left.get(name.as_str()) else {
                continue;
            };
            let (count, bits) = parameters(node, at, tensor);
            if count > 0 {
                self.left.remove(name.as_str());
                sum = count.saturating_add(sum);
                self.bits = bits.saturating_add(self.bits);
            }
        }
        for branch in branches(node) {
            self.add(branch);
            let inner = branch.node.iter();
            sum = inner.fold(sum, |sum, node| sum.saturating_add(self.taken(node)));
        }
        sum
    }

    /// Bytes of the parameters taken, as the file holds them.
    pub fn bytes(&self) -> u64 {
        self.bits.div_ceil(8)
    }
}

fn branches(node: &NodeProto) -> impl Iterator<Item = &GraphProto> {
    node.attribute
        .iter()
        .filter_map(|setting| setting.g.as_ref())
}

/// Numbers of a weight as an input of a node, and their bits; 0 for what belongs to the operation, such
/// as the shape of a reshape, scales and zero points, or a number without axes.
fn parameters(node: &NodeProto, at: usize, tensor: &TensorProto) -> (u64, u64) {
    let sides = tensor.dims.iter().map(|&side| side.unsigned_abs());
    let numbers = sides.fold(1, u64::saturating_mul);
    let kind = usize::try_from(tensor.data_type).ok();
    let bits = kind.and_then(|kind| BITS.get(kind)).copied().unwrap_or(0);
    let bits = numbers.saturating_mul(bits);
    let (operator, axes) = (node.op_type.as_str(), tensor.dims.len());
    let number = |name| setting(node, name).map_or(0, |said| said.i.unsigned_abs());
    let is = |types: &[i32]| types.contains(&tensor.data_type);
    // A bias among quantised weights has 32 bits.
    let weight = match (operator, at) {
        ("MatMulNBits", 1) => return (number("K").saturating_mul(number("N")), bits),
        _ if axes == 0 || is_scale(operator, at) => false,
        ("DequantizeLinear", 0) | ("QLinearConv", 8) | ("QGemm", 6) => true,
        _ => is(&FLOATS) || (is(&SMALL) && axes > 1),
    };
    if weight { (numbers, bits) } else { (0, 0) }
}

/// Whether an input of a quantised operator is a scale or a zero point.
fn is_scale(operator: &str, at: usize) -> bool {
    match operator {
        "QuantizeLinear" | "DequantizeLinear" => at > 0,
        "QLinearConv" | "QLinearMatMul" | "QLinearAdd" | "QLinearMul" | "QGemm" => {
            ![0, 3, 6, 8].contains(&at)
                || (at == 6 && operator != "QGemm")
                || (at == 8 && operator != "QLinearConv")
        }
        "ConvInteger" | "MatMulInteger" | "MatMulNBits" | "DynamicQuantizeMatMul" => {
            [2, 3].contains(&at)
        }
        "MatMulIntegerToFloat" => (2..6).contains(&at),
        _ => operator.starts_with("QLinear") && at > 0,
    }
}

/// Operators whose products are not counted here, though they have some.
const UNCOUNTED: [&str; 8] = [
    "Attention",
    "LinearAttention",
    "FlexAttention",
    "CausalConvWithState",
    "DeformConv",
    "DFT",
    "STFT",
    "RoiAlign",
];

/// Products that a node adds up; `None` where a shape that decides is not known, in branches and loops,
/// and in operators that only their makers know.
pub(super) fn multiply_adds(node: &NodeProto, shapes: &Shapes) -> Option<u64> {
    let sides = |at: usize| Some(shapes.of(node.input.get(at)?)?.as_slice());
    let output = || Some(count(shapes.of(node.output.first()?)?));
    let from_end = |sides: &[usize], at: usize| {
        let place = sides.len().checked_sub(at);
        place.map_or(1, |place| sides[place] as u64)
    };
    let flag = |name| setting(node, name).is_some_and(|said| said.i != 0);
    let kernel = |at| Some(count(sides(at)?.get(1..)?));
    match node.op_type.as_str() {
        "Conv" | "FusedConv" | "ConvInteger" => output()?.checked_mul(kernel(1)?),
        "QLinearConv" => output()?.checked_mul(kernel(3)?),
        "ConvTranspose" => count(sides(0)?).checked_mul(kernel(1)?),
        "MatMul"
        | "MatMulInteger"
        | "QLinearMatMul"
        | "Gemm"
        | "FusedGemm"
        | "FusedMatMul"
        | "QGemm"
        | "DynamicQuantizeMatMul"
        | "MatMulIntegerToFloat" => {
            let along = if flag("transA") { 2 } else { 1 };
            output()?.checked_mul(from_end(sides(0)?, along))
        }
        "MatMulNBits" => {
            let columns = setting(node, "N")?.i.unsigned_abs();
            count(sides(0)?).checked_mul(columns)
        }
        // For each step and example, the weights of the input and of the state.
        "LSTM" | "GRU" | "RNN" => {
            let steps = count(sides(0)?.get(..2)?);
            steps.checked_mul(count(sides(1)?).checked_add(count(sides(2)?))?)
        }
        "Einsum" => {
            let inputs = (0..node.input.len())
                .map(sides)
                .collect::<Option<Vec<_>>>()?;
            products(
                &String::from_utf8_lossy(&setting(node, "equation")?.s),
                &inputs,
            )
        }
        name if UNCOUNTED.contains(&name) => None,
        name if !is_standard(node) && !SAME_SHAPE.contains(&name) => None,
        _ => {
            let mut inner = branches(node).flat_map(|branch| &branch.node);
            inner
                .all(|node| multiply_adds(node, &Shapes::default()) == Some(0))
                .then_some(0)
        }
    }
}

/// Numbers of a tensor.
pub(super) fn count(sides: &[usize]) -> u64 {
    let sides = sides.iter().map(|&side| side as u64);
    sides.fold(1, u64::saturating_mul)
}

/// Of a sum over products as `ij,jk->ik` says it: the product of all sides, unless it is a sum or a
/// copy of one tensor.
fn products(equation: &str, inputs: &[&[usize]]) -> Option<u64> {
    let letters = equation.split("->").next()?.replace(' ', "");
    let mut sides: BTreeMap<char, usize> = BTreeMap::new();
    for (letters, shape) in letters.split(',').zip(inputs) {
        if letters.chars().count() != shape.len() || letters.contains('.') {
            return None;
        }
        sides.extend(letters.chars().zip(shape.iter().copied()));
    }
    let all: Vec<usize> = sides.into_values().collect();
    Some(if inputs.len() > 1 { count(&all) } else { 0 })
}
