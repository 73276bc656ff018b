//! Readers for data that come from outside, which can be anything.
//!
//! A reader gives a typed error that names the file, never panics, and uses bounded memory.

mod bounded;
mod columns;
mod picture;
mod picture_files;

pub use columns::{Columns, MAX_BYTES, ReadError, read_columns};
pub use picture::{
    MAX_PICTURE_BYTES, MAX_PIXELS, PictureError, PictureFile, encode_picture, grey, read_picture,
};
pub use picture_files::picture_files;
