//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod bins;
mod claims;
mod data;
mod explorable;
mod metrics;
mod models;
mod network;
mod scenes;
mod smoke;
mod tools;
mod training;
