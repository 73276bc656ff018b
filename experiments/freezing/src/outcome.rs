//! What a cell yields: plain numbers.

use retrace_inspect::Node;
use serde::{Deserialize, Serialize};

/// One network, trained, frozen, and run from its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The step, counted from 0, at which the training diverged; nothing was frozen then.
    pub diverged_at: Option<u64>,
    /// The frozen network.
    pub frozen: Option<FrozenNetwork>,
}

/// A frozen network beside the one it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrozenNetwork {
    /// Bytes of structure, weights and both together.
    pub sizes: Sizes,
    /// Whether structure and weights, joined again, give the bytes of the frozen file.
    pub joined_again: bool,
    /// The nodes in the frozen file.
    pub nodes: Vec<Listed>,
    /// Nodes whose name stands in the text form.
    pub named: usize,
    /// Parameters in the file, and in the model without running statistics and with them.
    pub parameters: Parameters,
    /// On the test images.
    pub agreement: Agreement,
    /// The largest difference between two passes of the model itself, in training and in testing,
    /// over the test images: what a file that still held dropout would show.
    pub phases: f64,
}

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// Of the structure alone.
    pub structure: usize,
    /// Of the weights alone.
    pub weights: usize,
    /// Of the frozen file.
    pub frozen: usize,
}

/// A node of the frozen file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// ONNX's name of the operation.
    pub operator: String,
    /// What it reads.
    pub inputs: Vec<String>,
}

impl From<Node> for Listed {
    fn from(node: Node) -> Self {
        Self {
            name: node.name,
            operator: node.operator,
            inputs: node.inputs,
        }
    }
}

/// Numbers of parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// Numbers in the file's weights.
    pub file: u64,
    /// Of the model, running statistics included.
    pub model: u64,
}

/// Original and frozen network on the same images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Images.
    pub images: usize,
    /// Largest difference of a probability on each image.
    pub differences: Vec<f64>,
    /// Share of images on which both choose the same class.
    pub same_class: f64,
    /// Share of images on which the original is right.
    pub accuracy: f64,
    /// Share of images on which the frozen network is right.
    pub frozen_accuracy: f64,
}

impl Agreement {
    /// The largest of all differences.
    pub fn largest(&self) -> f64 {
        self.differences.iter().copied().fold(0.0, f64::max)
    }
}
