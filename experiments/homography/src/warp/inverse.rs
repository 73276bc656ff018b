//! The post's second picture: each target pixel is mapped back and reads the source there.
//!
//! The target is cut into bands of rows, which the threads share, and a band into blocks as wide
//! as a run of pixels, so that neighbouring rows find the source's pixels still in the cache. For
//! each run: where its pixels come from ([`super::positions`]), the source's pixels there
//! ([`super::taps`]), their means ([`super::mix`]).

use std::marker::PhantomData;

use image::DynamicImage;
use rayon::prelude::*;

use super::mix::{Pixels, mix};
use super::positions::{Homogeneous, Positions, RUN};
use super::reach::Whereabouts;
use super::sampling::{Cubic, Kernel, Linear, One};
use super::taps::{Source, Taps};
use crate::homography::{Homography, Matrix};
use crate::warp::{Frame, Picture, Pixel8, Sampling, WarpError};

/// Rows of a band.
const BAND: usize = 16;

/// Warps `picture` by `homography`, which maps its points to those of the target plane, and shows
/// the part of the target plane in `frame`.
///
/// Rows are computed in parallel; the result depends neither on the number of threads nor on the
/// processor. The one large allocation is the output. The part of a picture beyond the horizon,
/// if it has one, shows up where the inverse finds it, as in OpenCV.
///
/// # Errors
/// When the homography cannot be inverted.
pub fn warp<P: Pixel8>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<Picture<P>, WarpError> {
    let inverse = homography.inverse()?;
    let mut target = Picture::new(frame.width(), frame.height());
    if picture.is_empty() {
        return Ok(target);
    }
    let map = Map {
        source: Source {
            bytes: picture.as_raw(),
            width: picture.width() as usize,
            height: picture.height() as usize,
        },
        inverse: *inverse.matrix(),
        frame,
        rounding: if sampling == Sampling::Nearest {
            0.5
        } else {
            0.0
        },
    };
    match P::CHANNEL_COUNT {
        1 => map.sample::<1, false>(sampling, &mut target),
        2 => map.sample::<2, true>(sampling, &mut target),
        3 => map.sample::<3, false>(sampling, &mut target),
        _ => map.sample::<4, true>(sampling, &mut target),
    }
    Ok(target)
}

/// [`warp`] for a picture whose pixel format is known at run time. Grey, RGB and both with alpha
/// keep their channels; 16 bits and floating point become 8 bits.
///
/// # Errors
/// As [`warp`].
pub fn warp_picture(
    picture: &DynamicImage,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<DynamicImage, WarpError> {
    Ok(match picture {
        DynamicImage::ImageLuma8(grey) => warp(grey, homography, frame, sampling)?.into(),
        DynamicImage::ImageLumaA8(grey) => warp(grey, homography, frame, sampling)?.into(),
        DynamicImage::ImageRgb8(rgb) => warp(rgb, homography, frame, sampling)?.into(),
        DynamicImage::ImageRgba8(rgba) => warp(rgba, homography, frame, sampling)?.into(),
        other if !other.color().has_color() && !other.color().has_alpha() => {
            warp(&other.to_luma8(), homography, frame, sampling)?.into()
        }
        other if other.color().has_alpha() => {
            warp(&other.to_rgba8(), homography, frame, sampling)?.into()
        }
        other => warp(&other.to_rgb8(), homography, frame, sampling)?.into(),
    })
}

/// What is read, and how the target is mapped back to it.
#[derive(Clone, Copy)]
struct Map<'a> {
    source: Source<'a>,
    inverse: Matrix,
    frame: Frame,
    /// Added to a position before its fraction is cut off.
    rounding: f64,
}

impl Map<'_> {
    fn sample<const CHANNELS: usize, const ALPHA: bool>(
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
        let mut run = Run::<TAPS, WORDS>::new();
        for column in (0..width).step_by(RUN) {
            let bytes = column * CHANNELS..(column + RUN).min(width) * CHANNELS;
            let rows = self.target.chunks_exact_mut(width * CHANNELS);
            for (row, target) in (self.top..).zip(rows) {
                let target = &mut target[bytes.clone()];
                run.fill::<K, CHANNELS, ALPHA>(&self.map, (column, row), target);
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
        (column, row): (usize, usize),
        target: &mut [u8],
    ) {
        let source = map.source;
        let start = map.position(column, row);
        let end = map.position(column + RUN - 1, row);
        let reach = source.reach::<CHANNELS, TAPS, WORDS>(K::FIRST);
        let whereabouts = reach.of(start, end);
        if whereabouts == Whereabouts::Outside {
            return;
        }
        let step = map.inverse.map(|[along_row, _, _]| along_row);
        self.positions
            .fill(start, step, source.size(), map.rounding);
        if whereabouts == Whereabouts::Inside {
            source.fetch::<CHANNELS, TAPS, WORDS>(&mut self.taps, &self.positions, K::FIRST);
        } else {
            source.fetch_at_edge::<CHANNELS, TAPS, WORDS>(
                &mut self.taps,
                &self.positions,
                K::FIRST,
            );
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
