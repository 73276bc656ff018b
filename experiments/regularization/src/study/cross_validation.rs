//! Cross-validation over lambda.

use rand::seq::SliceRandom;
use retrace_core::regularization::Penalty;
use retrace_lab::Result;

use super::Study;
use crate::arm::Method;
use crate::outcome::{CrossValidated, Tried};

impl Study<'_, '_> {
    /// Trains at each lambda on all folds but one at a time, then once more at the best.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn cross_validate(mut self, method: Method) -> Result<CrossValidated> {
        let folds = self.folds(self.samples.train().len());
        let mut tried = Vec::new();
        for &lambda in &self.config.lambdas {
            let penalty = method.penalty(self.config).with_lambda(lambda);
            tried.push(self.try_lambda(penalty, &folds)?);
        }
        let chosen = least(&tried);
        let total_error = match chosen {
            Some(lambda) => self.test_error(method.penalty(self.config).with_lambda(lambda))?,
            None => None,
        };
        Ok(CrossValidated {
            tried,
            chosen,
            total_error,
        })
    }

    fn try_lambda(&mut self, penalty: Penalty, folds: &[usize]) -> Result<Tried> {
        let train = self.samples.train();
        let lambda = penalty.lambda();
        let (mut errors, mut settled) = (Some(0.0), Some(0.0));
        for fold in 0..self.config.folds {
            let kept = train.filtered(|place| folds[place] != fold);
            let held = train.filtered(|place| folds[place] == fold);
            let fit = self.sweep(format!("lambda-{lambda}-fold-{fold}"), penalty, &kept);
            let network = self.fresh("weights", &self.config.sizes())?;
            let (training, _) = fit.run(self.cell, network, &held)?;
            errors = sum(errors, training.total_error);
            settled = sum(settled, training.settled_error);
        }
        let mean = |total: Option<f64>| total.map(|total| total / train.len() as f64);
        Ok(Tried {
            lambda,
            error: mean(errors),
            settled_error: mean(settled),
        })
    }

    fn test_error(&mut self, penalty: Penalty) -> Result<Option<f64>> {
        let fit = self.sweep("chosen".to_owned(), penalty, &self.samples.train());
        let network = self.fresh("weights", &self.config.sizes())?;
        let (training, _) = fit.run(self.cell, network, &self.samples.test())?;
        Ok(training.total_error)
    }

    /// The fold of each of `count` points: sizes differ by one at most.
    fn folds(&self, count: usize) -> Vec<usize> {
        let mut folds: Vec<usize> = (0..count).map(|place| place % self.config.folds).collect();
        folds.shuffle(&mut self.cell.stream("folds", 0));
        folds
    }
}

/// Adds, unless one of the trainings diverged.
fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.zip(b).map(|(a, b)| a + b)
}

/// The lambda with the least error, of those where no training diverged.
fn least(tried: &[Tried]) -> Option<f64> {
    let finite = tried.iter().filter_map(|t| Some((t.error?, t.lambda)));
    finite
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, lambda)| lambda)
}
