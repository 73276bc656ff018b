//! Packs frames into a GIF.

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use crate::animation::{Animation, RenderedAnimation};
use crate::error::FigureError;
use crate::figure::Figure;
use crate::page;
use crate::palette::Palette;
use crate::raster::{self, Pixels, encode};

impl Animation {
    /// Draws all frames: a GIF that repeats for ever, and the last frame as a still picture.
    ///
    /// # Errors
    /// If there are no frames, one cannot be drawn, or their pictures differ in size.
    pub fn render(&self) -> Result<RenderedAnimation, FigureError> {
        let frames = self.frames.iter().map(|frame| self.pixels(frame));
        let frames = frames.collect::<Result<Vec<_>, _>>()?;
        let (Some(first), Some(last)) = (frames.first(), self.frames.last()) else {
            return Err(FigureError::NoFrames {
                figure: self.name.clone(),
            });
        };
        for (index, frame) in frames.iter().enumerate() {
            if (frame.width, frame.height) != (first.width, first.height) {
                return Err(FigureError::FrameSize {
                    figure: self.name.clone(),
                    frame: index,
                    width: first.width,
                    height: first.height,
                    found_width: frame.width,
                    found_height: frame.height,
                });
            }
        }
        let still = self.titled(last).render()?;
        let gif = self
            .gif(&frames)
            .map_err(|error| encode(&self.name, "GIF", error.to_string()))?;
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
        raster::pixels(&self.name, &page::svg(&self.titled(frame))?, 1.0)
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
