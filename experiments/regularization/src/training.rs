//! The post's training: one point a step, in order, plain SGD on |error| + penalty.

use burn::optim::SgdConfig;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::layer::Mlp;
use retrace_core::regularization::Penalty;
use retrace_lab::{Cell, Result, Seen, Task, statistics, train};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::history::History;
use crate::line::{Line, Points};
use crate::model::Layers;

/// The steps whose mean line is the settled one: the last fifth.
const SETTLED: u64 = 5;

/// One training of a cell.
pub struct Fit {
    /// Names its checkpoint among those of the cell.
    pub name: String,
    /// Which penalty.
    pub penalty: Penalty,
    /// Step size.
    pub learning_rate: f64,
    /// Passes over the points.
    pub epochs: u64,
    /// Below this size a weight counts as near zero.
    pub near_zero: f64,
    /// The points, each as a batch of one.
    pub batches: Vec<(Tensor<2>, Tensor<2>)>,
}

/// A finished training as plain numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// The network at the end, if it is finite.
    pub layers: Option<Layers>,
    /// The line that it is.
    pub line: Option<Line>,
    /// Mean of the lines after each step of the last fifth: where the training hovers.
    pub settled: Option<Line>,
    /// The line before training and after each epoch.
    pub lines: Vec<Line>,
    /// Share of weights near zero, likewise, 0 to 1.
    pub near_zero: Vec<f64>,
    /// Sum of |error| over the test points, in units of y: the author's measure.
    pub total_error: Option<f64>,
    /// The same for the settled line.
    pub settled_error: Option<f64>,
    /// Largest |weight| over the norm of all weights, 0 to 1.
    pub concentration: Option<f64>,
    /// Median |weight|.
    pub median_weight: Option<f64>,
    /// The step whose loss was not finite.
    pub diverged_at: Option<u64>,
}

impl Fit {
    /// The author's training on `points`, with this penalty.
    pub fn new(
        name: impl Into<String>,
        config: &Config,
        penalty: Penalty,
        points: &Points,
        device: &Device,
    ) -> Self {
        let number = |value: f64| Tensor::from_data(TensorData::from([[value as f32]]), device);
        let batch = |(x, y)| (number(x), number(y));
        Self {
            name: name.into(),
            penalty,
            learning_rate: config.learning_rate,
            epochs: config.epochs,
            near_zero: config.near_zero,
            batches: points.pairs().map(batch).collect(),
        }
    }

    /// The same over another number of epochs.
    #[must_use]
    pub fn epochs(mut self, epochs: u64) -> Self {
        self.epochs = epochs;
        self
    }

    /// The same with other steps.
    #[must_use]
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        self.learning_rate = learning_rate;
        self
    }

    /// Trains `network`; the total errors are those on `test`.
    ///
    /// # Errors
    /// A stop that was asked for, or a checkpoint that cannot be used.
    pub fn run(
        &self,
        cell: &mut Cell<'_>,
        network: Mlp,
        test: &Points,
    ) -> Result<(Training, History)> {
        let optimizer = SgdConfig::new().init();
        let trained = train(cell, self, network, optimizer)?;
        let layers = Some(Layers::of(&trained.model))
            .filter(|layers| trained.diverged_at.is_none() && layers.is_finite());
        let history = trained.tally;
        Ok((
            Training::new(layers, &history, test, trained.diverged_at),
            history,
        ))
    }
}

impl Task for Fit {
    type Model = Mlp;
    type Tally = History;

    fn name(&self) -> &str {
        &self.name
    }

    fn steps(&self) -> u64 {
        self.epochs * self.batches.len() as u64
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, model: &Mlp, step: u64) -> Tensor<1> {
        let (x, y) = &self.batches[(step % self.batches.len() as u64) as usize];
        let error = (model.forward(x.clone()) - y.clone()).abs().sum();
        self.penalty.add_to(error, model)
    }

    fn observe(&self, history: &mut History, seen: Seen<'_, Mlp>) -> Result<()> {
        let batches = self.batches.len() as u64;
        let epoch_ends = seen.done.is_multiple_of(batches);
        let settling = seen.done > self.steps() - self.steps() / SETTLED;
        if epoch_ends || settling {
            let layers = Layers::of(seen.model);
            if settling {
                history.settling.add(layers.line());
            }
            if epoch_ends {
                history.note(self, seen.done / batches, &layers);
            }
        }
        Ok(())
    }
}

impl Training {
    fn new(
        layers: Option<Layers>,
        history: &History,
        test: &Points,
        diverged_at: Option<u64>,
    ) -> Self {
        let line = layers.as_ref().map(Layers::line);
        let settled = history.settling.line().filter(|_| layers.is_some());
        let number = |of: fn(&Layers) -> f64| finite(layers.as_ref().map(of));
        Self {
            line,
            settled,
            lines: history.lines.clone(),
            near_zero: history.near_zero.clone(),
            total_error: finite(line.map(|line| line.total_error(test))),
            settled_error: finite(settled.map(|line| line.total_error(test))),
            concentration: number(Layers::concentration),
            median_weight: number(|layers| {
                let sizes: Vec<f64> = layers.weights().map(f64::abs).collect();
                statistics::median(&sizes)
            }),
            layers,
            diverged_at,
        }
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}
