//! Figures one after the other: a GIF, its last frame as a still picture, and the numbers.

use std::collections::HashMap;

use gif::{DisposalMethod, Encoder, Frame, Repeat};
use serde::{Deserialize, Serialize};

use crate::error::FigureError;
use crate::figure::Figure;
use crate::raster::{self, Pixels};

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
    /// An animation of ten frames per second, none yet, that rests two seconds at its end.
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

    setters! {
        /// Says what is compared and what to see.
        caption: impl Into<String>,
        /// Sets the time that a frame stands, in milliseconds.
        frame_ms: u32,
    }

    /// Adds a frame.
    #[must_use]
    pub fn frame(mut self, frame: Figure) -> Self {
        self.frames.push(frame);
        self
    }

    /// The animation with all its numbers as JSON; [`Animation::from_json`] reads it back.
    ///
    /// # Errors
    /// If the encoder fails, with its reason.
    pub fn json(&self) -> Result<String, FigureError> {
        serde_json::to_string(self).map_err(|error| FigureError::encode(&self.name, "JSON", &error))
    }

    /// An animation from the JSON beside its pictures.
    ///
    /// # Errors
    /// If the text is no animation, with the line and column.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Draws all frames: a GIF that repeats for ever, and the last frame as a still picture.
    ///
    /// # Errors
    /// If there are no frames, one cannot be drawn, or their pictures differ in size.
    pub fn render(&self) -> Result<RenderedAnimation, FigureError> {
        let frames = self.frames.iter().map(|frame| self.pixels(frame));
        let frames = frames.collect::<Result<Vec<_>, _>>()?;
        let (Some(first), Some(last)) = (frames.first(), self.frames.last()) else {
            return Err(FigureError::NoFrames(self.name.clone()));
        };
        let size = |pixels: &Pixels| (pixels.width, pixels.height);
        if let Some(frame) = frames.iter().position(|f| size(f) != size(first)) {
            return Err(FigureError::FrameSize {
                figure: self.name.clone(),
                frame,
                first: size(first),
                found: size(&frames[frame]),
            });
        }
        let still = self.titled(last).render()?;
        let gif = self
            .gif(&frames)
            .map_err(|error| FigureError::encode(&self.name, "GIF", &error))?;
        Ok(RenderedAnimation {
            gif,
            svg: still.svg,
            png: still.png,
            json: self.json()?,
        })
    }

    fn titled(&self, frame: &Figure) -> Figure {
        let mut frame = frame.clone();
        if frame.title.is_empty() {
            frame.title.clone_from(&self.title);
        }
        frame
    }

    fn pixels(&self, frame: &Figure) -> Result<Pixels, FigureError> {
        raster::pixels(&self.name, &self.titled(frame).svg()?, 1.0)
    }

    fn gif(&self, frames: &[Pixels]) -> Result<Vec<u8>, gif::EncodingError> {
        let mut palette = Palette::of(frames);
        let table = palette.colours.concat();
        let [width, height] = [frames[0].width, frames[0].height].map(|side| side as u16);
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height, &table)?;
        encoder.set_repeat(Repeat::Infinite)?;
        let mut before: Option<Vec<u8>> = None;
        for (index, frame) in frames.iter().enumerate() {
            let pixels: Vec<u8> = frame.colours().map(|rgb| palette.index(rgb)).collect();
            let part = changed(before.as_deref(), &pixels, usize::from(width));
            let ms = if index + 1 == frames.len() {
                self.last_frame_ms
            } else {
                self.frame_ms
            };
            encoder.write_frame(&Frame {
                delay: (ms / 10) as u16,
                ..part
            })?;
            before = Some(pixels);
        }
        drop(encoder);
        Ok(bytes)
    }
}

/// The smallest rectangle that holds all pixels that differ from the frame before.
fn changed(before: Option<&[u8]>, now: &[u8], width: usize) -> Frame<'static> {
    let differs = |place: &usize| before.is_none_or(|before| before[*place] != now[*place]);
    let places = || (0..now.len()).filter(differs);
    // A frame without any change still takes its time: one pixel stands for it.
    let rows = (
        places().next().unwrap_or(0) / width,
        places().next_back().unwrap_or(0) / width,
    );
    let columns = places().map(|place| place % width);
    let columns = columns.fold((width, 0), |(low, high), column| {
        (low.min(column), high.max(column))
    });
    let columns = if columns.0 > columns.1 {
        (0, 0)
    } else {
        columns
    };
    let part = |row: usize| &now[row * width + columns.0..=row * width + columns.1];
    Frame {
        left: columns.0 as u16,
        top: rows.0 as u16,
        width: (columns.1 - columns.0 + 1) as u16,
        height: (rows.1 - rows.0 + 1) as u16,
        buffer: (rows.0..=rows.1)
            .flat_map(part)
            .copied()
            .collect::<Vec<u8>>()
            .into(),
        dispose: DisposalMethod::Keep,
        ..Frame::default()
    }
}

/// Most colours that a GIF's table holds.
const MOST: usize = 256;

type Rgb = [u8; 3];

/// One table of at most 256 colours for all frames, so that none flickers, and the way into it.
struct Palette {
    colours: Vec<Rgb>,
    index: HashMap<Rgb, u8>,
}

/// Colours that agree in the five high bits of each channel stand in for each other.
fn cell(rgb: Rgb) -> Rgb {
    rgb.map(|v| v >> 3)
}

impl Palette {
    /// The colours used most in all frames together.
    fn of(frames: &[Pixels]) -> Self {
        let mut counts: HashMap<Rgb, u64> = HashMap::new();
        for rgb in frames.iter().flat_map(Pixels::colours) {
            *counts.entry(rgb).or_default() += 1;
        }
        let mut ranked: Vec<(Rgb, u64)> = counts.into_iter().collect();
        // Equal counts are ordered by colour: a map's own order differs from run to run.
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let colours = if ranked.len() <= MOST {
            ranked.iter().map(|(rgb, _)| *rgb).collect()
        } else {
            representatives(&ranked)
        };
        Self {
            colours,
            index: HashMap::new(),
        }
    }

    /// The table's index of the colour nearest to `rgb`.
    fn index(&mut self, rgb: Rgb) -> u8 {
        let colours = &self.colours;
        *self.index.entry(rgb).or_insert_with(|| {
            let distance = |c: &Rgb| -> i32 {
                c.iter()
                    .zip(rgb)
                    .map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2))
                    .sum()
            };
            let nearest = colours
                .iter()
                .enumerate()
                .min_by_key(|(_, colour)| distance(colour));
            nearest.map_or(0, |(index, _)| index as u8)
        })
    }
}

/// The most used colour of each of the most used cells.
fn representatives(ranked: &[(Rgb, u64)]) -> Vec<Rgb> {
    let mut cells: HashMap<Rgb, (Rgb, u64)> = HashMap::new();
    for (rgb, count) in ranked {
        cells.entry(cell(*rgb)).or_insert((*rgb, 0)).1 += count;
    }
    let mut cells: Vec<(Rgb, u64)> = cells.into_values().collect();
    cells.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    cells.into_iter().take(MOST).map(|(rgb, _)| rgb).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_exactly() {
        let frame = Pixels {
            width: 2,
            height: 1,
            rgb: vec![1, 2, 3, 250, 251, 252],
        };
        let mut palette = Palette::of(&[frame]);
        for rgb in [[1, 2, 3], [250, 251, 252]] {
            let index = palette.index(rgb);
            assert_eq!(palette.colours[usize::from(index)], rgb);
        }
    }

    #[test]
    fn many_colours_move_by_little_and_white_stays_white() {
        let mut rgb: Vec<u8> = (0..3000u32)
            .flat_map(|i| [(i % 256) as u8, 40, 90])
            .collect();
        rgb.extend([255; 3000]);
        rgb.extend((0..60u8).flat_map(|i| [20, 4 * i, 200]));
        let frame = Pixels {
            width: 4060,
            height: 1,
            rgb,
        };
        let mut palette = Palette::of(&[frame]);
        assert!(palette.colours.len() <= 256);
        let white = palette.index([255; 3]);
        assert_eq!(palette.colours[usize::from(white)], [255; 3]);
        let near = palette.index([131, 40, 90]);
        assert!(palette.colours[usize::from(near)][0].abs_diff(131) < 8);
    }
}
