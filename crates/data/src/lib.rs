//! Readers for data that come from outside, which can be anything.
//!
//! A reader gives a typed error that names the file, never panics, and uses bounded memory.

mod points;

pub use points::{MAX_BYTES, Points, ReadError, read_points};
