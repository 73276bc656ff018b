//! The same with AVX2, on a processor that has AVX-512.

use std::path::Path;

use retrace_conv::Shape;

use super::table::shapes;
use super::tolerance::allowed;
use super::{BOTH, Numbers};
use crate::again::{again, not_tested, one};

/// Names the file of [`results_to_a_file`].
const FILE: &str = "RETRACE_CONV_RESULTS";

#[test]
fn all_other_tests_pass_with_avx2() {
    let passed = again(
        Some("avx2"),
        &["kernels::", "--skip", "instructions::"],
        &[],
    );
    assert!(passed >= 10, "{passed} tests");
}

#[test]
fn avx2_and_avx512_agree() {
    if !std::arch::is_x86_feature_detected!("avx512f") {
        not_tested("AVX-512 against AVX2, as this processor has no AVX-512");
        return;
    }
    let results = |instructions: Option<&str>| {
        let name = format!("{}.f32", instructions.unwrap_or("best"));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let path = path.to_str().expect("a path in UTF-8");
        one(
            instructions,
            "kernels::instructions::results_to_a_file",
            &[(FILE, path)],
        );
        std::fs::read(path).expect("the results that the test wrote")
    };
    let (best, avx2) = (results(None), results(Some("avx2")));
    assert_eq!(best.len(), avx2.len());
    let mut pairs = best.as_chunks().0.iter().zip(avx2.as_chunks().0);
    for (shape, algorithm) in shapes().iter().flat_map(|s| BOTH.map(|a| (s, a))) {
        for (len, allowed) in lens(shape).into_iter().zip(allowed(shape, algorithm)) {
            for (best, avx2) in pairs.by_ref().take(len) {
                let (best, avx2) = (f32::from_le_bytes(*best), f32::from_le_bytes(*avx2));
                // Each of the two has its own error.
                let same = f64::from((best - avx2).abs()) <= 2.0 * allowed;
                assert!(same, "{best} and {avx2}, {algorithm:?}, {shape:?}");
            }
        }
    }
    assert!(pairs.next().is_none());
}

/// Numbers in output and gradients.
fn lens(shape: &Shape) -> [usize; 4] {
    [
        shape.output_len(),
        shape.input_len(),
        shape.weight_len(),
        shape.outputs,
    ]
}

#[test]
#[ignore = "another test runs it, once for each kind of instructions"]
fn results_to_a_file() {
    let mut bytes = Vec::new();
    for (shape, algorithm) in shapes().iter().flat_map(|s| BOTH.map(|a| (s, a))) {
        for result in Numbers::new(shape, 6).results(shape, algorithm) {
            bytes.extend(result.iter().flat_map(|number| number.to_le_bytes()));
        }
    }
    let path = std::env::var_os(FILE).expect("the variable names a file");
    std::fs::write(path, bytes).expect("the results written");
}
