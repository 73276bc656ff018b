//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "ndarray")]
use burn::tensor::Device;

mod against_flex;
mod instructions;
mod layer;
mod mnist_cnn;
mod pool;
#[cfg(target_arch = "x86_64")]
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
