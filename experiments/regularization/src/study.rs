//! What the cells do: train, prune, vary the outliers, cross-validate, fit lines.

mod cross_validation;
mod outliers;
mod pruned;

use burn::tensor::Device;
use retrace_core::layer::Mlp;
use retrace_core::regularization::Penalty;
use retrace_lab::{Cell, Result};

use crate::arm::Method;
use crate::collapsed::{best_line, least_absolute_deviations};
use crate::config::Config;
use crate::line::Points;
use crate::model::network;
use crate::oracle::{lasso_line, ridge_line};
use crate::outcome::Lines;
use crate::points::Samples;
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

    /// Trains once with smaller steps.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn train_slowly(mut self, method: Method) -> Result<Training> {
        let config = self.config;
        let fit = self
            .fit(method.name(), method.penalty(config))
            .learning_rate(config.learning_rate * config.small_step)
            .epochs(config.small_step_epochs);
        let network = self.fresh("weights", &config.sizes())?;
        let (training, _) = fit.run(self.cell, network, &self.samples.test())?;
        Ok(training)
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

    /// A network with the weights that every arm of this seed starts from.
    fn fresh(&mut self, purpose: &str, sizes: &[usize]) -> Result<Mlp> {
        let build = |device: &Device| network(sizes, device);
        self.cell.network(purpose, 0, build)
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
}
