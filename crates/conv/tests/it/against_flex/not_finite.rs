//! NaN and infinities in input, weight, bias or gradient come out where flex has them.

use burn::nn::PaddingConfig2d;
use burn::tensor::activation::relu;
use retrace_conv::Algorithm;

use super::fused;
use crate::comparison::{Case, Numbers, Results};

/// What kind of number it is: NaN, an infinity of either sign, or finite.
fn kind(number: f32) -> &'static str {
    match number {
        n if n.is_nan() => "NaN",
        f32::INFINITY => "inf",
        f32::NEG_INFINITY => "-inf",
        _ => "finite",
    }
}

fn assert_same_kinds(what: &str, ours: &Results, flex: &Results) {
    let check = |name: &str, ours: &[f32], flex: &[f32]| {
        for (i, (ours, flex)) in ours.iter().zip(flex).enumerate() {
            assert_eq!(kind(*ours), kind(*flex), "{name}[{i}], {what}");
        }
    };
    check("y", &ours.y, &flex.y);
    check("dx", &ours.dx, &flex.dx);
    check("dw", &ours.dw, &flex.dw);
    if let (Some(ours), Some(flex)) = (&ours.db, &flex.db) {
        check("db", ours, flex);
    }
}

/// One number that is not finite, in turn in input, weight, bias and gradient.
fn poisoned(case: &Case, poison: f32) -> Vec<(&'static str, Numbers)> {
    let clean = case.numbers();
    let put = |name, array: fn(&mut Numbers) -> &mut Vec<f32>| {
        let mut numbers = clean.clone();
        let array = array(&mut numbers);
        let middle = array.len() / 2;
        array[middle] = poison;
        (name, numbers)
    };
    vec![
        put("in x", |numbers| &mut numbers.x),
        put("in the weight", |numbers| &mut numbers.weight),
        put("in the bias", |numbers| &mut numbers.bias),
        put("in the gradient", |numbers| &mut numbers.grad),
    ]
}

/// Every number that is not finite is where flex has one, of the same kind, with and without ReLU.
fn check_poisoned(case: &Case) {
    for poison in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for (place, numbers) in poisoned(case, poison) {
            let flex = case.burns(&numbers);
            let rectified = case.results(&numbers, |layer, x| relu(layer.forward(x)));
            for algorithm in [Algorithm::Auto, Algorithm::Exact] {
                let what = format!("{poison} {place}, {algorithm:?}, {case:?}");
                assert_same_kinds(&what, &case.ours(&numbers, algorithm), &flex);
                let fused = fused(case, &numbers, algorithm);
                assert_same_kinds(&format!("ReLU, {what}"), &fused, &rectified);
            }
        }
    }
}

#[test]
fn numbers_that_are_not_finite_go_where_flex_has_them() {
    for kernel in [1, 3, 4, 7] {
        check_poisoned(&Case::valid(2, [2, 3], [9, 10], kernel));
    }
    check_poisoned(&Case::valid(1, [32, 33], [9, 10], 3));
}

/// flex sums over the zeros of the padding too: in the output and in the weight's gradient, where
/// such a zero meets a number that is not finite, the sum is NaN. The input's gradient has no
/// padding.
#[test]
fn a_zero_of_the_padding_times_infinity_is_nan_as_with_flex() {
    for kernel in [3, 4, 7] {
        check_poisoned(&Case::same(2, [2, 3], [9, 10], kernel));
    }
    check_poisoned(&Case::same(1, [32, 33], [9, 10], 3));
    let padding = PaddingConfig2d::Explicit(3, 0, 1, 2);
    check_poisoned(&Case {
        padding,
        ..Case::same(2, [2, 3], [9, 10], 3)
    });
}
