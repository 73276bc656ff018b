//! One picture, coloured.

use std::path::Path;

use image::{DynamicImage, RgbaImage};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::{Axis, concatenate};
use retrace_data::colour::{PictureFromLab, lab_from_picture, picture_from_lab};
use retrace_data::{encode_picture, read_picture_up_to};
use retrace_lab::{Error, Result, write_atomically};

use crate::colouring::{Border, Decoder, colours};
use crate::model_file::Model;

/// The largest picture that is coloured, in pixels. Colouring needs about 50 bytes a pixel: 3 GB
/// for this.
pub const MAX_PIXELS: u64 = 60_000_000;

/// How a picture is coloured.
#[derive(Debug)]
pub(super) struct Colouring {
    pub model: Model,
    pub decoder: Decoder,
    pub border: Border,
}

/// What was coloured.
#[derive(Debug)]
pub(super) struct Coloured {
    pub width: u32,
    pub height: u32,
    /// Pixels outside sRGB.
    pub clipped: usize,
}

impl Colouring {
    /// Colours the picture `from` and writes it to `to`.
    pub fn file(&self, from: &Path, to: &Path) -> Result<Coloured> {
        let image = read_picture_up_to(from, MAX_PIXELS).map_err(Error::data)?;
        let image = image.image;
        let (width, height) = (image.width(), image.height());
        let picture = self.picture(&image)?;
        let bytes = encode_picture(&with_alpha(picture.image, &image), to).map_err(Error::data)?;
        write_atomically(to, &bytes)?;
        Ok(Coloured {
            width,
            height,
            clipped: picture.clipped,
        })
    }

    fn picture(&self, image: &DynamicImage) -> Result<PictureFromLab> {
        let mut lab = lab_from_picture(image);
        let lightness = lab.index_axis(Axis(0), 0).to_owned();
        let bar = ProgressBar::new(0).with_style(style());
        let network = &self.model.network;
        let found = colours(
            network,
            &self.decoder,
            &lightness,
            self.border,
            |done, of| {
                bar.set_length(of);
                bar.set_position(done);
                Ok(())
            },
        );
        bar.finish_and_clear();
        let lightness = lightness.insert_axis(Axis(0));
        lab = concatenate(Axis(0), &[lightness.view(), found?.view()])
            .expect("planes of one picture have one size");
        Ok(picture_from_lab(&lab))
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{wide_bar} tile {pos} of {len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// With the transparency of the picture it was made from.
fn with_alpha(coloured: image::RgbImage, from: &DynamicImage) -> DynamicImage {
    if !from.color().has_alpha() {
        return coloured.into();
    }
    let from = from.to_rgba8();
    let pairs = coloured.pixels().zip(from.pixels());
    let bytes = pairs.flat_map(|(rgb, rgba)| [rgb.0[0], rgb.0[1], rgb.0[2], rgba.0[3]]);
    let image = RgbaImage::from_raw(coloured.width(), coloured.height(), bytes.collect());
    image.expect("four bytes a pixel").into()
}
