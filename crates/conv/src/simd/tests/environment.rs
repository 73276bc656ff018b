//! The variable in the environment that chooses fewer instructions.

#[cfg(target_arch = "x86_64")]
use super::again::one;
use crate::simd::Instructions;

/// What was detected, by name.
fn detected() -> &'static str {
    match Instructions::detect() {
        #[cfg(target_arch = "x86_64")]
        Some(Instructions::Avx512(_)) => "avx512",
        #[cfg(target_arch = "x86_64")]
        Some(Instructions::Avx2(_)) => "avx2",
        None => "none",
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn the_environment_chooses_fewer_instructions() {
    let avx2 = crate::simd::Avx2::detect().map_or("none", |_| "avx2");
    let best = crate::simd::Avx512::detect().map_or(avx2, |_| "avx512");
    for (choice, expected) in [(Some("none"), "none"), (Some("avx2"), avx2), (None, best)] {
        let name = "simd::tests::environment::the_expected_instructions_are_detected";
        one(choice, name, &[("EXPECTED", expected)]);
    }
}

#[test]
#[ignore = "another test runs it, once for each choice"]
fn the_expected_instructions_are_detected() {
    let expected = std::env::var("EXPECTED").expect("the other test sets it");
    assert_eq!(detected(), expected);
    assert_eq!(crate::served_here(), expected != "none");
}
