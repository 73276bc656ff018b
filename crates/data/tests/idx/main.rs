//! IDX files as they should be, and damaged in every way.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod damage;
mod format;
mod made_up;
