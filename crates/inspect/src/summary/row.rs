//! Rows of a summary and their sums.

use serde::{Deserialize, Serialize};

/// A layer: an operation with parameters or one that changes the shape, and what works on its
/// result element by element, such as its activation function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Path of the module whose parameters it reads (`blocks.0.conv`), else its kind, numbered.
    pub layer: String,
    /// Its operations: `Conv2d + Relu`.
    pub kind: String,
    /// Shapes of what it reads from other layers or from the network's input.
    pub input_shapes: Vec<Vec<usize>>,
    /// Shape of its result, batch first. Empty for a module that the forward pass leaves out.
    pub output_shape: Vec<usize>,
    /// Parameters that training changes; one that several layers read counts in the first.
    pub trainable: u64,
    /// Running statistics and frozen parameters.
    pub fixed: u64,
    /// Products that are added up in convolutions, matrix products and linear layers.
    pub multiply_adds: u64,
    /// Bytes of all its results at this batch.
    pub activation_bytes: u64,
    /// Names of its operations, for [`Trace::values`](crate::Trace::values).
    pub operations: Vec<String>,
    /// Indices of the rows that it reads.
    pub from: Vec<usize>,
    /// Whether it reads the network's input.
    pub reads_input: bool,
}

impl Row {
    /// Trainable and fixed together.
    pub fn parameters(&self) -> u64 {
        self.trainable + self.fixed
    }

    /// Whether the forward pass leaves it out.
    pub fn is_unused(&self) -> bool {
        self.operations.is_empty()
    }
}

/// Sums over a summary's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All parameters.
    pub parameters: u64,
    /// Those that training changes.
    pub trainable: u64,
    /// The others.
    pub fixed: u64,
    /// Products of one forward pass of the batch.
    pub multiply_adds: u64,
}

/// The sums over some rows.
pub(crate) fn totals(rows: &[Row]) -> Totals {
    let mut totals = Totals::default();
    for row in rows {
        totals.trainable += row.trainable;
        totals.fixed += row.fixed;
        totals.multiply_adds += row.multiply_adds;
    }
    totals.parameters = totals.trainable + totals.fixed;
    totals
}
