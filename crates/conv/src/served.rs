//! Which convolutions this crate computes; all others are Burn's.

use burn::backend::{DType, DispatchDevice};
use burn::nn::PaddingConfig2d;
use burn::tensor::Tensor;

use crate::{Conv2d, Padding, Shape};

/// The largest number of rows or columns of a kernel that is served.
const LARGEST_KERNEL: usize = 11;

/// Whether the tensor is on flex, with or without autodiff.
pub(crate) fn on_flex<const D: usize>(tensor: &Tensor<D>) -> bool {
    match tensor.device().as_dispatch() {
        DispatchDevice::Autodiff(device) => matches!(**device, DispatchDevice::Flex(_)),
        device => matches!(device, DispatchDevice::Flex(_)),
    }
}

/// The sizes of the convolution of `x` by the layer with these tensors, where it is served.
pub(crate) fn served(
    layer: &Conv2d,
    x: &Tensor<4>,
    weight: &Tensor<4>,
    bias: Option<&Tensor<1>>,
) -> Option<Shape> {
    let shape = sizes(layer, x, weight)?;
    let plain = layer.stride == [1, 1] && layer.dilation == [1, 1] && layer.groups == 1;
    let bias_fits = bias.is_none_or(|b| b.dims() == [shape.outputs] && computable(b));
    let computable = crate::served_here() && computable(x) && computable(weight) && bias_fits;
    (plain && computable).then_some(shape)
}

fn computable<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && on_flex(tensor)
}

/// The sizes, where channels agree, nothing is empty and the kernel is not too large.
fn sizes(layer: &Conv2d, x: &Tensor<4>, weight: &Tensor<4>) -> Option<Shape> {
    let [batch, inputs, height, width] = x.dims();
    let [outputs, weight_inputs, rows, columns] = weight.dims();
    let small = 1..=LARGEST_KERNEL;
    let kernel_is_small = small.contains(&rows) && small.contains(&columns);
    let shape = Shape {
        batch,
        inputs,
        outputs,
        height,
        width,
        kernel: (rows, columns),
        padding: padding(&layer.padding, layer.kernel_size),
    };
    let is_empty = shape.input_len() == 0 || shape.output_len() == 0;
    (inputs == weight_inputs && kernel_is_small && !is_empty).then_some(shape)
}

/// The rows and columns of zeros for a stride of 1.
///
/// "Same" adds `kernel - 1` of them; an odd one is at the bottom and on the right, as in Burn.
fn padding(config: &PaddingConfig2d, [rows, columns]: [usize; 2]) -> Padding {
    match *config {
        PaddingConfig2d::Valid => Padding::default(),
        PaddingConfig2d::Same => Padding {
            top: rows.saturating_sub(1) / 2,
            bottom: rows / 2,
            left: columns.saturating_sub(1) / 2,
            right: columns / 2,
        },
        PaddingConfig2d::Explicit(top, left, bottom, right) => Padding {
            top,
            bottom,
            left,
            right,
        },
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::nn::conv::Conv2dConfig;
    use burn::tensor::Device;

    use super::*;

    /// Whether a layer is served for an input of `[2, 4, 12, 12]` on the device.
    fn is_served(config: &Conv2dConfig, device: &Device) -> bool {
        is_served_for(
            &Conv2d::new(config, device),
            &Tensor::ones([2, 4, 12, 12], device),
        )
    }

    fn is_served_for(layer: &Conv2d, x: &Tensor<4>) -> bool {
        let bias = layer.bias.as_ref().map(Param::val);
        served(layer, x, &layer.weight.val(), bias.as_ref()).is_some()
    }

    fn conv(kernel: [usize; 2]) -> Conv2dConfig {
        Conv2dConfig::new([4, 6], kernel)
    }

    #[test]
    fn plain_convolutions_on_flex_are_served_where_the_processor_can() {
        let flex = Device::flex();
        let autodiff = Device::flex().autodiff();
        for device in [flex, autodiff.clone(), autodiff.gradient_checkpointing()] {
            for kernel in [[1, 1], [3, 3], [4, 4], [7, 7], [11, 11], [1, 11], [5, 2]] {
                let explicit = PaddingConfig2d::Explicit(0, 1, 2, 30);
                for padding in [PaddingConfig2d::Valid, PaddingConfig2d::Same, explicit] {
                    for bias in [true, false] {
                        let config = conv(kernel).with_padding(padding.clone()).with_bias(bias);
                        assert_eq!(
                            is_served(&config, &device),
                            crate::served_here(),
                            "{config}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn strides_dilations_groups_and_large_kernels_are_burns() {
        let device = Device::flex();
        assert!(!is_served(&conv([3, 3]).with_stride([1, 2]), &device));
        assert!(!is_served(&conv([3, 3]).with_dilation([2, 1]), &device));
        assert!(!is_served(&conv([3, 3]).with_groups(2), &device));
        assert!(!is_served(&conv([12, 1]), &device));
        assert!(!is_served(&conv([1, 12]), &device));
    }

    #[test]
    fn other_floats_are_burns() {
        let device = Device::flex();
        let layer = Conv2d::new(&conv([3, 3]), &device);
        let x = Tensor::<4>::ones([2, 4, 12, 12], &device);
        assert!(!is_served_for(&layer, &x.cast(burn::tensor::DType::F64)));
    }

    #[cfg(feature = "ndarray")]
    #[test]
    #[expect(
        deprecated,
        reason = "the back end that Burn will drop is the other one at hand"
    )]
    fn other_devices_are_burns() {
        assert!(!is_served(&conv([3, 3]), &Device::ndarray()));
        assert!(!is_served(&conv([3, 3]), &Device::ndarray().autodiff()));
        let device = Device::flex();
        let layer = Conv2d::new(&conv([3, 3]), &device);
        let x = Tensor::<4>::ones([2, 4, 12, 12], &device);
        assert!(!is_served_for(&layer, &x.to_device(&Device::ndarray())));
    }

    #[test]
    fn empty_and_unfitting_tensors_are_burns() {
        let device = Device::flex();
        let layer = Conv2d::new(&conv([3, 3]), &device);
        let too_small = [[0, 4, 12, 12], [2, 4, 0, 12], [2, 4, 12, 2]];
        let wrong_channels = [2, 5, 12, 12];
        for shape in too_small.into_iter().chain([wrong_channels]) {
            assert!(
                !is_served_for(&layer, &Tensor::zeros(shape, &device)),
                "{shape:?}"
            );
        }
    }

    #[test]
    fn same_padding_of_an_even_kernel_has_one_more_zero_at_the_end() {
        let same = |kernel| padding(&PaddingConfig2d::Same, kernel);
        assert_eq!(same([7, 3]), Padding::symmetric(3, 1));
        assert_eq!(
            same([1, 4]),
            Padding {
                top: 0,
                bottom: 0,
                left: 1,
                right: 2
            }
        );
    }
}
