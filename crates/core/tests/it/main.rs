//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

mod activation;
mod layer;
mod prelu;
mod regularization;
mod rrelu;
mod softmax;

/// The devices of the CPU. Burn has deprecated the ndarray device; with its feature it is kept, so it
/// is tested.
#[allow(deprecated)]
fn devices() -> Vec<Device> {
    Vec::from([
        Device::flex(),
        #[cfg(feature = "ndarray")]
        Device::ndarray(),
    ])
}

fn autodiff_devices() -> impl Iterator<Item = Device> {
    devices().into_iter().map(Device::autodiff)
}

/// A device has one random generator per process: only one test at a time may draw from it.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}
