//! Without vector instructions the layer is Burn's.
//!
//! `RETRACE_CONV` is read once in a process: the test program starts itself again.

use std::process::Command;

#[test]
fn all_tests_of_the_layer_pass_without_vector_instructions() {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .env("RETRACE_CONV", "none")
        .args(["against_burn::", "layer::"])
        .output()
        .expect("this program starts again");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    // Names that match nothing would pass as well.
    assert!(stdout.contains("test against_burn::") && stdout.contains("test layer::"));
}
