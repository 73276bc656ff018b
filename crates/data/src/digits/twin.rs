//! The synthetic twin of MNIST: digits written by code, for machines without the published files.
//!
//! A digit has several forms (`forms`): paths of a pen. A hand (`hand`) puts their points down
//! a little off, and bends the whole as Simard et al. (2003) bend images (`field`); a pen draws
//! the path as ink (`pen`), where MNIST's normalisation places it (`frame`).
//!
//! It is about as hard as the published set. Per cent right of 10,000 test images after 6,000
//! training images, by `scripts/digits_twin_difficulty.py`:
//!
//! | classifier of scikit-learn | MNIST | twin |
//! |---|---|---|
//! | logistic regression | 90.8 | 90.9 |
//! | nearest neighbour | 93.3 | 93.9 |
//! | perceptron 784-128-10 | 93.9 | 94.3 |
//! | perceptron 784-1024-128-10 | 93.4 | 93.8 |
//!
//! It is another set all the same: a number measured on it says that code works, and nothing about
//! MNIST.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

use super::pen::Pen;
use super::{DIGIT_PIXELS, Digits, Labelled, frame, hand};

/// How many digits to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitCounts {
    /// For training.
    pub train: usize,
    /// For validation.
    pub validation: usize,
    /// For the test.
    pub test: usize,
}

impl DigitCounts {
    /// So many for training, a sixth as many for validation and for the test, as MNIST about has.
    #[must_use]
    pub fn for_training(train: usize) -> Self {
        let sixth = train.div_ceil(6);
        Self {
            train,
            validation: sixth,
            test: sixth,
        }
    }
}

impl Default for DigitCounts {
    /// 6,000 / 1,000 / 1,000, drawn in a third of a second.
    fn default() -> Self {
        Self {
            train: 6000,
            validation: 1000,
            test: 1000,
        }
    }
}

/// Draws a set of digits; each of the ten is equally likely.
///
/// A digit depends on the seed, its part and its index alone: a larger set begins with the
/// smaller one. Labels are the same on every machine; a grey value may differ by one where two
/// machines round sines and powers differently.
#[must_use]
pub fn draw_digits(seed: u64, counts: DigitCounts) -> Digits {
    Digits {
        train: draw_part(seed, 0, counts.train),
        validation: draw_part(seed, 1, counts.validation),
        test: draw_part(seed, 2, counts.test),
    }
}

fn draw_part<Part>(seed: u64, part: u8, count: usize) -> Labelled<Part> {
    let mut images = Vec::with_capacity(count * DIGIT_PIXELS);
    let mut labels = Vec::with_capacity(count);
    for index in 0..count as u64 {
        let mut random = stream(seed, part, index);
        let label = random.random_range(0..10);
        images.extend(image(label, &mut random));
        labels.push(label);
    }
    Labelled::new(images, labels)
}

fn image(label: u8, random: &mut ChaCha12Rng) -> [u8; DIGIT_PIXELS] {
    let mut strokes = hand::write(label, random);
    let pen = Pen::sample(random);
    frame::fit(&mut strokes, pen.reach());
    frame::centred(&pen.image(&strokes, random))
}

/// `ChaCha` with the seed and the part as its key, and the index as its stream.
fn stream(seed: u64, part: u8, index: u64) -> ChaCha12Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8] = part;
    let mut random = ChaCha12Rng::from_seed(key);
    random.set_stream(index);
    random
}
