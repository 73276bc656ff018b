//! Filling a target, in bands of rows that the threads share.
//!
//! A band is cut into blocks as wide as a run of pixels, so that neighbouring rows find the
//! source's pixels still in the cache. For each run: where its pixels come from
//! ([`super::positions`]), the source's pixels there ([`super::taps`]), their means
//! ([`super::mix`]).

use std::marker::PhantomData;

use rayon::prelude::*;

use super::mix::{Pixels, mix};
use super::positions::{Homogeneous, Positions, RUN};
use super::reach::{Reach, Whereabouts};
use super::sampling::{Cubic, Kernel, Linear, One};
use super::taps::{Source, Taps};
use crate::homography::Matrix;
use crate::warp::{Frame, Sampling};

/// Rows of a band.
const BAND: usize = 16;

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
                run.fill::<K, CHANNELS, ALPHA>(&self.map, &reach, (column, row), target);
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
        reach: &Reach,
        (column, row): (usize, usize),
        target: &mut [u8],
    ) {
        let start = map.position(column, row);
        let end = map.position(column + RUN - 1, row);
        let step = map.inverse.map(|[along_row, _, _]| along_row);
        let whereabouts = reach.of(start, end);
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
