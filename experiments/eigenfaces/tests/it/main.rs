//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod bad_model;
mod claims;
mod laws;
mod oracle;
mod pca;
mod program;
mod smoke;
mod thresholds;
mod tool;
