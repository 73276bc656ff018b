//! The manifests of `datasets/`: well-formed, in agreement with what is known of each set, and
//! with the real files where `RETRACE_DATA` says that they are.
#![allow(clippy::unwrap_used)]

mod broken;
mod known;
mod real;
