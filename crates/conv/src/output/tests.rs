//! What a result checks of its parts.
#![allow(unsafe_code)] // the contract of the stores

use super::Output;
use crate::simd::tests::with_all;
use crate::simd::{LANES, Simd, Task};

/// Stores of 1, 2, 3 and so on, of some numbers each, one after the other from a place on.
#[derive(Clone, Copy)]
struct Stores {
    len: usize,
    start: usize,
    counts: &'static [usize],
    told: usize,
}

impl Task for Stores {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let output = Output::new(self.len);
        let mut start = self.start;
        for (store, count) in self.counts.iter().enumerate() {
            // Safety: one after the other.
            unsafe { output.store(simd, start, *count, simd.splat(store as f32 + 1.0)) };
            start += count;
        }
        output.wrote(self.told);
        let parts = self.counts.iter().enumerate();
        let expected = parts.flat_map(|(store, count)| vec![store as f32 + 1.0; *count]);
        assert!(output.finish().into_iter().eq(expected));
    }
}

#[test]
fn parts_are_put_together() {
    with_all(Stores {
        len: 44,
        start: 0,
        counts: &[LANES, 1, 0, 7, LANES, 4],
        told: 44,
    });
    with_all(Stores {
        len: 0,
        start: 0,
        counts: &[],
        told: 0,
    });
}

#[test]
#[should_panic = "parts of the result are missing"]
fn a_missing_part_panics() {
    with_all(Stores {
        len: 20,
        start: 0,
        counts: &[LANES, 3],
        told: 19,
    });
}

#[test]
#[should_panic = "past the end of the result"]
fn a_part_past_the_end_panics() {
    with_all(Stores {
        len: 20,
        start: 0,
        counts: &[LANES, 5],
        told: 21,
    });
}

#[test]
#[should_panic = "past the end of the result"]
fn a_part_beyond_the_end_panics() {
    with_all(Stores {
        len: 20,
        start: 21,
        counts: &[0],
        told: 20,
    });
}
