//! The numbers of bins that the post leaves blank or quotes, beside ours.

use retrace_lab::{Outcomes, Reported};

use crate::Colorization;
use crate::arm::COLOURS;
use crate::claims::POST;
use crate::outcome::Palette;

/// Who uses 313 bins, with a window of 10.
const ZHANG: &str = "Zhang et al. 2016, as the post quotes it";

/// All of them.
pub fn all(outcomes: &Outcomes<Colorization>) -> Vec<Reported> {
    let cell = outcomes.get(COLOURS, 0);
    let colours = cell.and_then(|cell| cell.outcome.colours());
    colours.map_or_else(Vec::new, |colours| rows(&colours.all))
}

fn rows(palette: &Palette) -> Vec<Reported> {
    let row = |window: f64, source: &str, reported: &str| {
        let used = palette.used.iter().find(|used| used.window == window)?;
        let quantity = format!("used bins Q, window {window}, all scenes");
        let measured = format!("{} ({} training pictures)", used.bins, palette.pictures);
        Some(Reported::text(quantity, source, reported, measured))
    };
    let rows = [
        row(10.0, POST, ""),
        row(5.0, POST, ""),
        row(10.0, ZHANG, "313"),
    ];
    rows.into_iter().flatten().collect()
}
