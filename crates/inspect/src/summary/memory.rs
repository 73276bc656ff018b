//! Memory of parameters and activations.

use std::collections::BTreeMap;

use burn::backend::ir::TensorId;
use serde::Serialize;

use super::Totals;
use crate::trace::Trace;

/// Bytes at the batch of a summary.
///
/// Counted from the recorded operations as if each wrote its result to new memory and freed what
/// nobody reads any more; reshapes and the like count nothing. What kernels take for themselves
/// (packed weights, columns of a convolution, pools of the allocator) comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// All parameters and running statistics.
    pub parameters: u64,
    /// Results of all operations together: what a training keeps for the backward pass at most.
    pub activations: u64,
    /// The largest sum of tensors alive at the same time in a forward pass, the input among them,
    /// the parameters not.
    pub inference_peak: u64,
    /// Estimate for a training step with Adam: parameters, a gradient and two moments for each
    /// trainable one, all activations, and the gradients of the largest operation's input and
    /// result.
    pub training: u64,
}

/// Bytes of a number; training is in 32 bits.
const NUMBER: u64 = 4;

pub(super) fn of(trace: &Trace, totals: &Totals) -> Memory {
    let parameters = trace
        .parameters
        .iter()
        .map(|parameter| parameter.bytes)
        .sum();
    let working = || {
        trace
            .operations
            .iter()
            .filter(|op| !op.constant && !op.is_view())
    };
    let input_bytes = trace.input_shape.iter().product::<usize>() as u64 * NUMBER;
    let activations = working().map(crate::Operation::output_bytes).sum();
    let read = |op: &crate::Operation| {
        let numbers = |shape: &Vec<usize>| shape.iter().product::<usize>() as u64;
        op.input_shapes.iter().map(numbers).sum::<u64>() * NUMBER
    };
    let largest = working()
        .map(|op| op.output_bytes() + read(op))
        .max()
        .unwrap_or(0);
    Memory {
        parameters,
        activations,
        inference_peak: peak(trace, input_bytes),
        training: parameters + 3 * NUMBER * totals.trainable + input_bytes + activations + largest,
    }
}

fn peak(trace: &Trace, input_bytes: u64) -> u64 {
    // A view keeps the tensor alive that it looks at: both are one piece of memory.
    let mut owner: BTreeMap<TensorId, TensorId> = BTreeMap::new();
    let mut last_read: BTreeMap<TensorId, usize> = BTreeMap::new();
    let working = || {
        trace
            .operations
            .iter()
            .enumerate()
            .filter(|(_, op)| !op.constant)
    };
    for (at, operation) in working() {
        for input in operation.ir.inputs() {
            let piece = *owner.get(&input.id).unwrap_or(&input.id);
            last_read.insert(piece, at);
            if operation.is_view() {
                owner.extend(operation.ir.outputs().map(|output| (output.id, piece)));
            }
        }
    }
    let output = *owner.get(&trace.output).unwrap_or(&trace.output);
    last_read.insert(output, usize::MAX);
    let mut alive = BTreeMap::from([(trace.input, input_bytes)]);
    let mut peak = input_bytes;
    for (at, operation) in working() {
        if !operation.is_view() {
            let results = operation.ir.outputs();
            alive.extend(results.map(|out| (out.id, crate::trace::bytes(out))));
        }
        peak = peak.max(alive.values().sum());
        alive.retain(|piece, _| last_read.get(piece).is_some_and(|&last| last > at));
    }
    peak
}
