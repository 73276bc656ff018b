//! Running one cell for its network.

use super::{Execution, Plan, cell_name, name_cell, title};
use crate::arm::ArmInfo;
use crate::error::{Error, Result};
use crate::experiment::Experiment;
use crate::lease::alone_in;
use crate::network::{NetworkFile, about};
use crate::progress::Progress;
use crate::stop;

impl<E: Experiment> Plan<E> {
    /// Runs a cell, also one that is finished, and freezes the network that it hands over.
    ///
    /// # Errors
    /// As [`Study::run`](crate::Study::run); a cell without a network, or whose network cannot be frozen.
    pub fn freeze(&self, arm: &ArmInfo, seed: u64, how: &Execution) -> Result<NetworkFile> {
        let ledger = &self.ledger;
        ledger.open()?;
        let dir = ledger.dir.cell(arm, seed);
        let _alone = alone_in(dir.root())?;
        let name = cell_name(arm, seed);
        ledger.notes.iter().for_each(|text| Progress::note(text));
        let progress = Progress::start([(title(&ledger.run), 1)]);
        progress.begin(0, 0);
        let mut line = progress.cell(0, &name);
        let on_step = |done, of| line.step(done, of);
        let mut cell = ledger.open_cell(arm, seed, how.checkpoint_steps, on_step)?;
        let config = toml::to_string(&ledger.config).unwrap_or_default();
        cell.freeze_with(about(&ledger.run, &config, &arm.name, seed));
        stop::check()?;
        let outcome = E::studies()
            .run(&ledger.config, &self.data, &mut cell)
            .map_err(|source| name_cell::<E>(&name, source))?;
        let file = cell.freezing_mut().and_then(|wanted| wanted.file.take());
        if ledger.is_done(arm, seed) {
            dir.remove_checkpoints()?;
        } else {
            ledger.store(&dir, &cell, outcome.as_ref())?;
        }
        drop(cell);
        line.finish(None);
        progress.finish();
        file.ok_or_else(|| {
            Error::Usage(format!(
                "{} {name} has no trained network to freeze: it trains none, or its training \
                 diverged",
                E::NAME
            ))
        })
    }

    /// The arm of this name, or the first one.
    ///
    /// # Errors
    /// A name that no arm has.
    pub fn arm(&self, name: Option<&str>) -> Result<ArmInfo> {
        self.ledger.arm(name)
    }
}
