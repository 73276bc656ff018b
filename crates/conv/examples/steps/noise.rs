//! Numbers that look random and that the PyTorch script makes, too, bit for bit.
//!
//! With them for weights and data both sides must see the same losses.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

/// Number `index` of a stream, between -1 and 1: a multiplicative hash of 32 bits.
pub fn noise(stream: usize, index: usize) -> f64 {
    let hash = (index + 1_000_003 * stream) as u32;
    let hash = hash.wrapping_mul(2_654_435_761);
    let hash = (hash ^ (hash >> 15)).wrapping_mul(2_246_822_519);
    f64::from(hash ^ (hash >> 13)) / f64::from(1u32 << 31) - 1.0
}

/// The module with noise for parameters: the n-th of them is of stream n.
///
/// Weights lie within `1 / sqrt(inputs)`, as PyTorch draws them and Burn; all else within 0.1.
/// What is not trained (running means) stays.
pub fn with_noise<M: Module>(module: M) -> M {
    module.map(&mut Noise { stream: 0 })
}

struct Noise {
    stream: usize,
}

impl ModuleMapper for Noise {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if !parameter.val().is_require_grad() {
            return parameter;
        }
        self.stream += 1;
        parameter.map(|old| {
            let bound = bound(&old.dims());
            let new = (0..old.shape().num_elements())
                .map(|index| (bound * noise(self.stream, index)) as f32)
                .collect();
            let new = TensorData::new::<f32, _>(new, old.shape());
            Tensor::from_data(new, &old.device()).require_grad()
        })
    }
}

/// By the axes: `[inputs, outputs]` of a linear layer, `[outputs, inputs, rows, columns]` of a
/// convolution.
fn bound(dims: &[usize]) -> f64 {
    let inputs = match *dims {
        [inputs, _] => inputs,
        [_, inputs, rows, columns] => inputs * rows * columns,
        _ => return 0.1,
    };
    1.0 / (inputs as f64).sqrt()
}
