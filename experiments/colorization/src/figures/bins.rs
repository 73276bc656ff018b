//! The used bins, in their colours: the numbers that the post leaves as "XX" and "XXX".

use retrace_figure::{Figure, Images, Picture};
use retrace_lab::Outcomes;

use super::style::{colours, shown_colour};
use crate::Colorization;
use crate::bins::Grid;
use crate::counting::merged;
use crate::outcome::Palette;

/// Pixels of a unit of a and b.
const SCALE: f64 = 1.0;
/// Lightness at which most of the plane is within sRGB.
const L: f32 = 60.0;

/// The bins of windows 10 and 5, all scenes and forests.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let (_, colours) = colours(outcomes)?;
    let mut images = Images::new("", 4);
    for (name, palette) in [("all scenes", &colours.all), ("forests", &colours.forests)] {
        for used in &palette.used {
            let label = format!("{name}, window {}: Q = {}", used.window, used.bins);
            images = images.with(picture(label, palette, used.window));
        }
    }
    Some(
        Figure::new(
            "bins",
            "The bins that the training pictures use, and their number Q",
        )
        .caption(
            "Each used bin of the plane of a (upwards) and b (to the right), from -110 to 110, \
                 in its colour at L = 60, clipped to sRGB; white bins are not used. A bin is used \
                 when one pixel falls into it.",
        )
        .panel(images),
    )
}

fn picture(label: String, palette: &Palette, window: f64) -> Picture {
    let grid = Grid { window };
    let counts = merged(&palette.fine.pixels, window);
    let side = (220.0 * SCALE) as u32;
    let pixels = (0..side * side).flat_map(|index| {
        let at = |pixel: u32| (f64::from(pixel) + 0.5) / SCALE - 110.0;
        let ab = [-at(index / side), at(index % side)].map(|v| v as f32);
        let cell = grid.cell(ab);
        let used = counts.pixels[cell] > 0;
        if used {
            shown_colour(L, grid.centre(cell))
        } else {
            [255; 3]
        }
    });
    Picture::rgb(label, side, side, pixels.collect())
}
