//! Figures one after the other: a GIF, its last frame as a still picture, and the numbers.

use serde::{Deserialize, Serialize};

use crate::error::FigureError;
use crate::figure::Figure;

/// Frames shown one after the other, in a loop.
///
/// All frames must have the same size; give their axes and colour ranges fixed values, or the
/// picture jumps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Animation {
    /// File stem.
    pub name: String,
    /// What is shown over time.
    pub title: String,
    /// What is seen, for the page around the picture; not drawn.
    pub caption: String,
    /// The frames. A frame's title is drawn; where it is empty, the animation's is.
    pub frames: Vec<Figure>,
    /// Time that a frame stands, in milliseconds (GIF counts in steps of ten).
    pub frame_ms: u32,
    /// Time that the last frame stands, in milliseconds.
    pub last_frame_ms: u32,
}

/// An animation's files, as bytes and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedAnimation {
    /// The moving picture.
    pub gif: Vec<u8>,
    /// The last frame as a still picture.
    pub svg: String,
    /// The last frame as pixels.
    pub png: Vec<u8>,
    /// The animation itself: the numbers behind the pictures.
    pub json: String,
}

impl Animation {
    /// An animation of ten frames a second, none yet, that rests two seconds at its end.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            caption: String::new(),
            frames: Vec::new(),
            frame_ms: 100,
            last_frame_ms: 2000,
        }
    }

    /// Says what is compared and what to see.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Adds a frame.
    #[must_use]
    pub fn frame(mut self, frame: Figure) -> Self {
        self.frames.push(frame);
        self
    }

    /// Sets the time that a frame stands, in milliseconds.
    #[must_use]
    pub fn frame_ms(mut self, frame_ms: u32) -> Self {
        self.frame_ms = frame_ms;
        self
    }

    /// The animation with all its numbers as JSON; [`Animation::from_json`] reads it back.
    ///
    /// # Errors
    /// If the encoder fails, with its reason.
    pub fn json(&self) -> Result<String, FigureError> {
        serde_json::to_string(self).map_err(|error| FigureError::Encode {
            figure: self.name.clone(),
            format: "JSON",
            reason: error.to_string(),
        })
    }

    /// An animation from the JSON beside its pictures.
    ///
    /// # Errors
    /// If the text is no animation, with the line and column.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}
