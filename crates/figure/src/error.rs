//! What can be wrong with a figure's specification, as sentences that name figure and panel.

use std::fmt::Display;

/// A figure that cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// A figure without any panel.
    #[error("figure {figure:?} has no panels: add at least one before drawing it")]
    NoPanels {
        /// The figure's name.
        figure: String,
    },
    /// An animation without any frame.
    #[error("animation {figure:?} has no frames: add at least one before drawing it")]
    NoFrames {
        /// The animation's name.
        figure: String,
    },
    /// Frames whose pictures differ in size cannot share one GIF.
    #[error(
        "animation {figure:?}: frame {frame} is {}x{} pixels, the first is {}x{}; give every \
         frame the same panels, labels and title length",
        found.0, found.1, first.0, first.1
    )]
    FrameSize {
        /// The animation's name.
        figure: String,
        /// Index of the frame, from 0.
        frame: usize,
        /// Width and height of the first frame in pixels.
        first: (u32, u32),
        /// Width and height of this frame in pixels.
        found: (u32, u32),
    },
    /// One panel's numbers do not fit together.
    #[error("figure {figure:?}, panel {panel} ({title:?}): {problem}")]
    Panel {
        /// The figure's name.
        figure: String,
        /// Index of the panel, from 0.
        panel: usize,
        /// Title of the panel.
        title: String,
        /// What is wrong.
        #[source]
        problem: PanelError,
    },
    /// A page that no machine should be asked to draw.
    #[error(
        "figure {figure:?} would be {width:.0}x{height:.0} pixels, more than can be drawn; \
         use fewer panels or smaller ones"
    )]
    TooLarge {
        /// The figure's name.
        figure: String,
        /// Width in pixels.
        width: f64,
        /// Height in pixels.
        height: f64,
    },
    /// The picture could not be turned into pixels or packed.
    #[error("figure {figure:?} could not be encoded as {format}: {reason}")]
    Encode {
        /// The figure's name.
        figure: String,
        /// `PNG`, `GIF` or `JSON`.
        format: &'static str,
        /// What the encoder said.
        reason: String,
    },
}

impl FigureError {
    pub(crate) fn encode(figure: &str, format: &'static str, reason: &dyn Display) -> Self {
        Self::Encode {
            figure: figure.into(),
            format,
            reason: reason.to_string(),
        }
    }
}

/// What is wrong with one panel: lists that do not fit together, a range that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PanelError(pub(crate) String);

/// The error of something that needs at least one element and has none.
pub(crate) fn empty(what: &str) -> PanelError {
    PanelError(format!("{what} is empty: at least one is needed"))
}

/// Checks that a list has the length that it needs.
pub(crate) fn expect_len(what: &str, found: usize, expected: usize) -> Result<(), PanelError> {
    if found == expected {
        return Ok(());
    }
    Err(PanelError(format!(
        "{what}: expected {expected} values, found {found}"
    )))
}

/// Checks that all rows of a matrix are as long as its first.
pub(crate) fn expect_rectangle(what: &str, rows: &[Vec<f64>]) -> Result<(), PanelError> {
    let expected = rows.first().map_or(0, Vec::len);
    let Some(row) = rows.iter().position(|row| row.len() != expected) else {
        return Ok(());
    };
    Err(PanelError(format!(
        "{what}: row {row} has {} values, row 0 has {expected}; make all rows equal",
        rows[row].len()
    )))
}

/// Checks that a range given by the caller is finite and rising, and positive if logarithmic.
pub(crate) fn expect_range(
    what: &str,
    range: Option<(f64, f64)>,
    log: bool,
) -> Result<(), PanelError> {
    let Some((low, high)) = range else {
        return Ok(());
    };
    let expected = match log {
        _ if !(low.is_finite() && high.is_finite() && low < high) => "finite numbers, low < high",
        true if low <= 0.0 => "positive numbers, because the scale is logarithmic",
        _ => return Ok(()),
    };
    Err(PanelError(format!(
        "{what}: the range {low}..{high} is unusable, expected {expected}"
    )))
}
