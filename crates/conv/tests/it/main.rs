//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "ndarray")]
use burn::tensor::Device;

mod against_burn;
mod instructions;
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
