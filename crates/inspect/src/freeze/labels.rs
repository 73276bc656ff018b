//! What a file says about itself: the names of its ends and of their axes.

use std::collections::BTreeMap;

use crate::trace::Numbering;
use crate::{Error, Result};

/// The axis that is open unless something else is said: the first one of every input.
const BATCH: &str = "batch";

/// What a frozen file says about itself, and the names of its ends.
///
/// ```
/// use retrace_inspect::Labels;
///
/// // Both inputs have one length, of at most 512; the pictures have the first axis open alone.
/// let labels = Labels::default()
///     .input("words", &["batch", "length"])
///     .input("padding", &["batch", "length"])
///     .input("pictures", &["batch"])
///     .at_most("length", 512)
///     .output("classes");
/// assert_eq!(labels.inputs[0].name, "words");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    /// The inputs, in the order of their [`Tensors`](crate::Tensors). Those that are not named are
    /// called `input`, `input_2` and so on, and have an open axis `batch`, their first one.
    pub inputs: Vec<InputLabel>,
    /// Names of the outputs; those without one are called `output`, `output_2` and so on.
    pub outputs: Vec<String>,
    /// The largest size of an open axis, by its name.
    pub most: BTreeMap<String, usize>,
    /// Anything that a later reader wants to know: what was trained, how, on what data.
    pub metadata: BTreeMap<String, String>,
}

/// What an input is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputLabel {
    /// Its name. In the file integers have 64 bits, also where Burn's device has them with 32.
    pub name: String,
    /// Names of its axes, from the first on. Those with a name are open: they may have any size, and
    /// axes of one name have the same. Those of an empty name, and those behind the list, have the
    /// size of the example.
    pub axes: Vec<String>,
}

/// An axis that is left open in the file.
#[derive(Debug, Clone)]
pub(super) struct OpenAxis {
    pub name: String,
    /// Inputs and axes that have its size; at least one.
    pub places: Vec<(usize, usize)>,
    /// Its size in the example.
    pub example: usize,
    pub most: Option<usize>,
}

impl Labels {
    /// The usual names of the ends, with what a later reader wants to know.
    pub fn about(metadata: &BTreeMap<String, String>) -> Self {
        Self {
            metadata: metadata.clone(),
            ..Self::default()
        }
    }

    /// With the name of the next input and of its axes: see [`InputLabel::axes`].
    #[must_use]
    pub fn input(mut self, name: &str, axes: &[&str]) -> Self {
        self.inputs.push(InputLabel {
            name: name.to_owned(),
            axes: axes.iter().map(|&axis| axis.to_owned()).collect(),
        });
        self
    }

    /// With the name of the next output.
    #[must_use]
    pub fn output(mut self, name: &str) -> Self {
        self.outputs.push(name.to_owned());
        self
    }

    /// With the largest size of an open axis: a model may have a table of so many positions, or cut
    /// what is longer.
    #[must_use]
    pub fn at_most(mut self, axis: &str, size: usize) -> Self {
        self.most.insert(axis.to_owned(), size);
        self
    }

    /// A label for each of so many inputs.
    pub(super) fn input_labels(&self, count: usize) -> Vec<InputLabel> {
        let mut numbering = Numbering::default();
        let default = |name| InputLabel {
            name,
            axes: vec![BATCH.to_owned()],
        };
        let usual = (0..count).map(|_| default(numbering.name("input")));
        let usual: Vec<InputLabel> = usual.collect();
        let named = self.inputs.iter().cloned();
        named
            .chain(usual.into_iter().skip(self.inputs.len()))
            .collect()
    }

    /// The open axes of an example of these shapes.
    pub(super) fn open_axes(&self, shapes: &[Vec<usize>]) -> Result<Vec<OpenAxis>> {
        if self.inputs.len() > shapes.len() {
            return Err(Error::Labels(format!(
                "there are names for {} inputs, and the example has {}",
                self.inputs.len(),
                shapes.len()
            )));
        }
        let mut open: Vec<OpenAxis> = Vec::new();
        for (input, (label, shape)) in self
            .input_labels(shapes.len())
            .iter()
            .zip(shapes)
            .enumerate()
        {
            if label.axes.len() > shape.len() {
                return Err(Error::Labels(format!(
                    "the input {:?} has {} axes in the example, and {} named ones",
                    label.name,
                    shape.len(),
                    label.axes.len()
                )));
            }
            let named = label.axes.iter().zip(shape).enumerate();
            for (at, (name, &size)) in named.filter(|(_, (name, _))| !name.is_empty()) {
                match open.iter_mut().find(|axis| axis.name == *name) {
                    Some(axis) if axis.example == size => axis.places.push((input, at)),
                    Some(axis) => {
                        return Err(Error::Labels(format!(
                            "the axis {name:?} is {} long in the example, and {size} in the input \
                             {:?}",
                            axis.example, label.name
                        )));
                    }
                    None => open.push(OpenAxis {
                        name: name.clone(),
                        places: vec![(input, at)],
                        example: size,
                        most: self.most.get(name).copied(),
                    }),
                }
            }
        }
        let unknown = self
            .most
            .keys()
            .find(|name| !open.iter().any(|axis| axis.name == **name));
        if let Some(name) = unknown {
            return Err(Error::Labels(format!("no input has an axis {name:?}")));
        }
        if let Some(axis) = open
            .iter()
            .find(|axis| axis.most.is_some_and(|most| most < axis.example))
        {
            return Err(Error::Labels(format!(
                "the axis {:?} is longer in the example than the largest size said",
                axis.name
            )));
        }
        Ok(open)
    }
}
