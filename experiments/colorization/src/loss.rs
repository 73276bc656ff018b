//! What a training makes small: a sum over pixels.
//!
//! ```text
//! bins     - sum_pixels w sum_q t_q log softmax(x)_q        w the class weight of its colour
//! a and b    sum_pixels |ab - x|^2 / 2                      a and b in units of 110
//! ```

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

use crate::batch::Truth;

/// The loss of what the network says, of shape `[1]`.
///
/// # Shapes
/// - outputs: as the tensor in `truth`
pub fn loss(outputs: Tensor<4>, truth: Truth) -> Tensor<1> {
    match truth {
        Truth::Bins(targets) => -(targets * log_softmax(outputs, 1)).sum(),
        Truth::Plane(colours) => (outputs - colours).square().sum() / 2.0,
    }
}
