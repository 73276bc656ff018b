//! Output and gradients of the layer against those of Burn's own layer on flex.

mod not_finite;

use burn::nn::PaddingConfig2d;
use burn::tensor::activation::relu;
use proptest::prelude::*;
use retrace_conv::{Algorithm, Conv2d};

use crate::comparison::{Case, Numbers, Results};

/// The allowed difference from flex, as a part of the largest value.
///
/// Both sides round: flex's blocked sums are off by about 4e-7, as are the direct ones here; with
/// sums of some thousand terms the difference stays below ten times that. The transforms of
/// Winograd's algorithms add and subtract numbers larger than the result, which costs up to 1.2e-5
/// where all sums are long; short sums have nothing to average the error over, and get ten times
/// that.
fn tolerance(algorithm: Algorithm) -> f32 {
    match algorithm {
        Algorithm::Auto => 1e-4,
        Algorithm::Exact => 5e-6,
    }
}

/// Checks that no number is further from flex's than `tolerance` times the largest one.
///
/// A sum of n products of numbers between -1 and 1 has the standard deviation sqrt(n) / 3. That
/// takes the place of the largest value where chance made all of a few values small: their errors
/// are not.
fn assert_close(name: &str, case: &Case, ours: &[f32], flex: &[f32], terms: usize, tolerance: f32) {
    assert_eq!(ours.len(), flex.len(), "{name} of {case:?}");
    let largest = flex
        .iter()
        .fold(0.0f32, |largest, value| largest.max(value.abs()));
    let allowed = tolerance * largest.max((terms as f32).sqrt() / 3.0);
    for (i, (ours, flex)) in ours.iter().zip(flex).enumerate() {
        let difference = (ours - flex).abs();
        assert!(
            difference <= allowed,
            "{name}[{i}] of {case:?}: {ours}, flex has {flex}"
        );
    }
}

fn assert_results_are_close(case: &Case, ours: &Results, flex: &Results, tolerance: f32) {
    let [batch, outputs, rows, columns] = case.output();
    let window = |sizes: [usize; 2]| case.kernel[0].min(sizes[0]) * case.kernel[1].min(sizes[1]);
    let (y_terms, dx_terms) = (window(case.picture), window([rows, columns]));
    let pixels = batch * rows * columns;
    assert_close(
        "y",
        case,
        &ours.y,
        &flex.y,
        case.channels[0] * y_terms,
        tolerance,
    );
    assert_close(
        "dx",
        case,
        &ours.dx,
        &flex.dx,
        outputs * dx_terms,
        tolerance,
    );
    assert_close("dw", case, &ours.dw, &flex.dw, pixels, tolerance);
    assert_eq!(ours.db.is_some(), flex.db.is_some());
    if let (Some(ours), Some(flex)) = (&ours.db, &flex.db) {
        assert_close("db", case, ours, flex, pixels, tolerance);
    }
}

fn fused(case: &Case, numbers: &Numbers, algorithm: Algorithm) -> Results {
    case.results(numbers, |layer, x| {
        Conv2d::from(layer)
            .with_algorithm(algorithm)
            .forward_relu(x)
    })
}

fn unfused(case: &Case, numbers: &Numbers, algorithm: Algorithm) -> Results {
    case.results(numbers, |layer, x| {
        relu(Conv2d::from(layer).with_algorithm(algorithm).forward(x))
    })
}

/// Against flex without ReLU; and with ReLU, fused against unfused, both of this crate: against
/// flex a number near zero could fall on the other side, and its gradient would jump.
fn check(case: &Case) {
    let numbers = case.numbers();
    let flex = case.burns(&numbers);
    for algorithm in [Algorithm::Auto, Algorithm::Exact] {
        let ours = case.ours(&numbers, algorithm);
        assert_results_are_close(case, &ours, &flex, tolerance(algorithm));
        let fused = fused(case, &numbers, algorithm);
        let unfused = unfused(case, &numbers, algorithm);
        assert_results_are_close(case, &fused, &unfused, 5e-6);
        assert!(
            fused.y.iter().zip(&ours.y).all(|(f, y)| *f == y.max(0.0)),
            "{case:?}"
        );
    }
}

#[test]
fn the_layers_of_the_three_networks_agree_with_flex() {
    for channels in [[1, 32], [32, 16], [16, 16], [16, 8], [8, 8], [8, 1]] {
        check(&Case::same(2, channels, [30, 23], 7));
    }
    check(&Case::valid(2, [1, 32], [28, 28], 3));
    check(&Case::valid(2, [32, 64], [13, 13], 3));
    check(&Case::valid(2, [3, 60], [16, 16], 3));
    check(&Case::valid(1, [60, 60], [14, 14], 3));
    check(&Case::same(2, [8, 1], [20, 20], 4));
}

#[test]
fn all_square_kernels_agree_with_flex() {
    for kernel in 1..=11 {
        check(&Case::same(2, [3, 5], [14, 17], kernel));
        check(&Case::valid(1, [17, 33], [12, 13], kernel));
    }
}

#[test]
fn asymmetric_padding_agrees_with_flex() {
    for kernel in [[3, 3], [7, 7], [1, 5], [4, 2]] {
        for (top, left, bottom, right) in [(0, 1, 2, 3), (3, 0, 0, 0), (0, 0, 9, 8), (2, 2, 2, 2)] {
            let padding = PaddingConfig2d::Explicit(top, left, bottom, right);
            check(&Case {
                kernel,
                padding,
                ..Case::same(2, [3, 4], [9, 8], 1)
            });
        }
    }
}

#[test]
fn pictures_of_one_pixel_row_or_column_agree_with_flex() {
    for picture in [[1, 1], [1, 19], [19, 1], [2, 3]] {
        for kernel in [1, 3, 4, 7] {
            check(&Case::same(3, [2, 3], picture, kernel));
            check(&Case::same(1, [33, 40], picture, kernel));
        }
    }
}

#[test]
fn many_channels_agree_with_flex() {
    for channels in [[300, 1], [1, 300], [130, 70]] {
        check(&Case::same(1, channels, [9, 7], 3));
    }
    check(&Case::same(1, [70, 65], [8, 9], 7));
}

prop_compose! {
    fn paddings()(kind in 0..4, sides in any::<[u8; 4]>()) -> PaddingConfig2d {
        let [top, left, bottom, right] = sides.map(|side| usize::from(side % 8));
        match kind {
            0 => PaddingConfig2d::Valid,
            1 => PaddingConfig2d::Same,
            _ => PaddingConfig2d::Explicit(top, left, bottom, right),
        }
    }
}

prop_compose! {
    fn cases()(
        batch in 1..4usize,
        channels in [1..40usize, 1..40usize],
        picture in [1..24usize, 1..24usize],
        kernel in [1..12usize, 1..12usize],
        square in any::<bool>(),
        padding in paddings(),
        bias in any::<bool>(),
    ) -> Case {
        let kernel = if square { [kernel[0]; 2] } else { kernel };
        Case { batch, channels, picture, kernel, padding, bias }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_convolution_agrees_with_flex(
        case in cases().prop_filter("sizes", |case| (1..4_000_000).contains(&case.products()))
    ) {
        check(&case);
    }
}
