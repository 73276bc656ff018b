//! Small pictures in a grid, each with a label.

mod draw;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(crate) use draw::{draw, size};

use crate::error::PanelError;

/// Widest and highest picture that a grid takes, in pixels.
const LARGEST: u32 = 4096;

/// A grid of pictures, filled row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Images {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Pictures a row.
    pub columns: usize,
    /// The pictures.
    pub pictures: Vec<Picture>,
    /// Pixels on the page for one pixel of a picture, along each side; chosen where absent.
    pub scale: Option<u32>,
}

/// One picture: bytes from the top left, row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Text under it; may be empty.
    pub label: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What a pixel holds.
    pub pixel: Pixel,
    /// `width * height` pixels; base64 in JSON.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub data: Vec<u8>,
}

/// What one pixel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pixel {
    /// One byte, 0 is black.
    Grey,
    /// Three bytes: red, green, blue.
    Rgb,
}

impl Pixel {
    /// Bytes a pixel.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

impl Picture {
    /// A grey picture.
    pub fn grey(label: impl Into<String>, width: u32, height: u32, data: Vec<u8>) -> Self {
        Self {
            label: label.into(),
            width,
            height,
            pixel: Pixel::Grey,
            data,
        }
    }

    /// A coloured picture.
    pub fn rgb(label: impl Into<String>, width: u32, height: u32, data: Vec<u8>) -> Self {
        Self {
            label: label.into(),
            width,
            height,
            pixel: Pixel::Rgb,
            data,
        }
    }

    fn check(&self) -> Result<(), PanelError> {
        let (width, height) = (self.width, self.height);
        if width == 0 || height == 0 {
            return Err(PanelError::Empty {
                what: format!("image {:?}", self.label),
            });
        }
        if width.max(height) > LARGEST {
            return Err(PanelError::TooMany {
                what: format!("side of image {:?} in pixels", self.label),
                found: width.max(height) as usize,
                limit: LARGEST as usize,
            });
        }
        let expected = width as usize * height as usize * self.pixel.bytes();
        if self.data.len() != expected {
            return Err(PanelError::ImageSize {
                label: self.label.clone(),
                width,
                height,
                found: self.data.len(),
                expected,
            });
        }
        Ok(())
    }
}

impl Images {
    /// An empty grid.
    pub fn new(title: impl Into<String>, columns: usize) -> Self {
        Self {
            title: title.into(),
            columns,
            pictures: Vec::new(),
            scale: None,
        }
    }

    /// Adds a picture.
    #[must_use]
    pub fn with(mut self, picture: Picture) -> Self {
        self.pictures.push(picture);
        self
    }

    /// Enlarges the pictures by a whole number, without smoothing.
    #[must_use]
    pub fn scale(mut self, scale: u32) -> Self {
        self.scale = Some(scale);
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        if self.pictures.is_empty() {
            return Err(PanelError::Empty {
                what: "the image grid".into(),
            });
        }
        if self.columns == 0 || self.scale == Some(0) {
            return Err(PanelError::Empty {
                what: "the image grid's columns or scale".into(),
            });
        }
        self.pictures.iter().try_for_each(Picture::check)
    }
}

fn to_base64<S: Serializer>(data: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(data))
}

fn from_base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    STANDARD
        .decode(String::deserialize(from)?)
        .map_err(de::Error::custom)
}
