//! Fewer vector instructions: with AVX2 all is as it is; without any the layer is Burn's.
//!
//! `RETRACE_CONV` is read once in a process, so that each choice needs a process of its own: the
//! test program starts itself again.

use std::process::Command;

/// Runs this test program with `RETRACE_CONV` set and these arguments; gives back how many tests
/// passed.
///
/// # Panics
/// With all that it wrote, when a test of it failed.
fn again(instructions: &str, arguments: &[&str]) -> usize {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .env("RETRACE_CONV", instructions)
        .args(arguments)
        .output()
        .expect("this program starts again");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let success = output.status.success();
    assert!(success, "with {instructions:?}:\n{stdout}\n{stderr}");
    let passed = stdout
        .lines()
        .find_map(|line| line.strip_prefix("test result: ok. "))
        .and_then(|line| line.split(' ').next())
        .and_then(|count| count.parse().ok());
    passed.unwrap_or_else(|| panic!("no result in {stdout}"))
}

#[test]
#[cfg(target_arch = "x86_64")]
fn all_tests_of_slices_pass_with_avx2() {
    assert!(again("avx2", &["slices::"]) >= 10);
}

#[test]
fn all_tests_of_the_layer_pass_with_avx2_and_without_vector_instructions() {
    for instructions in ["avx2", "none"] {
        assert!(again(instructions, &["layer::"]) >= 10);
    }
}
