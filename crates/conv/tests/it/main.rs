//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "ndarray")]
use burn::tensor::Device;

mod against_burn;
mod general;
#[cfg(target_arch = "x86_64")]
mod laws;
mod layer;
mod pool;
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod reference;
#[cfg(target_arch = "x86_64")]
mod slices;

#[cfg(feature = "ndarray")]
#[expect(
    deprecated,
    reason = "the back end that Burn will drop is the other one at hand"
)]
fn ndarray() -> Device {
    Device::ndarray()
}

/// A device has one random generator per process: only one test at a time may draw from it.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Without vector instructions the layer is Burn's. `RETRACE_CONV` is read once in a process: this program
/// starts itself again.
#[test]
fn all_tests_of_the_layer_pass_without_vector_instructions() {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .env("RETRACE_CONV", "none")
        .args(["against_burn::", "general::", "layer::"])
        .output()
        .expect("this program starts again");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    // Names that match nothing would pass as well.
    assert!(stdout.contains("test against_burn::") && stdout.contains("test layer::"));
}
