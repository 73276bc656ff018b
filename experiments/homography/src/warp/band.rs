//! The fast way to fill a target: in bands of rows that the threads share.
//!
//! A band is cut into blocks as wide as a run of pixels, so that neighbouring rows find the
//! source's pixels still in the cache. Each run takes three steps: where its pixels come from
//! ([`Positions`]), the source's pixels there ([`Taps`]), their weighted means ([`mix`]).

// Iterators over the taps hide the loops from the vectoriser.
#![allow(clippy::needless_range_loop)]

use std::marker::PhantomData;

use rayon::prelude::*;

use super::{Cubic, Frame, Kernel, Linear, One, Sampling};
use crate::homography::Matrix;

/// Rows of a band.
const BAND: usize = 16;

/// Target pixels that are computed together: enough to fill the vectors of any processor, few
/// enough that the runs at the border of a picture, which take a slower way, stay short.
const RUN: usize = 32;

/// What is read, and how the target is mapped back to it.
#[derive(Clone, Copy)]
pub(super) struct Map<'a> {
    pub source: Source<'a>,
    /// From the target plane to the source.
    pub inverse: Matrix,
    pub frame: Frame,
    /// Added to a position before its fraction is cut off.
    pub rounding: f64,
}

impl Map<'_> {
    /// Fills a target that is as large as the frame and black, with pixels of so many channels,
    /// the last of which is an opacity if `ALPHA` says so.
    pub fn sample<const CHANNELS: usize, const ALPHA: bool>(
        self,
        sampling: Sampling,
        target: &mut [u8],
    ) {
        match sampling {
            Sampling::Truncated | Sampling::Nearest => {
                self.fill::<One, CHANNELS, ALPHA, 1, 1>(target);
            }
            Sampling::Bilinear => self.fill::<Linear, CHANNELS, ALPHA, 2, 1>(target),
            Sampling::Bicubic => self.fill::<Cubic, CHANNELS, ALPHA, 4, 2>(target),
        }
    }

    fn fill<
        K: Kernel<TAPS>,
        const CHANNELS: usize,
        const ALPHA: bool,
        const TAPS: usize,
        const WORDS: usize,
    >(
        self,
        target: &mut [u8],
    ) {
        // The compiler writes each band for several generations of processors; this picks one.
        let arch = pulp::Arch::new();
        let band_bytes = BAND * self.frame.width() as usize * CHANNELS;
        let bands = target.par_chunks_mut(band_bytes).enumerate();
        bands.for_each(|(band, target)| {
            arch.dispatch(Band::<K, CHANNELS, ALPHA, TAPS, WORDS> {
                map: self,
                top: band * BAND,
                target,
                kernel: PhantomData,
            });
        });
    }

    /// H^-1 of the pixel in a column and a row of the frame.
    #[inline(always)]
    fn position(&self, column: usize, row: usize) -> Homogeneous {
        let x = column as f64 + f64::from(self.frame.left());
        let y = row as f64 + f64::from(self.frame.top());
        self.inverse.map(|[a, b, c]| a * x + b * y + c)
    }
}

/// Some rows of the target.
struct Band<'a, K, const CHANNELS: usize, const ALPHA: bool, const TAPS: usize, const WORDS: usize>
{
    map: Map<'a>,
    /// The first row.
    top: usize,
    target: &'a mut [u8],
    kernel: PhantomData<K>,
}

impl<
    K: Kernel<TAPS>,
    const CHANNELS: usize,
    const ALPHA: bool,
    const TAPS: usize,
    const WORDS: usize,
> pulp::NullaryFnOnce for Band<'_, K, CHANNELS, ALPHA, TAPS, WORDS>
{
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.map.frame.width() as usize;
        let reach = self.map.source.reach::<CHANNELS, TAPS, WORDS>(K::FIRST);
        let mut run = Run::<TAPS, WORDS>::new();
        for column in (0..width).step_by(RUN) {
            let bytes = column * CHANNELS..(column + RUN).min(width) * CHANNELS;
            let rows = self.target.chunks_exact_mut(width * CHANNELS);
            for (row, target) in (self.top..).zip(rows) {
                let target = &mut target[bytes.clone()];
                run.fill::<K, CHANNELS, ALPHA>(&self.map, reach, (column, row), target);
            }
        }
    }
}

/// The working memory of a run of pixels.
struct Run<const TAPS: usize, const WORDS: usize> {
    positions: Positions,
    taps: Taps<TAPS, WORDS>,
    pixels: Pixels,
}

impl<const TAPS: usize, const WORDS: usize> Run<TAPS, WORDS> {
    const fn new() -> Self {
        Self {
            positions: Positions::new(),
            taps: [[[0; RUN]; WORDS]; TAPS],
            pixels: [0; RUN],
        }
    }

    #[inline(always)]
    fn fill<K: Kernel<TAPS>, const CHANNELS: usize, const ALPHA: bool>(
        &mut self,
        map: &Map<'_>,
        reach: Reach,
        (column, row): (usize, usize),
        target: &mut [u8],
    ) {
        let start = map.position(column, row);
        let end = map.position(column + RUN - 1, row);
        let step = map.inverse.map(|[along_row, _, _]| along_row);
        let whereabouts = reach.whereabouts(start, end);
        if whereabouts == Whereabouts::Outside {
            return;
        }
        let (source, taps) = (map.source, &mut self.taps);
        self.positions
            .fill(start, step, reach.limits(whereabouts), map.rounding);
        if whereabouts == Whereabouts::Inside {
            source.fetch::<CHANNELS, TAPS, WORDS>(taps, &self.positions, K::FIRST);
        } else {
            source.fetch_at_edge::<CHANNELS, TAPS, WORDS>(taps, &self.positions, K::FIRST);
        }
        mix::<K, CHANNELS, ALPHA, TAPS, WORDS>(&self.taps, &self.positions, &mut self.pixels);
        if whereabouts == Whereabouts::Inside {
            store::<CHANNELS>(&self.pixels, target);
        } else {
            store_inside::<CHANNELS>(&self.pixels, &self.positions, target);
        }
    }
}

/// Writes the pixels of a run, or as many as there is room for.
#[inline(always)]
fn store<const CHANNELS: usize>(pixels: &Pixels, target: &mut [u8]) {
    if CHANNELS == 3 && target.len() == 3 * RUN {
        // Four bytes at once; the next pixel overwrites the fourth.
        for (k, pixel) in pixels[..RUN - 1].iter().enumerate() {
            target[3 * k..3 * k + 4].copy_from_slice(&pixel.to_le_bytes());
        }
        target[3 * (RUN - 1)..].copy_from_slice(&pixels[RUN - 1].to_le_bytes()[..3]);
        return;
    }
    for (target, pixel) in target.chunks_exact_mut(CHANNELS).zip(pixels) {
        target.copy_from_slice(&pixel.to_le_bytes()[..CHANNELS]);
    }
}

/// Writes those pixels of a run that come from within the picture.
fn store_inside<const CHANNELS: usize>(pixels: &Pixels, positions: &Positions, target: &mut [u8]) {
    let targets = target.chunks_exact_mut(CHANNELS);
    for ((target, pixel), inside) in targets.zip(pixels).zip(positions.inside) {
        if inside {
            target.copy_from_slice(&pixel.to_le_bytes()[..CHANNELS]);
        }
    }
}

/// A homogeneous position: x = u / w, y = v / w.
type Homogeneous = [f64; 3];

/// Where a run comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whereabouts {
    /// From where all pixels around a position belong to the picture.
    Inside,
    /// From beside the picture.
    Outside,
    /// Perhaps from both, or from near the edge.
    Edge,
}

/// Where positions may lie.
#[derive(Clone, Copy)]
struct Reach {
    /// Width and height of the picture.
    size: [f64; 2],
    /// The least x and y around which all pixels that are read belong to the picture.
    least: f64,
    /// The greatest whole x and y around which they do.
    most: [f64; 2],
}

impl Reach {
    /// Where the run from `start` to `end` comes from.
    ///
    /// A homography maps straight lines to straight lines: between the two ends of a run that no
    /// horizon parts, all positions lie on the segment between those of the ends. A rectangle that
    /// holds both ends holds them all, and a side of the picture that has both ends beyond it has
    /// them all beyond it.
    #[inline(always)]
    fn whereabouts(self, start: Homogeneous, end: Homogeneous) -> Whereabouts {
        if start[2] * end[2] <= 0.0 {
            return Whereabouts::Edge;
        }
        let at = |[u, v, w]: Homogeneous| [u / w, v / w];
        let (start, end) = (at(start), at(end));
        let mut inside = true;
        for axis in [0, 1] {
            let (low, high) = (start[axis].min(end[axis]), start[axis].max(end[axis]));
            if high < -0.5 || low >= self.size[axis] - 0.5 {
                return Whereabouts::Outside;
            }
            // Half a pixel less, since positions may be rounded to the nearest.
            inside &= low >= self.least && high <= self.most[axis] - 0.5;
        }
        if inside {
            Whereabouts::Inside
        } else {
            Whereabouts::Edge
        }
    }

    /// The limits within which the positions of a run must lie for what follows. Rounding can
    /// carry them a little beyond, far from the origin of the target even more than a little.
    #[inline(always)]
    fn limits(self, whereabouts: Whereabouts) -> Self {
        match whereabouts {
            Whereabouts::Inside => self,
            _ => Self {
                size: self.size,
                least: -1.0,
                most: self.size,
            },
        }
    }
}

/// Binary digits that a fraction of a pixel keeps. What is lost is at most 255 / 2^21 of a grey
/// level, and positions that should be whole but for rounding become whole.
const FRACTION_BITS: u32 = 20;
/// Added to a number from -2^31 to 2^31, this leaves its whole part and its fraction side by side
/// in the lowest 52 bits, for a floor without a branch or a conversion.
const SPLITTER: f64 = 1.5 * (1_u64 << (52 - FRACTION_BITS)) as f64;

/// Source positions of the pixels of a run, split into whole parts and fractions.
struct Positions {
    /// Whole part of x.
    column: [i32; RUN],
    /// Whole part of y.
    row: [i32; RUN],
    /// Fraction of x, 0 to 1.
    right: [f32; RUN],
    /// Fraction of y, 0 to 1.
    down: [f32; RUN],
    /// Whether the position lies on the picture.
    inside: [bool; RUN],
}

impl Positions {
    const fn new() -> Self {
        Self {
            column: [0; RUN],
            row: [0; RUN],
            right: [0.0; RUN],
            down: [0.0; RUN],
            inside: [false; RUN],
        }
    }

    /// The positions start, start + step, ...; `rounding` is added to both coordinates before they
    /// are split. Those beyond the limits are moved there.
    #[inline(always)]
    fn fill(&mut self, start: Homogeneous, step: Homogeneous, limits: Reach, rounding: f64) {
        let Reach { size, least, most } = limits;
        for k in 0..RUN {
            let [u, v, w] = nth(start, step, k);
            // One division for two coordinates: it is the slowest operation of all.
            let inverse = 1.0 / w;
            let (x, y) = (u * inverse, v * inverse);
            self.inside[k] = is_on(x, size[0]) & is_on(y, size[1]);
            (self.column[k], self.right[k]) = split(x + rounding, least, most[0]);
            (self.row[k], self.down[k]) = split(y + rounding, least, most[1]);
        }
    }
}

#[inline(always)]
fn nth(start: Homogeneous, step: Homogeneous, k: usize) -> Homogeneous {
    let k = f64::from(k as u32);
    [
        start[0] + step[0] * k,
        start[1] + step[1] * k,
        start[2] + step[2] * k,
    ]
}

/// Whether a coordinate lies within the squares of the pixels, half a pixel around their centres.
#[inline(always)]
fn is_on(position: f64, size: f64) -> bool {
    (position >= -0.5) & (position < size - 0.5)
}

/// The floor of a position and what is above it. Positions beyond the limits, and those that are
/// no number, become one of the limits.
#[inline(always)]
fn split(position: f64, least: f64, most: f64) -> (i32, f32) {
    // Not `clamp`, which would let a position that is no number pass.
    #[allow(clippy::manual_clamp)]
    let bits = (position.max(least).min(most) + SPLITTER).to_bits();
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let whole = ((bits >> FRACTION_BITS) as i32).wrapping_sub(i32::MIN);
    (
        whole,
        fraction as i32 as f32 * (1.0 / (1_u32 << FRACTION_BITS) as f32),
    )
}

/// Bytes in a word.
const WORD: usize = size_of::<u64>();

/// For each row that is read and each target pixel the bytes of its pixels, the first one lowest.
///
/// # Shapes
/// TAPS rows x WORDS words x target pixels; TAPS pixels of a row fit into its WORDS.
type Taps<const TAPS: usize, const WORDS: usize> = [[[u64; RUN]; WORDS]; TAPS];

/// The picture that is read, as bytes.
///
/// Fetching is the one part that no vector unit helps with, so it does nothing else: of each row of
/// the source it copies as many bytes as hold the pixels that are needed, and [`mix`] takes them
/// apart.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub bytes: &'a [u8],
    pub width: usize,
    pub height: usize,
}

impl Source<'_> {
    /// Where [`Self::fetch`] finds all bytes that it takes, when pixels from `first` on are read
    /// around a position.
    fn reach<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
        &self,
        first: i32,
    ) -> Reach {
        let (size, first) = ([self.width as f64, self.height as f64], f64::from(first));
        // Words are read whole, so that those of the last columns do not fit.
        let columns = (WORDS * WORD).div_ceil(CHANNELS) as f64;
        let last = [size[0] - columns, size[1] - TAPS as f64];
        Reach {
            size,
            least: -first,
            most: last.map(|last| last - first),
        }
    }

    /// Fetches the pixels around positions that all lie [`Whereabouts::Inside`].
    #[inline(always)]
    fn fetch<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
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
    fn fetch_at_edge<const CHANNELS: usize, const TAPS: usize, const WORDS: usize>(
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

/// Added to a number from 0 to 2^22, this leaves its nearest whole number in the lowest bits.
const ROUNDER: f32 = 8_388_608.0;

/// Target pixels: the first channel in the lowest byte.
type Pixels = [u32; RUN];

/// The pixels around one position, and what each row and column weighs.
struct Window<const CHANNELS: usize, const TAPS: usize, const WORDS: usize> {
    words: [[u64; WORDS]; TAPS],
    right: [f32; TAPS],
    down: [f32; TAPS],
}

/// Mixes the fetched pixels. With `ALPHA` the last channel is the opacity, and a colour counts by
/// how opaque it is: else the invisible colours of clear pixels would stain their neighbours.
///
/// Plain loops over the pixels of the run, without a branch or a call, so that the compiler turns
/// them into vector code. There is no fused multiply-add: the result is the same on all machines.
#[inline(always)]
fn mix<
    K: Kernel<TAPS>,
    const CHANNELS: usize,
    const ALPHA: bool,
    const TAPS: usize,
    const WORDS: usize,
>(
    taps: &Taps<TAPS, WORDS>,
    positions: &Positions,
    pixels: &mut Pixels,
) {
    for k in 0..RUN {
        if TAPS == 1 {
            pixels[k] = taps[0][0][k] as u32;
            continue;
        }
        let mut window = Window::<CHANNELS, TAPS, WORDS> {
            words: [[0; WORDS]; TAPS],
            right: K::weights(positions.right[k]),
            down: K::weights(positions.down[k]),
        };
        for row in 0..TAPS {
            for word in 0..WORDS {
                window.words[row][word] = taps[row][word][k];
            }
        }
        let mut packed = 0;
        for channel in 0..CHANNELS {
            let colour = ALPHA && channel + 1 < CHANNELS;
            let value = if colour {
                window.colour(channel)
            } else {
                window.mean(channel)
            };
            packed |= rounded(value) << (8 * channel);
        }
        pixels[k] = packed;
    }
}

impl<const CHANNELS: usize, const TAPS: usize, const WORDS: usize> Window<CHANNELS, TAPS, WORDS> {
    /// The mean of a channel.
    #[inline(always)]
    fn mean(&self, channel: usize) -> f32 {
        let mut sum = 0.0;
        for row in 0..TAPS {
            let mut along = 0.0;
            for tap in 0..TAPS {
                along += self.right[tap] * self.value(row, tap, channel);
            }
            sum += self.down[row] * along;
        }
        sum
    }

    /// The mean of a channel, each pixel weighted with its opacity as well; the plain mean where
    /// all is clear.
    #[inline(always)]
    fn colour(&self, channel: usize) -> f32 {
        let mut sum = 0.0;
        for row in 0..TAPS {
            let mut along = 0.0;
            for tap in 0..TAPS {
                let opacity = self.value(row, tap, CHANNELS - 1);
                along += self.right[tap] * (opacity * self.value(row, tap, channel));
            }
            sum += self.down[row] * along;
        }
        let opacity = self.mean(CHANNELS - 1);
        if opacity > 0.0 {
            sum / opacity
        } else {
            self.mean(channel)
        }
    }

    #[inline(always)]
    fn value(&self, row: usize, tap: usize, channel: usize) -> f32 {
        let byte = tap * CHANNELS + channel;
        let word = self.words[row][byte / 8] >> (8 * (byte % 8));
        // Through i32: processors convert signed numbers faster.
        (word & 255) as i32 as f32
    }
}

/// The nearest whole number from 0 to 255; halves go to the even one.
#[inline(always)]
fn rounded(value: f32) -> u32 {
    (value.clamp(0.0, 255.0) + ROUNDER).to_bits() & 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_split_into_its_floor_and_its_fraction() {
        for (position, whole, fraction) in [
            (0.0, 0, 0.0),
            (7.25, 7, 0.25),
            (-0.25, -1, 0.75),
            (123_456.5, 123_456, 0.5),
            (2.0 - 1e-9, 2, 0.0),
            (f64::NAN, -1, 0.0),
            (f64::NEG_INFINITY, -1, 0.0),
            (f64::INFINITY, 1_000_000, 0.0),
        ] {
            assert_eq!(split(position, -1.0, 1e6), (whole, fraction), "{position}");
        }
    }
}
