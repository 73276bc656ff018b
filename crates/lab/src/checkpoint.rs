//! Where a stopped training goes on: model, optimizer, step and what was observed, in one file.
//!
//! The file is a safetensors container with a checksum. It appears by one rename, so there is always
//! either the previous checkpoint or the new one, and never a half.

use std::io::ErrorKind;
use std::path::Path;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use safetensors::tensor::{Dtype, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::loss_log::LossLog;
use crate::seal;

/// A training between two steps.
///
/// There is no state of a random generator in it: draws are named by their step
/// ([`random`](crate::random)).
#[derive(Debug)]
pub struct State<M, T> {
    /// Steps done.
    pub step: u64,
    /// The model after them.
    pub model: M,
    /// What was observed on the way.
    pub metrics: T,
    /// Losses on the way.
    pub log: LossLog,
}

#[derive(Serialize, Deserialize)]
struct Progress<T> {
    identity: String,
    step: u64,
    /// Steps of the whole training.
    of: u64,
    metrics: T,
    log: LossLog,
}

/// How far the training in a checkpoint is: steps done, of how many. `None` where the file is not there
/// or is not whole: then it is of no use to a training either.
pub fn steps(path: &Path) -> Option<(u64, u64)> {
    #[derive(Deserialize)]
    struct Steps {
        step: u64,
        of: u64,
    }
    let steps = seal::read_tensors(path, |file| {
        let view = file.tensor("progress").map_err(words)?;
        serde_json::from_slice::<Steps>(view.data()).map_err(words)
    });
    steps.ok().map(|Steps { step, of }| (step, of))
}

/// Writes a checkpoint in place of the previous one, of a training of `of` steps; `log` stands for the
/// log in `state`.
///
/// # Errors
/// When the file cannot be written; the previous checkpoint then still stands.
pub fn save<M: Module, T: Serialize>(
    path: &Path,
    identity: &str,
    (state, of): (&State<M, T>, u64),
    log: &LossLog,
    optimizer: &ModuleOptimizer,
) -> Result<()> {
    let other = |error: burn::store::RecordError| Error::Other(Box::new(error));
    // Batch normalisation keeps the last update of its running statistics apart until they are
    // asked for. A record does not ask and would lose it; this asks.
    drop(state.model.valid());
    let model = state
        .model
        .clone()
        .into_record()
        .into_bytes()
        .map_err(other)?;
    let optimizer = optimizer.into_bytes().map_err(other)?;
    let progress = Progress {
        identity: identity.to_owned(),
        step: state.step,
        of,
        metrics: &state.metrics,
        log: log.clone(),
    };
    let progress = serde_json::to_vec(&progress).map_err(|error| Error::Other(Box::new(error)))?;
    let parts: [(&str, &[u8]); 3] = [
        ("model", &model),
        ("optimizer", &optimizer),
        ("progress", &progress),
    ];
    let views = parts
        .into_iter()
        .map(|(name, data)| Ok((name, TensorView::new(Dtype::U8, vec![data.len()], data)?)));
    seal::write_tensors(path, views)
}

/// Loads the checkpoint at `path` into a fresh model and optimizer, or returns `None` when
/// there is none.
///
/// # Errors
/// When the file is damaged or belongs to another run.
pub fn load<M: Module, T: DeserializeOwned>(
    path: &Path,
    identity: &str,
    model: &M,
    optimizer: &ModuleOptimizer,
) -> Result<Option<(State<M, T>, ModuleOptimizer)>> {
    let loaded = seal::read_tensors(path, |file| {
        let part = |name: &str| {
            let view = file.tensor(name).map_err(words)?;
            Ok::<_, String>(view.data().to_vec())
        };
        let progress: Progress<T> = serde_json::from_slice(&part("progress")?).map_err(words)?;
        if progress.identity != identity {
            return Err("it belongs to a run with other settings".to_owned());
        }
        let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(part("model")?));
        let model = model.clone().try_load_record(record.map_err(words)?);
        let bytes = Bytes::from_bytes_vec(part("optimizer")?);
        let state = State {
            step: progress.step,
            model: model.map_err(words)?,
            metrics: progress.metrics,
            log: progress.log,
        };
        Ok((state, optimizer.clone().from_bytes(bytes).map_err(words)?))
    });
    match loaded {
        Err(Error::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        loaded => loaded.map(Some),
    }
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
