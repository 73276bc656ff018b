//! The arm that trains nothing: which colours there are.

use retrace_lab::{Cell, Error, Result};

use super::kept::{keep, lab};
use super::{chosen, shown};
use crate::arm::Which;
use crate::config::ColorizationConfig;
use crate::counting;
use crate::data::Scenes;
use crate::outcome::{Colours, Outcome, Palette};

/// Counts the colours of the training pictures, and keeps the pictures that figures show as arrays
/// `all` and `forests`, `[picture, 3, height, width]`.
///
/// # Errors
/// When there are no forests, or no pictures at all.
pub fn count_colours(
    config: &ColorizationConfig,
    scenes: &Scenes,
    cell: &mut Cell<'_>,
) -> Result<Outcome> {
    let palette = |which| -> Result<Palette> {
        counting::palette(&chosen(&scenes.train, which), config.window).map_err(Error::data)
    };
    let (all, forests) = (palette(Which::All)?, palette(Which::Forests)?);
    for (name, which) in [("all", Which::All), ("forests", Which::Forests)] {
        let photos = chosen(&scenes.test, which);
        let shown = shown(&photos, config.shown);
        let pictures = shown.into_iter().map(|place| lab(photos[place]));
        keep(cell, name, &pictures.collect::<Vec<_>>());
    }
    Ok(Outcome::Colours(Box::new(Colours {
        all,
        forests,
        skipped: scenes.skipped.clone(),
    })))
}
