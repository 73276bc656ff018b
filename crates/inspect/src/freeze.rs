//! One file that holds the structure of a network and its weights.
//!
//! The forward pass is recorded at several sizes of its input ([`recordings`]), so that it is known
//! what of it depends on them. Each recorded operation becomes a node of ONNX, or a few ([`lower`]:
//! numbers; [`layout`]: what moves them; [`layers`]: Burn's operations for whole layers). Some
//! operations together are one node of ONNX: an ELU, and an LSTM or GRU, which Burn records as its
//! steps ([`fused`], [`recurrent`]).

mod agree;
mod fused;
mod labels;
mod layers;
mod layout;
mod lower;
mod node;
mod recordings;
mod recurrent;
mod size;
mod write;

use burn::module::Module;

pub use labels::{InputLabel, Labels};
use recordings::Recordings;

use crate::tensors::Tensors;
use crate::{Error, Frozen, Result};

/// Freezes `model` in its testing phase; [`Frozen::save`] makes a file of it.
///
/// `forward` takes and returns any [`Tensors`]. The first axis of every input, the batch, stays open
/// unless `labels` names other axes, such as a length; the others are those of `example`. The forward
/// pass is recorded at several sizes of each open axis: the example's and the four above it, and either
/// the largest that `labels` says ([`Labels::at_most`]) or four times the example's and 33 more. A shape,
/// an index or a table of numbers that depends on them is computed in the file; where it cannot be, the
/// model is refused. Model code that takes another way only beyond the largest recorded size, or only
/// between 1 and the example's, is not seen: the example should be short, and the largest size said.
///
/// Before it is returned, the frozen network is run without the model's code, and compared with
/// Burn: on `example`, on longer ones, and with a single element along each open axis, where the
/// model takes that. In the file a value with a [`tap`](crate::tap()) has its name, and a parameter
/// its path.
///
/// # Errors
/// As [`trace`](crate::trace()), at the example's size or at another ([`Error::OtherSize`]); an
/// operation without a counterpart in ONNX, or one that depends on sizes in a way that cannot be
/// written ([`Error::NotFreezable`]); labels that do not fit ([`Error::Labels`]); results that differ
/// by more than 1e-5 of the largest number of an output ([`Error::Differs`]).
pub fn freeze<M: Module, I: Tensors + Clone, O: Tensors>(
    model: &M,
    example: &I,
    forward: impl Fn(&M, I) -> O,
    labels: &Labels,
) -> Result<Frozen> {
    let recordings = Recordings::new(model, example, &forward, labels)?;
    let trace = recordings.trace();
    if labels.outputs.len() > trace.outputs.len() {
        return Err(Error::Labels(format!(
            "there are names for {} outputs, and the model has {}",
            labels.outputs.len(),
            trace.outputs.len()
        )));
    }
    let depends = |operation: &crate::Operation| !operation.constant;
    if !trace.output_operations().flatten().any(depends) {
        return Err(Error::Export("no output is computed from the input".into()));
    }
    let frozen = Frozen::from_bytes(write::file(&recordings, labels)?)?;
    agree::compare(&frozen, model, example, &forward, &recordings.axes)?;
    Ok(frozen)
}
