//! **Which colours do the photographs use?** The post shows their histogram beside the gamut of sRGB,
//! says which colours are frequent, and leaves the numbers of used bins blank ("XX" and "XXX").
//!
//! A count, without a network and without chance: each claim is true or not.

use image::Rgb;
use rayon::prelude::*;
use retrace_data::colour::{is_in_gamut, lab_from_rgb, rgb_from_lab};
use retrace_figure::{ColourMap, Figure, HeatMap, Images, Picture};
use retrace_lab::{Cell, Claim, Drawing, Error, Reported, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::arm::Photographs;
use crate::bins::{Bins, Grid, NoColours, REACH};
use crate::config::ColorizationConfig;
use crate::data::{Photo, Scenes};
use crate::metrics::chroma;
use crate::pictures::{examples, keep, lab};
use crate::{Colorization, POST};

/// The question.
pub struct Colours;

/// The colours of the training pictures, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Palettes {
    /// Of all categories.
    pub all: Palette,
    /// Of the forests.
    pub forests: Palette,
    /// Damaged pictures that were left out.
    pub skipped: Vec<String>,
}

/// The colours of some pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Palette {
    /// Number of pictures.
    pub pictures: usize,
    /// Number of their pixels.
    pub pixels: u64,
    /// Pixels in each cell of a fine grid, a down, b to the right.
    pub fine: Counts,
    /// The same with the config's window.
    pub coarse: Counts,
    /// Q for the post's two windows, 10 and then 5.
    pub used: Vec<Used>,
    /// Share of the pixels (0-1) that are pink or red.
    pub pink_red: f64,
    /// Distance of the centre of the most used bin from grey, windows of 10.
    pub most_used_chroma: f64,
}

/// Pixels in each cell of a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Side of a window in units of a and b.
    pub window: f64,
    /// One number per cell.
    pub pixels: Vec<u64>,
}

/// How many bins are used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Side of a window in units of a and b.
    pub window: f64,
    /// Q.
    pub bins: usize,
}

impl Study<Colorization> for Colours {
    type Arm = Single;
    type Outcome = Palettes;

    fn arms(_: &ColorizationConfig) -> Vec<Single> {
        vec![Single::deterministic("colours", "colours of the data")]
    }

    /// Counts, and keeps the pictures that figures show as arrays `all` and `forests`, `[picture, 3,
    /// height, width]`.
    fn run(
        _: &Single,
        config: &ColorizationConfig,
        scenes: &Scenes,
        cell: &mut Cell,
    ) -> Result<Palettes> {
        let of = |photographs: Photographs| {
            palette(&photographs.among(&scenes.train), config.window).map_err(Error::data)
        };
        let (all, forests) = (of(Photographs::All)?, of(Photographs::Forests)?);
        for (name, photographs) in [("all", Photographs::All), ("forests", Photographs::Forests)] {
            let photos = photographs.among(&scenes.test);
            let examples = examples(&photos, config.shown).into_iter();
            let pictures: Vec<_> = examples.map(|place| lab(photos[place])).collect();
            keep(cell, name, &pictures);
        }
        Ok(Palettes {
            all,
            forests,
            skipped: scenes.skipped.clone(),
        })
    }

    fn figures(results: &Results<Colorization>) -> Result<Vec<Drawing>> {
        let palettes = results.of::<Self>().first().map(|cell| &cell.outcome);
        let figures = palettes.map(|palettes| [histogram(palettes), used_bins(palettes)]);
        Ok(figures.into_iter().flatten().map(Drawing::from).collect())
    }

    fn claims(results: &Results<Colorization>) -> Vec<Claim> {
        let palettes = results.of::<Self>().first().map(|cell| &cell.outcome);
        vec![
            more_bins(palettes).shown_in("bins"),
            central(palettes).shown_in("colour-histogram"),
            less_red(palettes).shown_in("colour-histogram"),
        ]
    }
}

/// Side of the fine cells: windows of 5 and 10 are whole numbers of them.
const FINE: f64 = 2.5;
/// Windows of which Q is counted: the post's two.
const WINDOWS: [f64; 2] = [10.0, 5.0];
/// A colour is pink or red from this chroma, between these hues (degrees).
const PINK_RED: (f64, f64, f64) = (15.0, -30.0, 45.0);

/// The bins that the pictures use, with this window.
///
/// # Errors
/// When there is no pixel.
pub fn bins(photos: &[&Photo], window: f64) -> Result<Bins, NoColours> {
    let grid = Grid { window };
    Bins::of_counts(grid, &counts(photos, grid))
}

/// Counts the colours of some pictures.
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
    let grid = Grid {
        window: tens.window,
    };
    let bins = Bins::of_counts(grid, &tens.pixels)?;
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

/// Pixels of the pictures in each cell of `grid`.
fn counts(photos: &[&Photo], grid: Grid) -> Vec<u64> {
    let of_photo = |photo: &&Photo| {
        let mut counts = vec![0; grid.cells()];
        for pixel in photo.image.pixels() {
            let [_, a, b] = lab_from_rgb(pixel.0);
            counts[grid.cell([a, b])] += 1;
        }
        counts
    };
    let sum = |one: Vec<u64>, other: Vec<u64>| one.iter().zip(&other).map(|(a, b)| a + b).collect();
    let each = photos.par_iter().map(of_photo);
    each.reduce(|| vec![0; grid.cells()], sum)
}

/// The fine cells put together to a window that is a multiple of theirs.
fn merged(fine: &[u64], window: f64) -> Counts {
    let (from, to) = (Grid { window: FINE }, Grid { window });
    let mut pixels = vec![0; to.cells()];
    for (cell, count) in fine.iter().enumerate() {
        pixels[to.cell(from.centre(cell))] += count;
    }
    Counts { window, pixels }
}

fn pink_red(photo: &Photo) -> u64 {
    let (least, from, to) = PINK_RED;
    let is = |pixel: &&Rgb<u8>| {
        let [_, a, b] = lab_from_rgb(pixel.0);
        let hue = f64::from(b).atan2(f64::from(a)).to_degrees();
        chroma([a, b]) >= least && (from..=to).contains(&hue)
    };
    photo.image.pixels().filter(is).count() as u64
}

/// Log-histograms of all scenes and of forests, beside the gamut: the post's figure.
fn histogram(palettes: &Palettes) -> Figure {
    let window = 5.0;
    let grid = Grid { window };
    let all = merged(&palettes.all.fine.pixels, window).pixels;
    let most = all.into_iter().max().unwrap_or_default();
    let log = |pixels: u64| (pixels as f64 + 1.0).log10();
    let panel = |title: &str, palette: &Palette| {
        let title = format!("{title}: {} pictures", palette.pictures);
        let counts = merged(&palette.fine.pixels, window).pixels;
        let values: Vec<f64> = counts.into_iter().map(log).collect();
        plane(title, grid, &values)
            .range(0.0, log(most))
            .bar_label("log10(pixels + 1)")
    };
    Figure::new(
        "colour-histogram",
        "Which colours the training pictures use, and which there are",
    )
    .columns(3)
    .caption(
        "Pixels in each window of 5 x 5 of the plane of a (upwards: red) and b (to the right: \
         yellow), as the logarithm of one more than their number; the palest are not used. On the \
         right the same plane in the colours of sRGB at L = 50, white where it has none.",
    )
    .panel_sized(panel("All scenes", &palettes.all), 460, 420)
    .panel_sized(panel("Forests", &palettes.forests), 460, 420)
    .panel(Images::new("sRGB at L = 50", 1).with(gamut()))
}

/// A value for each cell of a grid over the plane: a upwards, b to the right.
pub(crate) fn plane(title: String, grid: Grid, values: &[f64]) -> HeatMap {
    let side = grid.side();
    let middle = |index: usize| -REACH + (index as f64 + 0.5) * grid.window;
    let columns: Vec<String> = (0..side).map(|index| middle(index).to_string()).collect();
    let rows = values.chunks(side).rev();
    HeatMap::new(title, rows.map(<[f64]>::to_vec).collect::<Vec<_>>())
        .map(ColourMap::Blues)
        .rows("a", columns.iter().rev().cloned())
        .columns("b", columns)
}

/// The plane at L = 50 where sRGB has it, nearly as large as the histograms beside it.
fn gamut() -> Picture {
    let (side, lightness) = (352, 50.0);
    let colour = |[a, b]: [f32; 2]| {
        let lab = [lightness, a, b];
        is_in_gamut(lab).then(|| rgb_from_lab(lab))
    };
    plane_picture("a upwards, b to the right, -110 to 110", side, colour)
}

/// The bins of windows 10 and 5, all scenes and forests, each in its colour.
fn used_bins(palettes: &Palettes) -> Figure {
    let mut images = Images::new("", 4);
    for (name, palette) in [
        ("all scenes", &palettes.all),
        ("forests", &palettes.forests),
    ] {
        for used in &palette.used {
            let label = format!("{name}, window {}: Q = {}", used.window, used.bins);
            images = images.with(bins_picture(label, palette, used.window));
        }
    }
    Figure::new(
        "bins",
        "The bins that the training pictures use, and their number Q",
    )
    .caption(
        "Each used bin of the plane of a (upwards) and b (to the right), from -110 to 110, in its \
         colour at L = 60, clipped to sRGB; white bins are not used. A bin is used when one pixel \
         falls into it.",
    )
    .panel(images)
}

/// At a lightness at which most of the plane is within sRGB, one pixel per unit of a and b.
fn bins_picture(label: String, palette: &Palette, window: f64) -> Picture {
    let grid = Grid { window };
    let counts = merged(&palette.fine.pixels, window);
    plane_picture(label, 220, |ab| {
        let cell = grid.cell(ab);
        let [a, b] = grid.centre(cell);
        (counts.pixels[cell] > 0).then(|| rgb_from_lab([60.0, a, b]))
    })
}

/// The plane of a (upwards) and b (to the right), white where there is no colour.
fn plane_picture(
    label: impl Into<String>,
    side: u32,
    colour: impl Fn([f32; 2]) -> Option<[u8; 3]>,
) -> Picture {
    let at = |pixel: u32| ((f64::from(pixel) + 0.5) / f64::from(side) * 2.0 - 1.0) * REACH;
    let pixels = (0..side * side).flat_map(|index| {
        let ab = [-at(index / side), at(index % side)].map(|value| value as f32);
        colour(ab).unwrap_or([255; 3])
    });
    Picture::rgb(label, side, side, pixels.collect())
}

/// Half the diagonal of a window of 10: the four bins around grey have their centres there.
const CENTRAL: f64 = 7.08;

/// The larger of a number of both palettes, NaN without data.
fn largest(palettes: Option<&Palettes>, number: fn(&Palette) -> f64) -> f64 {
    let both = palettes.map_or(f64::NAN, |p| number(&p.all).max(number(&p.forests)));
    both + 0.0
}

fn more_bins(palettes: Option<&Palettes>) -> Claim {
    let fewer = |palette: &Palette| match &palette.used[..] {
        [tens, fives, ..] => tens.bins as f64 - fives.bins as f64,
        _ => f64::NAN,
    };
    Claim::says(
        "more-bins-with-window-5",
        POST,
        "a window of 5 uses more bins than one of 10",
    )
    .measured_by(
        "Q with window 10 minus Q with window 5, all scenes and forests",
        "bins",
    )
    .largest_is_at_most(-1.0, largest(palettes, fewer), 2)
}

fn central(palettes: Option<&Palettes>) -> Claim {
    Claim::says(
        "most-used-colours-central",
        POST,
        "the colours that are used most lie in the centre",
    )
    .measured_by(
        "distance of the most used bin (window 10) from grey, all scenes and forests",
        "",
    )
    .largest_is_at_most(
        CENTRAL,
        largest(palettes, |palette| palette.most_used_chroma),
        2,
    )
    .if_contradicted(
        "The bin that is used most is that of the green of leaves, which fills the forests: where it \
         is as vivid as this, it is not beside grey.",
    )
}

fn less_red(palettes: Option<&Palettes>) -> Claim {
    let more = palettes.map_or(f64::NAN, |p| p.forests.pink_red - p.all.pink_red);
    Claim::says(
        "forests-use-less-pink-red",
        POST,
        "forests use fewer pink and red colours than all scenes",
    )
    .measured_by(
        "share of pixels of chroma 15 and more with a hue from -30 to 45 degrees, forests minus \
         all",
        "",
    )
    .largest_is_at_most(0.0, more, 1)
    .if_contradicted(
        "A forest in autumn is red. Where few forests are counted, a few such pictures decide.",
    )
}

/// The numbers of bins that the post leaves blank or quotes, beside ours.
pub fn reported(results: &Results<Colorization>) -> Vec<Reported> {
    let Some(cell) = results.of::<Colours>().first() else {
        return Vec::new();
    };
    let palette = &cell.outcome.all;
    let row = |(window, source, reported): (f64, &str, &str)| {
        let used = palette.used.iter().find(|used| used.window == window)?;
        let quantity = format!("used bins Q, window {window}, all scenes");
        let measured = format!("{} ({} training pictures)", used.bins, palette.pictures);
        Some(Reported::text(quantity, source, reported, measured))
    };
    let zhang = "Zhang et al. 2016, as the post quotes it";
    let rows = [(10.0, POST, ""), (5.0, POST, ""), (10.0, zhang, "313")];
    rows.into_iter().filter_map(row).collect()
}
