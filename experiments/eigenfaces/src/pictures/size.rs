//! The size that all pictures of a model have.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Width and height of a picture in pixels, written 92x112.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSize {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl PictureSize {
    /// Number of pixels, p.
    pub fn pixels(self) -> usize {
        // Two sizes of 32 bits have a product of 64.
        self.width as usize * self.height as usize
    }
}

impl fmt::Display for PictureSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for PictureSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once('x').and_then(|(width, height)| {
            let side = |text: &str| text.parse().ok().filter(|side| (1..=65_535).contains(side));
            Some((side(width)?, side(height)?))
        });
        let (width, height) =
            sides.ok_or("expected width and height in pixels up to 65535, such as 92x112")?;
        Ok(Self { width, height })
    }
}
