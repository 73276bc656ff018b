//! Memory for numbers: working memory whose start suits vectors, and a result that many threads
//! write, each its own part.
#![allow(unsafe_code)] // parallel writes to fresh memory

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::simd::Simd;

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

/// An array of `len` numbers to be written once each, in any order, by any thread.
///
/// The parts of jobs interleave (a job has some rows of every plane), so that they cannot be
/// handed out as slices. Zeros first would cost as much time as the result itself.
pub(crate) struct Output {
    /// Empty, with room for all numbers.
    memory: Vec<f32>,
    start: *mut f32,
    len: usize,
    written: AtomicUsize,
}

// Safety: threads write to parts that do not overlap, as `store` asks of its callers.
unsafe impl Send for Output {}
// Safety: as above.
unsafe impl Sync for Output {}

impl Output {
    /// Fresh memory for `len` numbers.
    pub(crate) fn new(len: usize) -> Self {
        let mut memory = Vec::with_capacity(len);
        Self {
            start: memory.as_mut_ptr(),
            memory,
            len,
            written: AtomicUsize::new(0),
        }
    }

    /// Writes the first `count` numbers of a vector, at most sixteen, from `start` on.
    ///
    /// # Safety
    /// No other call writes any of these numbers.
    ///
    /// # Panics
    /// Past the end of the array.
    #[inline(always)]
    pub(crate) unsafe fn store<S: Simd>(
        &self,
        simd: S,
        start: usize,
        count: usize,
        value: S::Vector,
    ) {
        assert!(start + count <= self.len, "past the end of the result");
        // Safety: inside the array, and nobody else's.
        unsafe {
            simd.store_first(self.start.add(start), count, value);
        }
    }

    /// Tells that `count` further numbers have been written.
    pub(crate) fn wrote(&self, count: usize) {
        self.written.fetch_add(count, Ordering::Relaxed);
    }

    /// The whole array.
    ///
    /// # Panics
    /// When it was not told that all of it was written.
    pub(crate) fn finish(mut self) -> Vec<f32> {
        let written = self.written.load(Ordering::Relaxed);
        assert_eq!(written, self.len, "parts of the result are missing");
        // Safety: the vector has room for `len` numbers, and as many different ones were written.
        unsafe { self.memory.set_len(self.len) };
        self.memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::with_all;

    #[test]
    fn working_memory_starts_at_a_cache_line_and_is_zero() {
        // Kept, so that the allocator has to give different addresses.
        let mut all = Vec::new();
        for len in (0..200).chain([4096, 100_003]) {
            let mut scratch = Scratch::new(len);
            assert_eq!(scratch.len(), len);
            assert_eq!(scratch.as_ptr().addr() % 64, 0, "{len} numbers");
            assert!(scratch.iter().all(|number| *number == 0.0));
            scratch.fill(1.0);
            all.push(scratch);
        }
    }

    /// Stores `count` numbers from `start` on in an array of twenty.
    fn store(start: usize, count: usize) -> Output {
        let output = Output::new(20);
        with_all!(simd => {
            // Safety: one after the other.
            unsafe { output.store(simd, start, count, simd.splat(1.0)) }
        });
        output.wrote(count);
        output
    }

    #[test]
    #[should_panic = "parts of the result are missing"]
    fn a_missing_part_panics() {
        store(5, 15).finish();
    }

    #[test]
    #[should_panic = "past the end of the result"]
    fn a_part_past_the_end_panics() {
        store(5, 16);
    }
}
