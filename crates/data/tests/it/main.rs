//! The tests of this crate, in one program.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod cmyk;
mod colour;
mod digits;
mod fetch;
mod foreign;
mod formats;
mod idx;
mod jpeg;
mod manifests;
mod mnist;
mod pictures;
