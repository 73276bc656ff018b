//! What an experiment is: a post, a config, arms, and pure functions between them.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::cell::Cell;
use crate::claim::Claim;
use crate::config::Config;
use crate::data_sets::DataSets;
use crate::error::Result;
use crate::network::PlannedNetwork;
use crate::outcomes::Outcomes;
use crate::reported::Reported;

/// The blog post that an experiment re-runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Post {
    /// Title as published.
    pub title: &'static str,
    /// Who wrote it.
    pub author: &'static str,
    /// Year of publication.
    pub year: Year,
    /// The site it stood on.
    pub link: &'static str,
    /// What the experiment asks, in one line of our own.
    pub question: &'static str,
}

/// A year, or a guess at it: not every site dates its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// As published.
    Known(u16),
    /// Near it.
    About(u16),
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(year) => write!(f, "{year}"),
            Self::About(year) => write!(f, "about {year}"),
        }
    }
}

/// As it is displayed.
impl Serialize for Year {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One of the things that an experiment compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// The name in folders and on the command line: lower case, digits, `+`, `-`, `.` and `_`.
    pub name: String,
    /// The name in figures.
    pub label: String,
    /// Whether one seed says all there is, as for a plot of a function.
    pub deterministic: bool,
}

impl Arm {
    /// An arm that is run once a seed.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            deterministic: false,
        }
    }

    /// An arm without chance in it: it is run for seed 0 only.
    pub fn deterministic(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            deterministic: true,
            ..Self::new(name, label)
        }
    }

    /// The seeds of this arm when the run has `seeds` of them.
    pub fn seeds(&self, seeds: u64) -> std::ops::Range<u64> {
        0..if self.deterministic {
            seeds.min(1)
        } else {
            seeds
        }
    }
}

/// Something the cells read that is not in the config: a data set or a file of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
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
}

impl std::fmt::Display for Input {
    /// `mnist (real)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.kind {
            InputKind::Real => "real",
            InputKind::Synthetic => "synthetic",
            InputKind::File => "file",
        };
        write!(f, "{} ({kind})", self.name)
    }
}

/// Where an input came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// The published data set.
    Real,
    /// Our synthetic twin of it.
    Synthetic,
    /// The user's own file.
    File,
}

/// What [`Experiment::load`] gives: the data, and where they came from.
#[derive(Debug)]
pub struct Loaded<D> {
    /// What the cells work on.
    pub data: D,
    /// Its origin, which becomes part of the run's identity.
    pub inputs: Vec<Input>,
    /// What a person should know of the data, such as what was left out; said once a start, on
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

/// A figure or an animation.
#[derive(Debug, Clone)]
pub enum Drawing {
    /// Written as SVG, PNG and JSON, and its numbers as CSV where it has any.
    Figure(retrace_figure::Figure),
    /// Written as GIF, PNG (the last frame) and JSON.
    Animation(retrace_figure::Animation),
}

impl From<retrace_figure::Figure> for Drawing {
    fn from(figure: retrace_figure::Figure) -> Self {
        Self::Figure(figure)
    }
}

impl From<retrace_figure::Animation> for Drawing {
    fn from(animation: retrace_figure::Animation) -> Self {
        Self::Animation(animation)
    }
}

/// A blog post made runnable.
///
/// Data flow one way: a config gives arms, an arm and a seed make a cell, a cell gives an
/// outcome, and figures and claims are functions of outcomes. [`figures`](Self::figures) and
/// [`claims`](Self::claims) never train, so they can be redone at any time.
pub trait Experiment: 'static {
    /// Folder, command and package: `rrelu`.
    const NAME: &'static str;
    /// The post.
    const POST: Post;
    /// How the question is answered, for the page of a run: Markdown, with equations in LaTeX
    /// between dollar signs.
    const METHOD: &'static str = "";
    /// Name of the figure that stands for the experiment.
    const COVER: &'static str = "";
    /// Whether the cells compute with tensors. Those that do not compute on the CPU, whatever
    /// `--device` says.
    const TENSORS: bool = true;
    /// All that can be set.
    type Config: Config;
    /// What the cells work on beyond config and seed; `()` when they make it themselves.
    type Data: Send;
    /// What a cell yields: plain numbers, finite or `Option`, since JSON knows no NaN.
    type Outcome: Serialize + DeserializeOwned;

    /// What is compared.
    fn arms(config: &Self::Config) -> Vec<Arm>;

    /// Reads or makes what the cells work on; called before anything is written.
    ///
    /// `sets` says whether to read a published data set or to make its twin.
    ///
    /// # Errors
    /// Data that are missing or damaged ([`Error::Data`](crate::Error::Data)).
    fn load(config: &Self::Config, sets: &DataSets) -> Result<Loaded<Self::Data>>;

    /// What a person should know before the first cell runs, such as the memory it will take;
    /// said once a start, on standard error, and nowhere else.
    fn notice(_config: &Self::Config) -> Option<String> {
        None
    }

    /// Bytes that a process takes at most while it runs a cell, its data included: so many cells
    /// run side by side as the memory holds.
    fn memory(_config: &Self::Config) -> u64 {
        400 << 20
    }

    /// The networks of the experiment as they are before training, for `plan`; those of arms that
    /// only differ in their training once. `sets` is for networks whose size depends on the data.
    ///
    /// # Errors
    /// Data that are needed and missing, networks that cannot be built.
    fn networks(_config: &Self::Config, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        Ok(Vec::new())
    }

    /// Runs one cell: a pure function of config, data, arm, seed and device.
    ///
    /// # Errors
    /// Whatever stops it; divergence of a training is an outcome, not an error.
    fn run_cell(config: &Self::Config, data: &Self::Data, cell: &mut Cell)
    -> Result<Self::Outcome>;

    /// Draws everything.
    ///
    /// # Errors
    /// When the outcomes do not hold what a figure needs.
    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>>;

    /// Answers the post's claims.
    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim>;

    /// The numbers that the post reports, beside ours.
    fn reported(_outcomes: &Outcomes<Self>) -> Vec<Reported> {
        Vec::new()
    }
}
