//! From the picture as SVG to pixels and PNG.

use resvg::{tiny_skia, usvg};

use crate::error::FigureError;
use crate::font;

/// Pixels of the PNG for one of the SVG: sharp on screens of twice the usual density.
pub(crate) const PNG_SCALE: f32 = 2.0;

/// Pixels, three bytes each.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    /// The pixels from the top left, row by row.
    pub(crate) fn colours(&self) -> impl Iterator<Item = [u8; 3]> + '_ {
        self.rgb.as_chunks().0.iter().copied()
    }
}

/// Draws the SVG with the fonts of this crate.
pub(crate) fn pixels(name: &str, svg: &str, scale: f32) -> Result<Pixels, FigureError> {
    let options = usvg::Options {
        fontdb: font::FONTS.clone(),
        font_family: "DejaVu Sans".into(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options)
        .map_err(|error| FigureError::encode(name, "PNG", &error))?;
    let size = tree.size();
    let [width, height] = [size.width(), size.height()].map(|side| (side * scale).round() as u32);
    let mut map = tiny_skia::Pixmap::new(width, height).ok_or_else(|| {
        let reason = format!("no picture can be {width}x{height}");
        FigureError::encode(name, "PNG", &reason)
    })?;
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut map.as_mut(),
    );
    // The background is opaque white, so that no alpha is left to undo.
    let rgb = map
        .pixels()
        .iter()
        .flat_map(|p| [p.red(), p.green(), p.blue()])
        .collect();
    Ok(Pixels { width, height, rgb })
}

/// Packs pixels of `colour` into PNG bytes.
pub(crate) fn png(
    name: &str,
    data: &[u8],
    (width, height): (u32, u32),
    colour: image::ExtendedColorType,
) -> Result<Vec<u8>, FigureError> {
    use image::ImageEncoder;
    use image::codecs::png::{CompressionType, FilterType};
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new_with_quality(
        &mut bytes,
        CompressionType::Default,
        FilterType::Adaptive,
    )
    .write_image(data, width, height, colour)
    .map_err(|error| FigureError::encode(name, "PNG", &error))?;
    Ok(bytes)
}
