//! Laws of drawing, bad input, and pictures compared with stored ones.

// A failed unwrap fails the test, with its place.
#![allow(clippy::unwrap_used)]

mod bad_input;
mod golden;
mod laws;
mod samples;
