//! The layer with fewer vector instructions: with AVX2 all is as it is; without any it is Burn's.

use burn::nn::PaddingConfig2d;
use burn::tensor::activation::relu;
use retrace_conv::{Algorithm, Conv2d};

use crate::again::{again, one};
use crate::comparison::{Case, Results};

#[test]
fn all_other_tests_pass_with_avx2() {
    let passed = again(Some("avx2"), &["layer::", "--skip", "instructions::"], &[]);
    assert!(passed >= 10, "{passed} tests");
}

#[test]
fn all_other_tests_pass_without_vector_instructions() {
    let passed = again(Some("none"), &["layer::", "--skip", "instructions::"], &[]);
    assert!(passed >= 10, "{passed} tests");
}

#[test]
fn without_vector_instructions_the_layer_is_burns_to_the_bit() {
    one(
        Some("none"),
        "layer::instructions::layers_are_burns_to_the_bit",
        &[],
    );
}

#[test]
fn with_vector_instructions_the_layer_is_not_burns() {
    if !retrace_conv::served_here() {
        crate::again::not_tested("our convolution, as this processor has no AVX2");
        return;
    }
    for case in cases() {
        let numbers = case.numbers();
        for algorithm in [Algorithm::Auto, Algorithm::Exact] {
            let ours = case.ours(&numbers, algorithm);
            assert_ne!(bits(&ours), bits(&case.burns(&numbers)), "{case:?}");
        }
    }
}

/// Layers that are served where there are vector instructions.
fn cases() -> Vec<Case> {
    let padding = PaddingConfig2d::Explicit(1, 0, 2, 3);
    vec![
        Case::same(2, [3, 5], [17, 14], 3),
        Case::valid(2, [32, 33], [12, 13], 3),
        Case::same(2, [8, 9], [17, 14], 7),
        Case {
            padding,
            ..Case::same(2, [7, 4], [9, 8], 4)
        },
        Case {
            bias: false,
            ..Case::same(2, [3, 17], [9, 8], 5)
        },
    ]
}

fn bits(results: &Results) -> [Vec<u32>; 4] {
    let Results { y, dx, dw, db } = results;
    let db = db.clone().unwrap_or_default();
    [y, dx, dw, &db].map(|result| result.iter().map(|number| number.to_bits()).collect())
}

#[test]
#[ignore = "another test runs it, without vector instructions"]
fn layers_are_burns_to_the_bit() {
    assert!(!retrace_conv::served_here());
    for case in cases() {
        let numbers = case.numbers();
        let burns = case.burns(&numbers);
        let rectified = case.results(&numbers, |layer, x| relu(layer.forward(x)));
        for algorithm in [Algorithm::Auto, Algorithm::Exact] {
            assert_eq!(
                bits(&case.ours(&numbers, algorithm)),
                bits(&burns),
                "{case:?}"
            );
            let ours = case.results(&numbers, |layer, x| {
                let layer = Conv2d::from(layer).with_algorithm(algorithm);
                layer.forward_relu(x)
            });
            assert_eq!(bits(&ours), bits(&rectified), "{case:?}");
        }
    }
}
