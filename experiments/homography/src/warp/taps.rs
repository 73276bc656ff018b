//! The pixels around the positions of a run, fetched from the source.
//!
//! This is the one part that no vector unit helps with, so it does nothing else: of each row of
//! the source it copies as many bytes as hold the pixels that are needed, and [`super::mix`]
//! takes them apart.

use super::positions::{Positions, RUN};
use super::reach::Reach;

/// Bytes in a word.
const WORD: usize = size_of::<u64>();

/// For each row that is read and each target pixel the bytes of its pixels, the first one lowest.
///
/// # Shapes
/// TAPS rows x WORDS words x target pixels; TAPS pixels of a row fit into its WORDS.
pub(super) type Taps<const TAPS: usize, const WORDS: usize> = [[[u64; RUN]; WORDS]; TAPS];

/// The picture that is read, as bytes.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub bytes: &'a [u8],
    pub width: usize,
    pub height: usize,
}

impl Source<'_> {
    /// Where [`Self::fetch`] finds all bytes that it takes.
    pub fn reach<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
        &self,
        first: i32,
    ) -> Reach {
        let size = [self.width as f64, self.height as f64];
        // Words are read whole, so that those of the last columns do not fit.
        let columns = (WORDS * WORD).div_ceil(CHANNELS) as f64;
        let last = [size[0] - columns, size[1] - TAPS as f64];
        Reach::new(size, last, f64::from(first))
    }

    /// Fetches the pixels around positions that all lie within the limits of
    /// [`super::reach::Whereabouts::Inside`].
    #[inline(always)]
    pub fn fetch<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
        &self,
        taps: &mut Taps<TAPS, WORDS>,
        positions: &Positions,
        first: i32,
    ) {
        let stride = self.width * CHANNELS;
        let window = (TAPS - 1) * stride + WORDS * WORD;
        for k in 0..RUN {
            let row = (positions.row[k] + first) as usize;
            let column = (positions.column[k] + first) as usize;
            // One slice for all rows, hence one check of the bounds.
            let window = &self.bytes[row * stride + column * CHANNELS..][..window];
            for (row, words) in taps.iter_mut().enumerate() {
                for (word, pixels) in words.iter_mut().enumerate() {
                    pixels[k] = word_at(window, row * stride + word * WORD);
                }
            }
        }
    }

    /// Fetches the pixels around the positions on the picture, where pixels beyond the edge
    /// repeat those at the edge. The others are left as they are.
    pub fn fetch_at_edge<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
        &self,
        taps: &mut Taps<TAPS, WORDS>,
        positions: &Positions,
        first: i32,
    ) {
        for k in (0..RUN).filter(|k| positions.inside[*k]) {
            for (down, words) in (0..).zip(taps.iter_mut()) {
                let row = clamped(positions.row[k] + first + down, self.height);
                let mut bytes = [0; 16];
                for (right, pixel) in (0..).zip(bytes.chunks_exact_mut(CHANNELS).take(TAPS)) {
                    let column = clamped(positions.column[k] + first + right, self.width);
                    let start = (row * self.width + column) * CHANNELS;
                    pixel.copy_from_slice(&self.bytes[start..start + CHANNELS]);
                }
                for (word, pixels) in words.iter_mut().enumerate() {
                    pixels[k] = word_at(&bytes, word * WORD);
                }
            }
        }
    }
}

/// The nearest whole number from 0 to `size` - 1.
fn clamped(position: i32, size: usize) -> usize {
    usize::try_from(position).unwrap_or(0).min(size - 1)
}

#[inline(always)]
fn word_at(bytes: &[u8], start: usize) -> u64 {
    let mut word = [0; WORD];
    word.copy_from_slice(&bytes[start..start + WORD]);
    u64::from_le_bytes(word)
}
