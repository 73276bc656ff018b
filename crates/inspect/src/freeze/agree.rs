//! Whether a frozen network gives the numbers of the one it was made from.

use burn::module::Module;
use burn::tensor::{DType, Int, Tensor, TensorCreationOptions, TensorData};

use super::labels::OpenAxis;
use crate::tensors::{Kind, MapTensor, Tensors, data};
use crate::trace::quietly;
use crate::{Error, Frozen, Result};

/// Largest accepted difference from the original, as a share of the largest number of the output.
const ALLOWED: f64 = 1e-5;

/// An error if `frozen` gives other numbers than `model`: for the example, for one that is longer
/// along all open axes, and for one of a single element along each.
pub(super) fn compare<M: Module, I: Tensors + Clone, O: Tensors>(
    frozen: &Frozen,
    model: &M,
    example: &I,
    forward: impl Fn(&M, I) -> O,
    axes: &[OpenAxis],
) -> Result<()> {
    let model = model.valid();
    for sizes in sizes(axes) {
        let input = resized(example.clone(), axes, &sizes);
        let own = axes
            .iter()
            .zip(&sizes)
            .all(|(axis, size)| axis.example == *size);
        let (input, given) = data(input);
        let expected = match own {
            true => forward(&model, input),
            // A model may not take every size.
            false => match quietly(|| forward(&model, input)) {
                Ok(output) => output,
                Err(_) => continue,
            },
        };
        let (_, expected) = data(expected);
        let named = frozen.inputs().iter().zip(&given);
        let named: Vec<_> = named
            .map(|(port, data)| (port.name.as_str(), data))
            .collect();
        let found = frozen.run_named(&named)?;
        for (expected, (output, found)) in expected.iter().zip(found) {
            let difference = difference(expected, &found);
            if difference.is_nan() || difference > ALLOWED {
                let sizes = axes.iter().zip(&sizes);
                let sizes = sizes.map(|(axis, size)| format!("{} of {size}", axis.name));
                return Err(Error::Differs {
                    output,
                    difference,
                    allowed: ALLOWED,
                    sizes: sizes.collect::<Vec<_>>().join(" and a "),
                });
            }
        }
    }
    Ok(())
}

/// The sizes of the open axes to compare at.
fn sizes(axes: &[OpenAxis]) -> Vec<Vec<usize>> {
    let example: Vec<usize> = axes.iter().map(|axis| axis.example).collect();
    let longer = axes
        .iter()
        .map(|axis| (axis.example + 1).min(axis.most.unwrap_or(usize::MAX)));
    let mut sizes = vec![example.clone(), longer.collect()];
    for at in 0..axes.len() {
        let mut single = example.clone();
        single[at] = 1;
        sizes.push(single);
    }
    sizes.dedup();
    sizes
}

/// The example without autodiff, cut or repeated along its open axes.
fn resized<T: Tensors>(example: T, axes: &[OpenAxis], sizes: &[usize]) -> T {
    struct Resized<'a> {
        axes: &'a [OpenAxis],
        sizes: &'a [usize],
        seen: usize,
    }
    impl MapTensor for Resized<'_> {
        fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
            let device = x.device().without_autodiff();
            let options = TensorCreationOptions::new(device.clone()).with_dtype(x.dtype());
            let mut x = Tensor::<D, K>::from_data(x.into_data(), options);
            for (axis, &size) in self.axes.iter().zip(self.sizes) {
                let places = axis.places.iter().filter(|place| place.0 == self.seen);
                for &(_, at) in places.filter(|_| size != axis.example) {
                    let again = (0..size as i64).map(|place| place % axis.example as i64);
                    let again: Vec<i64> = again.collect();
                    x = x.select(at, Tensor::<1, Int>::from_data(again.as_slice(), &device));
                }
            }
            self.seen += 1;
            x
        }
    }
    example.map_tensors(&mut Resized {
        axes,
        sizes,
        seen: 0,
    })
}

/// Largest difference as a share of the largest expected number; NaN where only one side is, where
/// shapes differ, and where whole numbers or truth values are not the same.
fn difference(expected: &TensorData, found: &TensorData) -> f64 {
    if expected.shape() != found.shape() {
        return f64::NAN;
    }
    if !expected.dtype().is_float() {
        let same = match expected.dtype() {
            DType::Bool(_) => expected.iter::<bool>().eq(found.iter::<bool>()),
            _ => expected.iter::<i64>().eq(found.iter::<i64>()),
        };
        return if same { 0.0 } else { f64::NAN };
    }
    let (mut largest, mut apart) = (f64::MIN_POSITIVE, 0.0_f64);
    for (expected, found) in expected.iter::<f32>().zip(found.iter::<f32>()) {
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
