//! Operations on shapes.

use burn::backend::ir::SliceOpIr;

use super::super::node::{Nodes, Slot};
use super::Found;

/// A reshape, by the shapes of its result at two batches: the axis in which they differ is left to
/// the runtime.
pub(in super::super) fn reshape(shape: &[usize], other: &[usize]) -> Found {
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

pub(super) fn slice(op: &SliceOpIr, batch: Option<usize>) -> Found {
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
