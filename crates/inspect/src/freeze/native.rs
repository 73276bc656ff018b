//! ONNX's own nodes (operator set 18) for what the exporter does not write.

use std::f64::consts::SQRT_2;

use burn::backend::DType;
use burn::backend::ir::{
    ActivationOperationIr, BaseOperationIr, BoolOperationIr, FloatOperationIr, IntOperationIr,
    ModuleOperationIr, NumericOperationIr, OperationIr, ReduceDimOpIr, ScalarIr, ScalarOpIr,
    SliceOpIr, TensorIr,
};
use onnx_ir::{AttributeProto, AttributeType, TensorProto};

/// What stands for one operation of Burn; the last node writes its result.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes(pub Vec<Node>);

/// One node.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub operator: &'static str,
    pub inputs: Vec<Slot>,
    pub attributes: Vec<AttributeProto>,
}

/// What a node reads.
#[derive(Debug, Clone)]
pub(super) enum Slot {
    /// A tensor that the operation reads, counted from 0.
    Operand(usize),
    /// The result of an earlier node of the same operation.
    Step(usize),
    /// A number, as a tensor without axes.
    Scalar(ScalarIr, DType),
    /// Integers, as a tensor of one axis.
    Integers(Vec<i64>),
}

impl Slot {
    /// The tensor of a constant.
    pub fn constant(&self, name: &str) -> Option<TensorProto> {
        let (dims, data_type, raw_data) = match self {
            Self::Operand(_) | Self::Step(_) => return None,
            Self::Integers(values) => {
                let bytes = values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect();
                (vec![values.len() as i64], 7, bytes)
            }
            // Only these two kinds come here: see [`scalar`].
            Self::Scalar(value, DType::I64) => {
                (Vec::new(), 7, value.elem::<i64>().to_le_bytes().to_vec())
            }
            Self::Scalar(value, _) => (Vec::new(), 1, value.elem::<f32>().to_le_bytes().to_vec()),
        };
        Some(TensorProto {
            name: name.to_owned(),
            dims,
            data_type,
            raw_data: raw_data.into(),
            ..TensorProto::default()
        })
    }
}

impl Nodes {
    /// One node that reads the operation's tensors in order.
    pub fn one(operator: &'static str, operands: usize) -> Self {
        Self::default().then(operator, (0..operands).map(Slot::Operand).collect())
    }

    /// With another node.
    pub fn then(mut self, operator: &'static str, inputs: Vec<Slot>) -> Self {
        self.0.push(Node {
            operator,
            inputs,
            attributes: Vec::new(),
        });
        self
    }

    /// With a node that reads the result of the last one first.
    pub fn apply(self, operator: &'static str, others: Vec<Slot>) -> Self {
        let last = Slot::Step(self.0.len() - 1);
        let inputs = std::iter::once(last).chain(others).collect();
        self.then(operator, inputs)
    }

    /// With an attribute of the last node.
    pub fn float(self, name: &str, value: f32) -> Self {
        self.attribute(name, AttributeType::FLOAT, |attribute| attribute.f = value)
    }

    /// With an attribute of the last node.
    pub fn int(self, name: &str, value: i64) -> Self {
        self.attribute(name, AttributeType::INT, |attribute| attribute.i = value)
    }

    /// With an attribute of the last node.
    pub fn ints(self, name: &str, values: impl IntoIterator<Item = usize>) -> Self {
        let values = values.into_iter().map(|value| value as i64).collect();
        self.attribute(name, AttributeType::INTS, |attribute| {
            attribute.ints = values;
        })
    }

    fn attribute(
        mut self,
        name: &str,
        kind: AttributeType,
        set: impl FnOnce(&mut AttributeProto),
    ) -> Self {
        let mut attribute = AttributeProto {
            name: name.to_owned(),
            type_: kind.into(),
            ..AttributeProto::default()
        };
        set(&mut attribute);
        if let Some(last) = self.0.last_mut() {
            last.attributes.push(attribute);
        }
        self
    }
}

/// Why an operation cannot be frozen.
pub(super) type Refused = String;

type Found = Result<Nodes, Refused>;

const NO_COUNTERPART: &str = "this program knows no counterpart of it in ONNX";
const BATCH_MOVES: &str = "it moves the batch from the first axis";
const BATCH_MIXES: &str = "it combines the examples of a batch";

/// The nodes of an operation. `batch` is the size of axis 0 where that is the batch.
pub(super) fn nodes(ir: &OperationIr, batch: Option<usize>) -> Found {
    match ir {
        OperationIr::Activation(op) => activation(op),
        OperationIr::NumericFloat(_, op) | OperationIr::NumericInt(_, op) => numeric(op, batch),
        OperationIr::Float(_, op) => float(op),
        OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
            base(op, batch)
        }
        OperationIr::Bool(op) => boolean(op),
        OperationIr::Int(IntOperationIr::IntoFloat(op)) => cast(&op.out),
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
        Op::Slice(op) => slice(op, batch)?,
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

fn activation(op: &ActivationOperationIr) -> Found {
    use ActivationOperationIr as Op;
    let x = || Slot::Operand(0);
    let number = |value: f64| Slot::Scalar(ScalarIr::Float(value), DType::F32);
    Ok(match op {
        Op::LeakyRelu(op) => Nodes::one("LeakyRelu", 1).float("alpha", op.rhs.elem()),
        Op::PRelu(_) => Nodes::one("PRelu", 2),
        // x (1 + erf(x / sqrt(2))) / 2
        Op::Gelu(_) => Nodes::default()
            .then("Div", vec![x(), number(SQRT_2)])
            .apply("Erf", vec![])
            .apply("Add", vec![number(1.0)])
            .apply("Mul", vec![x()])
            .apply("Mul", vec![number(0.5)]),
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

/// A reshape, by the shapes of its result at two batches: the axis in which they differ is left to
/// the runtime.
pub(super) fn reshape(shape: &[usize], other: &[usize]) -> Found {
    let open = shape
        .iter()
        .zip(other)
        .filter(|(side, other)| side != other)
        .count();
    if open > 1 || shape.len() != other.len() {
        return Err("more than one axis of its result depends on the batch".into());
    }
    let side = |(side, other): (&usize, &usize)| if side == other { *side as i64 } else { -1 };
    let sides = shape.iter().zip(other).map(side).collect();
    let inputs = vec![Slot::Operand(0), Slot::Integers(sides)];
    Ok(Nodes::default().then("Reshape", inputs))
}

fn slice(op: &SliceOpIr, batch: Option<usize>) -> Found {
    let (mut starts, mut ends, mut steps, mut axes) = (vec![], vec![], vec![], vec![]);
    for (axis, range) in op.ranges.iter().enumerate() {
        let side = op.tensor.shape[axis] as isize;
        let end = range.end.unwrap_or(side);
        if range.start == 0 && end >= side && range.step == 1 {
            continue;
        }
        if axis == 0 && batch == Some(op.tensor.shape[0]) {
            return Err("it takes a part of the batch".into());
        }
        if range.step < 1 {
            return Err("it runs backwards".into());
        }
        axes.push(axis as i64);
        starts.push(range.start as i64);
        ends.push(end as i64);
        steps.push(range.step as i64);
    }
    if axes.is_empty() {
        return Ok(Nodes::one("Identity", 1));
    }
    let numbers = [starts, ends, axes, steps].map(Slot::Integers);
    let inputs = std::iter::once(Slot::Operand(0)).chain(numbers).collect();
    Ok(Nodes::default().then("Slice", inputs))
}
