//! Which colours pictures have.

use rayon::prelude::*;
use retrace_data::colour::lab_from_rgb;

use crate::bins::{Bins, Grid, NoColours};
use crate::data::Photo;
use crate::metrics::chroma;
use crate::outcome::{Counts, Palette, Used};

/// Side of the fine cells: windows of 5 and 10 are whole numbers of them.
pub const FINE: f64 = 2.5;
/// Windows of which Q is told: the post's two.
const WINDOWS: [f64; 2] = [10.0, 5.0];
/// A colour is pink or red from this chroma, between these hues (degrees).
const PINK_RED: (f64, f64, f64) = (15.0, -30.0, 45.0);

/// Pixels of the pictures in each cell of `grid`.
pub fn counts(photos: &[&Photo], grid: Grid) -> Vec<u64> {
    let of = |photo: &&Photo| {
        let mut counts = vec![0; grid.cells()];
        for pixel in photo.image.pixels() {
            let [_, a, b] = lab_from_rgb(pixel.0);
            counts[grid.cell([a, b])] += 1;
        }
        counts
    };
    let sum = |one: Vec<u64>, other: Vec<u64>| one.iter().zip(&other).map(|(a, b)| a + b).collect();
    photos
        .par_iter()
        .map(of)
        .reduce(|| vec![0; grid.cells()], sum)
}

/// The bins that the pictures use, with this window.
///
/// # Errors
/// When there is no pixel.
pub fn bins(photos: &[&Photo], window: f64) -> Result<Bins, NoColours> {
    let grid = Grid { window };
    Bins::of_counts(grid, &counts(photos, grid))
}

/// All that is told of the colours of some pictures.
///
/// # Errors
/// When there is no pixel.
pub fn palette(photos: &[&Photo], window: f64) -> Result<Palette, NoColours> {
    let fine = counts(photos, Grid { window: FINE });
    let pixels = fine.iter().sum();
    let merged = WINDOWS.map(|window| merged(&fine, window));
    let used = merged.each_ref().map(|counts| Used {
        window: counts.window,
        bins: counts.pixels.iter().filter(|n| **n > 0).count(),
    });
    let [tens, _] = &merged;
    let bins = Bins::of_counts(
        Grid {
            window: tens.window,
        },
        &tens.pixels,
    )?;
    let red = photos.par_iter().map(|photo| pink_red(photo)).sum::<u64>();
    Ok(Palette {
        pictures: photos.len(),
        pixels,
        coarse: Counts {
            window,
            pixels: counts(photos, Grid { window }),
        },
        fine: Counts {
            window: FINE,
            pixels: fine,
        },
        used: used.to_vec(),
        pink_red: red as f64 / pixels as f64,
        most_used_chroma: chroma(bins.centre(bins.most_frequent())),
    })
}

/// The fine cells put together to a window that is a multiple of theirs.
pub fn merged(fine: &[u64], window: f64) -> Counts {
    let (from, to) = (Grid { window: FINE }, Grid { window });
    let mut pixels = vec![0; to.cells()];
    for (cell, count) in fine.iter().enumerate() {
        pixels[to.cell(from.centre(cell))] += count;
    }
    Counts { window, pixels }
}

fn pink_red(photo: &Photo) -> u64 {
    let (least, from, to) = PINK_RED;
    let is = |pixel: &&image::Rgb<u8>| {
        let [_, a, b] = lab_from_rgb(pixel.0);
        let hue = f64::from(b).atan2(f64::from(a)).to_degrees();
        chroma([a, b]) >= least && (from..=to).contains(&hue)
    };
    photo.image.pixels().filter(is).count() as u64
}
