//! MNIST, or its synthetic twin.

use retrace_data::{Digits, draw_digits, read_mnist};
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result};

use crate::config::RreluConfig;

/// Name of the data set.
pub const SET: &str = "mnist";

/// The seed of the twin: all runs share one, as they share MNIST.
const TWIN_SEED: u64 = 0;

/// Reads MNIST, or draws its twin.
///
/// # Errors
/// A file that is missing or damaged: names it.
pub fn load(config: &RreluConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
    let (data, kind) = match sets.folder(SET)? {
        Some(folder) => (read_mnist(&folder).map_err(Error::data)?, InputKind::Real),
        None => (draw_digits(TWIN_SEED, config.twin()), InputKind::Synthetic),
    };
    let input = Input {
        name: SET.to_owned(),
        kind,
        sha256: data.sha256(),
    };
    Ok(Loaded {
        data,
        inputs: vec![input],
    })
}
