//! Activation functions.

use std::f64::consts::SQRT_2;

use burn::backend::DType;
use burn::backend::ir::{ActivationOperationIr, ScalarIr};

use super::super::node::{Nodes, Slot};
use super::{Found, NO_COUNTERPART};

pub(super) fn nodes(op: &ActivationOperationIr) -> Found {
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
