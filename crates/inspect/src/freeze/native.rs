//! ONNX's own nodes (operator set 18) for what the exporter does not write.

mod activation;
mod shape;

use burn::backend::DType;
use burn::backend::ir::{
    BaseOperationIr, FloatOperationIr, ModuleOperationIr, NumericOperationIr, OperationIr,
    ReduceDimOpIr, ScalarIr, ScalarOpIr, TensorIr,
};

use super::node::{Nodes, Slot};

pub(super) use shape::reshape;

/// Why an operation cannot be frozen.
pub(super) type Refused = String;

type Found = Result<Nodes, Refused>;

const NO_COUNTERPART: &str = "this program knows no counterpart of it in ONNX";
const BATCH_MOVES: &str = "it moves the batch from the first axis";
const BATCH_MIXES: &str = "it combines the examples of a batch";

/// The nodes of an operation. `batch` is the size of axis 0 where that is the batch.
pub(super) fn nodes(ir: &OperationIr, batch: Option<usize>) -> Found {
    match ir {
        OperationIr::Activation(op) => activation::nodes(op),
        OperationIr::NumericFloat(_, op) | OperationIr::NumericInt(_, op) => numeric(op, batch),
        OperationIr::Float(_, op) => float(op),
        OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
            base(op, batch)
        }
        OperationIr::Bool(op) => boolean(op),
        OperationIr::Int(burn::backend::ir::IntOperationIr::IntoFloat(op)) => cast(&op.out),
        OperationIr::Module(op) => module(op),
        _ => Err(NO_COUNTERPART.into()),
    }
}

fn numeric(op: &NumericOperationIr, batch: Option<usize>) -> Found {
    use NumericOperationIr as Op;
    Ok(match op {
        Op::Clamp(op) => {
            let bounds = [op.min, op.max].map(|bound| scalar(bound, &op.tensor));
            let [min, max] = bounds;
            Nodes::default().then("Clip", vec![Slot::Operand(0), min?, max?])
        }
        Op::ClampMin(op) => with_scalar("Max", op)?,
        Op::ClampMax(op) => with_scalar("Min", op)?,
        Op::Greater(_) => Nodes::one("Greater", 2),
        Op::GreaterEqual(_) => Nodes::one("GreaterOrEqual", 2),
        Op::Lower(_) => Nodes::one("Less", 2),
        Op::LowerEqual(_) => Nodes::one("LessOrEqual", 2),
        Op::GreaterElem(op) => with_scalar("Greater", op)?,
        Op::GreaterEqualElem(op) => with_scalar("GreaterOrEqual", op)?,
        Op::LowerElem(op) => with_scalar("Less", op)?,
        Op::LowerEqualElem(op) => with_scalar("LessOrEqual", op)?,
        Op::Powi(_) => Nodes::one("Pow", 2),
        Op::PowiScalar(op) => with_scalar("Pow", op)?,
        Op::Sign(_) => Nodes::one("Sign", 1),
        Op::MeanDim(op) => reduce("ReduceMean", op, batch)?,
        Op::ProdDim(op) => reduce("ReduceProd", op, batch)?,
        Op::MaxDim(op) => reduce("ReduceMax", op, batch)?,
        Op::MinDim(op) => reduce("ReduceMin", op, batch)?,
        Op::Sum(_) | Op::Mean(_) | Op::Prod(_) | Op::Max(_) | Op::Min(_) | Op::MaxAbs(_) => {
            return Err(BATCH_MIXES.into());
        }
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn float(op: &FloatOperationIr) -> Found {
    use FloatOperationIr as Op;
    let one = Slot::Scalar(ScalarIr::Float(1.0), DType::F32);
    Ok(match op {
        Op::Log1p(_) => Nodes::default()
            .then("Add", vec![Slot::Operand(0), one])
            .apply("Log", vec![]),
        Op::Recip(_) => Nodes::one("Reciprocal", 1),
        Op::Erf(_) => Nodes::one("Erf", 1),
        Op::Floor(_) => Nodes::one("Floor", 1),
        Op::Ceil(_) => Nodes::one("Ceil", 1),
        Op::Round(_) => Nodes::one("Round", 1),
        Op::Sin(_) => Nodes::one("Sin", 1),
        Op::Cos(_) => Nodes::one("Cos", 1),
        Op::Powf(_) => Nodes::one("Pow", 2),
        Op::PowfScalar(op) => with_scalar("Pow", op)?,
        Op::IntoInt(op) => cast(&op.out)?,
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn base(op: &BaseOperationIr, batch: Option<usize>) -> Found {
    use BaseOperationIr as Op;
    let transpose = |axes: Vec<usize>| {
        if batch.is_some() && axes.first() != Some(&0) {
            return Err(BATCH_MOVES.to_owned());
        }
        Ok(Nodes::one("Transpose", 1).ints("perm", axes))
    };
    Ok(match op {
        Op::SwapDims(op) => {
            let mut axes: Vec<usize> = (0..op.input.shape.num_dims()).collect();
            axes.swap(op.dim1, op.dim2);
            transpose(axes)?
        }
        Op::Permute(op) => transpose(op.axes.clone())?,
        Op::Slice(op) => shape::slice(op, batch)?,
        // Operands: tensor, mask, value.
        Op::MaskWhere(_) => Nodes::default().then("Where", [1, 2, 0].map(Slot::Operand).to_vec()),
        // Operands: tensor, mask.
        Op::MaskFill(op) => {
            let value = scalar(op.value, &op.tensor)?;
            Nodes::default().then("Where", vec![Slot::Operand(1), value, Slot::Operand(0)])
        }
        Op::Equal(_) => Nodes::one("Equal", 2),
        Op::EqualElem(op) => with_scalar("Equal", op)?,
        Op::NotEqual(_) => Nodes::one("Equal", 2).apply("Not", vec![]),
        Op::NotEqualElem(op) => with_scalar("Equal", op)?.apply("Not", vec![]),
        Op::Cast(op) => cast(&op.out)?,
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn boolean(op: &burn::backend::ir::BoolOperationIr) -> Found {
    use burn::backend::ir::BoolOperationIr as Op;
    match op {
        Op::IntoFloat(op) | Op::IntoInt(op) => cast(&op.out),
        Op::Not(_) => Ok(Nodes::one("Not", 1)),
        Op::And(_) => Ok(Nodes::one("And", 2)),
        Op::Or(_) => Ok(Nodes::one("Or", 2)),
        Op::Xor(_) => Ok(Nodes::one("Xor", 2)),
    }
}

fn module(op: &ModuleOperationIr) -> Found {
    Ok(match op {
        ModuleOperationIr::ConvTranspose2d(op) => {
            let [top, left] = op.options.padding;
            Nodes::one("ConvTranspose", 2 + usize::from(op.bias.is_some()))
                .ints("kernel_shape", op.weight.shape[2..].iter().copied())
                .ints("strides", op.options.stride)
                .ints("pads", [top, left, top, left])
                .ints("output_padding", op.options.padding_out)
                .ints("dilations", op.options.dilation)
                .int("group", op.options.groups as i64)
        }
        ModuleOperationIr::LayerNorm(op) => {
            Nodes::one("LayerNormalization", 2 + usize::from(op.beta.is_some()))
                .float("epsilon", op.epsilon.elem())
        }
        _ => return Err(NO_COUNTERPART.into()),
    })
}

fn with_scalar(operator: &'static str, op: &ScalarOpIr) -> Found {
    let number = scalar(op.rhs, &op.lhs)?;
    Ok(Nodes::default().then(operator, vec![Slot::Operand(0), number]))
}

/// A number of the same kind as the tensor's.
fn scalar(value: ScalarIr, like: &TensorIr) -> Result<Slot, Refused> {
    match like.dtype {
        DType::F32 | DType::I64 => Ok(Slot::Scalar(value, like.dtype)),
        other => Err(format!("it works on numbers of type {other:?}")),
    }
}

fn reduce(operator: &'static str, op: &ReduceDimOpIr, batch: Option<usize>) -> Found {
    if op.axis == 0 && batch.is_some() {
        return Err(BATCH_MIXES.into());
    }
    let axes = Slot::Integers(vec![op.axis as i64]);
    let kept = op.out.shape.num_dims() == op.input.shape.num_dims();
    Ok(Nodes::default()
        .then(operator, vec![Slot::Operand(0), axes])
        .int("keepdims", kept.into()))
}

fn cast(out: &TensorIr) -> Found {
    // Numbers of ONNX's `TensorProto.DataType`.
    let to = match out.dtype {
        DType::F32 => 1,
        DType::I32 => 6,
        DType::I64 => 7,
        DType::Bool(_) => 9,
        DType::F64 => 11,
        other => return Err(format!("it makes numbers of type {other:?}")),
    };
    Ok(Nodes::one("Cast", 1).int("to", to))
}
