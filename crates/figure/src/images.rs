//! Small pictures in a grid, each with a label.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::error::{PanelError, empty};
use crate::font;
use crate::paint::{Anchor, Rect, Stroke, Text};
use crate::panel::{Panel, Row};

/// Side in pixels that small pictures are enlarged to, about.
const SIDE: u32 = 140;
const GAP: f64 = 12.0;
const ROW: f64 = font::SMALL * 1.2;

/// Widest and highest picture that a grid takes, in pixels.
const LARGEST: u32 = 4096;

/// A grid of pictures, filled row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Images {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Pictures in a row.
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
    /// Bytes per pixel.
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
            pixel: Pixel::Grey,
            ..Self::rgb(label, width, height, data)
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
            return Err(empty(&format!("image {:?}", self.label)));
        }
        if width.max(height) > LARGEST {
            return Err(PanelError(format!(
                "image {:?} is {width}x{height} pixels; a side has {LARGEST} at most",
                self.label
            )));
        }
        let expected = width as usize * height as usize * self.pixel.bytes();
        if self.data.len() != expected {
            return Err(PanelError(format!(
                "image {:?} of {width}x{height} pixels has {} bytes, expected {expected}",
                self.label,
                self.data.len()
            )));
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

    setters! {
        /// Enlarges the pictures by a whole number, without smoothing.
        scale: u32,
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

impl Panel for Images {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        if self.pictures.is_empty() {
            return Err(empty("the image grid"));
        }
        if self.columns == 0 || self.scale == Some(0) {
            return Err(empty("the image grid's columns or scale"));
        }
        self.pictures.iter().try_for_each(Picture::check)
    }

    fn size(&self, _columns: usize) -> (f64, f64) {
        self.total(&self.natural())
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let mut cell = self.natural();
        let (w, h) = self.total(&cell);
        if w > rect.w + 0.5 || h > rect.h + 0.5 {
            let shrunk = cell.scale * (rect.w / w).min(rect.h / h);
            cell = self.cell(if shrunk >= 1.0 {
                shrunk.floor()
            } else {
                shrunk
            });
        }
        for (index, picture) in self.pictures.iter().enumerate() {
            let (row, column) = (index / self.columns, index % self.columns);
            let x = rect.x + column as f64 * (cell.w + GAP);
            let y = rect.y + row as f64 * (cell.h + GAP);
            let (w, h) = (
                f64::from(picture.width) * cell.scale,
                f64::from(picture.height) * cell.scale,
            );
            let text_height = ROW * cell.lines as f64 + 6.0;
            // Pictures of a row stand on one line, above their labels.
            let place = Rect::new(x + (cell.w - w) / 2.0, y + cell.h - text_height - h, w, h);
            draw_picture(canvas, place, picture);
            let under = (x + cell.w / 2.0, place.bottom() + 6.0 + 0.7 * ROW);
            let first = Text::new("", under).anchor(Anchor::Middle);
            canvas.lines(&label(picture, cell.w), ROW, first);
        }
    }

    fn numbers(&self) -> Vec<Row> {
        Vec::new()
    }

    fn has_content(&self) -> bool {
        self.check().is_ok()
    }

    fn words(&self) -> String {
        format!("{} pictures.", self.pictures.len())
    }
}

/// Room of one picture with its label.
struct Cell {
    scale: f64,
    w: f64,
    h: f64,
    lines: usize,
}

fn label(picture: &Picture, width: f64) -> Vec<String> {
    font::wrap(&picture.label, font::SMALL, false, width)
}

impl Images {
    /// The largest of a number that each picture has.
    fn most<N: Ord + Default>(&self, of: impl Fn(&Picture) -> N) -> N {
        self.pictures.iter().map(of).max().unwrap_or_default()
    }

    /// Room of each picture where they are drawn at `scale`.
    fn cell(&self, scale: f64) -> Cell {
        // A label may be somewhat wider than a small picture.
        let w = (f64::from(self.most(|p| p.width)) * scale).max(72.0);
        let lines = self.most(|picture| label(picture, w).len());
        Cell {
            scale,
            w,
            h: f64::from(self.most(|p| p.height)) * scale + ROW * lines as f64 + 6.0,
            lines,
        }
    }

    fn natural(&self) -> Cell {
        let side = self.most(|p| p.width.max(p.height));
        let scale = self.scale.unwrap_or((SIDE / side.max(1)).max(1));
        self.cell(f64::from(scale))
    }

    fn total(&self, cell: &Cell) -> (f64, f64) {
        let columns = self.columns.min(self.pictures.len());
        let rows = self.pictures.len().div_ceil(self.columns.max(1));
        let length = |count: usize, side: f64| count as f64 * (side + GAP) - GAP;
        (length(columns, cell.w), length(rows, cell.h))
    }
}

fn draw_picture(canvas: &mut Canvas, rect: Rect, picture: &Picture) {
    let colour = match picture.pixel {
        Pixel::Grey => image::ExtendedColorType::L8,
        Pixel::Rgb => image::ExtendedColorType::Rgb8,
    };
    canvas.picture(rect, &picture.data, (picture.width, picture.height), colour);
    canvas.rect(rect, None, Some(Stroke::new(Colour::LIGHT_GREY, 1.0)));
}
