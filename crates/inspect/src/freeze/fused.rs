//! Operations that together are one of ONNX.

use burn::backend::ir::{
    BaseOperationIr, CustomOpIr, FloatOperationIr, NumericOperationIr, OperationIr, ScalarIr,
    ScalarOpIr, TensorId, TensorIr,
};

use super::lower::{Found, NO_COUNTERPART};
use super::node::{Nodes, Slot};
use super::recordings::Recorded;
use super::recurrent;
use crate::{Operation, Trace};

/// An ELU.
const ELU: &str = "Elu";
/// A GELU with tanh in place of the error function.
const GELU: &str = "GeluTanh";

/// A linear layer over more than a batch of vectors.
const LINEAR: &str = "Linear";

/// Puts one operation in place of several where ONNX has one for them. The others stay where something
/// else reads them, such as a tap.
pub(super) fn recognize(trace: &mut Trace) {
    recurrent::recognize(trace);
    let mut at = 0;
    while at < trace.operations.len() {
        if let Some((count, operation)) = linear(trace, at) {
            trace.operations.splice(at..at + count, [operation]);
        }
        at += 1;
    }
    for at in 0..trace.operations.len() {
        let Some(custom) = elu(trace, at).or_else(|| gelu(trace, at)) else {
            continue;
        };
        trace.operations[at].ir = OperationIr::Custom(custom);
    }
}

/// The nodes of what was recognized.
pub(super) fn nodes(op: &CustomOpIr, recorded: Recorded<'_>) -> Found {
    match (op.id.as_str(), op.scalars.as_slice()) {
        (ELU, [alpha]) => Ok(Nodes::one("Elu", 1).float("alpha", alpha.elem())),
        (GELU, _) => Ok(Nodes::one("Gelu", 1).text("approximate", "tanh")),
        (LINEAR, _) => Ok(match op.inputs.len() {
            2 => Nodes::one("MatMul", 2),
            _ => Nodes::one("MatMul", 2).apply("Add", vec![Slot::Operand(2)]),
        }),
        _ => recurrent::nodes(op, recorded).unwrap_or_else(|| Err(NO_COUNTERPART.into())),
    }
}

/// The operations from number `at` on that are Burn's linear layer, `[..., in]` to `[..., out]`; how many
/// they are, and what stands for them.
///
/// By the number of vectors Burn decides whether to make one long batch of them or to give the weights
/// more axes, so that at another size the same layer may be recorded in the other way.
fn linear(trace: &Trace, at: usize) -> Option<(usize, Operation)> {
    let first = reshape(trace.operations.get(at)?)?;
    let next = trace.operations.get(at + 1)?;
    let OperationIr::Float(_, FloatOperationIr::Matmul(product)) = &next.ir else {
        return None;
    };
    let merged = product.lhs.id == first.1.id;
    let (x, weight) = match merged {
        true => (first.0, &product.rhs),
        false => (&product.lhs, first.0),
    };
    let (mut count, mut out) = (2, &product.out);
    let mut inputs = vec![x.clone(), weight.clone()];
    let rest = &trace.operations[at + 2..];
    if let [second, sum, ..] = rest
        && let (Some((bias, turned)), Some((lhs, rhs))) = (reshape(second), pair(sum, "Add"))
        && (lhs.id, rhs.id) == (out.id, turned.id)
        && bias.shape.as_slice() == &weight.shape[weight.shape.num_dims() - 1..]
    {
        inputs.push(bias.clone());
        out = sum.ir.outputs().next()?;
        count += 2;
    }
    if merged {
        let (folded, last) = reshape(trace.operations.get(at + count)?)?;
        (out, count) = (
            if folded.id == out.id {
                last
            } else {
                return None;
            },
            count + 1,
        );
    } else if product.rhs.id != first.1.id {
        return None;
    }
    let (sides, axes) = (x.shape.as_slice(), x.shape.num_dims());
    let &[from, to] = weight.shape.as_slice() else {
        return None;
    };
    let expected = [&sides[..axes - 1], &[to]].concat();
    if axes < 3 || sides[axes - 1] != from || out.shape.as_slice() != expected {
        return None;
    }
    let operations = &trace.operations[at..at + count];
    let results = operations
        .iter()
        .flat_map(|operation| operation.ir.outputs());
    let inside: Vec<TensorId> = results
        .map(|result| result.id)
        .filter(|id| *id != out.id)
        .collect();
    if recurrent::escapes(trace, at..at + count, |id| inside.contains(&id)) {
        return None;
    }
    let of = |operation: &Operation| operation.parameters.clone();
    let made = Operation {
        kind: LINEAR.to_owned(),
        parameters: operations.iter().flat_map(of).collect(),
        output_shape: expected,
        ir: OperationIr::Custom(CustomOpIr::new(LINEAR, &inputs, std::slice::from_ref(out))),
        ..next.clone()
    };
    Some((count, made))
}

/// What goes into a reshape of numbers and what comes out of it.
fn reshape(operation: &Operation) -> Option<(&TensorIr, &TensorIr)> {
    match &operation.ir {
        OperationIr::BaseFloat(BaseOperationIr::Reshape(op)) => Some((&op.input, &op.out)),
        _ => None,
    }
}

/// Burn's ELU: `x` where it is above 0, else `(e^x - 1) alpha`.
fn elu(trace: &Trace, at: usize) -> Option<CustomOpIr> {
    let OperationIr::BaseFloat(BaseOperationIr::MaskWhere(op)) = &trace.operations[at].ir else {
        return None;
    };
    let x = &op.tensor;
    let alpha = scalar(made(trace, op.value.id)?, "MulScalar")?;
    let less_one = scalar(made(trace, alpha.lhs.id)?, "SubScalar").filter(|op| is(op.rhs, 1.0))?;
    let OperationIr::Float(_, FloatOperationIr::Exp(exp)) = &made(trace, less_one.lhs.id)?.ir
    else {
        return None;
    };
    let below = scalar(made(trace, op.mask.id)?, "LowerEqualElem").filter(|op| is(op.rhs, 0.0))?;
    let same = exp.input.id == x.id && below.lhs.id == x.id;
    same.then(|| custom(ELU, x, &op.out, vec![alpha.rhs]))
}

/// Burn's approximate GELU: `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`.
fn gelu(trace: &Trace, at: usize) -> Option<CustomOpIr> {
    let half = scalar(&trace.operations[at], "MulScalar").filter(|op| is(op.rhs, 0.5))?;
    let (x, sum) = pair(made(trace, half.lhs.id)?, "Mul")?;
    let one = scalar(made(trace, sum.id)?, "AddScalar").filter(|op| is(op.rhs, 1.0))?;
    let OperationIr::Float(_, FloatOperationIr::Tanh(tanh)) = &made(trace, one.lhs.id)?.ir else {
        return None;
    };
    let root = (2.0 / std::f64::consts::PI).sqrt();
    let inner = scalar(made(trace, tanh.input.id)?, "MulScalar").filter(|op| is(op.rhs, root))?;
    let (again, cube) = pair(made(trace, inner.lhs.id)?, "Add")?;
    let share = scalar(made(trace, cube.id)?, "MulScalar").filter(|op| is(op.rhs, 0.044715))?;
    let power = scalar(made(trace, share.lhs.id)?, "PowiScalar").filter(|op| is(op.rhs, 3.0))?;
    let same = again.id == x.id && power.lhs.id == x.id;
    same.then(|| custom(GELU, x, &half.out, Vec::new()))
}

fn custom(id: &'static str, x: &TensorIr, out: &TensorIr, scalars: Vec<ScalarIr>) -> CustomOpIr {
    CustomOpIr::with_scalars(
        id,
        std::slice::from_ref(x),
        std::slice::from_ref(out),
        scalars,
    )
}

fn made(trace: &Trace, id: TensorId) -> Option<&Operation> {
    trace.producer(id)
}

/// An operation with a number, if it is of this kind.
fn scalar<'a>(operation: &'a Operation, kind: &str) -> Option<&'a ScalarOpIr> {
    if operation.kind != kind {
        return None;
    }
    use NumericOperationIr as Op;
    match &operation.ir {
        OperationIr::NumericFloat(
            _,
            Op::AddScalar(op)
            | Op::SubScalar(op)
            | Op::MulScalar(op)
            | Op::PowiScalar(op)
            | Op::LowerEqualElem(op),
        ) => Some(op),
        _ => None,
    }
}

/// The two operands of a sum or a product, if it is of this kind.
fn pair<'a>(operation: &'a Operation, kind: &str) -> Option<(&'a TensorIr, &'a TensorIr)> {
    if operation.kind != kind {
        return None;
    }
    match &operation.ir {
        OperationIr::NumericFloat(_, NumericOperationIr::Add(op) | NumericOperationIr::Mul(op)) => {
            Some((&op.lhs, &op.rhs))
        }
        _ => None,
    }
}

fn is(number: ScalarIr, value: f64) -> bool {
    (number.elem::<f64>() - value).abs() < 1e-6
}
