//! The 2x2 max-pool against Burn's, to the bit.

use burn::nn::pool::MaxPool2dConfig;
use burn::tensor::{DType, Device, Int, Tensor};
use proptest::prelude::*;
use retrace_conv::max_pool_2x2;

use crate::layer::{autodiff, tensor};

fn burns(x: Tensor<4>) -> Tensor<4> {
    MaxPool2dConfig::new([2, 2]).init().forward(x)
}

/// The output's shape, and output and gradient as bits, so that NaN equals itself.
fn bits(x: Tensor<4>, pool: fn(Tensor<4>) -> Tensor<4>) -> ([usize; 4], Vec<u64>, Vec<u64>) {
    let x = x.require_grad();
    let y = pool(x.clone());
    let count = y.shape().num_elements() as i64;
    let weights = Tensor::<1, Int>::arange(1..count + 1, &y.device()).float();
    let loss = (y.clone() * weights.cast(y.dtype()).reshape(y.shape())).sum();
    let dx = x.grad(&loss.backward()).expect("a gradient");
    (y.dims(), bits_of(y), bits_of(dx))
}

fn bits_of(numbers: Tensor<4>) -> Vec<u64> {
    let numbers = numbers.into_data();
    numbers.iter::<f64>().map(f64::to_bits).collect()
}

fn assert_is_burns(x: &Tensor<4>) {
    let x = x.clone().detach();
    assert_eq!(bits(x.clone(), max_pool_2x2), bits(x, burns));
}

/// Small whole numbers, with many equal ones among them.
fn ties(shape: [usize; 4]) -> Tensor<4> {
    let number = |i: usize| (i * i % 7) as f32 - 3.0;
    let numbers: Vec<f32> = (0..shape.iter().product()).map(number).collect();
    tensor(&numbers, shape, &autodiff())
}

#[test]
fn pictures_larger_than_a_task_and_many_small_ones_are_burns() {
    assert_is_burns(&ties([1, 1, 300, 301]));
    assert_is_burns(&ties([40, 30, 5, 4]));
}

/// All windows of four out of these numbers.
fn windows(numbers: &[f32]) -> Tensor<4> {
    let n = numbers.len();
    let window = |i: usize| [1, n, n * n, n * n * n].map(|place| numbers[i / place % n]);
    let numbers: Vec<f32> = (0..n.pow(4)).flat_map(window).collect();
    tensor(&numbers, [n.pow(4), 1, 2, 2], &autodiff())
}

#[test]
fn nan_infinity_ties_and_signed_zeros_are_burns_in_every_window() {
    let inf = f32::INFINITY;
    let x = windows(&[f32::NAN, inf, -inf, 1.0, 0.0, -0.0]);
    assert_is_burns(&x);
    // The same windows side by side, as the vector instructions see them.
    let wide = x
        .reshape([1, 1296, 2, 2])
        .permute([0, 2, 1, 3])
        .reshape([1, 1, 2, 2592]);
    assert_is_burns(&wide);
}

#[test]
fn views_are_pooled_as_their_numbers() {
    assert_is_burns(&ties([2, 3, 6, 9]).swap_dims(2, 3));
    assert_is_burns(&ties([5, 3, 6, 9]).narrow(0, 1, 2));
    assert_is_burns(&ties([2, 3, 6, 9]).slice([0..2, 0..3, 1..6, 2..9]));
    assert_is_burns(&ties([2, 3, 6, 9]).flip([3]));
    assert_is_burns(&ties([1, 3, 6, 1]).expand([2, 3, 6, 9]));
}

#[test]
fn other_floats_and_devices_are_burns() {
    assert_is_burns(&ties([2, 3, 6, 9]).cast(DType::F64));
    assert_is_burns(&ties([2, 3, 6, 9]).cast(DType::F16));
    #[cfg(feature = "ndarray")]
    assert_is_burns(&ties([2, 3, 6, 9]).to_device(&crate::ndarray()));
}

#[test]
fn without_autodiff_and_under_checkpointing_the_numbers_are_the_same() {
    let x = ties([2, 3, 6, 9]);
    let (_, y, dx) = bits(x.clone(), max_pool_2x2);
    assert_eq!(bits_of(max_pool_2x2(x.clone().inner())), y);
    assert_eq!(bits_of(max_pool_2x2(x.clone())), y);
    let checkpointed = autodiff().gradient_checkpointing();
    let x = Tensor::from_data(x.into_data(), &checkpointed);
    // A memory-bound operation, whose output is computed again for the backward pass.
    let recomputed = bits(x, |x| max_pool_2x2(x.mul_scalar(1.0)));
    assert_eq!(recomputed.2, dx);
}

#[test]
fn what_has_no_window_is_empty_as_burns() {
    for shape in [[2, 3, 1, 8], [2, 3, 8, 1], [0, 3, 8, 8], [2, 0, 8, 8]] {
        let x = || Tensor::<4>::zeros(shape, &Device::flex());
        assert_eq!(max_pool_2x2(x()).dims(), burns(x()).dims());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_picture_is_pooled_as_burns(
        shape in [1..4usize, 1..5usize, 2..40usize, 2..40usize],
        numbers in prop::collection::vec(-3i8..3, 1..50),
    ) {
        let numbers = numbers.into_iter().map(f32::from).cycle();
        let numbers: Vec<f32> = numbers.take(shape.iter().product()).collect();
        assert_is_burns(&tensor(&numbers, shape, &autodiff()));
    }
}
