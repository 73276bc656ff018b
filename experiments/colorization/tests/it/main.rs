//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod bins;
mod claims;
mod data;
mod end_to_end;
mod metrics;
mod network;
mod oracle;
mod published;
mod resume;
mod scenes;
mod tools;
mod training;
