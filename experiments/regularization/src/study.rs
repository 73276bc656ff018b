//! What the cells do: train, prune, vary the outliers, cross-validate, fit lines.

use burn::tensor::Device;
use rand::seq::SliceRandom;
use retrace_core::layer::Mlp;
use retrace_core::regularization::Penalty;
use retrace_lab::{Cell, Result};

use crate::arm::Method;
use crate::collapsed::{best_line, least_absolute_deviations};
use crate::config::Config;
use crate::line::{Line, Points};
use crate::model::network;
use crate::oracle::{lasso_line, ridge_line};
use crate::outcome::{CrossValidated, Lines, Pruned, Tried, VariedOutliers, WithOutliers};
use crate::points::Samples;
use crate::pruning::prune;
use crate::training::{Fit, Training};

/// A cell at work: its config, its points and the device to train on.
pub struct Study<'a, 'c> {
    config: &'a Config,
    samples: &'a Samples,
    cell: &'a mut Cell<'c>,
    device: Device,
}

impl<'a, 'c> Study<'a, 'c> {
    /// Sets up the work of `cell`.
    pub fn new(config: &'a Config, samples: &'a Samples, cell: &'a mut Cell<'c>) -> Self {
        let device = cell.device().clone().autodiff();
        Self {
            config,
            samples,
            cell,
            device,
        }
    }

    /// Trains once and keeps the weights on the way.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn train(mut self, method: Method) -> Result<Training> {
        let fit = self.fit(method.name(), method.penalty(self.config));
        let network = self.fresh("weights", &self.config.sizes())?;
        let (training, history) = fit.run(self.cell, network, &self.samples.test())?;
        history.keep_frames(self.cell)?;
        Ok(training)
    }

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

    /// Trains at each lambda on all folds but one at a time, then once more at the best.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn cross_validate(mut self, method: Method) -> Result<CrossValidated> {
        let train = self.samples.train();
        let folds = self.folds(train.len());
        let mut tried = Vec::new();
        for &lambda in &self.config.lambdas {
            let penalty = method.penalty(self.config).with_lambda(lambda);
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
            tried.push(Tried {
                lambda,
                error: mean(errors),
                settled_error: mean(settled),
            });
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

    /// Fits the lines that need no training.
    pub fn fit_lines(self) -> Lines {
        let train = self.samples.train();
        let lambda = self.config.lambda;
        let layers = self.config.sizes().len() - 1;
        let collapsed = |method: Method| best_line(&train, &method.penalty(self.config), layers);
        Lines {
            least_squares: ridge_line(&train, 0.0),
            least_deviations: least_absolute_deviations(&train),
            ridge: ridge_line(&train, lambda),
            lasso: lasso_line(&train, lambda),
            collapsed_l1: collapsed(Method::L1),
            collapsed_l2: collapsed(Method::L2),
            samples: self.samples.clone(),
        }
    }

    fn test_error(&mut self, penalty: Penalty) -> Result<Option<f64>> {
        let fit = self.sweep("chosen".to_owned(), penalty, &self.samples.train());
        let network = self.fresh("weights", &self.config.sizes())?;
        let (training, _) = fit.run(self.cell, network, &self.samples.test())?;
        Ok(training.total_error)
    }

    /// A network with the weights that every arm of this seed starts from.
    fn fresh(&mut self, purpose: &str, sizes: &[usize]) -> Result<Mlp> {
        self.cell.seed_device(purpose, 0);
        network(sizes, &self.device)
    }

    fn fit(&self, name: &str, penalty: Penalty) -> Fit {
        Fit::new(
            name,
            self.config,
            penalty,
            &self.samples.train(),
            &self.device,
        )
    }

    fn sweep(&self, name: String, penalty: Penalty, points: &Points) -> Fit {
        Fit::new(name, self.config, penalty, points, &self.device).epochs(self.config.sweep_epochs)
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
