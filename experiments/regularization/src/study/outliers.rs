//! Outliers of several sizes.

use retrace_lab::Result;

use super::Study;
use crate::arm::Method;
use crate::line::Line;
use crate::outcome::{VariedOutliers, WithOutliers};

impl Study<'_, '_> {
    /// Trains at each size of the outliers, all else equal.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn vary_outliers(mut self, method: Method) -> Result<VariedOutliers> {
        let clean = self.samples.lifted(self.config, 0.0);
        let mut straight: Option<Line> = None;
        let mut runs = Vec::new();
        for &lift in &self.config.outlier_sizes {
            let samples = self.samples.lifted(self.config, lift);
            let penalty = method.penalty(self.config);
            let fit = self.sweep(format!("lift-{lift}"), penalty, &samples.train());
            let network = self.fresh("weights", &self.config.sizes())?;
            let (training, _) = fit.run(self.cell, network, &clean.test())?;
            let settled = training.settled;
            straight = straight.or(settled.filter(|_| lift == 0.0));
            let range = self.samples.points.range();
            let bent = settled.zip(straight);
            runs.push(WithOutliers {
                lift,
                error: training.total_error,
                bend: bent.map(|(line, straight)| line.distance(&straight, range)),
            });
        }
        Ok(VariedOutliers { runs })
    }
}
