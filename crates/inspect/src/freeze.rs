//! One file that holds the structure of a network and its weights.
//!
//! The forward pass is recorded at two batches, so that the exporter of `burn-onnx` can tell the
//! batch from other sizes. It writes the operations it knows. Those it does not know (leaky ReLU,
//! softmax, comparisons, transposed convolutions and more) are sent to it as a stand-in of the same
//! inputs and shapes, and the stand-in's node is replaced by ONNX's own operation afterwards: see
//! [`lower`] for the table. ONNX defines softmax as a runtime computes it, with the largest input
//! subtracted first.

mod finish;
mod lower;
mod native;

use std::cell::RefCell;
use std::collections::BTreeMap;

use burn::backend::capture::{CaptureBackend, TensorId};
use burn::backend::ir::{IrVisitorMut, OperationIr, TensorIr};
use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::Tensor;
use burn_onnx::export::{AxisSpec, InputSpec, OnnxExporter};
use burn_router::{RouterClient, RouterTensor};

use crate::trace::Numbering;
use crate::{Error, Frozen, Result, Trace, trace};
use finish::Names;
use lower::Lowered;

/// The batches recorded: two that no other side of a tensor shares by chance in both.
const BATCHES: [usize; 2] = [3, 5];
/// Largest accepted difference from the original, as a share of the largest output.
const ALLOWED: f64 = 1e-5;
/// The name of the batch axis in the file.
const BATCH: &str = "batch";

/// What a frozen file says about itself, and the names of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Name of the input.
    pub input: String,
    /// Name of the output.
    pub output: String,
    /// Anything that a later reader wants to know: what was trained, how, on what data.
    pub metadata: BTreeMap<String, String>,
}

impl Labels {
    /// The usual names of the ends, with what a later reader wants to know.
    pub fn about(metadata: &BTreeMap<String, String>) -> Self {
        Self {
            metadata: metadata.clone(),
            ..Self::default()
        }
    }
}

impl Default for Labels {
    /// `input`, `output` and no metadata.
    fn default() -> Self {
        Self {
            input: "input".into(),
            output: "output".into(),
            metadata: BTreeMap::new(),
        }
    }
}

/// Freezes `model` in its testing phase; [`Frozen::save`] makes a file of it.
///
/// The batch (axis 0) stays open, the other axes are those of `example`. Before it is returned, the
/// frozen network is run on `example`, without the model's code, and compared with Burn: on the
/// whole of it and on its first row alone. In the file a value with a [`tap`](crate::tap()) has its
/// name, and a parameter its path.
///
/// # Errors
/// As [`trace`](crate::trace()); an operation without a counterpart in ONNX
/// ([`Error::NotFreezable`]); results that differ by more than 1e-5 of the largest output
/// ([`Error::Differs`]).
pub fn freeze<M: Module, const D: usize, const E: usize>(
    model: &M,
    example: &Tensor<D>,
    forward: impl Fn(&M, Tensor<D>) -> Tensor<E>,
    labels: &Labels,
) -> Result<Frozen> {
    let record = |batch: usize| {
        let mut shape = example.dims();
        shape[0] = batch;
        let blank = Tensor::<D>::zeros(shape, &Default::default());
        let trace = trace(model, &blank, &forward)?;
        Ok::<_, Error>((blank, trace))
    };
    let (small_input, small) = record(BATCHES[0])?;
    let (large_input, large) = record(BATCHES[1])?;
    let lowered = lower::graph(&small, &large)?;
    let large_lowered = lower::graph(&large, &small)?;
    let ids = RefCell::new(None);
    let again = |_: &Identity, input: Tensor<D>| {
        let first = input.dims()[0] == BATCHES[0];
        let (trace, lowered) = if first {
            (&small, &lowered)
        } else {
            (&large, &large_lowered)
        };
        let (output, map) = send::<D, E>(trace, lowered, &input);
        if first {
            ids.replace(Some(map));
        }
        output
    };
    let mut axes = vec![AxisSpec::dynamic(BATCH)];
    axes.resize(D, AxisSpec::Static);
    let exported = OnnxExporter::new()
        .export_dynamic(
            &Identity::new(),
            small_input,
            large_input,
            &[InputSpec::new(axes)],
            again,
        )
        .map_err(|error| Error::Export(error.to_string()))?;
    let ids = ids.into_inner().unwrap_or_default();
    let names = name_values(&small, &ids, labels);
    let bytes = finish::model(exported.as_bytes(), &small, &lowered, &names, labels)?;
    let frozen = Frozen::from_bytes(bytes)?;
    agrees(&frozen, model, example, &forward)?;
    Ok(frozen)
}

/// Performs the lowered operations on the exporter's recording device; the output, and what the
/// tensors of the trace are called there.
fn send<const D: usize, const E: usize>(
    trace: &Trace,
    lowered: &[Lowered],
    input: &Tensor<D>,
) -> (Tensor<E>, BTreeMap<TensorId, TensorId>) {
    let recorded = input.clone().try_into_primitive::<CaptureBackend>();
    let input = recorded.expect("the exporter hands out tensors of its recording device");
    let client = input.client.clone();
    let mut ids = BTreeMap::from([(trace.inputs[0].id, input.id())]);
    for (&id, value) in &trace.values {
        ids.insert(id, client.register_tensor_data(value.clone()).id());
    }
    let mut output = None;
    for operation in lowered {
        let mut ir: OperationIr = operation.sent.clone();
        for out in ir.outputs() {
            ids.insert(out.id, client.create_empty_handle());
        }
        ir.visit_mut(&mut Rename(&ids));
        let made = ir
            .outputs()
            .find(|out| ids.get(&trace.outputs[0].id) == Some(&out.id));
        output = made.cloned().or(output);
        client.register_op(ir);
    }
    let output: TensorIr =
        output.expect("lowering refuses a graph that does not compute its output");
    let output = RouterTensor::new(output.id, output.shape, output.dtype, client);
    (Tensor::from_primitive::<CaptureBackend>(output), ids)
}

struct Rename<'a>(&'a BTreeMap<TensorId, TensorId>);

impl IrVisitorMut for Rename<'_> {
    fn visit_tensor_mut(&mut self, tensor: &mut TensorIr) {
        tensor.id = self.0[&tensor.id];
    }
}

/// What every value of the file is to be called instead of `tensor_17`.
fn name_values(trace: &Trace, ids: &BTreeMap<TensorId, TensorId>, labels: &Labels) -> Names {
    let mut numbering = Numbering::default();
    let mut names = Names::default();
    let mut give = |id: TensorId, name: String| {
        if let Some(exported) = ids.get(&id) {
            names.give(id, *exported, || numbering.name(&name));
        }
    };
    give(trace.inputs[0].id, labels.input.clone());
    give(trace.outputs[0].id, labels.output.clone());
    for parameter in &trace.parameters {
        give(parameter.id, parameter.path.clone());
    }
    for (tap, id) in &trace.taps {
        give(*id, tap.clone());
    }
    for operation in &trace.operations {
        for output in operation.ir.outputs() {
            give(output.id, operation.name.clone());
        }
    }
    for &id in trace.values.keys() {
        give(id, "constant".into());
    }
    names
}

/// An error if `frozen` gives other numbers than `model` for the example or its first row.
fn agrees<M: Module, const D: usize, const E: usize>(
    frozen: &Frozen,
    model: &M,
    example: &Tensor<D>,
    forward: impl Fn(&M, Tensor<D>) -> Tensor<E>,
) -> Result<()> {
    let model = model.valid();
    // The model's own device, without autodiff.
    let example = example.clone().without_autodiff();
    let whole = example.dims()[0];
    for batch in [whole, 1] {
        let input = example.clone().narrow(0, 0, batch);
        let expected = forward(&model, input.clone()).into_data();
        let found = frozen.run(&input.into_data())?;
        let difference = difference(expected.iter::<f32>(), found.iter::<f32>());
        if found.shape() != expected.shape() || difference.is_nan() || difference > ALLOWED {
            return Err(Error::Differs {
                difference,
                allowed: ALLOWED,
                batch,
            });
        }
    }
    Ok(())
}

/// Largest difference as a share of the largest expected number; NaN where only one side is.
fn difference(expected: impl Iterator<Item = f32>, found: impl Iterator<Item = f32>) -> f64 {
    let (mut largest, mut apart) = (f64::MIN_POSITIVE, 0.0_f64);
    for (expected, found) in expected.zip(found) {
        if expected.is_nan() && found.is_nan() {
            continue;
        }
        largest = largest.max(f64::from(expected).abs());
        if expected != found {
            let gap = (f64::from(expected) - f64::from(found)).abs();
            if gap.is_nan() {
                return f64::NAN;
            }
            apart = apart.max(gap);
        }
    }
    apart / largest
}
