//! Recording a forward pass, and running the record again.

mod operation;
mod parameter;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use burn::backend::flex::FlexDevice;
use burn::backend::ir::{IrVisitorMut, OperationIr, TensorId, TensorIr, TensorStatus};
use burn::backend::{Flex, TensorData};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use burn_router::TensorInterpreter;

pub use operation::Operation;
pub(crate) use operation::{Numbering, bytes, snake_case};
pub use parameter::Parameter;

use crate::error::unknown_name;
use crate::summary::shape;
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
        let names = known.iter().map(|(other, _)| other.as_str());
        found
            .map(|(_, id)| *id)
            .ok_or_else(|| unknown_name(name, names))
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

    /// The values behind `names` for new input, in the order asked for: taps, operations, or layers
    /// of the summary, which stand for their last operation.
    ///
    /// The recorded graph is run again on the CPU (Burn's flex back end) with the parameters of the
    /// recorded model. For a model of Burn's own layers the values have the bits of a direct
    /// forward pass of `model.valid()` on that device. A layer with kernels of its own that records
    /// itself as Burn's, such as the workspace's convolution, is run by Burn's kernels here, and
    /// agrees to rounding; [`record`](crate::record()) has the bits of every model, for taps.
    ///
    /// # Errors
    /// A name that does not exist ([`Error::UnknownName`]); an input of another shape than the
    /// recorded one ([`Error::Shape`]): reshapes in a recorded graph are fixed.
    pub fn values<const D: usize>(
        &self,
        input: Tensor<D>,
        names: &[&str],
    ) -> Result<Vec<TensorData>> {
        let wanted: Vec<TensorId> = names
            .iter()
            .map(|name| self.tensor(name))
            .collect::<Result<_>>()?;
        if input.dims().as_slice() != self.input_shape {
            return Err(Error::Shape {
                expected: shape(&self.input_shape),
                found: shape(&input.dims()),
            });
        }
        let mut interpreter = TensorInterpreter::<Flex>::new(FlexDevice);
        let input = input.into_data();
        let input_ir = TensorIr::uninit(self.input, input.shape().clone(), input.dtype());
        interpreter.register_tensor_data_id(self.input, input);
        for (&id, value) in &self.values {
            interpreter.register_tensor_data_id(id, value.clone());
        }
        let known = self.values.iter().map(|(&id, value)| {
            (
                id,
                TensorIr::uninit(id, value.shape().clone(), value.dtype()),
            )
        });
        let mut irs: BTreeMap<TensorId, TensorIr> = known.collect();
        irs.insert(self.input, input_ir);
        for operation in self.needed(&wanted) {
            let mut ir = operation;
            ir.visit_mut(&mut KeepInputs);
            irs.extend(ir.outputs().map(|out| (out.id, out.clone())));
            interpreter.register_op(ir);
        }
        let read = |id: &TensorId| {
            let ir = irs.get(id).cloned();
            let ir = ir.ok_or_else(|| Error::Capture("a wanted tensor is not computed".into()))?;
            let ir = TensorIr {
                status: TensorStatus::ReadOnly,
                ..ir
            };
            let read = interpreter.read_tensor_async(ir);
            burn::backend::try_read_sync(read)
                .ok_or_else(|| Error::Capture("a tensor could not be read".into()))?
                .map_err(|error| Error::Capture(error.to_string()))
        };
        wanted.iter().map(read).collect()
    }

    /// The recorded operations up to the last one wanted.
    fn needed(&self, wanted: &[TensorId]) -> Vec<OperationIr> {
        let makes = |ir: &OperationIr| ir.outputs().any(|out| wanted.contains(&out.id));
        let last = self
            .operations
            .iter()
            .rposition(|operation| makes(&operation.ir));
        let needed = &self.operations[..last.map_or(0, |last| last + 1)];
        needed
            .iter()
            .map(|operation| operation.ir.clone())
            .collect()
    }
}

/// A recorded operation may say that it is the last to read a tensor, which then would be gone
/// before it can be shown.
struct KeepInputs;

impl IrVisitorMut for KeepInputs {
    fn visit_tensor_mut(&mut self, tensor: &mut TensorIr) {
        if tensor.status == TensorStatus::ReadWrite {
            tensor.status = TensorStatus::ReadOnly;
        }
    }
}
