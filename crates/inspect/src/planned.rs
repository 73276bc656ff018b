//! A network whose size is looked at before anything runs.

use std::fmt;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::error::{Error, Result};
use crate::summary::Summary;
use crate::trace::{Trace, trace};

/// A network and the shape of its examples, to be summarized for any batch.
///
/// ```
/// use burn::nn::{Linear, LinearConfig};
/// use burn::tensor::{Device, Tensor};
/// use retrace_inspect::Planned;
///
/// let layer = LinearConfig::new(4, 3).init(&Device::flex());
/// let planned = Planned::new(layer, &[4], |layer: &Linear, x: Tensor<2>| layer.forward(x));
/// assert_eq!(planned.parameters(), 4 * 3 + 3);
/// assert_eq!(planned.summary(256)?.input_shape, [256, 4]);
/// # Ok::<(), retrace_inspect::Error>(())
/// ```
pub struct Planned {
    parameters: u64,
    trace: Box<dyn Fn(usize) -> Result<Trace>>,
}

impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Planned({} parameters)", self.parameters)
    }
}

impl Planned {
    /// `model` with the shape of one example: without the batch, so of one axis fewer than the tensor
    /// that `forward` takes.
    pub fn new<M: Module + 'static, const D: usize, const E: usize>(
        model: M,
        example: &[usize],
        forward: impl Fn(&M, Tensor<D>) -> Tensor<E> + 'static,
    ) -> Self {
        let example = example.to_vec();
        let parameters = model.num_params() as u64;
        let trace = move |batch: usize| {
            let sides: Vec<usize> = std::iter::once(batch).chain(example.clone()).collect();
            let shape: [usize; D] = sides.as_slice().try_into().map_err(|_| Error::Shape {
                expected: format!("{D} axes with the batch"),
                found: format!("{}", sides.len()),
            })?;
            let blank = Tensor::<D>::zeros(shape, &Device::flex());
            trace(&model, &blank, &forward)
        };
        Self {
            parameters,
            trace: Box::new(trace),
        }
    }

    /// Parameters and running statistics, by Burn's own count.
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// What it is made of, for a batch of so many examples; nothing is computed.
    ///
    /// # Errors
    /// As [`trace`](crate::trace()); an example of another number of axes than `forward` takes.
    pub fn summary(&self, batch: usize) -> Result<Summary> {
        Ok((self.trace)(batch)?.summary())
    }
}
