//! MNIST, or its synthetic twin, and the digit that is looked at.

use retrace_data::Digits;
use retrace_lab::{DataSets, Error, Loaded, Result, digits};

use crate::config::DebuggingConfig;

/// Reads MNIST, or draws its twin.
///
/// # Errors
/// A file that is missing or damaged: names it. An image that is not there.
pub fn load(config: &DebuggingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
    let loaded = digits::load(sets, config.twin())?;
    if config.image >= loaded.data.validation.len() {
        return Err(Error::Usage(format!(
            "there is no image {} to look at: --image takes 0 to {}",
            config.image,
            loaded.data.validation.len() - 1
        )));
    }
    Ok(loaded)
}

/// Ink from 0 to 1, as networks are trained on it.
///
/// The digit that is looked at lies in the validation part: that begins with what was the first
/// image of MNIST's training file, the post's, and networks do not train on it.
pub fn digit(config: &DebuggingConfig, digits: &Digits) -> Vec<f32> {
    let pixels = digits.validation.image(config.image).iter();
    pixels.map(|pixel| f32::from(*pixel) / 255.0).collect()
}

/// 1 where there is any ink, else 0: what the post gives its network of ones.
pub fn binary(config: &DebuggingConfig, digits: &Digits) -> Vec<f32> {
    let pixels = digits.validation.image(config.image).iter();
    pixels
        .map(|pixel| f32::from(u8::from(*pixel != 0)))
        .collect()
}
