//! The synthetic twin of MNIST: digits written by code, for machines without the published files.
//!
//! A digit has several forms: paths of a pen. A hand (`hand`) puts their points down
//! a little off, and bends the whole as Simard et al. (2003) bend images (`field`); a pen draws
//! the path as ink (`pen`), where MNIST's normalisation places it: the digits of NIST were scaled,
//! sides in proportion, to fit into 20 x 20 pixels, and moved so that their centre of mass is in
//! the middle of 28 x 28 (LeCun et al. 1998, section III-A).
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

use super::field::Point;
use super::pen::Pen;
use super::{DIGIT_CLASSES, DIGIT_PIXELS, DIGIT_SIDE, Digits, Labelled, hand};

/// Pixels of the box that a digit fills.
pub const BOX: f32 = 20.0;
/// How far a digit may move without leaving the image.
pub const MARGIN: f32 = (DIGIT_SIDE as f32 - BOX) / 2.0;

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
        classes: DIGIT_CLASSES,
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
    fit(&mut strokes, pen.reach());
    centred(&pen.image(&strokes, random))
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

/// Scales and moves the strokes until the longer side of their bounds, with `reach` more on all
/// sides for the ink, fills the box in the middle of the image.
fn fit(strokes: &mut [Vec<Point>], reach: f32) {
    let points = || strokes.iter().flatten();
    let low = points().fold([f32::MAX; 2], |low, p| [low[0].min(p[0]), low[1].min(p[1])]);
    let high = points().fold([f32::MIN; 2], |high, p| {
        [high[0].max(p[0]), high[1].max(p[1])]
    });
    let length = BOX - 2.0 * reach;
    let scale = length / (high[0] - low[0]).max(high[1] - low[1]);
    for point in strokes.iter_mut().flatten() {
        *point = [0, 1].map(|axis| {
            let middle = (low[axis] + high[axis]) / 2.0;
            (point[axis] - middle) * scale + DIGIT_SIDE as f32 / 2.0
        });
    }
}

/// The image with its centre of mass at row 14 and column 14, as in MNIST's files, to half a pixel.
fn centred(image: &[u8; DIGIT_PIXELS]) -> [u8; DIGIT_PIXELS] {
    let (mut mass, mut moment) = (0.0, [0.0; 2]);
    for (index, &ink) in image.iter().enumerate() {
        let ink = f32::from(ink);
        mass += ink;
        moment[0] += ink * (index % DIGIT_SIDE) as f32;
        moment[1] += ink * (index / DIGIT_SIDE) as f32;
    }
    let middle = (DIGIT_SIDE / 2) as f32;
    let shift = moment.map(|moment| {
        let shift = (middle - moment / mass).round();
        shift.clamp(-MARGIN, MARGIN) as isize
    });
    let by = shift[1] * DIGIT_SIDE as isize + shift[0];
    let mut moved = [0; DIGIT_PIXELS];
    for (index, moved) in moved.iter_mut().enumerate() {
        let from = index.checked_add_signed(-by);
        *moved = from.and_then(|from| image.get(from)).copied().unwrap_or(0);
    }
    moved
}
