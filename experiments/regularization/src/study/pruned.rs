//! Pruning: train, take out what is disconnected, train again.

use retrace_lab::Result;

use super::Study;
use crate::arm::Method;
use crate::outcome::Pruned;
use crate::pruning::prune;

impl Study<'_, '_> {
    /// Trains with L1, prunes, and trains what is left: from fresh weights and from its own.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn prune(mut self) -> Result<Pruned> {
        let penalty = Method::L1.penalty(self.config);
        let test = self.samples.test();
        let network = self.fresh("weights", &self.config.sizes())?;
        let (before, _) = self.fit("l1", penalty).run(self.cell, network, &test)?;
        let Some(layers) = &before.layers else {
            return Ok(Pruned {
                before,
                pruning: None,
                retrained: None,
                continued: None,
            });
        };
        let config = self.config;
        let (threshold, tolerance) = (config.pruning_threshold, config.pruning_tolerance);
        let pruning = prune(layers, self.samples.points.range(), threshold, tolerance);
        let fresh = self.fresh("weights after pruning", &pruning.layers.sizes())?;
        let (retrained, _) = self
            .fit("retrained", penalty)
            .run(self.cell, fresh, &test)?;
        let kept = pruning.layers.network(&self.device)?;
        let (continued, _) = self.fit("continued", penalty).run(self.cell, kept, &test)?;
        Ok(Pruned {
            before,
            pruning: Some(pruning),
            retrained: Some(retrained),
            continued: Some(continued),
        })
    }
}
