//! The task of the short training: two spirals, wound into each other, to be told apart
//! (after Lang & Witbrock 1988). The post trains nothing; this is the smallest task on which a
//! linear network fails and a deep one does not.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::RngExt;
use rand_distr::{Distribution, Normal};
use retrace_lab::{Error, Result, random};

use crate::config::ActivationsConfig;

/// Points and the spiral that each belongs to.
#[derive(Debug, Clone)]
pub struct Spirals {
    /// Coordinates, about -1 to 1.
    points: Vec<[f32; 2]>,
    /// 0 or 1.
    classes: Vec<i32>,
}

impl Spirals {
    /// `count` points of this seed's stream; `index` 0 is the training set, 1 the test set.
    ///
    /// # Errors
    /// When the noise is no standard deviation.
    pub fn draw(config: &ActivationsConfig, seed: u64, index: u64) -> Result<Self> {
        let mut stream = random::stream(seed, "spirals", index);
        let noise =
            Normal::new(0.0, config.spiral_noise).map_err(|error| Error::Other(Box::new(error)))?;
        let count = config.spiral_points / 2;
        let mut spirals = Self {
            points: Vec::with_capacity(count),
            classes: Vec::with_capacity(count),
        };
        for point in 0..count {
            let class = (point % 2) as i32;
            // The square root spreads the points evenly over the area.
            let radius = stream.random::<f64>().sqrt();
            let turns = radius * config.spiral_turns + f64::from(class) / 2.0;
            let (sin, cos) = (turns * std::f64::consts::TAU).sin_cos();
            let at = [radius * cos, radius * sin].map(|c| (c + noise.sample(&mut stream)) as f32);
            spirals.points.push(at);
            spirals.classes.push(class);
        }
        Ok(spirals)
    }

    /// How many points.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// `count` points drawn with replacement for `step`.
    ///
    /// # Shapes
    /// - points: `[count, 2]`
    /// - classes: `[count]`
    pub fn batch(
        &self,
        seed: u64,
        step: u64,
        count: usize,
        device: &Device,
    ) -> (Tensor<2>, Tensor<1, Int>) {
        let mut stream = random::stream(seed, "batch", step);
        let chosen: Vec<usize> = (0..count)
            .map(|_| stream.random_range(0..self.len()))
            .collect();
        self.tensors(chosen.into_iter(), device)
    }

    /// All points, as [`batch`](Self::batch) has them.
    pub fn all(&self, device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
        self.tensors(0..self.len(), device)
    }

    fn tensors(
        &self,
        chosen: impl ExactSizeIterator<Item = usize> + Clone,
        device: &Device,
    ) -> (Tensor<2>, Tensor<1, Int>) {
        let count = chosen.len();
        let points: Vec<f32> = chosen.clone().flat_map(|i| self.points[i]).collect();
        let classes: Vec<i32> = chosen.map(|i| self.classes[i]).collect();
        (
            Tensor::from_data(TensorData::new(points, [count, 2]), device),
            Tensor::from_data(TensorData::new(classes, [count]), device),
        )
    }
}
