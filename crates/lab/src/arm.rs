//! What an experiment compares.

use std::ops::Range;

use serde::Serialize;

/// One of the things that a [`Study`](crate::Study) compares, in the type of that study: an enum, a
/// struct of settings, or [`Single`] where there is nothing to compare.
pub trait Arm: Clone + PartialEq + 'static {
    /// The name in folders and on the command line, unique in the experiment: lower case, digits,
    /// `+`, `-`, `.` and `_`.
    fn name(&self) -> String;

    /// The name in figures.
    fn label(&self) -> String;

    /// Whether one seed says all there is, as for a plot of a function: it is run for seed 0 only.
    fn is_deterministic(&self) -> bool {
        false
    }
}

/// The arm of a study that compares nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Single {
    name: &'static str,
    label: &'static str,
    is_deterministic: bool,
}

impl Single {
    /// An arm that is run once per seed.
    pub const fn new(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            is_deterministic: false,
        }
    }

    /// An arm without chance in it.
    pub const fn deterministic(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            is_deterministic: true,
        }
    }
}

impl Arm for Single {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn label(&self) -> String {
        self.label.to_owned()
    }

    fn is_deterministic(&self) -> bool {
        self.is_deterministic
    }
}

/// An arm as the engine knows it, whatever its study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArmInfo {
    /// Its [`Arm::name`].
    pub name: String,
    /// Its [`Arm::label`].
    pub label: String,
    /// Its [`Arm::is_deterministic`].
    pub deterministic: bool,
}

impl ArmInfo {
    pub(crate) fn new(arm: &impl Arm) -> Self {
        Self {
            name: arm.name(),
            label: arm.label(),
            deterministic: arm.is_deterministic(),
        }
    }

    /// The name of its cell of that seed, as in folders: `relu/seed-3`.
    pub(crate) fn cell(&self, seed: u64) -> String {
        format!("{}/seed-{seed}", self.name)
    }

    /// The seeds of this arm when the run has `seeds` of them.
    pub fn seeds(&self, seeds: u64) -> Range<u64> {
        0..if self.deterministic {
            seeds.min(1)
        } else {
            seeds
        }
    }
}
