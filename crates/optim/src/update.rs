//! What Adam does with one number, and with all numbers of a parameter.

use rayon::prelude::*;

/// Numbers of a task: four arrays of 64 KiB, which stay in the second cache.
const TASK: usize = 16 * 1024;

/// One step of Adam, with all that is the same for each number of a parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Update {
    /// β₁ and 1 - β₁.
    pub first: [f32; 2],
    /// β₂ and 1 - β₂.
    pub second: [f32; 2],
    /// Takes the bias towards their beginning, zero, out of both moments.
    pub correction: f32,
    /// Added to the root.
    pub epsilon: f32,
    /// Learning rate.
    pub rate: f32,
}

/// The arrays of one parameter, of the same length.
pub(crate) struct Numbers<'a> {
    pub parameter: &'a mut [f32],
    pub gradient: &'a [f32],
    pub moment_1: &'a mut [f32],
    pub moment_2: &'a mut [f32],
}

impl Update {
    /// Takes the step for all numbers, on all threads where there are many.
    pub(crate) fn apply(self, numbers: Numbers<'_>) {
        let Numbers {
            parameter,
            gradient,
            moment_1,
            moment_2,
        } = numbers;
        if parameter.len() <= TASK {
            // The pool is not asked: to wake a thread takes longer.
            return self.apply_here(parameter, gradient, moment_1, moment_2);
        }
        let parts = parameter
            .par_chunks_mut(TASK)
            .zip(gradient.par_chunks(TASK));
        let moments = moment_1
            .par_chunks_mut(TASK)
            .zip(moment_2.par_chunks_mut(TASK));
        parts
            .zip(moments)
            .for_each(|((w, g), (m, v))| self.apply_here(w, g, m, v));
    }

    /// On this thread, with the widest vectors that the processor has.
    fn apply_here(self, w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32]) {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            move || {
                for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
                    self.apply_to(w, *g, m, v);
                }
            },
        );
    }

    /// In the order of Burn's operations, which decides the last bit.
    #[inline(always)]
    fn apply_to(self, w: &mut f32, g: f32, m: &mut f32, v: &mut f32) {
        *m = *m * self.first[0] + g * self.first[1];
        *v = *v * self.second[0] + g * g * self.second[1];
        *w -= *m * self.correction / (v.sqrt() + self.epsilon) * self.rate;
    }
}
