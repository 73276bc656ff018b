//! The manifests of `datasets/`: well-formed, in agreement with what is known of each set, and
//! with the real files where `RETRACE_DATA` says that they are.

mod broken;
mod known;
mod real;
