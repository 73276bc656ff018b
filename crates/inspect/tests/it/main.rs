//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

mod foreign;
mod freeze;
mod models;
mod summary;
mod trace;
