//! Groups, dilation, and one dimension, against Burn's layers: the same numbers, what is not finite
//! in the same places.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv1dConfig, Conv2dConfig};
use burn::nn::{PaddingConfig1d, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use retrace_conv::{Algorithm, Conv1d, Conv2d};

use crate::alone;
use crate::layer::{autodiff, tensor, values};
use crate::reference::{BOTH, Results, bits, noise};

/// Output and gradients of a layer of these parameters, for gradients that look random.
fn results<const D: usize>(
    x: &Tensor<D>,
    weight: &Param<Tensor<D>>,
    bias: Option<&Param<Tensor<1>>>,
    forward: impl Fn(Tensor<D>) -> Tensor<D>,
) -> Results {
    let x = x.clone().detach().require_grad();
    let y = forward(x.clone());
    let dy = noise(7, y.shape().num_elements());
    let gradients = (y.clone() * tensor(&dy, y.dims(), &autodiff()))
        .sum()
        .backward();
    let db = bias.map(|bias| values(bias.val().grad(&gradients).expect("a gradient")));
    [
        values(y),
        values(x.grad(&gradients).expect("a gradient")),
        values(weight.val().grad(&gradients).expect("a gradient")),
        db.unwrap_or_default(),
    ]
}

/// Numbers that agree to a share of the largest, and infinities and NaN in the same places.
fn assert_agree(found: &Results, expected: &Results, what: &str) {
    for (array, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.len(), expected.len(), "{what}");
        let finite = expected.iter().filter(|number| number.is_finite());
        let largest = finite.fold(1.0, |most: f32, number| most.max(number.abs()));
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            let close = (found - expected).abs() <= 5e-5 * largest
                || found == expected
                || (found.is_nan() && expected.is_nan());
            assert!(
                close,
                "{what}: {found}, not {expected}, at {place} of {array}"
            );
        }
    }
}

/// One number of a tensor becomes another.
fn poisoned<const D: usize>(clean: &Tensor<D>, poison: f32) -> Tensor<D> {
    let mut numbers = values(clean.clone());
    let middle = numbers.len() / 2;
    numbers[middle] = poison;
    tensor(&numbers, clean.dims(), &clean.device())
}

/// Groups, dilations and paddings that are computed here, in 2-D.
fn supported() -> Vec<(Conv2dConfig, [usize; 2])> {
    let square = |channels, kernel| Conv2dConfig::new(channels, [kernel, kernel]);
    let around = |n| PaddingConfig2d::Explicit(n, n, n, n);
    vec![
        (square([8, 12], 3).with_groups(2), [9, 10]),
        (
            square([60, 50], 3).with_groups(2).with_padding(around(1)),
            [9, 10],
        ),
        (
            square([16, 20], 7).with_groups(4).with_padding(around(3)),
            [12, 9],
        ),
        (square([8, 8], 1).with_groups(2).with_bias(false), [5, 6]),
        (
            square([3, 5], 3)
                .with_dilation([2, 2])
                .with_padding(around(2)),
            [10, 12],
        ),
        (
            square([30, 26], 3)
                .with_dilation([2, 2])
                .with_padding(around(2)),
            [20, 18],
        ),
        (square([3, 5], 3).with_dilation([3, 1]), [12, 7]),
        (
            square([2, 3], 5)
                .with_dilation([1, 2])
                .with_padding(PaddingConfig2d::Same),
            [9, 8],
        ),
        (
            square([8, 8], 3)
                .with_dilation([2, 3])
                .with_groups(2)
                .with_padding(PaddingConfig2d::Explicit(0, 1, 2, 1)),
            [10, 13],
        ),
    ]
}

#[test]
fn groups_and_dilation_are_burns_to_rounding() {
    let _alone = alone();
    for (config, [height, width]) in supported() {
        let burns = config.init(&autodiff());
        let axes = [2, config.channels[0], height, width];
        let clean = tensor(&noise(5, axes.iter().product()), axes, &autodiff());
        for poison in [None, Some(f32::NAN), Some(f32::INFINITY)] {
            for in_weight in [false, true] {
                let (mut layer, mut x) = (burns.clone(), clean.clone());
                match poison {
                    Some(poison) if in_weight => {
                        let weight = poisoned(&layer.weight.val(), poison);
                        layer.weight = Param::from_tensor(weight);
                    }
                    Some(poison) => x = poisoned(&x, poison),
                    None => {}
                }
                let run = |forward: &dyn Fn(Tensor<4>) -> Tensor<4>| {
                    results(&x, &layer.weight, layer.bias.as_ref(), forward)
                };
                let (plain, rectified) =
                    (run(&|x| layer.forward(x)), run(&|x| relu(layer.forward(x))));
                for algorithm in BOTH {
                    let what = format!("{config}, {algorithm:?}, {poison:?} {in_weight}");
                    let ours = Conv2d::from(layer.clone()).with_algorithm(algorithm);
                    let found = run(&|x| ours.forward(x));
                    assert_agree(&found, &plain, &what);
                    assert_agree(&run(&|x| ours.forward_relu(x)), &rectified, &what);
                    let same = bits(&found[2]) == bits(&plain[2]);
                    let here = retrace_conv::supported_here() && poison.is_none();
                    assert!(!(same && here), "Burn computed {what}");
                }
            }
        }
    }
}

prop_compose! {
    /// Of one axis, computed here or not.
    fn any_row()(
        group_inputs in 1..6usize,
        group_outputs in 1..6usize,
        groups in 1..4usize,
        kernel in 1..13usize,
        stride in prop_oneof![4 => Just(1usize), 1 => Just(2)],
        dilation in 1..4usize,
        padding in prop_oneof![
            Just(PaddingConfig1d::Valid),
            Just(PaddingConfig1d::Same),
            (0..5usize, 0..5usize).prop_map(|(left, right)| PaddingConfig1d::Explicit(left, right)),
        ],
        bias in any::<bool>(),
        batch in 1..4usize,
        more in 0..40usize,
    ) -> (Conv1dConfig, usize, usize) {
        let config = Conv1dConfig::new(group_inputs * groups, group_outputs * groups, kernel)
            .with_stride(stride)
            .with_dilation(dilation)
            .with_groups(groups)
            .with_padding(padding)
            .with_bias(bias);
        (config, batch, (kernel - 1) * dilation + 1 + more)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn rows_are_burns_to_rounding((config, batch, length) in any_row()) {
        let _alone = alone();
        let burns = config.init(&autodiff());
        let ours = Conv1d::from(burns.clone());
        let axes = [batch, config.channels_in, length];
        let x = tensor(&noise(6, axes.iter().product()), axes, &autodiff());
        let run = |forward: &dyn Fn(Tensor<3>) -> Tensor<3>| {
            results(&x, &burns.weight, burns.bias.as_ref(), forward)
        };
        let what = format!("{config}");
        assert_agree(&run(&|x| ours.forward(x)), &run(&|x| burns.forward(x)), &what);
        let rectified = run(&|x| relu(burns.forward(x)));
        assert_agree(&run(&|x| ours.forward_relu(x)), &rectified, &what);
    }
}

#[test]
fn a_row_is_computed_here_and_its_record_is_burns() {
    let _alone = alone();
    let config = Conv1dConfig::new(5, 17, 9).with_padding(PaddingConfig1d::Same);
    let burns = config.init(&autodiff());
    let ours = Conv1d::from(burns.clone());
    let x = tensor(&noise(6, 2 * 5 * 40), [2, 5, 40], &autodiff());
    let run = |forward: &dyn Fn(Tensor<3>) -> Tensor<3>| {
        results(&x, &burns.weight, burns.bias.as_ref(), forward).map(|numbers| bits(&numbers))
    };
    let same = run(&|x| ours.forward(x)) == run(&|x| burns.forward(x));
    assert_eq!(same, !retrace_conv::supported_here());

    assert_eq!(ours.to_string(), burns.to_string());
    let bytes = |record: burn::store::ModuleRecord| record.into_bytes().expect("bytes").to_vec();
    assert_eq!(
        bytes(ours.clone().into_record()),
        bytes(burns.clone().into_record())
    );
    let fresh = Conv1d::new(&config, &Device::flex()).load_record(burns.clone().into_record());
    assert_eq!(values(fresh.weight.val()), values(burns.weight.val()));
}

#[test]
fn the_same_bits_twice() {
    let _alone = alone();
    for (config, [height, width]) in supported() {
        let layer = Conv2d::new(&config, &autodiff()).with_algorithm(Algorithm::Auto);
        let axes = [3, config.channels[0], height, width];
        let x = tensor(&noise(8, axes.iter().product()), axes, &autodiff());
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let forward = |x| layer.forward(x);
                let results = results(&x, &layer.weight, layer.bias.as_ref(), forward);
                results.map(|numbers| bits(&numbers))
            })
        };
        assert!(run(1) == run(3), "{config}");
    }
}
