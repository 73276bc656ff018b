//! What the cells do.

mod ones;
mod phases;
mod split;
mod structure;
mod trained;
mod values;

use burn::module::Module;
use burn::tensor::Device;
use retrace_data::Digits;
use retrace_lab::{Cell, Error, Result};

pub(crate) use ones::SIX;

use crate::arm;
use crate::config::DebuggingConfig;
use crate::outcome::Outcome;

/// The work of a cell.
///
/// # Errors
/// An arm that does not exist; a network that cannot be looked into; as
/// [`train`](retrace_lab::train()).
pub fn run(config: &DebuggingConfig, digits: &Digits, cell: &mut Cell<'_>) -> Result<Outcome> {
    match cell.arm().name.as_str() {
        arm::SUMMARY => structure::run(cell).map(Outcome::Summary),
        arm::ONES => ones::run(config, digits, cell).map(Outcome::Ones),
        arm::SPLIT => split::run(config, digits, cell).map(Outcome::Split),
        arm::TRAINED => trained::run(config, digits, cell).map(Outcome::Trained),
        arm::PHASES => phases::run(config, digits, cell).map(Outcome::Phases),
        other => Err(Error::Usage(format!("there is no arm {other}"))),
    }
}

/// A failure to look into a network.
fn unseen(error: retrace_inspect::Error) -> Error {
    Error::Other(Box::new(error))
}

/// A network that the cell's seed names.
fn drawn<M: Module>(cell: &Cell<'_>, build: impl FnOnce(&Device) -> M) -> Result<M> {
    cell.network("weights", 0, |device| Ok(build(device)))
}
