//! ONNX's nodes for the operations that Burn has for whole layers.

use burn::backend::BoolStore;
use burn::backend::ir::{
    AttentionOpIr, InterpolateModeIr, InterpolateOpIr, ModuleOperationIr, ScalarIr,
};
use burn::tensor::DType;

use super::lower::{Found, NO_COUNTERPART};
use super::node::{Nodes, Outputs, Slot, element};
use super::recordings::Recorded;
use super::size::Size;

pub(super) fn nodes(op: &ModuleOperationIr, recorded: Recorded<'_>) -> Found {
    use ModuleOperationIr as Op;
    Ok(match op {
        Op::Embedding(_) => Nodes::one("Gather", 2).int("axis", 0),
        Op::Linear(op) => {
            let product = Nodes::one("MatMul", 2);
            match op.bias {
                Some(_) => product.apply("Add", vec![Slot::Operand(2)]),
                None => product,
            }
        }
        Op::BatchNorm(op) => {
            Nodes::one("BatchNormalization", 5).float("epsilon", op.epsilon.elem())
        }
        Op::LayerNorm(op) => Nodes::one("LayerNormalization", 2 + usize::from(op.beta.is_some()))
            .float("epsilon", op.epsilon.elem()),
        Op::AdaptiveAvgPool1d(op) => adaptive(recorded, &[op.output_size])?,
        Op::AdaptiveAvgPool2d(op) => adaptive(recorded, &op.output_size)?,
        Op::AdaptiveAvgPool3d(op) => adaptive(recorded, &op.output_size)?,
        Op::Interpolate(op) => interpolation(op, recorded)?,
        Op::Attention(op) => attention(op, recorded)?,
        _ => {
            return convolution(op)
                .or_else(|| pool(op))
                .ok_or_else(|| NO_COUNTERPART.into());
        }
    })
}

fn interpolation(op: &InterpolateOpIr, recorded: Recorded<'_>) -> Found {
    // All sides: the runtime knows no sizes of some axes alone.
    let sizes = Slot::Sizes(recorded.sizes(&recorded.result())?);
    let half_pixel = match op.options.align_corners {
        true => "align_corners",
        false => "half_pixel",
    };
    let inputs = vec![Slot::Operand(0), Slot::Nothing, Slot::Nothing, sizes];
    let nodes = Nodes::default().then("Resize", inputs);
    let mode = |mode, coordinates| {
        nodes
            .text("mode", mode)
            .text("coordinate_transformation_mode", coordinates)
    };
    Ok(match op.options.mode {
        InterpolateModeIr::Nearest => mode("nearest", "asymmetric").text("nearest_mode", "floor"),
        InterpolateModeIr::NearestExact => {
            mode("nearest", "half_pixel").text("nearest_mode", "round_prefer_ceil")
        }
        InterpolateModeIr::Bilinear => mode("linear", half_pixel),
        InterpolateModeIr::Bicubic => mode("cubic", half_pixel).float("cubic_coeff_a", -0.75),
        InterpolateModeIr::Lanczos3 => return Err(NO_COUNTERPART.into()),
    })
}

/// A convolution or a transposed one.
fn convolution(op: &ModuleOperationIr) -> Option<Nodes> {
    use ModuleOperationIr as Op;
    macro_rules! conv {
        ($op:ident, $pads:expr) => {
            Nodes::one("Conv", 2 + usize::from($op.bias.is_some()))
                .ints("strides", $op.options.stride)
                .ints("dilations", $op.options.dilation)
                .ints("pads", $pads)
                .int("group", $op.options.groups as i64)
        };
    }
    macro_rules! transposed {
        ($op:ident) => {
            Nodes::one("ConvTranspose", 2 + usize::from($op.bias.is_some()))
                .ints("kernel_shape", $op.weight.shape[2..].iter().copied())
                .ints("strides", $op.options.stride)
                .ints("pads", twice(&$op.options.padding))
                .ints("output_padding", $op.options.padding_out)
                .ints("dilations", $op.options.dilation)
                .int("group", $op.options.groups as i64)
        };
    }
    Some(match op {
        Op::Conv1d(op) => conv!(op, both(op.options.padding)),
        Op::Conv2d(op) => conv!(op, both(op.options.padding)),
        Op::Conv3d(op) => conv!(op, twice(&op.options.padding)),
        Op::ConvTranspose1d(op) => transposed!(op),
        Op::ConvTranspose2d(op) => transposed!(op),
        Op::ConvTranspose3d(op) => transposed!(op),
        _ => return None,
    })
}

/// A pooling of windows of a given size.
fn pool(op: &ModuleOperationIr) -> Option<Nodes> {
    use ModuleOperationIr as Op;
    macro_rules! pool {
        ($operator:literal, $op:ident) => {
            Nodes::one($operator, 1)
                .ints("kernel_shape", list($op.kernel_size))
                .ints("strides", list($op.stride))
        };
    }
    macro_rules! max {
        ($op:ident) => {
            pool!("MaxPool", $op)
                .ints("dilations", list($op.dilation))
                .ints("pads", twice(&list($op.padding)))
                .int("ceil_mode", $op.ceil_mode.into())
                .writes(Outputs::Result(0))
        };
    }
    macro_rules! average {
        ($op:ident) => {
            pool!("AveragePool", $op)
                .ints("pads", twice(&list($op.padding)))
                .int("ceil_mode", $op.ceil_mode.into())
                .int("count_include_pad", $op.count_include_pad.into())
        };
    }
    Some(match op {
        Op::MaxPool1d(op) => max!(op),
        Op::MaxPool1dWithIndices(op) => max!(op),
        Op::MaxPool2d(op) => max!(op),
        Op::MaxPool2dWithIndices(op) => max!(op),
        Op::AvgPool1d(op) => average!(op),
        Op::AvgPool2d(op) => average!(op),
        _ => return None,
    })
}

/// One side or two as a list.
fn list(sides: impl Sides) -> Vec<usize> {
    sides.list()
}

trait Sides {
    fn list(self) -> Vec<usize>;
}

impl Sides for usize {
    fn list(self) -> Vec<usize> {
        vec![self]
    }
}

impl Sides for [usize; 2] {
    fn list(self) -> Vec<usize> {
        self.to_vec()
    }
}

/// What is padded before each axis, then what after it.
fn both<const D: usize>(pads: [(usize, usize); D]) -> Vec<usize> {
    [pads.map(|pad| pad.0), pads.map(|pad| pad.1)].concat()
}

fn twice(pads: &[usize]) -> Vec<usize> {
    [pads, pads].concat()
}

/// Average pooling to a given size: over everything; over windows of one size where the sides are
/// multiples; else as a product with a matrix of weights along each axis, as windows overlap. Both of
/// the latter are made for one size of input.
fn adaptive(recorded: Recorded<'_>, out: &[usize]) -> Found {
    if out.iter().all(|side| *side == 1) {
        return Ok(Nodes::one("GlobalAveragePool", 1));
    }
    let sides = recorded.operand(0).split_off(2);
    if sides
        .iter()
        .any(|values| values.iter().any(|value| *value != values[0]))
    {
        return Err("the windows of an adaptive pooling depend on the size of its input".into());
    }
    let sides: Vec<usize> = sides.iter().map(|values| values[0] as usize).collect();
    if sides.iter().zip(out).all(|(side, out)| side % out == 0) {
        let window = || sides.iter().zip(out).map(|(side, out)| side / out);
        return Ok(Nodes::one("AveragePool", 1)
            .ints("kernel_shape", window())
            .ints("strides", window()));
    }
    let mut nodes = Nodes::default();
    let mut last = Slot::Operand(0);
    for (axis, (&side, &out)) in sides.iter().zip(out).enumerate() {
        // The axis is the last one for the product.
        let (at, end) = (axis + 2, sides.len() + 1);
        let mut order: Vec<usize> = (0..=end).collect();
        order.swap(at, end);
        let windows = Slot::Data(
            ["windows", "windows_2", "windows_3"][axis],
            vec![side, out],
            windows(side, out),
        );
        nodes = nodes
            .then("Transpose", vec![last])
            .ints("perm", order.clone())
            .apply("MatMul", vec![windows])
            .apply("Transpose", vec![])
            .ints("perm", order);
        last = nodes.last();
    }
    Ok(nodes)
}

/// `[side, out]`: the share of each number in each average; window `i` goes from `floor(i side / out)`
/// to before `ceil((i + 1) side / out)`.
fn windows(side: usize, out: usize) -> Vec<f32> {
    let mut shares = vec![0.0; side * out];
    for at in 0..out {
        let (from, to) = (at * side / out, ((at + 1) * side).div_ceil(out));
        for place in from..to {
            shares[place * out + at] = 1.0 / (to - from) as f32;
        }
    }
    shares
}

/// `softmax(Q K^T scale) V`, with what is masked at minus infinity. A row in which nothing is left is 0,
/// as in Burn; ONNX's softmax would make it NaN.
fn attention(op: &AttentionOpIr, recorded: Recorded<'_>) -> Found {
    let width = op.query.shape.last().copied().unwrap_or(1) as f64;
    let scale = op.options.scale.map_or(1.0 / width.sqrt(), ScalarIr::elem);
    let mut nodes = Nodes::default()
        .then("Transpose", vec![Slot::Operand(1)])
        .ints("perm", [0, 1, 3, 2])
        .then("MatMul", vec![Slot::Operand(0), Slot::Step(0)])
        .apply("Mul", vec![Slot::number(scale)]);
    if let Some(cap) = op.options.softcap {
        let cap = || Slot::number(cap.elem());
        nodes = nodes
            .apply("Div", vec![cap()])
            .apply("Tanh", vec![])
            .apply("Mul", vec![cap()]);
    }
    if op.mask.is_some() {
        let scores = nodes.last();
        nodes = nodes.then(
            "Where",
            vec![Slot::Operand(3), Slot::number(f64::NEG_INFINITY), scores],
        );
    }
    if op.options.is_causal {
        nodes = causal(nodes, recorded)?;
    }
    if op.attn_bias.is_some() {
        let bias = 3 + usize::from(op.mask.is_some());
        nodes = nodes.apply("Add", vec![Slot::Operand(bias)]);
    }
    let nodes = match op.mask.is_some() || op.options.is_causal {
        true => safe_softmax(nodes),
        false => nodes.apply("Softmax", vec![]).int("axis", -1),
    };
    Ok(nodes.apply("MatMul", vec![Slot::Operand(2)]))
}

/// Masks what comes later: the last query sees all keys.
fn causal(nodes: Nodes, recorded: Recorded<'_>) -> Found {
    let [queries, keys] = [0, 1].map(|operand| recorded.operand(operand).swap_remove(2));
    let more: Vec<i64> = keys
        .iter()
        .zip(&queries)
        .map(|(keys, queries)| keys - queries)
        .collect();
    let Size::Fixed(more) = recorded.size(&more)? else {
        return Err("how many more keys than queries there are depends on sizes".into());
    };
    let scores = nodes.last();
    let diagonal = Slot::Scalar(None, ScalarIr::Int(more + 1), DType::I64);
    let nodes = nodes
        .apply("Shape", vec![])
        .apply("ConstantOfShape", vec![])
        .value(ScalarIr::Float(1.0), DType::F32)?
        .apply("Trilu", vec![diagonal])
        .int("upper", 1)
        .apply("Cast", vec![])
        .int("to", element(DType::Bool(BoolStore::Native))?.into());
    let mask = nodes.last();
    Ok(nodes.then("Where", vec![mask, Slot::number(f64::NEG_INFINITY), scores]))
}

/// `exp(x - m) / sum exp(x - m)` with `m` the largest of a row, kept finite, and a sum kept above 0.
fn safe_softmax(nodes: Nodes) -> Nodes {
    let scores = nodes.last();
    let last = || Slot::Integers(None, vec![-1]);
    let nodes = nodes
        .apply("ReduceMax", vec![last()])
        .int("keepdims", 1)
        .apply("Max", vec![Slot::number(f32::MIN.into())]);
    let most = nodes.last();
    let nodes = nodes.then("Sub", vec![scores, most]).apply("Exp", vec![]);
    let shares = nodes.last();
    let nodes = nodes
        .apply("ReduceSum", vec![last()])
        .int("keepdims", 1)
        .apply("Max", vec![Slot::number(f32::MIN_POSITIVE.into())]);
    let sum = nodes.last();
    nodes.then("Div", vec![shares, sum])
}
