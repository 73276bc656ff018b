//! Values of any operation, by running the recorded graph again.

use std::collections::BTreeMap;

use burn::backend::Flex;
use burn::backend::TensorData;
use burn::backend::flex::FlexDevice;
use burn::backend::ir::{IrVisitorMut, OperationIr, TensorId, TensorIr, TensorStatus};
use burn::tensor::Tensor;
use burn_router::TensorInterpreter;

use crate::summary::shape;
use crate::{Error, Result, Trace};

impl Trace {
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
}

impl Trace {
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
