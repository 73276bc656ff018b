//! Readers for data that come from outside, which can be anything.
//!
//! A reader gives a typed error that names the file, never panics, and uses bounded memory.

mod bounded;
pub mod colour;
mod columns;
mod digits;
mod idx;
mod mnist;
mod name;
mod npy;
mod picture;
mod scenes;
pub mod sets;

pub use bounded::{hexadecimal, read as read_bounded, sha256, sha256_of};
pub use columns::{Columns, MAX_BYTES, ReadError, read_columns};
pub use digits::{
    DIGIT_CLASSES, DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, Digits, Labelled, Test, Training,
    Validation, draw_digits,
};
pub use idx::{Idx, IdxError, MAX_IDX_VALUES, read_idx, read_idx_from};
pub use mnist::{
    DigitFiles, MNIST_VALIDATION, digit_classes, is_in_another_form, read_digits, read_mnist,
};
pub use name::shown;
pub use npy::{Npy, NpyError, read_npy};
pub use picture::{
    MAX_PICTURE_BYTES, MAX_PIXELS, PICTURE_FORMATS, PictureError, PictureFile, PictureFolder,
    check_extension, encode_picture, grey, is_deep, picture_files, picture_files_below,
    read_picture, read_picture_up_to, read_stored_values, stored_picture,
};
pub use scenes::{ScenesError, read_scenes};
