//! Running a frozen network with rten.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

use burn::tensor::TensorData;
use onnx_ir::ModelProto;
use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value, ValueView};
use rten_tensor::Tensor;
use rten_tensor::prelude::*;

use super::adapted::adapted;
use super::{Frozen, not_runnable, written};
use crate::Result;

/// One thread: the sums come out the same on any number of cores, and networks that are run side by
/// side take no cores from each other.
static POOL: LazyLock<Arc<ThreadPool>> = LazyLock::new(|| ThreadPool::with_num_threads(1).into());

impl Frozen {
    pub(super) fn run_fitting(&self, input: &TensorData) -> Result<TensorData> {
        let values: Vec<f32> = input.iter::<f32>().collect();
        let output = self.values(input.shape(), &values, &[&self.output().name])?;
        let output = output.into_iter().next();
        let output: Option<Tensor<f32>> = output.and_then(Value::into_tensor);
        let output =
            output.ok_or_else(|| not_runnable("its output has another type than it says"))?;
        Ok(TensorData::new(output.to_vec(), output.shape().to_vec()))
    }

    /// The values named `names` for an input.
    pub(super) fn values(
        &self,
        shape: &[usize],
        input: &[f32],
        names: &[&str],
    ) -> Result<Vec<Value>> {
        let find = |name: &str| self.model.node_id(name);
        let run = || {
            let names = names.iter().map(|name| find(name));
            let names = names.collect::<std::result::Result<Vec<_>, _>>()?;
            let input = ValueView::from_shape(shape, input).expect("as many numbers as it says");
            let options = RunOptions::default().with_thread_pool(Some(POOL.clone()));
            let inputs = vec![(find(&self.input().name)?, input.into())];
            self.model.run(inputs, &names, Some(options))
        };
        guarded(run, "the network cannot be run")
    }
}

/// The network as the runtime has it; an error if the graph does not hang together.
///
/// Not optimized: an optimized graph has lost values, which a summary asks for.
pub(super) fn loaded(proto: &ModelProto) -> Result<Model> {
    let bytes = written(&adapted(proto)?)?;
    // A file from anywhere may hold what the parser did not expect.
    let mut options = ModelOptions::with_all_ops();
    options.enable_optimization(false);
    guarded(|| options.load(bytes), "the network cannot be read")
}

/// The error or the panic of the runtime as a sentence.
fn guarded<T, E: Display>(
    work: impl FnOnce() -> std::result::Result<T, E>,
    what: &str,
) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(not_runnable(format!("{what}: {error}"))),
        Err(_) => Err(not_runnable(format!("{what}: the runtime gave up on it"))),
    }
}
