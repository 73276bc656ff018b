//! MNIST or its synthetic twin, as the data of an experiment and as tensors.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::seq::index;
use retrace_data::{
    DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, Digits, Labelled, draw_digits, read_mnist,
};

use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::input::{Input, InputKind, Loaded};
use crate::random;

/// Name of the data set.
pub const SET: &str = "mnist";

/// The seed of the twin: all runs share one, as they share MNIST.
const TWIN_SEED: u64 = 0;

/// Reads MNIST, or draws a twin of so many digits.
///
/// # Errors
/// A file that is missing or damaged: names it.
pub fn load(sets: &DataSets, twin: DigitCounts) -> Result<Loaded<Digits>> {
    let (data, kind) = match sets.folder(SET)? {
        Some(folder) => (read_mnist(&folder).map_err(Error::data)?, InputKind::Real),
        None => (draw_digits(TWIN_SEED, twin), InputKind::Synthetic),
    };
    let input = Input {
        name: SET.to_owned(),
        kind,
        sha256: data.sha256(),
    };
    Ok(Loaded {
        data,
        inputs: vec![input],
        notes: Vec::new(),
    })
}

/// Chosen images, pixels from 0 to 1, and their classes. Bytes become numbers here, a batch at a
/// time: that is little beside a step, and MNIST stays at 55 MB.
///
/// # Shapes
/// - pixels: `[images, 784]`
/// - classes: `[images]`
pub fn tensors<Part>(
    set: &Labelled<Part>,
    images: &[usize],
    device: &Device,
) -> (Tensor<2>, Tensor<1, Int>) {
    let pixels = images.iter().flat_map(|image| set.image(*image));
    let pixels: Vec<f32> = pixels.map(|pixel| f32::from(*pixel) / 255.0).collect();
    let classes = images.iter().map(|image| i32::from(set.labels()[*image]));
    let classes: Vec<i32> = classes.collect();
    let shape = [images.len(), DIGIT_PIXELS];
    (
        Tensor::from_data(TensorData::new(pixels, shape), device),
        Tensor::from_data(TensorData::new(classes, [images.len()]), device),
    )
}

/// The same as pictures.
///
/// # Shapes
/// - pixels: `[images, 1, 28, 28]`
/// - classes: `[images]`
pub fn pictures<Part>(
    set: &Labelled<Part>,
    images: &[usize],
    device: &Device,
) -> (Tensor<4>, Tensor<1, Int>) {
    let (pixels, classes) = tensors(set, images, device);
    let shape = [images.len(), 1, DIGIT_SIDE, DIGIT_SIDE];
    (pixels.reshape(shape), classes)
}

/// The batch of a step as pictures: drawn without repetition from the stream (`seed`, "batch",
/// `step`).
///
/// # Shapes
/// As [`pictures`], of `count` images, or of all where there are fewer.
pub fn drawn<Part>(
    set: &Labelled<Part>,
    (seed, step): (u64, u64),
    count: usize,
    device: &Device,
) -> (Tensor<4>, Tensor<1, Int>) {
    let mut stream = random::stream(seed, "batch", step);
    let chosen = index::sample(&mut stream, set.len(), count.min(set.len()));
    pictures(set, &chosen.into_vec(), device)
}
