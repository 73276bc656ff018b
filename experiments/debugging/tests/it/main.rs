//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod claims;
mod end_to_end;
mod explorable;
mod laws;
mod oracle;
