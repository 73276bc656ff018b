//! Memory of parameters and activations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Totals;

/// Bytes at the batch of a summary.
///
/// Counted as if each operation wrote its result to new memory and freed what nobody reads any
/// more; reshapes and the like count nothing, nor does a part that is written into a tensor which
/// nobody else reads. What kernels take for themselves (packed weights, columns of a convolution, pools
/// of the allocator) comes on top; what they write over their input is saved.
///
/// By what Burn's flex back end allocates on two threads (`tests/memory.rs` counts it):
///
/// | network | `inference_peak` | `training` |
/// |---|---|---|
/// | U-Net | 0.56 | 0.98 |
/// | depthwise convolutions | 1.33 | 1.03 |
/// | LSTM of 40 steps | 0.67 | 2.11 |
/// | transformer encoder | 0.83 | 1.29 |
/// | variational autoencoder | 0.80 | 1.03 |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// result. Nothing for a frozen network.
    pub training: Option<u64>,
}

/// Bytes of a number; training is in 32 bits.
pub(crate) const NUMBER: u64 = 4;

/// What happens to memory in a forward pass. Tensors are numbers; those that nothing in here makes,
/// such as parameters, take no part.
#[derive(Debug)]
pub(crate) struct Flow {
    /// The inputs and their bytes.
    pub inputs: Vec<(u64, u64)>,
    pub outputs: Vec<u64>,
    pub steps: Vec<Step>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Step {
    pub reads: Vec<u64>,
    /// Results and their bytes.
    pub writes: Vec<(u64, u64)>,
    /// Whether its result is its input seen in another shape.
    pub view: bool,
}

impl Step {
    fn written(&self) -> u64 {
        self.writes.iter().map(|(_, bytes)| bytes).sum()
    }
}

impl Flow {
    /// With so many bytes of parameters.
    pub fn memory(&self, parameters: u64, totals: &Totals, trained: bool) -> Memory {
        let activations = self.working().map(Step::written).sum();
        let adam = 3 * NUMBER * totals.trainable;
        let training = parameters + adam + self.given() + activations + self.largest();
        Memory {
            parameters,
            activations,
            inference_peak: self.peak(),
            training: trained.then_some(training),
        }
    }

    /// Bytes of the inputs.
    fn given(&self) -> u64 {
        self.inputs.iter().map(|(_, bytes)| bytes).sum()
    }

    fn working(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.view)
    }

    /// Bytes of the operation with most to read and to write.
    fn largest(&self) -> u64 {
        let written = self
            .steps
            .iter()
            .flat_map(|step| step.writes.iter().copied());
        let size: BTreeMap<u64, u64> = written.chain(self.inputs.iter().copied()).collect();
        let read = |step: &Step| step.reads.iter().filter_map(|id| size.get(id)).sum::<u64>();
        let both = self.working().map(|step| step.written() + read(step));
        both.max().unwrap_or(0)
    }

    fn peak(&self) -> u64 {
        // A view keeps the tensor alive that it looks at: both are one piece of memory.
        let mut piece_of: BTreeMap<u64, u64> = BTreeMap::new();
        let mut last_read: BTreeMap<u64, usize> = BTreeMap::new();
        for (at, step) in self.steps.iter().enumerate() {
            for read in &step.reads {
                let piece = *piece_of.get(read).unwrap_or(read);
                last_read.insert(piece, at);
                if step.view {
                    piece_of.extend(step.writes.iter().map(|(id, _)| (*id, piece)));
                }
            }
        }
        for output in &self.outputs {
            last_read.insert(*piece_of.get(output).unwrap_or(output), usize::MAX);
        }
        let mut alive: BTreeMap<u64, u64> = self.inputs.iter().copied().collect();
        let mut peak = self.given();
        for (at, step) in self.steps.iter().enumerate() {
            if !step.view {
                alive.extend(step.writes.iter().copied());
            }
            peak = peak.max(alive.values().sum());
            alive.retain(|piece, _| last_read.get(piece).is_some_and(|&last| last > at));
        }
        peak
    }
}
