//! What is sent to the exporter for each recorded operation.
//!
//! | operation | sent | in the file |
//! |---|---|---|
//! | convolution, linear, matrix product, batch normalization, max and average pooling, padding, interpolation, concatenation, arithmetic, ReLU, sigmoid, tanh, exp, log, square root | itself | as `burn-onnx` writes it |
//! | one tensor in: leaky ReLU, softmax, log-softmax, GELU, hard and log sigmoid, clamp, powers, comparisons with a number, means and extremes over an axis, reshapes, transposes, slices, rounding | ReLU | ONNX's own operation, or a few |
//! | two in: PReLU, comparisons, powers, fills under a mask | addition | the same |
//! | three in: choice by a mask, transposed convolution, layer normalization | concatenation | the same |
//!
//! ELU is recorded as a comparison, an exponential and a choice, and is frozen as these.

use burn::backend::ir::{
    ActivationOperationIr, BaseOperationIr, BinaryOpIr, CatOpIr, FloatOperationIr,
    ModuleOperationIr, NumericOperationIr, OperationIr, TensorIr, UnaryOpIr,
};

use super::native::{self, Nodes, Refused};
use crate::{Error, Operation, Result, Trace};

/// An operation on its way into the file.
#[derive(Debug, Clone)]
pub(super) struct Lowered {
    /// What the exporter gets.
    pub sent: OperationIr,
    /// What replaces the node that it makes of it.
    pub nodes: Option<Nodes>,
}

/// Lowers every operation of `trace`; `other` is the same forward pass at another batch.
pub(super) fn graph(trace: &Trace, other: &Trace) -> Result<Vec<Lowered>> {
    if trace.operations.len() != other.operations.len() {
        return Err(Error::Export("its operations depend on the batch".into()));
    }
    if trace
        .producer(trace.outputs[0].id)
        .is_none_or(|operation| operation.constant)
    {
        return Err(Error::Export(
            "the output does not depend on the input".into(),
        ));
    }
    let operations = trace.operations.iter().zip(&other.operations).enumerate();
    let lower = |(at, (operation, other)): (usize, (&Operation, &Operation))| {
        lowered(trace, operation, other).map_err(|reason| Error::NotFreezable {
            operation: operation.kind.clone(),
            reason,
            after: trace.tap_before(at),
        })
    };
    operations.map(lower).collect()
}

fn lowered(
    trace: &Trace,
    operation: &Operation,
    other: &Operation,
) -> std::result::Result<Lowered, Refused> {
    let ir = &operation.ir;
    if exporter_knows(ir) {
        return Ok(Lowered {
            sent: ir.clone(),
            nodes: None,
        });
    }
    let batch = (!operation.constant).then(|| trace.input_shape()[0]);
    let nodes = match ir {
        OperationIr::BaseFloat(BaseOperationIr::Reshape(_))
        | OperationIr::BaseInt(BaseOperationIr::Reshape(_))
        | OperationIr::BaseBool(BaseOperationIr::Reshape(_)) => {
            native::reshape(&operation.output_shape, &other.output_shape)?
        }
        _ => native::nodes(ir, batch)?,
    };
    Ok(Lowered {
        sent: stand_in(ir)?,
        nodes: Some(nodes),
    })
}

/// Whether `burn-onnx` 0.22 writes it.
fn exporter_knows(ir: &OperationIr) -> bool {
    use NumericOperationIr as Numeric;
    match ir {
        OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
            matches!(
                op,
                BaseOperationIr::Cat(_)
                    | BaseOperationIr::Select(_)
                    | BaseOperationIr::Scatter(_)
                    | BaseOperationIr::Zeros(_)
                    | BaseOperationIr::Ones(_)
            )
        }
        OperationIr::NumericFloat(_, op) | OperationIr::NumericInt(_, op) => matches!(
            op,
            Numeric::Full(_)
                | Numeric::Pad(_)
                | Numeric::SumDim(_)
                | Numeric::ArgMax(_)
                | Numeric::ArgMin(_)
                | Numeric::Add(_)
                | Numeric::AddScalar(_)
                | Numeric::Sub(_)
                | Numeric::SubScalar(_)
                | Numeric::Mul(_)
                | Numeric::MulScalar(_)
                | Numeric::Div(_)
                | Numeric::DivScalar(_)
                | Numeric::Abs(_)
                | Numeric::Neg(_)
        ),
        OperationIr::Float(_, op) => matches!(
            op,
            FloatOperationIr::Exp(_)
                | FloatOperationIr::Log(_)
                | FloatOperationIr::Sqrt(_)
                | FloatOperationIr::Tanh(_)
                | FloatOperationIr::Matmul(_)
        ),
        OperationIr::Activation(op) => matches!(
            op,
            ActivationOperationIr::Relu(_) | ActivationOperationIr::Sigmoid(_)
        ),
        OperationIr::Module(op) => match op {
            ModuleOperationIr::Conv1d(_)
            | ModuleOperationIr::Conv2d(_)
            | ModuleOperationIr::Linear(_)
            | ModuleOperationIr::BatchNorm(_)
            | ModuleOperationIr::MaxPool2d(_)
            | ModuleOperationIr::AvgPool2d(_)
            | ModuleOperationIr::Interpolate(_) => true,
            ModuleOperationIr::AdaptiveAvgPool2d(op) => op.output_size == [1, 1],
            _ => false,
        },
        _ => false,
    }
}

/// An operation of as many inputs that the exporter turns into one node.
fn stand_in(ir: &OperationIr) -> std::result::Result<OperationIr, Refused> {
    let inputs: Vec<TensorIr> = ir.inputs().cloned().collect();
    let mut outputs = ir.outputs();
    let (Some(out), None) = (outputs.next().cloned(), outputs.next()) else {
        return Err("it has not one result".into());
    };
    Ok(match inputs.as_slice() {
        [input] => OperationIr::Activation(ActivationOperationIr::Relu(UnaryOpIr {
            input: input.clone(),
            out,
        })),
        [lhs, rhs] => OperationIr::NumericFloat(
            out.dtype,
            NumericOperationIr::Add(BinaryOpIr {
                lhs: lhs.clone(),
                rhs: rhs.clone(),
                out,
            }),
        ),
        _ => OperationIr::BaseFloat(BaseOperationIr::Cat(CatOpIr {
            // Its other axes pass through; the last one is never the batch here.
            dim: out.shape.num_dims().saturating_sub(1),
            tensors: inputs,
            out,
        })),
    })
}
