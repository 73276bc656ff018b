//! Pictures that lie in our own crates, in `assets/`.
//!
//! They are lossless WebP, a tenth to a quarter smaller than PNG. Files of users are not read here:
//! [`read_picture`](crate::read_picture) does that.

use std::io::Cursor;

use image::RgbImage;
use image_webp::WebPDecoder;

/// Decodes a WebP without transparency that was compiled into the program with `include_bytes!`.
///
/// # Panics
/// Where the bytes are none; a test of the crate that they lie in decodes them.
#[must_use]
pub fn stored_picture(webp: &[u8]) -> RgbImage {
    let mut decoder =
        WebPDecoder::new(Cursor::new(webp)).expect("the picture in this crate is a WebP");
    let (width, height) = decoder.dimensions();
    let mut picture = RgbImage::new(width, height);
    decoder
        .read_image(&mut picture)
        .expect("the picture in this crate is whole and has no transparency");
    picture
}
