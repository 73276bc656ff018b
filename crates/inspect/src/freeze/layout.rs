//! ONNX's nodes for what makes, moves, picks and joins numbers.

use burn::backend::ir::{BaseOperationIr, OperationIr, ScalarIr, SliceAssignOpIr, TensorIr};
use burn::backend::tensor::IndexingUpdateOp;
use burn::tensor::{DType, Slice};

use super::lower::{Found, NO_COUNTERPART, cast, scalar, whole, with_scalar};
use super::node::{Nodes, Slot, element};
use super::recordings::{Recorded, Refused};
use super::size::Size;

pub(super) fn nodes(op: &BaseOperationIr, recorded: Recorded<'_>) -> Found {
    use BaseOperationIr as Op;
    Ok(match op {
        Op::Reshape(_) => {
            let shape = Slot::Sizes(reshape(recorded)?);
            Nodes::default().then("Reshape", vec![Slot::Operand(0), shape])
        }
        Op::SwapDims(op) => {
            let mut axes: Vec<usize> = (0..op.input.shape.num_dims()).collect();
            axes.swap(op.dim1, op.dim2);
            Nodes::one("Transpose", 1).ints("perm", axes)
        }
        Op::Permute(op) => Nodes::one("Transpose", 1).ints("perm", op.axes.clone()),
        Op::Flip(op) => {
            let axes = op.axes.iter().map(|&axis| axis as i64).collect();
            let all = |value: i64| vec![value; op.axes.len()];
            let numbers = [all(-1), all(i64::MIN), axes, all(-1)];
            let numbers = numbers.map(|numbers| Slot::Integers(None, numbers));
            Nodes::default().then(
                "Slice",
                std::iter::once(Slot::Operand(0)).chain(numbers).collect(),
            )
        }
        Op::Expand(_) => {
            let shape = Slot::Sizes(expand(recorded)?);
            Nodes::default().then("Expand", vec![Slot::Operand(0), shape])
        }
        Op::RepeatDim(op) => {
            let times = recorded.across(|ir| match base(ir) {
                Some(Op::RepeatDim(op)) => vec![op.times as i64],
                _ => Vec::new(),
            });
            let mut repeats = vec![Size::Fixed(1); op.tensor.shape.num_dims()];
            repeats[op.dim] = recorded.size(&times[0])?;
            Nodes::default().then("Tile", vec![Slot::Operand(0), Slot::Sizes(repeats)])
        }
        Op::Slice(_) => part(Nodes::default(), Slot::Operand(0), &ranges(recorded)?),
        Op::SliceAssign(op) => assigned(op, &ranges(recorded)?)?,
        Op::Cat(op) => Nodes::one("Concat", op.tensors.len()).int("axis", op.dim as i64),
        Op::Select(op) => Nodes::one("Gather", 2).int("axis", op.dim as i64),
        Op::Gather(op) => Nodes::one("GatherElements", 2).int("axis", op.dim as i64),
        Op::GatherNd(op) => {
            let (nodes, indices) = wide(Nodes::default(), Slot::Operand(1), &op.indices);
            nodes.then("GatherND", vec![Slot::Operand(0), indices])
        }
        Op::Scatter(op) => Nodes::one("ScatterElements", 3)
            .int("axis", op.dim as i64)
            .text("reduction", reduction(&op.update)),
        Op::ScatterNd(op) => {
            let (nodes, indices) = wide(Nodes::default(), Slot::Operand(1), &op.indices);
            nodes
                .then(
                    "ScatterND",
                    vec![Slot::Operand(0), indices, Slot::Operand(2)],
                )
                .text("reduction", reduction(&op.reduction))
        }
        // Operands: tensor, mask, value.
        Op::MaskWhere(_) => Nodes::default().then("Where", [1, 2, 0].map(Slot::Operand).to_vec()),
        // Operands: tensor, mask.
        Op::MaskFill(op) => {
            let value = scalar(op.value, &op.tensor);
            Nodes::default().then("Where", vec![Slot::Operand(1), value, Slot::Operand(0)])
        }
        Op::Equal(_) => Nodes::one("Equal", 2),
        Op::EqualElem(op) => with_scalar("Equal", op),
        Op::NotEqual(_) => Nodes::one("Equal", 2).apply("Not", vec![]),
        Op::NotEqualElem(op) => with_scalar("Equal", op).apply("Not", vec![]),
        Op::Cast(op) => cast(&op.out)?,
        // What is left open may be anything.
        Op::Zeros(_) | Op::Empty(_) => filled(recorded, ScalarIr::Int(0))?,
        Op::Ones(_) => filled(recorded, ScalarIr::Int(1))?,
        Op::All(op) => truth(whole("ReduceMin", counted()?), &op.out)?,
        Op::Any(op) => truth(whole("ReduceMax", counted()?), &op.out)?,
        Op::AllDim(op) => truth(along("ReduceMin", op.axis)?, &op.out)?,
        Op::AnyDim(op) => truth(along("ReduceMax", op.axis)?, &op.out)?,
        Op::SelectAssign(_) | Op::Unfold(_) => return Err(NO_COUNTERPART.into()),
    })
}

fn base(ir: &OperationIr) -> Option<&BaseOperationIr> {
    match ir {
        OperationIr::BaseFloat(op) | OperationIr::BaseInt(op) | OperationIr::BaseBool(op) => {
            Some(op)
        }
        _ => None,
    }
}

/// Truth values as the integers 0 and 1: ONNX has no extremes of truth values before set 20.
fn counted() -> Found {
    Ok(Nodes::one("Cast", 1).int("to", element(DType::I32)?.into()))
}

fn along(operator: &'static str, axis: usize) -> Found {
    let nodes = counted()?.apply(operator, vec![Slot::integers([axis])]);
    Ok(nodes.int("keepdims", 1))
}

fn truth(nodes: Nodes, out: &TensorIr) -> Found {
    Ok(nodes
        .apply("Cast", vec![])
        .int("to", element(out.dtype)?.into()))
}

fn reduction(update: &IndexingUpdateOp) -> &'static str {
    match update {
        IndexingUpdateOp::Assign => "none",
        IndexingUpdateOp::Add => "add",
        IndexingUpdateOp::Mul => "mul",
        IndexingUpdateOp::Min => "min",
        IndexingUpdateOp::Max => "max",
    }
}

/// Indices as 64-bit integers, which some operators want.
fn wide(nodes: Nodes, indices: Slot, tensor: &TensorIr) -> (Nodes, Slot) {
    if tensor.dtype == DType::I64 {
        return (nodes, indices);
    }
    let nodes = nodes
        .then("Cast", vec![indices])
        .int("to", super::node::INT64.into());
    let last = nodes.last();
    (nodes, last)
}

/// A tensor of one number everywhere, with the shape of the result.
pub(super) fn filled(recorded: Recorded<'_>, value: ScalarIr) -> Found {
    let shape = recorded.sizes(&recorded.result())?;
    let out = recorded
        .ir()
        .outputs()
        .next()
        .map_or(DType::F32, |out| out.dtype);
    Nodes::default()
        .then("ConstantOfShape", vec![Slot::Sizes(shape)])
        .value(value, out)
}

/// The shape that is asked for: numbers that are always the same, 0 for a side of the operand that
/// stays where it is, -1 for one more that the runtime finds out, and formulas for the rest.
fn reshape(recorded: Recorded<'_>) -> Result<Vec<Size>, Refused> {
    let (given, asked) = (recorded.operand(0), recorded.result());
    let fixed = |values: &Vec<i64>| values.iter().all(|value| *value == values[0]);
    let mut open: Vec<usize> = (0..asked.len())
        .filter(|&axis| !fixed(&asked[axis]))
        .collect();
    let mut shape: Vec<Size> = asked.iter().map(|values| Size::Fixed(values[0])).collect();
    if open.len() > 1 {
        for &axis in open
            .iter()
            .filter(|&&axis| given.get(axis) == Some(&asked[axis]))
        {
            shape[axis] = Size::Fixed(0);
        }
        open.retain(|&axis| given.get(axis) != Some(&asked[axis]));
    }
    let rest = open.pop();
    for axis in open {
        shape[axis] = recorded.size(&asked[axis])?;
    }
    if let Some(axis) = rest {
        shape[axis] = Size::Fixed(-1);
    }
    Ok(shape)
}

/// The shape that is asked for; 1 keeps a side.
fn expand(recorded: Recorded<'_>) -> Result<Vec<Size>, Refused> {
    let (given, asked) = (recorded.operand(0), recorded.result());
    let new = asked.len() - given.len();
    let side = |(axis, values): (usize, &Vec<i64>)| match axis.checked_sub(new) {
        Some(old) if given[old] == *values && values.iter().any(|value| *value != 1) => {
            Ok(Size::Fixed(1))
        }
        _ => recorded.size(values),
    };
    asked.iter().enumerate().map(side).collect()
}

/// A part of an axis: from, to (not with it), step. Negative bounds count from the end.
struct Range {
    axis: usize,
    from: Size,
    to: Size,
    step: i64,
}

/// The parts that are taken of the axes which are not taken whole.
fn ranges(recorded: Recorded<'_>) -> Result<Vec<Range>, Refused> {
    let sides = recorded.operand(0);
    let bounds = |read: fn(&Slice, i64) -> i64| {
        recorded.across(|ir| {
            let side = |axis: usize| ir.inputs().next().map_or(0, |x| x.shape[axis] as i64);
            let ranges = match base(ir) {
                Some(BaseOperationIr::Slice(op)) => &op.ranges[..],
                Some(BaseOperationIr::SliceAssign(op)) => &op.ranges[..],
                _ => &[],
            };
            let ranges = ranges.iter().enumerate();
            ranges
                .map(|(axis, range)| read(range, side(axis)))
                .collect()
        })
    };
    let starts = bounds(|range, side| from_end(range.start, side));
    let ends = bounds(|range, side| range.end.map_or(side, |end| from_end(end, side)).min(side));
    let steps = bounds(|range, _| range.step as i64);
    let mut ranges = Vec::new();
    for (axis, ((start, end), step)) in starts.iter().zip(&ends).zip(&steps).enumerate() {
        let (side, step) = (&sides[axis], step[0]);
        let whole = start.iter().all(|start| *start == 0) && end == side;
        if whole && step == 1 {
            continue;
        }
        let bound = |values: &Vec<i64>| bound(recorded, values, side);
        let (from, to) = if step > 0 {
            (bound(start)?, bound(end)?)
        } else {
            // The same numbers in reverse: from the last one to before the first.
            let last: Vec<i64> = end.iter().map(|end| end - 1).collect();
            let before: Vec<i64> = start.iter().map(|start| start - 1).collect();
            let to = match before.iter().all(|before| *before == -1) {
                true => Size::Fixed(i64::MIN),
                false => bound(&before)?,
            };
            (bound(&last)?, to)
        };
        ranges.push(Range {
            axis,
            from,
            to,
            step,
        });
    }
    Ok(ranges)
}

fn from_end(bound: isize, side: i64) -> i64 {
    let bound = bound as i64;
    if bound < 0 { bound + side } else { bound }
}

/// A bound of a part of an axis: always the same, the end, so much before it, or a formula.
fn bound(recorded: Recorded<'_>, values: &[i64], side: &[i64]) -> Result<Size, Refused> {
    let same = |values: &[i64]| values.iter().all(|value| *value == values[0]);
    let before: Vec<i64> = values
        .iter()
        .zip(side)
        .map(|(value, side)| value - side)
        .collect();
    Ok(match before[0] {
        _ if same(values) => Size::Fixed(values[0]),
        0 if same(&before) => Size::Fixed(i64::MAX),
        distance if distance < 0 && same(&before) => Size::Fixed(distance),
        _ => recorded.size(values)?,
    })
}

/// With a node for the parts of `tensor`.
fn part(nodes: Nodes, tensor: Slot, ranges: &[Range]) -> Nodes {
    if ranges.is_empty() {
        return nodes.then("Identity", vec![tensor]);
    }
    let list = |of: fn(&Range) -> Size| Slot::Sizes(ranges.iter().map(of).collect());
    let numbers = [
        list(|range| range.from.clone()),
        list(|range| range.to.clone()),
        list(|range| Size::Fixed(range.axis as i64)),
        list(|range| Size::Fixed(range.step)),
    ];
    nodes.then("Slice", std::iter::once(tensor).chain(numbers).collect())
}

/// A tensor with a part replaced: what comes before the part, the new part, what comes after it, axis
/// by axis from the outermost.
fn assigned(op: &SliceAssignOpIr, ranges: &[Range]) -> Found {
    if ranges.iter().any(|range| range.step != 1) {
        return Err("it writes every so-many-th element of an axis".into());
    }
    let mut nodes = Nodes::default();
    // The part of the tensor in which all axes before are cut already.
    let mut inner = vec![Slot::Operand(0)];
    for range in &ranges[..ranges.len().saturating_sub(1)] {
        let whole = inner[inner.len() - 1].clone();
        nodes = part(nodes, whole, std::slice::from_ref(range));
        inner.push(nodes.last());
    }
    let mut value = Slot::Operand(1);
    for (range, around) in ranges.iter().zip(inner).rev() {
        let mut parts = Vec::new();
        if range.from != Size::Fixed(0) {
            let before = outside(range.axis, Size::Fixed(0), range.from.clone());
            nodes = part(nodes, around.clone(), &[before]);
            parts.push(nodes.last());
        }
        parts.push(value);
        let side = op.tensor.shape[range.axis] as i64;
        if range.to != Size::Fixed(i64::MAX) && range.to != Size::Fixed(side) {
            let after = outside(range.axis, range.to.clone(), Size::Fixed(i64::MAX));
            nodes = part(nodes, around, &[after]);
            parts.push(nodes.last());
        }
        nodes = nodes.then("Concat", parts).int("axis", range.axis as i64);
        value = nodes.last();
    }
    Ok(match ranges.is_empty() {
        true => nodes.then("Identity", vec![value]),
        false => nodes,
    })
}

fn outside(axis: usize, from: Size, to: Size) -> Range {
    Range {
        axis,
        from,
        to,
        step: 1,
    }
}
