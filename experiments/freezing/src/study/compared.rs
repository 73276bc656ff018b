//! Answers and times of the frozen network beside those of the original.

use std::time::Instant;

use burn::tensor::{Device, TensorData};
use retrace_inspect::Frozen;
use retrace_lab::{Cell, Result};

use super::{AT_ONCE, Study, failed};
use crate::network::{CLASSES, Network};
use crate::outcome::Agreement;

impl Study<'_> {
    pub(super) fn agreement(
        &self,
        cell: &mut Cell<'_>,
        network: &Network,
        frozen: &Frozen,
    ) -> Result<Agreement> {
        let chosen = self.chosen(usize::MAX);
        let (mut differences, mut same, mut right, mut frozen_right) = (Vec::new(), 0, 0, 0);
        for some in chosen.chunks(AT_ONCE) {
            let x = self.test(some, cell.device());
            let original = rows(&network.forward(x.clone()).into_data());
            let answered = rows(&frozen.run(&x.into_data()).map_err(failed)?);
            for ((original, answered), image) in original.iter().zip(&answered).zip(some) {
                let gaps = original
                    .iter()
                    .zip(answered)
                    .map(|(a, b)| f64::from(a - b).abs());
                differences.push(gaps.fold(0.0, f64::max));
                let class = usize::from(self.digits.test.labels()[*image]);
                let (ours, its) = (largest(original), largest(answered));
                same += usize::from(ours == its);
                right += usize::from(ours == class);
                frozen_right += usize::from(its == class);
            }
            cell.progress(differences.len() as u64, chosen.len() as u64)?;
        }
        let share = |count: usize| count as f64 / chosen.len() as f64;
        Ok(Agreement {
            images: chosen.len(),
            differences,
            same_class: share(same),
            accuracy: share(right),
            frozen_accuracy: share(frozen_right),
        })
    }

    /// Seconds of a prediction for each batch, in Burn and from the file.
    pub(super) fn times(
        &self,
        network: &Network,
        frozen: &Frozen,
        device: &Device,
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        let time = |batch: &usize| {
            let chosen: Vec<usize> = (0..*batch)
                .map(|image| image % self.digits.test.len())
                .collect();
            let x = self.test(&chosen, device);
            let data = x.clone().into_data();
            let burn_s = self.median(|| {
                drop(network.forward(x.clone()).into_data());
                Ok(())
            })?;
            let frozen_s = self.median(|| frozen.run(&data).map(drop).map_err(failed))?;
            Ok((burn_s, frozen_s))
        };
        self.config.timed_batches.iter().map(time).collect()
    }

    /// Median of the seconds that `work` takes, after once to warm up.
    fn median(&self, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
        work()?;
        let mut times = Vec::new();
        for _ in 0..self.config.timed {
            let started = Instant::now();
            work()?;
            times.push(started.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        Ok(times[times.len() / 2])
    }
}

fn rows(probabilities: &TensorData) -> Vec<Vec<f32>> {
    let values: Vec<f32> = probabilities.iter::<f32>().collect();
    values.chunks(CLASSES).map(<[f32]>::to_vec).collect()
}

fn largest(row: &[f32]) -> usize {
    let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(class, _)| class)
}
