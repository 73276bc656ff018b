//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod bad_input;
mod config;
mod data;
mod dlt;
mod figures;
mod laws;
mod oracle;
mod photo;
mod program;
mod ransac;
mod smoke;
mod tool;
mod warp;
