//! Which colours the photographs use: the post's figure.

use retrace_data::colour::is_in_gamut;
use retrace_figure::{ColourMap, Figure, HeatMap, Images, Picture};
use retrace_lab::Outcomes;

use super::style::{colours, shown_colour};
use crate::Colorization;
use crate::bins::{Grid, REACH};
use crate::counting::merged;
use crate::outcome::{Counts, Palette};

/// Lightness of the gamut beside it.
const L: f32 = 50.0;
/// Side of a cell.
const WINDOW: f64 = 5.0;
/// Pixels of a side of the gamut, nearly as large as the histograms beside it.
const SIDE: u32 = 352;

/// Log-histograms of all scenes and of forests, beside the gamut.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let (_, colours) = colours(outcomes)?;
    let most = merged(&colours.all.fine.pixels, WINDOW)
        .pixels
        .into_iter()
        .max()?;
    let figure = Figure::new(
        "colour-histogram",
        "Which colours the training pictures use, and which there are",
    )
    .columns(3)
    .caption(
        "Pixels in each window of 5 x 5 of the plane of a (upwards: red) and b (to the right: \
         yellow), as the logarithm of one more than their number; the palest are not used. On the \
         right the same plane in the colours of sRGB at L = 50, white where it has none.",
    );
    let panel = |title: &str, palette: &Palette| {
        let title = format!("{title}: {} pictures", palette.pictures);
        let counts = merged(&palette.fine.pixels, WINDOW);
        map(title, &counts, (most as f64 + 1.0).log10())
    };
    Some(
        figure
            .panel_sized(panel("All scenes", &colours.all), 460, 420)
            .panel_sized(panel("Forests", &colours.forests), 460, 420)
            .panel(Images::new("sRGB at L = 50", 1).with(gamut())),
    )
}

fn map(title: String, counts: &Counts, most: f64) -> HeatMap {
    let side = Grid {
        window: counts.window,
    }
    .side();
    let rows = counts.pixels.chunks(side).rev();
    let log = |row: &[u64]| row.iter().map(|n| (*n as f64 + 1.0).log10()).collect();
    let ticks = ticks(side, counts.window);
    let up: Vec<String> = ticks.iter().rev().cloned().collect();
    HeatMap::new(title, rows.map(log).collect::<Vec<Vec<f64>>>())
        .map(ColourMap::Blues)
        .range(0.0, most)
        .rows("a", up)
        .columns("b", ticks)
        .bar_label("log10(pixels + 1)")
}

/// The middle of each cell; a heat map writes as many of them as there is room for.
pub(super) fn ticks(side: usize, window: f64) -> Vec<String> {
    let middle = |index: usize| -REACH + (index as f64 + 0.5) * window;
    (0..side).map(|index| middle(index).to_string()).collect()
}

fn gamut() -> Picture {
    let pixels = (0..SIDE * SIDE).flat_map(|index| {
        let at = |pixel: u32| ((f64::from(pixel) + 0.5) / f64::from(SIDE) * 2.0 - 1.0) * REACH;
        let ab = [-at(index / SIDE), at(index % SIDE)].map(|v| v as f32);
        if is_in_gamut([L, ab[0], ab[1]]) {
            shown_colour(L, ab)
        } else {
            [255; 3]
        }
    });
    Picture::rgb(
        "a upwards, b to the right, -110 to 110",
        SIDE,
        SIDE,
        pixels.collect(),
    )
}
