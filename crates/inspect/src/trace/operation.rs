//! The operations of a recorded forward pass.

use std::collections::{BTreeMap, BTreeSet};

use burn::backend::ir::{
    FloatOperationIr, MatmulOpIr, ModuleOperationIr, OperationIr, TensorId, TensorIr,
};

use super::Parameter;

/// One operation of a forward pass.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Unique in its trace: `conv1/conv2d` where it reads parameters of `conv1`, else `relu`.
    pub name: String,
    /// Burn's name of it: `Conv2d`.
    pub kind: String,
    /// Shapes of the tensors it reads that depend on the network's input.
    pub input_shapes: Vec<Vec<usize>>,
    /// Shape of its (first) result.
    pub output_shape: Vec<usize>,
    /// Products that it adds up: those of convolutions, matrix products and linear layers, 0 for
    /// all that works element by element. Those of what is computed of parameters and constants
    /// alone, such as the first step of a recurrent layer, count where that is read first.
    pub multiply_adds: u64,
    /// Indices into the trace's parameters: those it reads, also through operations that work on
    /// parameters alone, such as a reshaped slope.
    pub parameters: Vec<usize>,
    /// Whether its result depends on parameters and constants alone.
    pub constant: bool,
    pub(crate) ir: OperationIr,
}

impl Operation {
    /// Bytes of its results.
    pub(crate) fn output_bytes(&self) -> u64 {
        self.ir.outputs().map(bytes).sum()
    }

    /// Its (first) result.
    pub(crate) fn result(&self) -> Option<TensorId> {
        self.ir.outputs().next().map(|out| out.id)
    }

    /// Whether its result is its input seen in another shape.
    pub(crate) fn is_view(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "Reshape" | "SwapDims" | "Permute" | "Expand"
        )
    }
}

pub(crate) fn bytes(tensor: &TensorIr) -> u64 {
    tensor.shape.num_elements() as u64 * tensor.dtype.size() as u64
}

/// Names the recorded operations and finds out what each depends on.
pub(super) fn list(
    recorded: Vec<OperationIr>,
    inputs: &[TensorIr],
    parameters: &[Parameter],
) -> Vec<Operation> {
    let mut on_input: BTreeSet<TensorId> = inputs.iter().map(|input| input.id).collect();
    let mut reads: BTreeMap<TensorId, Vec<usize>> = BTreeMap::new();
    for (index, parameter) in parameters.iter().enumerate() {
        reads.entry(parameter.id).or_insert_with(|| vec![index]);
    }
    let mut products_of: BTreeMap<TensorId, u64> = BTreeMap::new();
    let mut numbering = Numbering::default();
    let computed = recorded
        .into_iter()
        // Those only register a value.
        .filter(|ir| !matches!(ir, OperationIr::Init(_)));
    let name = |ir: OperationIr| {
        let mut read: Vec<usize> = ir
            .inputs()
            .flat_map(|tensor| reads.get(&tensor.id).cloned().unwrap_or_default())
            .collect();
        read.dedup();
        let data: Vec<&TensorIr> = ir
            .inputs()
            .filter(|tensor| on_input.contains(&tensor.id))
            .collect();
        let constant = data.is_empty();
        let input_shapes = data.iter().map(|tensor| tensor.shape.to_vec()).collect();
        let before = ir
            .inputs()
            .filter_map(|tensor| products_of.remove(&tensor.id));
        let mut multiply_adds = multiply_adds(&ir) + before.sum::<u64>();
        if let (true, Some(out)) = (constant, ir.outputs().next()) {
            products_of.insert(out.id, std::mem::take(&mut multiply_adds));
        }
        for output in ir.outputs() {
            if constant {
                // Whoever reads this reads those parameters.
                reads.insert(output.id, read.clone());
            } else {
                on_input.insert(output.id);
            }
        }
        let kind = kind(&ir);
        let output_shape = ir.outputs().next().map(|out| out.shape.to_vec());
        let output_shape = output_shape.unwrap_or_default();
        let layer = read.first().map(|&index| parameters[index].layer());
        let stem = match layer {
            Some(layer) if !layer.is_empty() => format!("{layer}/{}", snake_case(&kind)),
            _ => snake_case(&kind),
        };
        Operation {
            name: numbering.name(&stem),
            input_shapes,
            output_shape,
            multiply_adds,
            parameters: read,
            constant,
            kind,
            ir,
        }
    };
    computed.map(name).collect()
}

/// The innermost name in the recorded operation, as its serialized form has it.
fn kind(ir: &OperationIr) -> String {
    use serde_json::Value;
    let mut value = serde_json::to_value(ir).unwrap_or_default();
    let mut kind = "Operation".to_owned();
    loop {
        value = match value {
            // `{"Conv2d": {"x": ...}}`: a variant; its content is one, too, or the operation.
            Value::Object(map) if map.len() == 1 => match map.into_iter().next() {
                Some((name, inner)) if name.starts_with(char::is_uppercase) => {
                    kind = name;
                    inner
                }
                _ => return kind,
            },
            // `["F32", {"Add": ...}]`: a variant with its number type.
            Value::Array(parts) => parts.into_iter().next_back().unwrap_or_default(),
            _ => return kind,
        };
    }
}

fn multiply_adds(ir: &OperationIr) -> u64 {
    let Some(out) = ir.outputs().next() else {
        return 0;
    };
    let outputs = out.shape.num_elements() as u64;
    let product = |sides: &[usize]| sides.iter().map(|&side| side as u64).product::<u64>();
    let matmul = |op: &MatmulOpIr| outputs * last(&op.lhs);
    // `[out, in / groups, kernel...]`: an output is a sum over all but the first axis.
    let convolution = |weight: &TensorIr| outputs * product(&weight.shape[1..]);
    // `[in, out / groups, kernel...]`: an input goes into that many outputs.
    let transposed = |x: &TensorIr, weight: &TensorIr| {
        x.shape.num_elements() as u64 * product(&weight.shape[1..])
    };
    match ir {
        OperationIr::Float(_, FloatOperationIr::Matmul(op)) => matmul(op),
        OperationIr::Module(op) => match op {
            ModuleOperationIr::Linear(op) => outputs * last(&op.x),
            ModuleOperationIr::Conv1d(op) => convolution(&op.weight),
            ModuleOperationIr::Conv2d(op) => convolution(&op.weight),
            ModuleOperationIr::Conv3d(op) => convolution(&op.weight),
            ModuleOperationIr::ConvTranspose1d(op) => transposed(&op.x, &op.weight),
            ModuleOperationIr::ConvTranspose2d(op) => transposed(&op.x, &op.weight),
            ModuleOperationIr::ConvTranspose3d(op) => transposed(&op.x, &op.weight),
            _ => 0,
        },
        _ => 0,
    }
}

fn last(tensor: &TensorIr) -> u64 {
    tensor
        .shape
        .iter()
        .next_back()
        .map_or(1, |&side| side as u64)
}

/// `MaxPool2d` as `max_pool2d`.
pub(crate) fn snake_case(kind: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in kind.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Gives each thing a name of its own: `relu`, `relu_2`.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    counts: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
}

impl Numbering {
    /// Names that [`name`](Self::name) never gives.
    pub fn reserving(taken: impl IntoIterator<Item = String>) -> Self {
        Self {
            counts: BTreeMap::new(),
            taken: taken.into_iter().collect(),
        }
    }

    /// The path of a module that is used again, or of another of the same path: `path_2`.
    pub fn again(&mut self, path: &str) -> String {
        self.counts.entry(path.to_owned()).or_insert(1);
        self.name(path)
    }

    /// `stem` the first time, then `stem_2`, `stem_3`, without those that are taken.
    pub fn name(&mut self, stem: &str) -> String {
        let count = self.counts.entry(stem.to_owned()).or_default();
        loop {
            *count += 1;
            let name = match *count {
                1 => stem.to_owned(),
                again => format!("{stem}_{again}"),
            };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
