//! A result that many threads write, each its own part.
#![allow(unsafe_code)] // parallel writes to fresh memory

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::simd::Simd;

/// An array of `len` numbers to be written once each, in any order, by any thread.
///
/// The parts of tasks interleave (a task has some rows of every plane), so that they cannot be
/// handed out as slices. Zeros first would cost as much time as the result itself.
pub(crate) struct Output {
    numbers: *mut f32,
    len: usize,
    capacity: usize,
    written: AtomicUsize,
}

// Safety: threads write to parts that do not overlap, as `store` asks of its callers.
unsafe impl Send for Output {}
// Safety: as above.
unsafe impl Sync for Output {}

impl Output {
    /// Fresh memory for `len` numbers.
    pub(crate) fn new(len: usize) -> Self {
        let mut numbers = std::mem::ManuallyDrop::new(Vec::<f32>::with_capacity(len));
        let capacity = numbers.capacity();
        Self {
            numbers: numbers.as_mut_ptr(),
            len,
            capacity,
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
            simd.store_first(self.numbers.add(start), count, value);
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
    pub(crate) fn finish(self) -> Vec<f32> {
        assert_eq!(
            self.written.load(Ordering::Relaxed),
            self.len,
            "parts of the result are missing"
        );
        let this = std::mem::ManuallyDrop::new(self);
        // Safety: from a vector of this capacity; `len` different numbers were written.
        unsafe { Vec::from_raw_parts(this.numbers, this.len, this.capacity) }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Safety: from a vector of this capacity; an empty vector owns the memory all the same.
        drop(unsafe { Vec::from_raw_parts(self.numbers, 0, self.capacity) });
    }
}

#[cfg(test)]
mod tests;
