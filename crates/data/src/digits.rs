//! Handwritten digits: what the published set and its synthetic twin have in common.

use std::fmt;
use std::marker::PhantomData;

use sha2::{Digest, Sha256};

use crate::bounded::hexadecimal;

mod field;
mod hand;
mod pen;
mod twin;

pub use twin::{DigitCounts, draw_digits};

/// Rows of an image, and columns.
pub const DIGIT_SIDE: usize = 28;
/// Classes of MNIST and of its twin.
pub const DIGIT_CLASSES: usize = 10;
/// Pixels of an image.
pub const DIGIT_PIXELS: usize = DIGIT_SIDE * DIGIT_SIDE;

/// Marks the digits that weights are fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Training {}
/// Marks the digits that settings and the best epoch are chosen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validation {}
/// Marks the digits that a result is reported on, and nothing is chosen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {}

/// The three parts of a set of digits, each of its own type: a function that chooses asks for
/// `&Labelled<Validation>`, and the compiler keeps test digits out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    /// To fit weights to.
    pub train: Labelled<Training>,
    /// To choose on.
    pub validation: Labelled<Validation>,
    /// To report on.
    pub test: Labelled<Test>,
    /// Number of classes: labels are below it.
    pub classes: usize,
}

impl Digits {
    /// SHA-256 of the parts in their order, each as its count, its images and its labels, in
    /// hexadecimal: the same whether files were compressed or not.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        self.train.hash(&mut hash);
        self.validation.hash(&mut hash);
        self.test.hash(&mut hash);
        hexadecimal(&hash.finalize())
    }
}

/// Images of digits with what they show; `Part` is [`Training`], [`Validation`] or [`Test`].
#[derive(Clone, PartialEq, Eq)]
pub struct Labelled<Part> {
    images: Vec<u8>,
    labels: Vec<u8>,
    part: PhantomData<Part>,
}

impl<Part> Labelled<Part> {
    /// # Panics
    /// When there is not one image for each label: readers check that.
    pub(crate) fn new(mut images: Vec<u8>, labels: Vec<u8>) -> Self {
        assert_eq!(images.len(), labels.len() * DIGIT_PIXELS);
        images.shrink_to_fit();
        Self {
            images,
            labels,
            part: PhantomData,
        }
    }

    /// Grey values, 0 the paper and 255 the ink: `len()` x 28 x 28, rows from the top.
    #[must_use]
    pub fn images(&self) -> &[u8] {
        &self.images
    }

    /// What the images show, from 0: `len()` of them.
    #[must_use]
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Image `index`, counted from 0: 28 x 28.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn image(&self, index: usize) -> &[u8] {
        &self.images[index * DIGIT_PIXELS..][..DIGIT_PIXELS]
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    fn hash(&self, hash: &mut Sha256) {
        hash.update((self.len() as u64).to_le_bytes());
        hash.update(&self.images);
        hash.update(&self.labels);
    }
}

/// How many there are; nobody reads millions of grey values.
impl<Part> fmt::Debug for Labelled<Part> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Labelled");
        shown.field("len", &self.len()).finish_non_exhaustive()
    }
}
