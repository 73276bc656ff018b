//! Whether a file has more pictures than the one that is read.

use std::io::Cursor;

use image::ImageFormat;
use image::codecs::{png::PngDecoder, webp::WebPDecoder};

use super::kind::tiff_has_more;

/// Whether there is a second frame or page. Where a file is damaged behind its first picture, no.
pub fn are_several(format: ImageFormat, bytes: &[u8]) -> bool {
    let bytes = Cursor::new(bytes);
    match format {
        ImageFormat::Png => PngDecoder::new(bytes).is_ok_and(|png| png.is_apng().unwrap_or(false)),
        ImageFormat::WebP => WebPDecoder::new(bytes).is_ok_and(|webp| webp.has_animation()),
        ImageFormat::Tiff => tiff_has_more(bytes.into_inner()),
        ImageFormat::Gif => {
            let mut options = gif::DecodeOptions::new();
            options.skip_frame_decoding(true);
            let mut frames = options.read_info(bytes);
            let mut next = || {
                matches!(
                    frames.as_mut().map(gif::Decoder::next_frame_info),
                    Ok(Ok(Some(_)))
                )
            };
            next() && next()
        }
        _ => false,
    }
}
