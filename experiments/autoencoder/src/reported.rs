//! The post's numbers that can be worked out; of its results it prints none.

use retrace_lab::Reported;

use crate::loss::{Extent, WHITE};
use crate::notice::{AUTHORS, AUTHORS_FEATURES};
use crate::plan::{FLOAT, bytes, dense_weights};

const POST: &str = "the post";

/// What the post takes for the largest distance of two pictures, and the memory of the card on
/// which its first attempt ran.
pub fn all() -> Vec<Reported> {
    let picture = Extent {
        batch: 1,
        channels: 1,
        pixels: AUTHORS.pixels(),
    };
    let squares = picture.numbers() * WHITE.powi(2);
    let more = squares / picture.constant();
    let weights = FLOAT * dense_weights(AUTHORS, &AUTHORS_FEATURES);
    vec![
        Reported::text(
            "largest sum of squares of a black and a white picture of 150x100",
            POST,
            "150x100x100",
            format!("{squares}, as differences are squared: {more} times as much"),
        ),
        Reported::text(
            "memory of the first attempt's dense layer at 150x100",
            POST,
            "within 4GB",
            format!(
                "{} of weights, {} with their gradient and Adam's moments",
                bytes(weights),
                bytes(4 * weights)
            ),
        ),
    ]
}
