//! The patches of a training: windows of 32x32 pixels, of which the network colours the middle.

use std::cell::RefCell;

use rand::seq::SliceRandom;
use retrace_lab::random;

use crate::data::Photo;
use crate::network::MARGIN;

/// Side of what goes in.
pub const INPUT: usize = 32;
/// Side of what comes out.
pub const OUTPUT: usize = INPUT - 2 * MARGIN;

/// A window of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Patch {
    /// Index of the picture.
    pub photo: usize,
    /// Its first row.
    pub top: usize,
    /// Its first column.
    pub left: usize,
}

/// All windows of the pictures, side by side without overlap: 64 of one of 256x256.
pub fn windows(photos: &[&Photo]) -> Vec<Patch> {
    let of = |(index, photo): (usize, &&Photo)| {
        let (rows, columns) = photo.size();
        let tops = (0..rows / INPUT).map(|row| row * INPUT);
        let patches = tops.flat_map(move |top| {
            let lefts = (0..columns / INPUT).map(|column| column * INPUT);
            lefts.map(move |left| Patch {
                photo: index,
                top,
                left,
            })
        });
        patches.collect::<Vec<_>>()
    };
    photos.iter().enumerate().flat_map(of).collect()
}

/// Which patches each step is computed with.
///
/// It depends on nothing but the step's number, so that a training can go on anywhere. Each epoch
/// has an order of its own, drawn from the stream (seed, "order", epoch).
#[derive(Debug)]
pub struct Order {
    windows: Vec<Patch>,
    batch: usize,
    steps_per_epoch: u64,
    seed: u64,
    same: bool,
    /// The order of one epoch: to draw it takes a while.
    drawn: RefCell<Option<(u64, Vec<Patch>)>>,
}

impl Order {
    /// `batch` of `windows` per step, `steps` per epoch (0: as many as there are whole batches, at
    /// least one); `same` takes the first `batch` of the epoch's order in each of its steps, as the
    /// author's code does.
    pub fn new(windows: Vec<Patch>, batch: usize, steps: u64, seed: u64, same: bool) -> Self {
        let whole = (windows.len() / batch).max(1) as u64;
        Self {
            steps_per_epoch: if steps == 0 { whole } else { steps },
            windows,
            batch,
            seed,
            same,
            drawn: RefCell::new(None),
        }
    }

    /// Steps of an epoch.
    pub fn steps_per_epoch(&self) -> u64 {
        self.steps_per_epoch
    }

    /// The patches of `step`, counted from 0. An epoch that asks for more than there are begins
    /// its order again.
    pub fn batch(&self, step: u64) -> Vec<Patch> {
        let (epoch, within) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        let mut drawn = self.drawn.borrow_mut();
        if drawn.as_ref().is_none_or(|(of, _)| *of != epoch) {
            *drawn = Some((epoch, self.draw(epoch)));
        }
        let order = drawn.as_ref().map_or(&[][..], |(_, order)| order);
        let first = if self.same {
            0
        } else {
            within as usize * self.batch
        };
        let places = (first..first + self.batch).map(|place| place % order.len());
        places.map(|place| order[place]).collect()
    }

    /// How many different patches the first `steps` steps see.
    pub fn distinct(&self, steps: u64) -> usize {
        let mut patches: Vec<Patch> = (0..steps).flat_map(|step| self.batch(step)).collect();
        patches.sort_unstable();
        patches.dedup();
        patches.len()
    }

    fn draw(&self, epoch: u64) -> Vec<Patch> {
        let mut order = self.windows.clone();
        order.shuffle(&mut random::stream(self.seed, "order", epoch));
        order
    }
}
