//! What the page of a run lets its reader try: draw a digit, and see what the convolutions of seed 0
//! make of it, pixel by pixel. The dense layers are too heavy for a page; their answers to some digits
//! are in it.

use burn::module::Module;
use burn::tensor::Tensor;
use ndarray::{ArrayD, Dimension, IxDyn};
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_lab::{Arrays, Cell, Error, Explorable, Finished, Input, Result, Results, Single};
use serde::Serialize;

use crate::Debugging;
use crate::config::DebuggingConfig;
use crate::network::Network;
use crate::ones::{AllOnes, Ones};
use crate::training::{TRAINED, Trained, Training};
use crate::values::{ROUNDED, largest, list};

/// Classes of which the page has a test image.
const CLASSES: u8 = 10;

/// Digits that the page has: the one that the run looks at, then the first test image of each class.
pub(crate) struct Examples {
    labels: Vec<f32>,
    /// Grey levels 0-255, image after image.
    levels: Vec<f32>,
}

impl Examples {
    pub(crate) fn of(config: &DebuggingConfig, digits: &Digits) -> Self {
        let (validation, test) = (&digits.validation, &digits.test);
        let first = |class: u8| {
            let at = test.labels().iter().position(|label| *label == class)?;
            Some((class, test.image(at)))
        };
        let looked_at = (
            validation.labels()[config.image],
            validation.image(config.image),
        );
        let all = std::iter::once(looked_at).chain((0..CLASSES).filter_map(first));
        let (labels, images): (Vec<_>, Vec<_>) = all.unzip();
        Self {
            labels: labels.into_iter().map(f32::from).collect(),
            levels: images
                .into_iter()
                .flatten()
                .map(|level| f32::from(*level))
                .collect(),
        }
    }

    /// What a network answers, before softmax: `[digits, classes]`.
    pub(crate) fn logits(&self, network: &Network) -> Result<ArrayD<f32>> {
        let network = network.valid();
        let pixels: Vec<f32> = self.levels.iter().map(|level| level / 255.0).collect();
        let x = Tensor::<1>::from_floats(pixels.as_slice(), &network.conv1.weight.device());
        let shape = [self.labels.len(), 1, DIGIT_SIDE, DIGIT_SIDE];
        let logits = network.logits(x.reshape(shape));
        array(&logits.dims(), list(&logits.into_data()))
    }

    /// Keeps the digits for the page: `digits` and `digit-labels`.
    pub(crate) fn keep(self, cell: &mut Cell) -> Result<()> {
        let count = self.labels.len();
        let shape = [count, DIGIT_SIDE, DIGIT_SIDE];
        cell.keep_array("digits", array(&shape, self.levels)?);
        cell.keep_array("digit-labels", array(&[count], self.labels)?);
        Ok(())
    }
}

fn array(shape: &[usize], values: Vec<f32>) -> Result<ArrayD<f32>> {
    let array = ArrayD::from_shape_vec(IxDyn(shape), values);
    array.map_err(|error| Error::Other(error.into()))
}

/// What the page works on. Numbers in base 64 are of 32 bits, the lowest byte first.
#[derive(Serialize)]
struct Data {
    /// Where the digits are from.
    origin: String,
    /// Steps of the training.
    steps: u64,
    /// What the digits show.
    labels: Vec<u8>,
    /// Their grey levels, a byte each, in base 64.
    digits: String,
    trained: Weights,
    untrained: Weights,
}

/// Weights of the convolutions in base 64, and the answers of the whole network.
#[derive(Serialize)]
struct Weights {
    kernels1: String,
    biases1: String,
    kernels2: String,
    biases2: String,
    /// Logits for each of the digits.
    logits: Vec<Vec<f32>>,
}

impl Weights {
    fn read(arrays: &Arrays, suffix: &str) -> Result<Self> {
        let encoded = |name: &str| {
            let values = arrays.get(&format!("{name}{suffix}"))?;
            Ok::<_, Error>(Explorable::numbers(values))
        };
        let logits = arrays.get(&format!("digit-logits{suffix}"))?.outer_iter();
        Ok(Self {
            kernels1: encoded("kernels")?,
            biases1: encoded("biases")?,
            kernels2: encoded("conv2-kernels")?,
            biases2: encoded("conv2-biases")?,
            logits: logits.map(|row| row.iter().copied().collect()).collect(),
        })
    }
}

/// The page's data and what it must show; nothing where a cell is missing, where numbers are none after
/// a divergence, and for runs that kept no digits.
pub(crate) fn explorable(results: &Results<Debugging>) -> Result<Option<Explorable>> {
    let trained = results.of::<Training>().get(&TRAINED, 0);
    let (Some(trained), Some(ones)) = (trained, results.of::<AllOnes>().first()) else {
        return Ok(None);
    };
    let arrays = &trained.arrays;
    let (Ok(digits), Ok(logits)) = (arrays.get("digits"), arrays.get("digit-logits")) else {
        return Ok(None);
    };
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Ok(None);
    }
    let bytes =
        |array: &ArrayD<f32>| -> Vec<u8> { array.iter().map(|level| *level as u8).collect() };
    let explorable = Explorable::of(Data {
        origin: Input::list(results.inputs()),
        steps: results.config().steps,
        labels: bytes(arrays.get("digit-labels")?),
        digits: Explorable::bytes(bytes(digits)),
        trained: Weights::read(arrays, "")?,
        untrained: Weights::read(arrays, "-before")?,
    })?;
    let explorable = with_trained(explorable, trained)?;
    with_ones(explorable, ones).map(Some)
}

/// The maps that the run kept of its trained network, and its answer.
fn with_trained(explorable: Explorable, cell: &Finished<Single, Trained>) -> Result<Explorable> {
    let of = |name| cell.arrays.get(name);
    let explorable = with_largest(explorable, ["trained", "conv1"], "sum", of("conv1-before")?);
    let explorable = with_largest(
        explorable,
        ["trained", "conv1"],
        "value",
        of("conv1-after")?,
    );
    let explorable = with_largest(
        explorable,
        ["trained", "conv2"],
        "value",
        of("conv2-after")?,
    );
    let explorable = with_largest(explorable, ["trained", "pool"], "value", of("pool")?);
    let [answer, divided] = [&cell.outcome.probabilities, &cell.outcome.divided]
        .map(|probabilities| largest(probabilities.iter().copied()));
    let (Some(answer), Some(divided)) = (answer, divided) else {
        return Ok(explorable);
    };
    let readings = [("answer", answer), ("divided", divided)];
    Ok(explorable.shows(&[("w", "trained")], &readings, ROUNDED))
}

/// The maps that the run kept of the network of ones, its logits, and that it stays the same when
/// kernels are turned.
fn with_ones(explorable: Explorable, cell: &Finished<Single, Ones>) -> Result<Explorable> {
    let of = |name| cell.arrays.get(name);
    let explorable = with_largest(explorable, ["ones", "conv1"], "value", of("conv1")?);
    let explorable = with_largest(explorable, ["ones", "conv2"], "value", of("conv2")?);
    let explorable = with_largest(explorable, ["ones", "pool"], "value", of("pool")?);
    let readings = [
        ("logit", cell.outcome.logit_found),
        ("answer", cell.outcome.softmax.subtracted),
        ("turned", 0.0),
    ];
    let state = [("w", "ones"), ("l", "conv2"), ("t", "1")];
    Ok(explorable.shows(&state, &readings, ROUNDED))
}

/// The page must show the value of greatest size of some maps where it stands.
fn with_largest(
    explorable: Explorable,
    [weights, layer]: [&str; 2],
    reading: &str,
    maps: &ArrayD<f32>,
) -> Explorable {
    let values = maps.indexed_iter();
    let Some((place, value)) = values.max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs())) else {
        return explorable;
    };
    let (map, y, x) = match *place.slice() {
        [map, y, x] => (map, y, x),
        // Maps of the network of ones are alike, and one is kept.
        [y, x] => (0, y, x),
        _ => return explorable,
    };
    let [map, x, y] = [map + 1, x, y].map(|number| number.to_string());
    let state = [
        ("w", weights),
        ("l", layer),
        ("m", &map),
        ("x", &x),
        ("y", &y),
    ];
    explorable.shows(&state, &[(reading, f64::from(*value))], ROUNDED)
}
