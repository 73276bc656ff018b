//! MNIST, its synthetic twin, or one's own images of that form, as the data of an experiment and as
//! tensors.

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::seq::index;
use retrace_data::{
    DIGIT_CLASSES, DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, DigitFiles, Digits, Labelled,
    digit_classes, draw_digits, read_digits, read_mnist, shown,
};
use serde::{Deserialize, Serialize};

use crate::config::Invalid;
use crate::data_sets::DataSets;
use crate::error::{Error, Result};
use crate::input::{Input, InputKind, Loaded};
use crate::random;
use crate::train::{Step, Task};

/// Name of the data set.
pub const SET: &str = "mnist";

/// The seed of the twin: all runs share one, as they share MNIST.
const TWIN_SEED: u64 = 0;

/// Own images in place of MNIST and its twin, such as Fashion-MNIST or EMNIST: part of the config of
/// an experiment, by `#[command(flatten)]` and `#[serde(flatten)]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
pub struct OwnDigits {
    /// Own images of 28x28 pixels in place of MNIST, with any number of classes: an IDX file, plain or
    /// compressed with gzip; wants --labels-file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images_file: Option<PathBuf>,
    /// Their labels from 0, an IDX file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels_file: Option<PathBuf>,
    /// Own images to test on; without them the last seventh of --images-file
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_images_file: Option<PathBuf>,
    /// Their labels
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_labels_file: Option<PathBuf>,
}

impl OwnDigits {
    /// Sees that images have labels and labels images; for the `validate` of a config.
    ///
    /// # Errors
    /// The key that misses another one.
    pub fn validate(&self) -> Result<(), Invalid> {
        let [images, labels, test_images, test_labels] = [
            &self.images_file,
            &self.labels_file,
            &self.test_images_file,
            &self.test_labels_file,
        ]
        .map(Option::is_some);
        let missing = [
            (
                images && !labels,
                "images_file",
                "together with labels_file",
            ),
            (
                labels && !images,
                "labels_file",
                "together with images_file",
            ),
            (
                test_images && !test_labels,
                "test_images_file",
                "together with test_labels_file",
            ),
            (
                test_labels && !test_images,
                "test_labels_file",
                "together with test_images_file",
            ),
            (
                test_images && !images,
                "test_images_file",
                "together with images_file",
            ),
        ];
        let mut missing = missing.into_iter().filter(|(is_wrong, ..)| *is_wrong);
        missing.next().map_or(Ok(()), |(_, key, expected)| {
            Err(Invalid::new(key, expected, "it alone"))
        })
    }

    fn files(&self) -> Option<DigitFiles<'_>> {
        let test = self
            .test_images_file
            .as_deref()
            .zip(self.test_labels_file.as_deref());
        Some(DigitFiles {
            images: self.images_file.as_deref()?,
            labels: self.labels_file.as_deref()?,
            test: test.map(|(images, labels)| [images, labels]),
        })
    }

    /// How many classes a network has to tell apart.
    ///
    /// # Errors
    /// Own files that cannot be read.
    pub fn classes(&self) -> Result<usize> {
        let own = self.files().map(digit_classes);
        own.unwrap_or(Ok(DIGIT_CLASSES)).map_err(Error::data)
    }
}

/// How the input of own images begins.
const OWN: &str = "own data ";

/// What every caption says of own images; nothing where a run has none.
pub(crate) fn caption(inputs: &[Input]) -> Option<String> {
    let own = inputs
        .iter()
        .find(|input| input.kind == InputKind::File && input.name.starts_with(OWN));
    own.map(|own| format!("Data: {}, SHA-256 {}.", own.name, own.sha256))
}

fn load_own(files: DigitFiles<'_>) -> Result<Loaded<Digits>> {
    let data = read_digits(files).map_err(Error::data)?;
    let labels = data.train.labels();
    let is_missing = |class: &usize| labels.iter().all(|label| usize::from(*label) != *class);
    let missing: Vec<String> = (0..data.classes)
        .filter(is_missing)
        .map(|class| class.to_string())
        .collect();
    let note = format!(
        "own data: {} classes, of which these have no training image: {}",
        data.classes,
        missing.join(", ")
    );
    let paths: Vec<&Path> = [files.images, files.labels]
        .into_iter()
        .chain(files.test.into_iter().flatten())
        .collect();
    let names: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    Ok(Loaded {
        inputs: vec![Input {
            name: format!("{OWN}{}", names.join(", ")),
            kind: InputKind::File,
            sha256: data.sha256(),
        }],
        notes: (!missing.is_empty()).then_some(note).into_iter().collect(),
        data,
    })
}

/// Reads one's own images, or MNIST, or draws a twin of so many digits.
///
/// # Errors
/// A file that is missing or damaged: names it.
pub fn load(sets: &DataSets, twin: DigitCounts, own: &OwnDigits) -> Result<Loaded<Digits>> {
    if let Some(files) = own.files() {
        return load_own(files);
    }
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

/// A classification of digits: the cross-entropy of softmax on batches that are [drawn] anew for each
/// step.
pub struct Fit<'a, M> {
    /// The images.
    pub digits: &'a Digits,
    /// Number of steps.
    pub steps: u64,
    /// Learning rate of all steps.
    pub learning_rate: f64,
    /// Images per step.
    pub batch: usize,
    /// Names the batches.
    pub seed: u64,
    /// With autodiff.
    pub device: Device,
    /// From pictures, `[batch, 1, 28, 28]`, to what softmax takes, `[batch, classes]`.
    pub logits: fn(&M, Tensor<4>) -> Tensor<2>,
}

impl<M: Module> Task for Fit<'_, M> {
    type Model = M;
    type Metrics = ();

    fn steps(&self) -> u64 {
        self.steps
    }

    fn learning_rate(&self, _: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, network: &M, step: u64) -> Tensor<1> {
        let name = (self.seed, step);
        let (images, classes) = drawn(&self.digits.train, name, self.batch, &self.device);
        CrossEntropyLossConfig::new()
            .init(&self.device)
            .forward((self.logits)(network, images), classes)
    }

    fn observe(&self, (): &mut (), _: Step<'_, M>) -> Result<()> {
        Ok(())
    }
}
