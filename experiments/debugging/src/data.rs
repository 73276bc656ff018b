//! MNIST, or its synthetic twin, and the digit that is looked at.

use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_data::{DIGIT_SIDE, Digits, Labelled, draw_digits, read_mnist};
use retrace_lab::{DataSets, Error, Input, InputKind, Loaded, Result};

use crate::config::DebuggingConfig;

/// Name of the data set.
pub const SET: &str = "mnist";

/// The seed of the twin: all runs share one, as they share MNIST.
const TWIN_SEED: u64 = 0;

/// Reads MNIST, or draws its twin.
///
/// # Errors
/// A file that is missing or damaged: names it. An image that is not there.
pub fn load(config: &DebuggingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
    let (data, kind) = match sets.folder(SET)? {
        Some(folder) => (read_mnist(&folder).map_err(Error::data)?, InputKind::Real),
        None => (draw_digits(TWIN_SEED, config.twin()), InputKind::Synthetic),
    };
    if config.image >= data.validation.len() {
        return Err(Error::Usage(format!(
            "there is no image {} to look at: --image takes 0 to {}",
            config.image,
            data.validation.len() - 1
        )));
    }
    let input = Input {
        name: SET.to_owned(),
        kind,
        sha256: data.sha256(),
    };
    Ok(Loaded {
        data,
        inputs: vec![input],
    })
}

/// Ink from 0 to 1, as networks are trained on it.
///
/// The digit that is looked at lies in the validation part: that begins with what was the first
/// image of MNIST's training file, the post's, and networks do not train on it.
pub fn digit(config: &DebuggingConfig, digits: &Digits) -> Vec<f32> {
    ink(digits.validation.image(config.image)).collect()
}

/// 1 where there is any ink, else 0: what the post gives its network of ones.
pub fn binary(config: &DebuggingConfig, digits: &Digits) -> Vec<f32> {
    let pixels = digits.validation.image(config.image).iter();
    pixels
        .map(|pixel| f32::from(u8::from(*pixel != 0)))
        .collect()
}

/// Chosen images and what they show.
///
/// # Shapes
/// - images: `[images, 1, 28, 28]`, ink from 0 to 1
/// - classes: `[images]`
pub fn tensors<Part>(
    set: &Labelled<Part>,
    images: &[usize],
    device: &Device,
) -> (Tensor<4>, Tensor<1, Int>) {
    let pixels = images.iter().flat_map(|image| ink(set.image(*image)));
    let classes = images.iter().map(|image| i32::from(set.labels()[*image]));
    let shape = [images.len(), 1, DIGIT_SIDE, DIGIT_SIDE];
    let pixels = TensorData::new(pixels.collect::<Vec<f32>>(), shape);
    let classes = TensorData::new(classes.collect::<Vec<i32>>(), [images.len()]);
    (
        Tensor::from_data(pixels, device),
        Tensor::from_data(classes, device),
    )
}

fn ink(pixels: &[u8]) -> impl Iterator<Item = f32> + '_ {
    pixels.iter().map(|pixel| f32::from(*pixel) / 255.0)
}
