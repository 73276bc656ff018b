//! Running a frozen network with tract.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use burn::tensor::TensorData;
use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::*;

use super::{Frozen, not_runnable};
use crate::Result;

/// A network prepared for one shape of input.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    shape: Vec<usize>,
    runnable: Arc<TypedRunnableModel>,
}

impl Frozen {
    pub(super) fn run_planned(&self, input: &TensorData) -> Result<TensorData> {
        let plan = self.plan_for(input.shape())?;
        let values: Vec<f32> = input.iter::<f32>().collect();
        let run = || {
            let tensor = Tensor::from_shape(input.shape(), &values)?;
            let outputs = plan.runnable.run(tvec!(tensor.into()))?;
            let output = outputs.into_iter().next();
            let output = output
                .ok_or_else(|| TractError::msg("no output came out"))?
                .into_tensor();
            let output = output.cast_to::<f32>()?;
            Ok(TensorData::new(
                output.try_as_plain_ram()?.as_slice::<f32>()?.to_vec(),
                output.shape().to_vec(),
            ))
        };
        guarded(run, "the network cannot be run")
    }

    fn plan_for(&self, shape: &[usize]) -> Result<Plan> {
        let mut kept = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = kept.as_ref().filter(|plan| plan.shape == shape) {
            return Ok(plan.clone());
        }
        let mut model = self.model.clone();
        let prepare = || {
            model.set_input_fact(0, f32::fact(shape).into())?;
            model.into_optimized()?.into_runnable()
        };
        let runnable = guarded(prepare, "the network cannot be run here")?;
        let plan = Plan {
            shape: shape.to_vec(),
            runnable,
        };
        *kept = Some(plan.clone());
        Ok(plan)
    }
}

/// The network as the runtime has it; an error if the graph does not hang together.
pub(super) fn parsed(proto: &ModelProto) -> Result<InferenceModel> {
    // A file from anywhere may hold what the parser did not expect.
    let parse = || tract_onnx::onnx().model_for_proto_model(proto);
    guarded(parse, "the network cannot be read")
}

/// The error or the panic of the runtime as a sentence.
pub(super) fn guarded<T>(work: impl FnOnce() -> TractResult<T>, what: &str) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(not_runnable(format!("{what}: {error:#}"))),
        Err(_) => Err(not_runnable(format!("{what}: the runtime gave up on it"))),
    }
}
