//! Rows of the input's gradient that two strips of a picture share.
//!
//! A strip adds to the rows below its own, as far as the kernel reaches. It keeps them here, and
//! when all strips are done each such seam is added to the rows that the next strip has written:
//! one addition in a fixed order, whichever strip was first.
#![allow(unsafe_code)] // parallel writes to the seams

use rayon::prelude::*;

use crate::jobs::{Jobs, Strip};
use crate::layout::ToPlanes;
use crate::output::Output;
use crate::shape::Shape;
use crate::simd::Simd;

/// The rows below each strip but a picture's last, `[strip][channel][row][column]`.
pub(super) struct Seams {
    jobs: Jobs,
    numbers: Output,
    channels: usize,
    rows: usize,
    width: usize,
}

impl Seams {
    pub(super) fn new(jobs: &Jobs, channels: usize, rows: usize, width: usize) -> Self {
        let numbers = Output::new(jobs.seams() * channels * rows * width);
        Self {
            jobs: *jobs,
            numbers,
            channels,
            rows,
            width,
        }
    }

    /// Keeps a row below `strip`.
    ///
    /// # Safety
    /// Nobody else keeps this row.
    #[inline(always)]
    pub(super) unsafe fn keep<S: Simd>(
        &self,
        simd: S,
        strip: Strip,
        row: usize,
        pixels: &[f32],
        stride: usize,
    ) {
        let to = ToPlanes {
            output: &self.numbers,
            channels: self.channels,
            plane: self.rows * self.width,
            bias: &[],
            relu: false,
        };
        let seam = self.jobs.seam_below(strip);
        // Safety: the caller's promise.
        unsafe {
            to.write(simd, seam, row * self.width, self.width, pixels, stride);
        }
    }

    /// Adds all seams to the gradient of the input; a tile row is `tile` rows of it.
    pub(super) fn add(self, gradient: &mut [f32], shape: &Shape, tile: usize) {
        let Self {
            jobs,
            numbers,
            channels,
            rows,
            width,
        } = self;
        let numbers = numbers.finish();
        if numbers.is_empty() {
            return;
        }
        let planes = gradient
            .par_chunks_mut(shape.height * shape.width)
            .enumerate();
        planes.for_each(|(plane, gradient)| {
            let (picture, channel) = (plane / channels, plane % channels);
            for (strip, next) in jobs.strips_of(picture).zip(jobs.strips_of(picture).skip(1)) {
                let seam = jobs.seam_below(strip) * channels + channel;
                for row in 0..rows {
                    let to = (next.first * tile + row).checked_sub(shape.padding.top);
                    let Some(to) = to.filter(|to| *to < shape.height) else {
                        continue;
                    };
                    let seam = &numbers[(seam * rows + row) * width..][..width];
                    let gradient = &mut gradient[to * width..][..width];
                    for (sum, number) in gradient.iter_mut().zip(seam) {
                        *sum += number;
                    }
                }
            }
        });
    }
}
