//! Networks of an experiment, to be planned before anything runs and frozen after it. What is inside
//! of them and in which file they go is for the experiment to say.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::config::toml_table;
use crate::error::{Error, Result};
use crate::input::Input;
use crate::run_dir::RunTable;

/// Key and flag of the batch.
pub(crate) const BATCH: &str = "batch";

/// A network before its training: what `plan` looks at.
pub struct PlannedNetwork {
    name: String,
    parameters: u64,
    describe: Box<dyn Fn(usize) -> Result<Description>>,
}

/// What a network is made of, for a batch of some size.
#[derive(Debug, Clone)]
pub struct Description {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
    /// As a picture.
    pub svg: String,
}

impl fmt::Debug for PlannedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlannedNetwork({})", self.name)
    }
}

impl PlannedNetwork {
    /// A network of this name and so many parameters, which `summary` describes for a batch.
    pub fn new<S: Serialize + fmt::Display, E: StdError + Send + Sync + 'static>(
        name: impl Into<String>,
        parameters: u64,
        summary: impl Fn(usize) -> Result<S, E> + 'static,
        svg: impl Fn(&S) -> String + 'static,
    ) -> Self {
        let describe = move |batch| {
            let summary = summary(batch).map_err(|error| Error::Other(Box::new(error)))?;
            let json = serde_json::to_value(&summary);
            Ok(Description {
                text: summary.to_string(),
                json: json.map_err(|error| Error::Other(Box::new(error)))?,
                svg: svg(&summary),
            })
        };
        Self {
            name: name.into(),
            parameters,
            describe: Box::new(describe),
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

    /// What it is made of, for a batch of so many examples; nothing is computed.
    ///
    /// # Errors
    /// A forward pass that cannot be recorded.
    pub fn describe(&self, batch: usize) -> Result<Description> {
        (self.describe)(batch)
    }
}

/// `networks.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct NetworksFile {
    pub networks: Vec<NetworkSummary>,
}

/// What `networks.json` has of a network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NetworkSummary {
    /// Its name among the networks of the experiment.
    pub network: String,
    /// Its [`Description::json`].
    pub summary: serde_json::Value,
}

/// The batch that a config sets, if it sets one.
pub(crate) fn configured_batch(config: &impl Serialize) -> Option<usize> {
    let table = toml_table(config).ok()?;
    usize::try_from(table.get(BATCH)?.as_integer()?).ok()
}

/// A trained network as a file.
#[derive(Debug, Clone)]
pub struct NetworkFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What is in it, for people.
    pub words: String,
}

/// What a cell keeps of a network that it was asked to freeze.
#[derive(Debug)]
pub(crate) struct Freezing {
    /// What the file says of the cell, by key.
    pub about: BTreeMap<String, String>,
    pub file: Option<NetworkFile>,
}

impl Cell<'_> {
    /// Hands over the trained network, for `freeze`: the bytes of a file that says by key what it is
    /// about, and what is in it in words. In any other run `file` is not called. Of several networks
    /// that a cell hands over the first counts.
    ///
    /// # Errors
    /// A network that cannot be frozen.
    pub fn offer<E: StdError + Send + Sync + 'static>(
        &mut self,
        file: impl FnOnce(&BTreeMap<String, String>) -> Result<(Vec<u8>, String), E>,
    ) -> Result<()> {
        if let Some(wanted) = self.freezing_mut().filter(|wanted| wanted.file.is_none()) {
            let file = file(&wanted.about).map_err(|error| Error::Other(Box::new(error)))?;
            let (bytes, words) = file;
            wanted.file = Some(NetworkFile { bytes, words });
        }
        Ok(())
    }
}

/// What a file says of the cell that it was frozen in.
pub(crate) fn about(
    run: &RunTable,
    config: &str,
    arm: &str,
    seed: u64,
) -> BTreeMap<String, String> {
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
    entries.map(|(key, value)| (key.to_owned(), value)).into()
}
