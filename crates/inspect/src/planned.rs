//! A network whose size is looked at before anything runs.

use std::fmt;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::error::{Error, Result};
use crate::summary::Summary;
use crate::tensors::Tensors;
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
    pub fn new<M: Module + 'static, const D: usize, O: Tensors>(
        model: M,
        example: &[usize],
        forward: impl Fn(&M, Tensor<D>) -> O + 'static,
    ) -> Self {
        let example = example.to_vec();
        let input = move |batch: usize| {
            let sides: Vec<usize> = std::iter::once(batch).chain(example.clone()).collect();
            let shape: [usize; D] = sides.as_slice().try_into().map_err(|_| Error::Shape {
                expected: format!("{D} axes with the batch"),
                found: format!("{}", sides.len()),
            })?;
            Ok(Tensor::<D>::zeros(shape, &Device::flex()))
        };
        Self::with(model, input, forward)
    }

    /// `model` with what it takes for a batch of so many examples: any [`Tensors`], of which only the
    /// shapes and types matter.
    ///
    /// ```
    /// use burn::nn::{Embedding, EmbeddingConfig};
    /// use burn::tensor::{Device, Int, Tensor};
    /// use retrace_inspect::Planned;
    ///
    /// let words = |batch| Ok(Tensor::<2, Int>::zeros([batch, 7], &Device::flex()));
    /// let layer = EmbeddingConfig::new(100, 16).init(&Device::flex());
    /// let planned = Planned::with(layer, words, |layer: &Embedding, x| layer.forward(x));
    /// assert_eq!(planned.summary(2)?.rows[0].output_shape, [2, 7, 16]);
    /// # Ok::<(), retrace_inspect::Error>(())
    /// ```
    pub fn with<M: Module + 'static, I: Tensors + Clone, O: Tensors>(
        model: M,
        input: impl Fn(usize) -> Result<I> + 'static,
        forward: impl Fn(&M, I) -> O + 'static,
    ) -> Self {
        Self {
            parameters: model.num_params() as u64,
            trace: Box::new(move |batch| trace(&model, &input(batch)?, &forward)),
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
