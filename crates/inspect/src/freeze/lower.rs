//! ONNX's nodes (operator set 18; 20 where there is a GELU) for the operations that work on single
//! numbers or along an axis.

use burn::backend::ir::{
    ActivationOperationIr, BoolOperationIr, FloatOperationIr, IntOperationIr, NumericOperationIr,
    OperationIr, PadModeIr, PadOpIr, ReduceDimOpIr, ScalarIr, ScalarOpIr, TensorIr,
};
use burn::tensor::DType;

use super::node::{Nodes, Outputs, Slot, element};
use super::recordings::{Recorded, Refused};
use super::{fused, layers, layout};

pub(super) type Found = Result<Nodes, Refused>;

pub(super) const NO_COUNTERPART: &str = "this program knows no counterpart of it in ONNX";

/// The nodes of an operation.
pub(super) fn nodes(recorded: Recorded<'_>) -> Found {
    match recorded.ir() {
        OperationIr::Activation(op) => activation(op),
        OperationIr::NumericFloat(_, op) | OperationIr::NumericInt(_, op) => numeric(op, recorded),
        OperationIr::Float(_, op) => float(op),
        OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
            layout::nodes(op, recorded)
        }
        OperationIr::Bool(op) => boolean(op),
        OperationIr::Int(IntOperationIr::IntoFloat(op)) => cast(&op.out),
        OperationIr::Int(IntOperationIr::Matmul(_)) => Ok(Nodes::one("MatMul", 2)),
        OperationIr::Module(op) => layers::nodes(op, recorded),
        OperationIr::Custom(op) => fused::nodes(op, recorded),
        _ => Err(NO_COUNTERPART.into()),
    }
}

fn numeric(op: &NumericOperationIr, recorded: Recorded<'_>) -> Found {
    use NumericOperationIr as Op;
    Ok(match op {
        Op::Add(_) => Nodes::one("Add", 2),
        Op::Sub(_) => Nodes::one("Sub", 2),
        Op::Mul(_) => Nodes::one("Mul", 2),
        Op::Div(_) => Nodes::one("Div", 2),
        Op::AddScalar(op) => with_named_scalar("Add", op),
        Op::SubScalar(op) => with_named_scalar("Sub", op),
        Op::MulScalar(op) => with_named_scalar("Mul", op),
        Op::DivScalar(op) => with_named_scalar("Div", op),
        Op::Rem(op) => remainder(Slot::Operand(1), op.lhs.dtype),
        Op::RemScalar(op) => remainder(scalar(op.rhs, &op.lhs), op.lhs.dtype),
        Op::Abs(_) => Nodes::one("Abs", 1),
        Op::Neg(_) => Nodes::one("Neg", 1),
        Op::Sign(_) => Nodes::one("Sign", 1),
        Op::Full(op) => layout::filled(recorded, op.value)?,
        Op::Clamp(op) => {
            let [min, max] = [op.min, op.max].map(|bound| scalar(bound, &op.tensor));
            Nodes::default().then("Clip", vec![Slot::Operand(0), min, max])
        }
        Op::ClampMin(op) => with_scalar("Max", op),
        Op::ClampMax(op) => with_scalar("Min", op),
        Op::Greater(_) => Nodes::one("Greater", 2),
        Op::GreaterEqual(_) => Nodes::one("GreaterOrEqual", 2),
        Op::Lower(_) => Nodes::one("Less", 2),
        Op::LowerEqual(_) => Nodes::one("LessOrEqual", 2),
        Op::GreaterElem(op) => with_scalar("Greater", op),
        Op::GreaterEqualElem(op) => with_scalar("GreaterOrEqual", op),
        Op::LowerElem(op) => with_scalar("Less", op),
        Op::LowerEqualElem(op) => with_scalar("LessOrEqual", op),
        Op::Powi(_) => Nodes::one("Pow", 2),
        Op::PowiScalar(op) => with_scalar("Pow", op),
        Op::CumSum(op) => {
            let axis = Slot::Scalar(None, ScalarIr::Int(op.axis as i64), DType::I64);
            Nodes::default().then("CumSum", vec![Slot::Operand(0), axis])
        }
        Op::Pad(op) => padded(op, recorded)?,
        Op::IntRandom(_) => return Err(RANDOM.into()),
        _ => return along_axes(op, recorded),
    })
}

/// What is one number, or a few, of many: sums, extremes, the best ones in order.
fn along_axes(op: &NumericOperationIr, recorded: Recorded<'_>) -> Found {
    use NumericOperationIr as Op;
    Ok(match op {
        Op::SumDim(op) => reduce("ReduceSum", Nodes::default(), op, Some("axes")),
        Op::MeanDim(op) => reduce("ReduceMean", Nodes::default(), op, None),
        Op::ProdDim(op) => reduce("ReduceProd", Nodes::default(), op, None),
        Op::MaxDim(op) => reduce("ReduceMax", Nodes::default(), op, None),
        Op::MinDim(op) => reduce("ReduceMin", Nodes::default(), op, None),
        Op::MaxAbsDim(op) => reduce("ReduceMax", Nodes::one("Abs", 1), op, None),
        Op::SumDims(op) => {
            let axes = Slot::integers(op.axes.iter().copied());
            Nodes::default()
                .then("ReduceSum", vec![Slot::Operand(0), axes])
                .int("keepdims", 1)
        }
        Op::Sum(_) => whole("ReduceSum", Nodes::default()),
        Op::Mean(_) => whole("ReduceMean", Nodes::default()),
        Op::Prod(_) => whole("ReduceProd", Nodes::default()),
        Op::Max(_) => whole("ReduceMax", Nodes::default()),
        Op::Min(_) => whole("ReduceMin", Nodes::default()),
        Op::MaxAbs(_) => whole("ReduceMax", Nodes::one("Abs", 1)),
        Op::ArgMax(op) => winner("ArgMax", op)?,
        Op::ArgMin(op) => winner("ArgMin", op)?,
        Op::MaxDimWithIndices(op) => {
            best(Slot::integers([1]), op.dim, true, &[0, 1], &op.out_indices)?
        }
        Op::MinDimWithIndices(op) => {
            best(Slot::integers([1]), op.dim, false, &[0, 1], &op.out_indices)?
        }
        Op::TopKWithIndices(op) => best(
            Slot::integers([op.k]),
            op.dim,
            true,
            &[0, 1],
            &op.out_indices,
        )?,
        Op::TopK(op) => best(along(recorded, op.axis)?, op.axis, true, &[0], &op.out)?,
        Op::ArgTopK(op) => best(along(recorded, op.axis)?, op.axis, true, &[1], &op.out)?,
        Op::Sort(op) => best(
            along(recorded, op.dim)?,
            op.dim,
            op.descending,
            &[0],
            &op.out,
        )?,
        Op::ArgSort(op) => best(
            along(recorded, op.dim)?,
            op.dim,
            op.descending,
            &[1],
            &op.out,
        )?,
        Op::SortWithIndices(op) => {
            let all = along(recorded, op.dim)?;
            best(all, op.dim, op.descending, &[0, 1], &op.out_indices)?
        }
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn padded(op: &PadOpIr, recorded: Recorded<'_>) -> Found {
    use NumericOperationIr as Op;
    let widths = recorded.across(|ir| match ir {
        OperationIr::NumericFloat(_, Op::Pad(op)) | OperationIr::NumericInt(_, Op::Pad(op)) => {
            let before = op.padding.iter().map(|width| width.0 as i64);
            before
                .chain(op.padding.iter().map(|width| width.1 as i64))
                .collect()
        }
        _ => Vec::new(),
    });
    let mut inputs = vec![Slot::Operand(0), named(recorded.sizes(&widths)?, "pads")];
    let mode = match op.mode {
        PadModeIr::Constant(value) => {
            inputs.push(Slot::Scalar(Some("value"), value, op.input.dtype));
            "constant"
        }
        PadModeIr::Reflect => "reflect",
        PadModeIr::Edge => "edge",
    };
    Ok(Nodes::default().then("Pad", inputs).text("mode", mode))
}

const RANDOM: &str = "it draws random numbers, which a file cannot repeat";

/// Sizes; those that are the same for all inputs with a name of their own.
fn named(sizes: Vec<super::size::Size>, name: &'static str) -> Slot {
    match sizes.iter().map(super::size::Size::fixed).collect() {
        Some(fixed) => Slot::Integers(Some(name), fixed),
        None => Slot::Sizes(sizes),
    }
}

/// How many numbers there are in the result along an axis.
fn along(recorded: Recorded<'_>, axis: usize) -> Result<Slot, Refused> {
    Ok(Slot::Sizes(vec![recorded.size(&recorded.result()[axis])?]))
}

/// `x - floor(x / y) y`, which has the sign of `y`.
fn remainder(by: Slot, dtype: DType) -> Nodes {
    if !dtype.is_float() {
        return Nodes::default().then("Mod", vec![Slot::Operand(0), by]);
    }
    Nodes::default()
        .then("Div", vec![Slot::Operand(0), by.clone()])
        .apply("Floor", vec![])
        .apply("Mul", vec![by])
        .then("Sub", vec![Slot::Operand(0), Slot::Step(2)])
}

fn float(op: &FloatOperationIr) -> Found {
    use FloatOperationIr as Op;
    let square = |nodes: Nodes, operand| {
        nodes.then("Mul", vec![Slot::Operand(operand), Slot::Operand(operand)])
    };
    Ok(match op {
        Op::Exp(_) => Nodes::one("Exp", 1),
        Op::Log(_) => Nodes::one("Log", 1),
        Op::Sqrt(_) => Nodes::one("Sqrt", 1),
        Op::Tanh(_) => Nodes::one("Tanh", 1),
        Op::Matmul(_) => Nodes::one("MatMul", 2),
        Op::Log1p(_) => Nodes::default()
            .then("Add", vec![Slot::Operand(0), Slot::number(1.0)])
            .apply("Log", vec![]),
        Op::Recip(_) => Nodes::one("Reciprocal", 1),
        Op::Erf(_) => Nodes::one("Erf", 1),
        Op::Floor(_) => Nodes::one("Floor", 1),
        Op::Ceil(_) => Nodes::one("Ceil", 1),
        Op::Round(_) => Nodes::one("Round", 1),
        Op::Trunc(_) => Nodes::one("Abs", 1)
            .apply("Floor", vec![])
            .then("Sign", vec![Slot::Operand(0)])
            .apply("Mul", vec![Slot::Step(1)]),
        Op::Sin(_) => Nodes::one("Sin", 1),
        Op::Cos(_) => Nodes::one("Cos", 1),
        Op::Tan(_) => Nodes::one("Tan", 1),
        Op::Sinh(_) => Nodes::one("Sinh", 1),
        Op::Cosh(_) => Nodes::one("Cosh", 1),
        Op::ArcSin(_) => Nodes::one("Asin", 1),
        Op::ArcCos(_) => Nodes::one("Acos", 1),
        Op::ArcTan(_) => Nodes::one("Atan", 1),
        Op::ArcSinh(_) => Nodes::one("Asinh", 1),
        Op::ArcCosh(_) => Nodes::one("Acosh", 1),
        Op::ArcTanh(_) => Nodes::one("Atanh", 1),
        Op::Powf(_) => Nodes::one("Pow", 2),
        Op::PowfScalar(op) => with_scalar("Pow", op),
        Op::Hypot(_) => square(square(Nodes::default(), 0), 1)
            .apply("Add", vec![Slot::Step(0)])
            .apply("Sqrt", vec![]),
        Op::IsNan(_) => Nodes::one("IsNaN", 1),
        Op::IsInf(_) => Nodes::one("IsInf", 1),
        Op::IntoInt(op) => cast(&op.out)?,
        Op::Random(_) => return Err(RANDOM.into()),
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn boolean(op: &BoolOperationIr) -> Found {
    use BoolOperationIr as Op;
    match op {
        Op::IntoFloat(op) | Op::IntoInt(op) => cast(&op.out),
        Op::Not(_) => Ok(Nodes::one("Not", 1)),
        Op::And(_) => Ok(Nodes::one("And", 2)),
        Op::Or(_) => Ok(Nodes::one("Or", 2)),
        Op::Xor(_) => Ok(Nodes::one("Xor", 2)),
    }
}

fn with_named_scalar(operator: &'static str, op: &ScalarOpIr) -> Nodes {
    let number = Slot::Scalar(Some("scalar"), op.rhs, op.lhs.dtype);
    Nodes::default().then(operator, vec![Slot::Operand(0), number])
}

pub(super) fn with_scalar(operator: &'static str, op: &ScalarOpIr) -> Nodes {
    Nodes::default().then(operator, vec![Slot::Operand(0), scalar(op.rhs, &op.lhs)])
}

/// A number of the same kind as the tensor's.
pub(super) fn scalar(value: ScalarIr, like: &TensorIr) -> Slot {
    Slot::Scalar(None, value, like.dtype)
}

/// A reduction over one axis of the last of `before`, or of the operand.
fn reduce(
    operator: &'static str,
    before: Nodes,
    op: &ReduceDimOpIr,
    name: Option<&'static str>,
) -> Nodes {
    let axes = Slot::Integers(name, vec![op.axis as i64]);
    let kept = op.out.shape.num_dims() == op.input.shape.num_dims();
    let nodes = match before.0.is_empty() {
        true => before.then(operator, vec![Slot::Operand(0), axes]),
        false => before.apply(operator, vec![axes]),
    };
    nodes.int("keepdims", kept.into())
}

/// A reduction over all axes, to a tensor of one number along one axis.
pub(super) fn whole(operator: &'static str, before: Nodes) -> Nodes {
    let line = Slot::Integers(None, vec![-1]);
    let nodes = match before.0.is_empty() {
        true => before.then("Reshape", vec![Slot::Operand(0), line]),
        false => before.apply("Reshape", vec![line]),
    };
    nodes
        .apply(operator, vec![Slot::integers([0])])
        .int("keepdims", 1)
}

fn winner(operator: &'static str, op: &ReduceDimOpIr) -> Found {
    let kept = op.out.shape.num_dims() == op.input.shape.num_dims();
    let nodes = Nodes::one(operator, 1)
        .int("axis", op.axis as i64)
        .int("keepdims", kept.into())
        .int("select_last_index", 0);
    indices(nodes, &op.out)
}

/// The `count` largest or smallest along an axis; `results` are the node's outputs that are results
/// of the operation: 0 for numbers, 1 for places, of the type of `places`.
fn best(count: Slot, axis: usize, largest: bool, results: &[usize], places: &TensorIr) -> Found {
    let nodes = Nodes::default()
        .then("TopK", vec![Slot::Operand(0), count])
        .int("axis", axis as i64)
        .int("largest", largest.into())
        .int("sorted", 1);
    match results {
        [0] => Ok(nodes.writes(Outputs::Results(vec![Some(0), None]))),
        [1] => {
            let nodes = nodes.writes(Outputs::Steps(2));
            let to = element(places.dtype)?;
            Ok(nodes
                .then("Cast", vec![Slot::Part(0, 1)])
                .int("to", to.into()))
        }
        _ if places.dtype == DType::I64 => {
            Ok(nodes.writes(Outputs::Results(vec![Some(0), Some(1)])))
        }
        _ => {
            let nodes = nodes.writes(Outputs::Steps(2));
            let to = element(places.dtype)?;
            Ok(nodes
                .then("Cast", vec![Slot::Part(0, 1)])
                .int("to", to.into())
                .writes(Outputs::Result(1))
                .then("Identity", vec![Slot::Part(0, 0)])
                .writes(Outputs::Result(0)))
        }
    }
}

/// With places, which ONNX gives as 64-bit integers, in the type of `out`.
fn indices(nodes: Nodes, out: &TensorIr) -> Found {
    if out.dtype == DType::I64 {
        return Ok(nodes);
    }
    Ok(nodes
        .apply("Cast", vec![])
        .int("to", element(out.dtype)?.into()))
}

pub(super) fn cast(out: &TensorIr) -> Found {
    Ok(Nodes::one("Cast", 1).int("to", element(out.dtype)?.into()))
}

fn activation(op: &ActivationOperationIr) -> Found {
    use ActivationOperationIr as Op;
    Ok(match op {
        Op::Relu(_) => Nodes::one("Relu", 1),
        Op::Sigmoid(_) => Nodes::one("Sigmoid", 1),
        Op::LeakyRelu(op) => Nodes::one("LeakyRelu", 1).float("alpha", op.rhs.elem()),
        Op::PRelu(_) => Nodes::one("PRelu", 2),
        Op::Gelu(_) => Nodes::one("Gelu", 1),
        Op::HardSigmoid(op) => Nodes::one("HardSigmoid", 1)
            .float("alpha", op.alpha.elem())
            .float("beta", op.beta.elem()),
        // log sigmoid(x) = -softplus(-x), which does not underflow.
        Op::LogSigmoid(_) => Nodes::one("Neg", 1)
            .apply("Softplus", vec![])
            .apply("Neg", vec![]),
        Op::Softmax(op) => Nodes::one("Softmax", 1).int("axis", op.axis as i64),
        Op::LogSoftmax(op) => Nodes::one("LogSoftmax", 1).int("axis", op.axis as i64),
        Op::Softmin(op) => Nodes::one("Neg", 1)
            .apply("Softmax", vec![])
            .int("axis", op.axis as i64),
        _ => return Err(NO_COUNTERPART.into()),
    })
}
