//! The comparison of a frozen network with the one it was made from.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::{Error, Frozen, Result};

/// Largest accepted difference, as a share of the largest output.
const ALLOWED: f64 = 1e-5;

/// An error if `frozen` gives other numbers than `model` for the example or its first row.
pub(super) fn agrees<M: Module, const D: usize, const E: usize>(
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
