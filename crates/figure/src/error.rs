//! What can be wrong with a figure's specification, as sentences that name figure and panel.

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
        "animation {figure:?}: frame {frame} is {found_width}x{found_height} pixels, the first \
         is {width}x{height}; give every frame the same panels, labels and title length"
    )]
    FrameSize {
        /// The animation's name.
        figure: String,
        /// Index of the frame, from 0.
        frame: usize,
        /// Width of the first frame in pixels.
        width: u32,
        /// Height of the first frame in pixels.
        height: u32,
        /// Width of this frame in pixels.
        found_width: u32,
        /// Height of this frame in pixels.
        found_height: u32,
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

/// What is wrong with one panel.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PanelError {
    /// Two lists that belong together differ in length.
    #[error("{what}: expected {expected} values, found {found}")]
    Length {
        /// Which list.
        what: String,
        /// Length it needs.
        expected: usize,
        /// Length it has.
        found: usize,
    },
    /// A matrix whose rows differ in length.
    #[error("{what}: row {row} has {found} values, row 0 has {expected}; make all rows equal")]
    Ragged {
        /// Which matrix.
        what: String,
        /// The odd row.
        row: usize,
        /// Length of row 0.
        expected: usize,
        /// Length of this row.
        found: usize,
    },
    /// Something that needs at least one element has none.
    #[error("{what} is empty: at least one is needed")]
    Empty {
        /// What is empty.
        what: String,
    },
    /// An axis or colour range that is no range.
    #[error("{what}: the range {low}..{high} is unusable, expected {expected}")]
    Range {
        /// Which axis.
        what: String,
        /// Low end given.
        low: f64,
        /// High end given.
        high: f64,
        /// What would do.
        expected: &'static str,
    },
    /// An image whose buffer does not have width x height x channels bytes.
    #[error("image {label:?} of {width}x{height} pixels has {found} bytes, expected {expected}")]
    ImageSize {
        /// The image's label.
        label: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes in the buffer.
        found: usize,
        /// Bytes it should have.
        expected: usize,
    },
    /// More than a picture can hold.
    #[error("{what}: {found} is more than the {limit} that one figure can show")]
    TooMany {
        /// What there is too much of.
        what: String,
        /// How much there is.
        found: usize,
        /// How much is allowed.
        limit: usize,
    },
}

impl PanelError {
    /// The error of something that has no elements.
    pub(crate) fn empty(what: &str) -> Self {
        Self::Empty { what: what.into() }
    }
}

/// Checks that a list has the length that it needs.
pub(crate) fn expect_len(what: &str, found: usize, expected: usize) -> Result<(), PanelError> {
    if found == expected {
        return Ok(());
    }
    Err(PanelError::Length {
        what: what.into(),
        expected,
        found,
    })
}

/// Checks that all rows of a matrix are as long as its first.
pub(crate) fn expect_rectangle(what: &str, rows: &[Vec<f64>]) -> Result<(), PanelError> {
    let expected = rows.first().map_or(0, Vec::len);
    match rows.iter().position(|row| row.len() != expected) {
        None => Ok(()),
        Some(row) => Err(PanelError::Ragged {
            what: what.into(),
            row,
            expected,
            found: rows[row].len(),
        }),
    }
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
    Err(PanelError::Range {
        what: what.into(),
        low,
        high,
        expected,
    })
}
