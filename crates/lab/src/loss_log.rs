//! The losses of a training, thinned to a size that can be kept: `log.csv`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files;

/// Rows kept before every second one is dropped.
const CAPACITY: usize = 2048;

/// One row: a step, when it ended, its loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Row {
    step: u64,
    time_s: f64,
    loss: f64,
}

/// Every n-th loss, where n doubles whenever the log is full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossLog {
    stride: u64,
    /// Seconds of work in earlier processes that trained this cell.
    time_before_s: f64,
    rows: Vec<Row>,
}

impl Default for LossLog {
    fn default() -> Self {
        Self {
            stride: 1,
            time_before_s: 0.0,
            rows: Vec::new(),
        }
    }
}

impl LossLog {
    /// Notes the loss of `step`, `elapsed_s` seconds after this process began.
    pub(crate) fn push(&mut self, step: u64, elapsed_s: f64, loss: f64) {
        if !step.is_multiple_of(self.stride) {
            return;
        }
        if self.rows.len() >= CAPACITY {
            self.stride *= 2;
            let stride = self.stride;
            self.rows.retain(|row| row.step.is_multiple_of(stride));
        }
        let time_s = self.time_before_s + elapsed_s;
        self.rows.push(Row { step, time_s, loss });
    }

    /// Adds the time of this process to that of the earlier ones, before a checkpoint.
    pub(crate) fn at_checkpoint(&self, elapsed_s: f64) -> Self {
        Self {
            time_before_s: self.time_before_s + elapsed_s,
            ..self.clone()
        }
    }

    /// The losses that are kept, each with its step.
    pub(crate) fn losses(&self) -> impl Iterator<Item = (u64, f64)> {
        self.rows.iter().map(|row| (row.step, row.loss))
    }

    /// When the last step that is kept up to `step` ended, or the first one; none of an empty log.
    pub(crate) fn time_s(&self, step: u64) -> Option<f64> {
        let up_to = self.rows.partition_point(|row| row.step <= step);
        Some(self.rows.get(up_to.saturating_sub(1))?.time_s)
    }

    /// Seconds of work in earlier processes.
    pub(crate) fn time_before_s(&self) -> f64 {
        self.time_before_s
    }
}

/// Writes the rows of all trainings of a cell as CSV: `training,step,time_s,loss`.
pub(crate) fn write(logs: &[(String, LossLog)], path: &Path) -> Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    let refused = |error: csv::Error| Error::Other(Box::new(error));
    writer
        .write_record(["training", "step", "time_s", "loss"])
        .map_err(refused)?;
    for (training, log) in logs {
        for row in &log.rows {
            let Row { step, time_s, loss } = row;
            writer
                .serialize((training, step, time_s, loss))
                .map_err(refused)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Error::Other(error.to_string().into()))?;
    files::write_atomically(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_training_keeps_an_even_and_bounded_log() {
        let mut log = LossLog::default();
        for step in 0..100_000 {
            log.push(step, 0.0, 1.0);
        }
        assert!(log.rows.len() <= CAPACITY);
        assert!(log.rows.len() > CAPACITY / 4);
        let steps: Vec<u64> = log.rows.iter().map(|row| row.step).collect();
        assert!(steps.windows(2).all(|pair| pair[1] - pair[0] == log.stride));
    }
}
