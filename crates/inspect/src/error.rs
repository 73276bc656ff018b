//! What can go wrong, a sentence each.

use std::path::PathBuf;

use crate::trace::Failure;

/// What [`trace`](crate::trace()), [`freeze`](crate::freeze()) and [`Frozen`](crate::Frozen) report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The forward pass panicked, most often over the shape of its input; with what came before.
    #[error("the forward pass failed: {0}")]
    Forward(Box<Failure>),
    /// Burn could not record the forward pass.
    #[error("the forward pass could not be recorded: {0}")]
    Capture(String),
    /// Two taps of one name in one forward pass.
    #[error(
        "the tap {0:?} was passed twice in one forward pass: give each place a name of its own"
    )]
    DuplicateTap(String),
    /// A name that is neither a tap nor an operation nor a layer.
    #[error("there is no tap, operation or layer {name:?}{}", meant(nearest))]
    UnknownName {
        /// The name asked for.
        name: String,
        /// What comes nearest to it.
        nearest: Option<String>,
    },
    /// An input that does not fit.
    #[error("expected an input of shape {expected}, got {found}")]
    Shape {
        /// What fits; a name or `?` stands for any number.
        expected: String,
        /// What was given.
        found: String,
    },
    /// An operation that has no counterpart in an ONNX file, or none for inputs of every size.
    #[error("{operation} cannot be frozen: {reason}{}", place(module, after))]
    NotFreezable {
        /// The operation as Burn calls it.
        operation: String,
        /// Why.
        reason: String,
        /// The module whose parameters it reads, or the last one before it that reads any.
        module: Option<String>,
        /// The last tap before it.
        after: Option<String>,
    },
    /// Names of inputs, outputs or axes that the model does not have.
    #[error("the labels do not fit the model: {0}")]
    Labels(String),
    /// The forward pass failed at another size than the example's.
    #[error(
        "to know what depends on sizes, the forward pass was tried with a {sizes}, and failed; say the \
         largest size with `Labels::at_most`, give a longer example, or keep the axis at the \
         example's size"
    )]
    OtherSize {
        /// The sizes of the open axes: `batch of 3 and a length of 7`.
        sizes: String,
        /// How it failed.
        source: Box<Error>,
    },
    /// The graph cannot be an ONNX file.
    #[error("the graph could not be frozen: {0}")]
    Export(String),
    /// The frozen network gives other numbers than the one it was made from.
    #[error(
        "the frozen network differs from the original by {difference:.1e} of the largest number of \
         {output:?} for a {sizes}; at most {allowed:.0e} is allowed"
    )]
    Differs {
        /// The output.
        output: String,
        /// Largest difference as a share of the largest output.
        difference: f64,
        /// The largest that is accepted.
        allowed: f64,
        /// The sizes of the open axes that showed it: `batch of 1 and a length of 7`.
        sizes: String,
    },
    /// A file that cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Bytes that are no ONNX network, a damaged one, or one that cannot be run here.
    #[error("{0}")]
    NotRunnable(String),
    /// The same of a file.
    #[error("{} is no network that can be run", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
}

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn meant(name: &Option<String>) -> String {
    let said = name
        .as_ref()
        .map(|name| format!("; did you mean {name:?}?"));
    said.unwrap_or_default()
}

fn place(module: &Option<String>, after: &Option<String>) -> String {
    let module = module.as_ref();
    let module =
        module.map(|module| format!(" (it is in the module {module:?} or comes after it)"));
    let tap = match after {
        Some(tap) => format!(" (it comes after the tap {tap:?})"),
        None => " (it comes before the first tap; taps narrow the place down)".into(),
    };
    module.unwrap_or_default() + &tap
}

/// The error of a name that is not among those known, with the one that looks most like it.
pub(crate) fn unknown_name<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Error {
    let scored = known.map(|other| (strsim::jaro_winkler(name, other), other));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = best.filter(|(score, _)| *score > 0.6);
    Error::UnknownName {
        name: name.to_owned(),
        nearest: nearest.map(|(_, other)| other.to_owned()),
    }
}
