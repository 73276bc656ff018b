//! The order in which a training sees its images.

use std::cell::RefCell;

use rand::seq::SliceRandom;
use retrace_lab::random;

/// The images of a training, in batches.
///
/// Which images a step sees depends on nothing but its number, so that a training can go on
/// anywhere. The last batch of an epoch holds what is left.
#[derive(Debug)]
pub struct Order {
    images: Vec<usize>,
    batch: usize,
    /// The seed, when each epoch has an order of its own.
    shuffled_by: Option<u64>,
    /// The order of one epoch. To draw it takes as long as a step.
    drawn: RefCell<Option<(u64, Vec<usize>)>>,
}

impl Order {
    /// `images` as they are, over and over, `batch` of them per step.
    pub fn new(images: Vec<usize>, batch: usize) -> Self {
        Self {
            images,
            batch,
            shuffled_by: None,
            drawn: RefCell::new(None),
        }
    }

    /// Gives each epoch an order of its own, drawn from the stream (`seed`, "order", epoch).
    #[must_use]
    pub fn shuffled(mut self, seed: u64) -> Self {
        self.shuffled_by = Some(seed);
        self
    }

    /// All images, in the order given.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// Steps in which each image is seen once.
    pub fn steps_per_epoch(&self) -> u64 {
        self.images.len().div_ceil(self.batch) as u64
    }

    /// The images of `step`, counted from 0.
    pub fn batch(&self, step: u64) -> Vec<usize> {
        let (epoch, within) = (step / self.steps_per_epoch(), step % self.steps_per_epoch());
        let from = within as usize * self.batch;
        let to = (from + self.batch).min(self.images.len());
        match self.shuffled_by {
            None => self.images[from..to].to_vec(),
            Some(seed) => {
                let mut drawn = self.drawn.borrow_mut();
                if drawn.as_ref().is_none_or(|(of, _)| *of != epoch) {
                    *drawn = Some((epoch, self.draw(seed, epoch)));
                }
                let order = drawn.as_ref().map(|(_, order)| order[from..to].to_vec());
                order.unwrap_or_default()
            }
        }
    }

    fn draw(&self, seed: u64, epoch: u64) -> Vec<usize> {
        let mut order = self.images.clone();
        order.shuffle(&mut random::stream(seed, "order", epoch));
        order
    }
}
