//! Recording a forward pass, and running the record again.

mod failure;
mod operation;
mod parameter;

use std::collections::BTreeMap;

use burn::backend::flex::FlexDevice;
use burn::backend::ir::{IrVisitorMut, OperationIr, TensorId, TensorIr, TensorStatus};
use burn::backend::{Flex, TensorData};
use burn::module::Module;
use burn::tensor::{DType, Device};
use burn_router::TensorInterpreter;

pub use failure::Failure;
pub(crate) use failure::quietly;
pub use operation::Operation;
pub(crate) use operation::{Numbering, bytes, snake_case};
pub use parameter::Parameter;

use crate::error::unknown_name;
use crate::summary::{Row, shape};
use crate::tap::{tapped, unique};
use crate::tensors::{Tensors, blank, data, recorded};
use crate::{Error, Result};

/// A recorded forward pass: every operation, with its shapes and the parameters it reads.
///
/// Made by [`trace`](crate::trace()).
#[derive(Debug, Clone)]
pub struct Trace {
    pub(crate) inputs: Vec<TensorIr>,
    pub(crate) outputs: Vec<TensorIr>,
    /// Values of parameters and constants. The inputs' are not kept.
    pub(crate) values: BTreeMap<TensorId, TensorData>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) taps: Vec<(String, TensorId)>,
}

/// Records one forward pass of `model` in its testing phase without computing anything.
///
/// The model is put on Burn's recording device as [`Module::valid`] leaves it, so dropout and the
/// like are gone, and the original is not touched. `input` only lends its shapes and types: one
/// tensor, `[batch, ...]`, or any [`Tensors`]. `forward` returns any of them, too.
///
/// # Errors
/// A forward pass that panics, for example over the shape of `input` ([`Error::Forward`], with the
/// summary up to there; nothing is printed); two taps of one name ([`Error::DuplicateTap`]); a graph
/// that Burn cannot record, such as one whose output is not on the device of its input
/// ([`Error::Capture`]).
pub fn trace<M: Module, I: Tensors + Clone, O: Tensors>(
    model: &M,
    input: &I,
    forward: impl FnOnce(&M, I) -> O,
) -> Result<Trace> {
    let model = model.valid();
    let trainable = parameter::trainable(&model);
    let device = Device::capture();
    let mut found = Err(Error::Capture("the forward pass was not run".into()));
    let record = |scope: burn::tensor::CaptureScope| {
        found = (|| {
            let model = model.to_device(&device);
            let parameters = parameter::of(&model, &trainable)?;
            let (input, inputs) = blank(input.clone(), &device)?;
            let (outcome, taps) = tapped(|| quietly(|| forward(&model, input)));
            let outcome = match outcome {
                Ok(output) => Ok(recorded(output)?.1),
                Err(cause) => Err(panic_text(cause.as_ref())),
            };
            Ok((inputs, outcome, parameters, taps))
        })();
        let inputs = found.as_ref().map_or(&[][..], |(inputs, ..)| inputs);
        // Outputs are known to the trace; Burn would refuse one that the forward pass reads again.
        scope.complete(inputs.iter().map(|input| input.id), [])
    };
    let captured = device.capture_scope(record);
    let (inputs, outcome, mut parameters, taps) = found?;
    let captured = captured.map_err(|error| Error::Capture(error.to_string()))?;
    let mut values = captured.values;
    parameter::join_shared(&mut parameters, &values);
    for input in &inputs {
        values.remove(&input.id);
    }
    let operations = operation::list(captured.graph.operations, &inputs, &parameters);
    let mut trace = Trace {
        inputs,
        outputs: Vec::new(),
        values,
        operations,
        parameters,
        taps,
    };
    match outcome {
        Ok(outputs) => {
            unique(trace.taps())?;
            trace.outputs = outputs;
            Ok(trace)
        }
        Err(message) => Err(Error::Forward(Box::new(Failure::new(&trace, &message)))),
    }
}

fn panic_text(cause: &(dyn std::any::Any + Send)) -> String {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}

impl Trace {
    /// Shape of the (first) input, batch first.
    pub fn input_shape(&self) -> &[usize] {
        self.input_shapes().next().unwrap_or_default()
    }

    /// Shape of the (first) output.
    pub fn output_shape(&self) -> &[usize] {
        self.output_shapes().next().unwrap_or_default()
    }

    /// Shapes of all inputs, in the order of their [`Tensors`].
    pub fn input_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.inputs.iter().map(|input| input.shape.as_slice())
    }

    /// Shapes of all outputs, in the order of their [`Tensors`].
    pub fn output_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.outputs.iter().map(|output| output.shape.as_slice())
    }

    /// The operations that make the outputs; `None` for an output that is an input or a parameter.
    pub fn output_operations(&self) -> impl Iterator<Item = Option<&Operation>> {
        self.outputs.iter().map(|output| self.producer(output.id))
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

    /// The tensor behind the name of a tap, of an operation, of an input, or of a layer of the
    /// summary, which stands for the last operation of that layer.
    fn named(&self, name: &str) -> Result<TensorId> {
        let taps = self.taps.iter().map(|(tap, id)| (tap.clone(), *id));
        let operations = self.operations.iter();
        let operations = operations.filter_map(|op| Some((op.name.clone(), op.result()?)));
        let layers = self.layers().into_iter();
        let layers = layers.map(|layer| (layer.name, layer.result));
        let known: Vec<_> = taps
            .chain(operations)
            .chain(self.named_inputs())
            .chain(layers)
            .collect();
        let found = known.iter().find(|(other, _)| other == name);
        let names = known.iter().map(|(other, _)| other.as_str());
        found
            .map(|(_, id)| *id)
            .ok_or_else(|| unknown_name(name, names))
    }

    /// `input`, `input_2` and so on.
    pub(crate) fn named_inputs(&self) -> impl Iterator<Item = (String, TensorId)> {
        let mut numbering = Numbering::default();
        let ids = self.inputs.iter().map(|input| input.id);
        ids.map(move |id| (numbering.name("input"), id))
    }

    /// The last tap that was passed before operation number `at` was done.
    #[cfg(feature = "run")]
    pub(crate) fn tap_before(&self, at: usize) -> Option<String> {
        let done: std::collections::BTreeSet<TensorId> = self.operations[..at]
            .iter()
            .flat_map(|operation| operation.ir.outputs().map(|out| out.id))
            .chain(self.inputs.iter().map(|input| input.id))
            .collect();
        let passed = self.taps.iter().rev().find(|(_, id)| done.contains(id));
        passed.map(|(name, _)| name.clone())
    }

    /// The values of `places` for new input, in the order asked for: names of taps, of operations
    /// or of layers of the summary, which stand for their last operation; or a [`Row`] of the
    /// summary or an [`Operation`] themselves, which cannot be mistaken for another of that name.
    /// Of taps, operations and layers of one name, the first in this order is taken.
    ///
    /// The recorded graph is run again on the CPU (Burn's flex back end) with the parameters of the
    /// recorded model. For a model of Burn's own layers the values have the bits of a direct
    /// forward pass of `model.valid()` on that device. A layer with kernels of its own that records
    /// itself as Burn's, such as the workspace's convolution, is run by Burn's kernels here, and
    /// agrees to rounding; [`record`](crate::record()) has the bits of every model, for taps.
    ///
    /// # Errors
    /// A name that does not exist ([`Error::UnknownName`]); an input of another shape or type than
    /// the recorded one ([`Error::Shape`]): reshapes in a recorded graph are fixed.
    pub fn values<P: Place>(&self, input: impl Tensors, places: &[P]) -> Result<Vec<TensorData>> {
        let wanted: Vec<TensorId> = places
            .iter()
            .map(|place| place.tensor(self))
            .collect::<Result<_>>()?;
        self.computed(input, &wanted)
    }

    /// The values of the outputs for new input, run again like [`values`](Self::values).
    ///
    /// # Errors
    /// An input of another shape or type than the recorded one ([`Error::Shape`]).
    pub fn outputs(&self, input: impl Tensors) -> Result<Vec<TensorData>> {
        let wanted: Vec<TensorId> = self.outputs.iter().map(|output| output.id).collect();
        self.computed(input, &wanted)
    }

    fn computed(&self, input: impl Tensors, wanted: &[TensorId]) -> Result<Vec<TensorData>> {
        let (_, given) = data(input);
        self.fits(&given)?;
        let mut interpreter = TensorInterpreter::<Flex>::new(FlexDevice);
        let mut irs: BTreeMap<TensorId, TensorIr> = BTreeMap::new();
        for (input, given) in self.inputs.iter().zip(given) {
            irs.insert(input.id, input.clone());
            interpreter.register_tensor_data_id(input.id, given);
        }
        for (&id, value) in &self.values {
            interpreter.register_tensor_data_id(id, value.clone());
        }
        let known = self.values.iter();
        irs.extend(known.map(|(&id, value)| {
            let ir = TensorIr::uninit(id, value.shape().clone(), value.dtype());
            (id, ir)
        }));
        for operation in self.needed(wanted) {
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

    /// An error unless the inputs have the recorded shapes and types.
    fn fits(&self, given: &[TensorData]) -> Result<()> {
        let expected: Vec<_> = self
            .inputs
            .iter()
            .map(|x| (x.shape.as_slice(), x.dtype))
            .collect();
        let found: Vec<_> = given
            .iter()
            .map(|x| (x.shape().as_slice(), x.dtype()))
            .collect();
        if expected == found {
            return Ok(());
        }
        let same_shapes = expected.iter().map(|x| x.0).eq(found.iter().map(|x| x.0));
        let text = |inputs: &[(&[usize], DType)]| {
            let inputs = inputs.iter().map(|(sides, dtype)| match same_shapes {
                true => format!("{} of {dtype:?}", shape(sides)),
                false => shape(sides),
            });
            inputs.collect::<Vec<_>>().join(", ")
        };
        Err(Error::Shape {
            expected: text(&expected),
            found: text(&found),
        })
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

/// Something of a trace that has values: the name of a tap, an operation or a layer, or one of them
/// itself.
pub trait Place {
    /// Its number in the trace.
    #[doc(hidden)]
    fn tensor(&self, trace: &Trace) -> Result<TensorId>;
}

impl Place for str {
    fn tensor(&self, trace: &Trace) -> Result<TensorId> {
        trace.named(self)
    }
}

impl Place for String {
    fn tensor(&self, trace: &Trace) -> Result<TensorId> {
        trace.named(self)
    }
}

impl Place for Operation {
    fn tensor(&self, trace: &Trace) -> Result<TensorId> {
        let result = self.result().filter(|id| trace.producer(*id).is_some());
        result.ok_or_else(|| {
            unknown_name(
                &self.name,
                trace.operations.iter().map(|op| op.name.as_str()),
            )
        })
    }
}

/// A row is known by its operations, whose names are unique.
impl Place for Row {
    fn tensor(&self, trace: &Trace) -> Result<TensorId> {
        let operations = trace.operations.iter();
        let operations = operations.filter_map(|op| Some((op.name.clone(), op.result()?)));
        let known: Vec<_> = operations.chain(trace.named_inputs()).collect();
        let last = self.operations.last();
        let found = known.iter().find(|(name, _)| Some(name) == last);
        found
            .map(|(_, id)| *id)
            .ok_or_else(|| unknown_name(&self.layer, known.iter().map(|(name, _)| name.as_str())))
    }
}

impl<P: Place + ?Sized> Place for &P {
    fn tensor(&self, trace: &Trace) -> Result<TensorId> {
        (*self).tensor(trace)
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
