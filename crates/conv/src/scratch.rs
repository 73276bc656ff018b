//! Working memory whose start suits vectors.

use std::ops::{Deref, DerefMut};

/// Numbers of which the first lies at a multiple of 64 bytes: a vector that starts there is in
/// one cache line.
pub(crate) struct Scratch {
    numbers: Vec<f32>,
    start: usize,
    len: usize,
}

/// Bytes of a cache line.
const LINE: usize = 64;

impl Scratch {
    /// `len` zeros.
    pub(crate) fn new(len: usize) -> Self {
        let numbers = vec![0.0; len + LINE / size_of::<f32>()];
        // In elements; `usize::MAX` (it cannot be known) only in constant evaluation.
        let start = numbers.as_ptr().align_offset(LINE);
        Self {
            numbers,
            start,
            len,
        }
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.numbers[self.start..self.start + self.len]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.numbers[self.start..self.start + self.len]
    }
}

#[cfg(test)]
mod tests;
