//! The numbers of a config, what they come to at a step, and what the step does with one number
//! and with all numbers of a parameter.

use burn::optim::{AdamConfig, LearningRate};
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The fields of an [`AdamConfig`], which shows them in its serialised form only.
///
/// A field that is not known here leaves all to Burn.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    amsgrad: bool,
    weight_decay: Option<IgnoredAny>,
    #[serde(rename = "grad_clipping")]
    _grad_clipping: Option<IgnoredAny>,
}

impl Settings {
    /// `None` for what is left to Burn: AMSGrad and weight decay.
    pub(crate) fn of(config: &AdamConfig) -> Option<Self> {
        let fields = serde_json::to_value(config).ok()?;
        let settings: Self = serde_json::from_value(fields).ok()?;
        let is_plain = !settings.amsgrad && settings.weight_decay.is_none();
        is_plain.then_some(settings)
    }

    /// Step `time`, counted from 1; the factors as Burn rounds them.
    pub(crate) fn update(&self, rate: LearningRate, time: usize) -> Update {
        let time = time as i32;
        let root = (1.0 - self.beta_2.powi(time)).sqrt();
        Update {
            first: [self.beta_1, 1.0 - self.beta_1],
            second: [self.beta_2, 1.0 - self.beta_2],
            correction: root / (1.0 - self.beta_1.powi(time)),
            epsilon: self.epsilon * root,
            rate: rate as f32,
        }
    }
}

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
