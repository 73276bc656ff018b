//! What the cells read that is not in the config, and where it came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something the cells read that is not in the config: a data set or a file of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Data set or file.
    pub name: String,
    /// Whether it was measured or drawn by our own code.
    pub kind: InputKind,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Input {
    /// `faces (real), digits (synthetic)`.
    pub fn list(inputs: &[Self]) -> String {
        let names: Vec<String> = inputs.iter().map(Self::to_string).collect();
        names.join(", ")
    }

    /// The publication that users of the data set cite; none for files and twins.
    pub fn citation(&self) -> Option<&'static str> {
        let set = retrace_data::sets::find(&self.name)?;
        (self.kind == InputKind::Real).then_some(set.citation.as_str())
    }
}

impl fmt::Display for Input {
    /// `mnist (real)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            InputKind::Real => "real",
            InputKind::Synthetic => "synthetic",
            InputKind::File => "file",
        };
        write!(f, "{} ({kind})", self.name)
    }
}

/// Where an input came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// The published data set.
    Real,
    /// Our synthetic twin of it.
    Synthetic,
    /// The user's own file.
    File,
}

/// What [`Experiment::load`](crate::Experiment::load) gives: the data, and where they came from.
#[derive(Debug)]
pub struct Loaded<D> {
    /// What the cells work on.
    pub data: D,
    /// Its origin, which becomes part of the run's identity.
    pub inputs: Vec<Input>,
    /// What a person should know of the data, such as what was left out; said once per start, on
    /// standard error, and nowhere else.
    pub notes: Vec<String>,
}

impl Loaded<()> {
    /// For an experiment that makes all it needs from its config and seeds.
    pub fn nothing() -> Self {
        Self {
            data: (),
            inputs: Vec::new(),
            notes: Vec::new(),
        }
    }
}
