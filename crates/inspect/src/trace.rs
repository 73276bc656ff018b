//! Recording a forward pass.

mod operation;
mod parameter;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::backend::TensorData;
use burn::backend::ir::{OperationIr, TensorId};
use burn::module::Module;
use burn::tensor::{Device, Tensor};

pub use operation::Operation;
pub(crate) use operation::bytes;
pub use parameter::Parameter;

use crate::names::closest;
use crate::tap::{recorded_id, tapped, unique};
use crate::{Error, Result};

/// A recorded forward pass: every operation, with its shapes and the parameters it reads.
///
/// Made by [`trace`](crate::trace()).
#[derive(Debug, Clone)]
pub struct Trace {
    pub(crate) input: TensorId,
    pub(crate) output: TensorId,
    pub(crate) input_shape: Vec<usize>,
    /// Values of parameters and constants. The input's are not kept.
    pub(crate) values: BTreeMap<TensorId, TensorData>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) taps: Vec<(String, TensorId)>,
}

/// Records one forward pass of `model` in its testing phase without computing anything.
///
/// The model is put on Burn's recording device as [`Module::valid`] leaves it, so dropout and the
/// like are gone, and the original is not touched. `input` only lends its shape: `[batch, ...]`.
/// `forward` must take and return one tensor of floating-point numbers.
///
/// # Errors
/// A forward pass that panics, for example over the shape of `input` ([`Error::Forward`]); two taps
/// of one name ([`Error::DuplicateTap`]); a graph that Burn cannot record ([`Error::Capture`]).
pub fn trace<M: Module, const D: usize, const E: usize>(
    model: &M,
    input: &Tensor<D>,
    forward: impl FnOnce(&M, Tensor<D>) -> Tensor<E>,
) -> Result<Trace> {
    let model = model.valid();
    let trainable = parameter::trainable(&model);
    let shape = input.dims();
    let device = Device::capture();
    let mut found = Err(Error::Capture("the forward pass was not run".into()));
    let record = |scope: burn::tensor::CaptureScope| {
        found = (|| {
            let model = model.to_device(&device);
            let parameters = parameter::of(&model, &trainable)?;
            let input = Tensor::<D>::zeros(shape, &Device::flex()).to_device(&device);
            let input_id = recorded_id(&input)?;
            let run = || tapped(|| forward(&model, input));
            let (output, taps) = catch_unwind(AssertUnwindSafe(run))
                .map_err(|cause| forward_panicked(cause.as_ref()))?;
            unique(taps.iter().map(|(name, _)| name.as_str()))?;
            Ok((input_id, recorded_id(&output)?, parameters, taps))
        })();
        match &found {
            Ok((input, output, ..)) => scope.complete([*input], [*output]),
            Err(_) => scope.complete([], []),
        }
    };
    let captured = device.capture_scope(record);
    let (input, output, parameters, taps) = found?;
    let captured = captured.map_err(|error| Error::Capture(error.to_string()))?;
    let mut values = captured.values;
    values.remove(&input);
    let operations = operation::list(captured.graph.operations, input, &parameters);
    Ok(Trace {
        input,
        output,
        input_shape: shape.to_vec(),
        values,
        operations,
        parameters,
        taps,
    })
}

fn forward_panicked(cause: &(dyn std::any::Any + Send)) -> Error {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
    let text = text.unwrap_or("it panicked").trim();
    Error::Forward(text.lines().collect::<Vec<_>>().join(" "))
}

impl Trace {
    /// Shape of the input, batch first.
    pub fn input_shape(&self) -> &[usize] {
        &self.input_shape
    }

    /// Shape of the output.
    pub fn output_shape(&self) -> &[usize] {
        let made = self.producer(self.output);
        made.map_or(&self.input_shape, |operation| &operation.output_shape)
    }

    /// The operations in the order of the forward pass.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The model's parameters and running statistics, also those that the forward pass leaves out.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The names of the taps in the order they were passed.
    pub fn taps(&self) -> impl Iterator<Item = &str> {
        self.taps.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn producer(&self, id: TensorId) -> Option<&Operation> {
        let made = |operation: &&Operation| operation.ir.outputs().any(|out| out.id == id);
        self.operations.iter().find(made)
    }

    /// The tensor behind the name of a tap, of an operation, or of a layer of the summary, which
    /// stands for the last operation of that layer.
    pub(crate) fn tensor(&self, name: &str) -> Result<TensorId> {
        let taps = self.taps.iter().map(|(tap, id)| (tap.clone(), *id));
        let operations = self.operations.iter().filter_map(|operation| {
            Some((operation.name.clone(), operation.ir.outputs().next()?.id))
        });
        let layers = self.layers().into_iter().filter_map(|layer| {
            let last = &self.operations[*layer.operations.last()?];
            Some((layer.name, last.ir.outputs().next()?.id))
        });
        let known: Vec<_> = taps.chain(operations).chain(layers).collect();
        let found = known.iter().find(|(other, _)| other == name);
        found.map(|(_, id)| *id).ok_or_else(|| Error::UnknownName {
            name: name.to_owned(),
            nearest: closest(name, known.iter().map(|(other, _)| other.as_str())),
        })
    }

    /// The last tap that was passed before operation number `at` was done.
    pub(crate) fn tap_before(&self, at: usize) -> Option<String> {
        let done: BTreeSet<TensorId> = self.operations[..at]
            .iter()
            .flat_map(|operation| operation.ir.outputs().map(|out| out.id))
            .chain([self.input])
            .collect();
        let passed = self.taps.iter().rev().find(|(_, id)| done.contains(id));
        passed.map(|(name, _)| name.clone())
    }
}

/// Whether an operation only registers a value.
pub(crate) fn is_value(ir: &OperationIr) -> bool {
    matches!(ir, OperationIr::Init(_))
}
