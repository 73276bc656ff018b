//! The table of layers.

use burn::tensor::{Device, Tensor};
use retrace_data::DIGIT_SIDE;
use retrace_inspect::{Row, Summary, trace};
use retrace_lab::{Cell, Result};

use super::{drawn, unseen};
use crate::network::{Network, NetworkConfig};
use crate::outcome::{Layer, Structure};

pub(super) fn run(cell: &Cell<'_>) -> Result<Structure> {
    let network = drawn(cell, |device| NetworkConfig::keras().init(device))?;
    let input = Tensor::<4>::zeros([1, 1, DIGIT_SIDE, DIGIT_SIDE], &Device::flex());
    let trace = trace(&network, &input, Network::forward).map_err(unseen)?;
    Ok(of(&trace.summary()))
}

fn of(summary: &Summary) -> Structure {
    let totals = &summary.totals;
    Structure {
        layers: summary.rows.iter().map(layer).collect(),
        trainable: totals.trainable,
        fixed: totals.fixed,
        multiply_adds: totals.multiply_adds,
    }
}

fn layer(row: &Row) -> Layer {
    let without_batch = |shape: &Vec<usize>| shape.iter().skip(1).copied().collect();
    Layer {
        name: row.layer.clone(),
        kind: row.kind.clone(),
        input: row
            .input_shapes
            .first()
            .map_or_else(Vec::new, without_batch),
        output: without_batch(&row.output_shape),
        parameters: row.parameters(),
        multiply_adds: row.multiply_adds,
    }
}
