//! Pictures that lie in our own crates, in `assets/`.
//!
//! They are lossless WebP, a tenth to a quarter smaller than PNG.

use image::{ImageFormat, RgbImage};

/// Decodes a WebP without transparency that was compiled into the program with `include_bytes!`.
///
/// # Panics
/// Where the bytes are none; a test of the crate that they lie in decodes them.
#[must_use]
pub fn stored_picture(webp: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(webp, ImageFormat::WebP)
        .expect("the picture in this crate is a WebP")
        .into_rgb8()
}
