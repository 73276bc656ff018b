//! Networks of an experiment, to be planned before anything runs and frozen after it.

use std::fmt;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_inspect::{Frozen, Labels, Summary, Trace, freeze, trace};
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::error::{Error, Result};
use crate::experiment::Input;
use crate::run_dir::RunTable;

/// Key and flag of the batch.
pub(crate) const BATCH: &str = "batch";

/// A network before its training: what `plan` looks at.
pub struct PlannedNetwork {
    name: String,
    parameters: u64,
    trace: Box<dyn Fn(usize) -> retrace_inspect::Result<Trace>>,
}

impl fmt::Debug for PlannedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlannedNetwork({})", self.name)
    }
}

impl PlannedNetwork {
    /// `model` under a name of its own, with the shape of one example (without the batch: of one
    /// axis fewer than the tensor that `forward` takes).
    pub fn new<M: Module + 'static, const D: usize, const E: usize>(
        name: impl Into<String>,
        model: M,
        example: &[usize],
        forward: impl Fn(&M, Tensor<D>) -> Tensor<E> + 'static,
    ) -> Self {
        let example = example.to_vec();
        let parameters = model.num_params() as u64;
        let trace = move |batch: usize| {
            let sides: Vec<usize> = std::iter::once(batch)
                .chain(example.iter().copied())
                .collect();
            let shape: [usize; D] =
                sides
                    .as_slice()
                    .try_into()
                    .map_err(|_| retrace_inspect::Error::Shape {
                        expected: format!("{D} axes with the batch"),
                        found: format!("{}", sides.len()),
                    })?;
            trace(
                &model,
                &Tensor::<D>::zeros(shape, &Device::flex()),
                &forward,
            )
        };
        Self {
            name: name.into(),
            parameters,
            trace: Box::new(trace),
        }
    }

    /// Its name among the networks of the experiment.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Parameters and running statistics, by Burn's own count.
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Its forward pass for a batch of so many examples; nothing is computed.
    ///
    /// # Errors
    /// A forward pass that cannot be recorded.
    pub fn trace(&self, batch: usize) -> Result<Trace> {
        (self.trace)(batch).map_err(|error| Error::Other(Box::new(error)))
    }
}

/// What a network of an experiment is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NetworkSummary {
    /// Its name among the networks of the experiment.
    pub network: String,
    /// Layers, parameters, memory.
    pub summary: Summary,
}

impl NetworkSummary {
    /// Looks at `network` with a batch of so many examples.
    ///
    /// # Errors
    /// A forward pass that cannot be recorded.
    pub fn of(network: &PlannedNetwork, batch: usize) -> Result<Self> {
        Ok(Self {
            network: network.name().to_owned(),
            summary: network.trace(batch)?.summary(),
        })
    }
}

/// The batch that a config sets, if it sets one.
pub(crate) fn configured_batch(config: &impl Serialize) -> Option<usize> {
    let table = toml::Table::try_from(config).ok()?;
    usize::try_from(table.get(BATCH)?.as_integer()?).ok()
}

/// What a cell keeps of a network that it was asked to freeze.
#[derive(Debug, Default)]
pub(crate) struct Freezing {
    pub labels: Labels,
    pub frozen: Option<Frozen>,
}

impl Cell<'_> {
    /// Hands over the trained network, for `freeze`. In any other run this does nothing.
    ///
    /// `example` makes a batch on which the frozen network is compared with this one. Of several
    /// networks that a cell hands over the first counts.
    ///
    /// # Errors
    /// A network that cannot be frozen.
    pub fn offer<M: Module, const D: usize, const E: usize>(
        &mut self,
        network: &M,
        example: impl FnOnce() -> Tensor<D>,
        forward: impl Fn(&M, Tensor<D>) -> Tensor<E>,
    ) -> Result<()> {
        let Some(wanted) = self.freezing_mut().filter(|wanted| wanted.frozen.is_none()) else {
            return Ok(());
        };
        let frozen = freeze(network, &example(), forward, &wanted.labels);
        wanted.frozen = Some(frozen.map_err(|error| Error::Other(Box::new(error)))?);
        Ok(())
    }
}

/// What the file says of the cell that it was frozen in.
pub(crate) fn labels(run: &RunTable, config: &str, arm: &str, seed: u64) -> Labels {
    let entries = [
        ("retrace.experiment", run.experiment.clone()),
        ("retrace.arm", arm.to_owned()),
        ("retrace.seed", seed.to_string()),
        ("retrace.preset", run.preset.to_string()),
        ("retrace.config", config.to_owned()),
        ("retrace.data", Input::list(&run.inputs)),
        ("retrace.version", env!("CARGO_PKG_VERSION").to_owned()),
        (
            "burn.version",
            crate::manifest::locked_version("burn").unwrap_or_default(),
        ),
    ];
    Labels {
        metadata: entries.map(|(key, value)| (key.to_owned(), value)).into(),
        ..Labels::default()
    }
}
