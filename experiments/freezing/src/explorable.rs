//! What the page of a run lets its reader try: the frozen file itself, byte by byte, which a script of
//! the page reads and runs, and test images to run it on.

use burn::tensor::TensorData;
use ndarray::{Array2, arr1};
use retrace_data::{DIGIT_PIXELS, DIGIT_SIDE, Labelled};
use retrace_inspect::Frozen;
use retrace_lab::{Arrays, Cell, Explorable, Result, Results};
use serde::Serialize;

use crate::Freezing;
use crate::frozen::{FrozenNetworks, failed};
use crate::network::{DROPOUT, Kind};

/// The network whose file the page holds: the one that has something to lose by freezing. A page has
/// room for one.
const ARM: Kind = Kind::Full;
const SEED: u64 = 0;

/// Names of the arrays of its cell: the bytes of the file, the first test image of each class, and
/// these classes.
const FILE: &str = "frozen-file";
const IMAGES: &str = "images";
const CLASSES: &str = "classes";

/// Ink in an image of the page, from none: a letter each.
const LEVELS: &[u8; 16] = b"abcdefghijklmnop";
/// Page and program add up in another order, with 64 and with 32 bits: of a probability that is small the
/// logarithm differs by some millionths.
const ROUNDING: f64 = 1e-4;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    /// The frozen file, in base 64.
    file: String,
    digits: Vec<Digit>,
    /// What the program gets from the file for each of them: a probability for each class.
    answers: Vec<Vec<f32>>,
    /// The probability with which dropout erased in training.
    dropout: f64,
}

/// A test image.
#[derive(Serialize)]
struct Digit {
    class: usize,
    /// Ink in the levels of the page.
    levels: String,
}

/// Whether the page shows the network of this cell.
pub(crate) fn is_of(kind: Kind, seed: u64) -> bool {
    (kind, seed) == (ARM, SEED)
}

/// Keeps what the page needs of a cell.
pub(crate) fn keep<Part>(cell: &mut Cell<'_>, file: &[u8], test: &Labelled<Part>) {
    let first = |class: &u8| test.labels().iter().position(|label| label == class);
    let mut classes: Vec<u8> = test.labels().to_vec();
    classes.sort_unstable();
    classes.dedup();
    let places: Vec<usize> = classes.iter().filter_map(first).collect();
    let images = Array2::from_shape_fn((places.len(), DIGIT_PIXELS), |(row, pixel)| {
        f32::from(test.image(places[row])[pixel])
    });
    let numbers = |bytes: &[u8]| arr1(bytes).mapv(f32::from).into_dyn();
    cell.keep_array(FILE, numbers(file));
    cell.keep_array(IMAGES, images.into_dyn());
    cell.keep_array(CLASSES, numbers(&classes));
}

/// The page's data and what it must show; nothing where no file was kept: of own images, of a training
/// that diverged, of a run without the page's cell.
pub(crate) fn explorable(results: &Results<Freezing>) -> Result<Option<Explorable>> {
    let cell = results.of::<FrozenNetworks>().get(&ARM, SEED);
    match cell.filter(|cell| cell.arrays.get(FILE).is_ok()) {
        Some(cell) => of_arrays(&cell.arrays).map(Some),
        None => Ok(None),
    }
}

fn of_arrays(arrays: &Arrays) -> Result<Explorable> {
    let bytes: Vec<u8> = arrays.get(FILE)?.iter().map(|byte| *byte as u8).collect();
    let file = Explorable::bytes(&bytes);
    let frozen = Frozen::from_bytes(bytes).map_err(failed)?;
    let images = arrays.get(IMAGES)?;
    let inks: Vec<Vec<usize>> = images
        .outer_iter()
        .map(|image| image.iter().map(|pixel| level(*pixel)).collect())
        .collect();
    let classes = arrays.get(CLASSES)?.iter().map(|class| *class as usize);
    let digits: Vec<Digit> = classes
        .zip(&inks)
        .map(|(class, ink)| Digit {
            class,
            levels: ink.iter().map(|level| char::from(LEVELS[*level])).collect(),
        })
        .collect();
    let answers = inks.iter().map(|ink| answer(&frozen, ink, |ink| ink));
    let answers: Vec<Vec<f32>> = answers.collect::<Result<_>>()?;
    let (first, nothing) = (inks.first().cloned(), vec![0; DIGIT_PIXELS]);
    let mut checks: Vec<(String, &str, Vec<f32>)> = digits
        .iter()
        .zip(&answers)
        .map(|(digit, answer)| (digit.class.to_string(), "usual", answer.clone()))
        .collect();
    checks.push((
        "none".into(),
        "usual",
        answer(&frozen, &nothing, |ink| ink)?,
    ));
    if let (Some(first), Some(digit)) = (first, digits.first()) {
        let swapped = answer(&frozen, &first, |ink| 1.0 - ink)?;
        checks.push((digit.class.to_string(), "swapped", swapped));
    }
    let explorable = Explorable::of(Data {
        file,
        digits,
        answers,
        dropout: DROPOUT,
    })?;
    let explorable = checks.iter().fold(explorable, |explorable, check| {
        let (picture, ink, answer) = check;
        let names: Vec<String> = (0..answer.len()).map(|class| format!("p{class}")).collect();
        let names = names.iter().map(String::as_str);
        let readings: Vec<(&str, f64)> = names.zip(answer.iter().copied().map(f64::from)).collect();
        explorable.shows(&[("d", picture), ("k", ink)], &readings, ROUNDING)
    });
    Ok(explorable)
}

/// The level of ink of a pixel from 0 to 255.
fn level(pixel: f32) -> usize {
    let most = (LEVELS.len() - 1) as f32;
    (pixel / 255.0 * most).round().clamp(0.0, most) as usize
}

/// What the file gives for a picture of these levels, its ink handed over as `as_given` has it.
fn answer(frozen: &Frozen, levels: &[usize], as_given: impl Fn(f32) -> f32) -> Result<Vec<f32>> {
    let most = (LEVELS.len() - 1) as f32;
    let ink = levels.iter().map(|level| as_given(*level as f32 / most));
    let picture = TensorData::new(ink.collect(), [1, 1, DIGIT_SIDE, DIGIT_SIDE]);
    let given = frozen.run(&picture).map_err(failed)?;
    Ok(given.iter::<f32>().collect())
}
