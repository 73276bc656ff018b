//! What can be wrong with a figure's specification, as sentences that name figure and panel.

use std::fmt::Display;

/// A figure that cannot be drawn; each names the figure.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// A figure without panels.
    #[error("figure {0:?} has no panels: add at least one before drawing it")]
    NoPanels(String),
    /// An animation without frames.
    #[error("animation {0:?} has no frames: add at least one before drawing it")]
    NoFrames(String),
    /// Frames whose pictures differ in size, which cannot share one GIF.
    #[error(
        "animation {figure:?}: frame {frame} is {}x{} pixels, the first is {}x{}; give every frame the \
         same panels, labels and title length",
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
    /// A panel, with its index from 0 and its title, whose numbers do not fit together.
    #[error("figure {0:?}, panel {1} ({2:?}): {3}")]
    Panel(String, usize, String, #[source] PanelError),
    /// A page, with its width and height in pixels, that no machine should be asked to draw.
    #[error(
        "figure {0:?} would be {1:.0}x{2:.0} pixels, more than can be drawn; use fewer panels or \
         smaller ones"
    )]
    TooLarge(String, f64, f64),
    /// A picture that could not be turned into pixels, or a file of the format (PNG, GIF, JSON)
    /// that could not be packed, with what the encoder said.
    #[error("figure {0:?} could not be encoded as {1}: {2}")]
    Encode(String, &'static str, String),
}

impl FigureError {
    pub(crate) fn encode(figure: &str, format: &'static str, reason: &dyn Display) -> Self {
        Self::Encode(figure.into(), format, reason.to_string())
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

/// Checks the length of a list that may be left out, which is then empty.
pub(crate) fn expect_len_if_any(
    what: &str,
    found: usize,
    expected: usize,
) -> Result<(), PanelError> {
    expect_len(what, found, if found == 0 { 0 } else { expected })
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
