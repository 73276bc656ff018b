//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod activation;
mod mlp;
mod names;
mod prelu;
mod regularization;
mod rrelu;
mod softmax;

/// A device has one random generator a process: only one test at a time may draw from it.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}
