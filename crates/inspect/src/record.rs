//! Values of taps in a direct forward pass.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};

use crate::names::closest;
use crate::tap::{unique, watched};
use crate::{Error, Result};

/// The values of `taps` in a direct forward pass of `model`, in the order asked for.
///
/// They are the tensors that the forward pass computed, on its own device and by its own kernels,
/// so they are what a training would see, to the last bit. The model is used as it is: with
/// autodiff it is in its training phase (dropout erases, batch normalization uses the batch), and
/// `model.valid()` is in its testing phase.
///
/// # Errors
/// A tap that was not passed ([`Error::UnknownName`]), one passed twice ([`Error::DuplicateTap`]).
pub fn record<M: Module, const D: usize, T>(
    model: &M,
    input: Tensor<D>,
    forward: impl FnOnce(&M, Tensor<D>) -> T,
    taps: &[&str],
) -> Result<Vec<TensorData>> {
    let (_, watched) = watched(taps, || forward(model, input));
    unique(watched.seen.iter().map(String::as_str))?;
    let value = |tap: &&str| {
        let found = watched.values.iter().find(|(name, _)| name == tap);
        found
            .map(|(_, value)| value.clone())
            .ok_or_else(|| Error::UnknownName {
                name: (*tap).to_owned(),
                nearest: closest(tap, watched.seen.iter().map(String::as_str)),
            })
    };
    taps.iter().map(value).collect()
}
