//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod model_file;
mod run;
mod tensorboard;
mod toy;
