//! The tests of the program `retrace`, in one program: each that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod bad_input;
mod book;
mod cluster;
mod command;
mod corpus;
mod damage;
mod data_sets;
mod determinism;
mod diverged;
#[cfg(target_os = "linux")] // signals, and /proc to see processes
mod foreign;
mod interruption;
mod jobs;
mod main_job;
mod names;
mod networks;
mod own_digits;
mod partial;
mod provenance;
mod published;
#[cfg(feature = "wgpu")]
mod wgpu;
