//! How good a network is, and what its units say, on whole parts of the data.

use burn::nn::loss::CrossEntropyLossConfig;
use retrace_data::Labelled;
use retrace_lab::digits::tensors;

use crate::network::Network;
use crate::outcome::{Activity, Score};

/// Images that pass at a time: enough to keep the processor busy, 4 MB of values a layer.
const AT_ONCE: usize = 1_000;

/// Accuracy and loss over `images` of `set`, each image with the same weight. `network` is one in
/// evaluation, made by `valid()`.
pub fn score<Part>(network: &Network, set: &Labelled<Part>, images: &[usize]) -> Score {
    let device = network.mlp.layers[0].weight.device();
    let cross_entropy = CrossEntropyLossConfig::new().init(&device);
    let (mut right, mut loss) = (0, 0.0);
    for some in images.chunks(AT_ONCE) {
        let (pixels, classes) = tensors(set, some, &device);
        let logits = network.forward(pixels);
        let mean = cross_entropy.forward(logits.clone(), classes.clone());
        loss += mean.into_scalar::<f64>() * some.len() as f64;
        let chosen = logits.argmax(1).squeeze_dim::<1>(1);
        right += chosen.equal(classes).int().sum().into_scalar::<i64>();
    }
    let count = images.len() as f64;
    Score {
        accuracy: right as f64 / count,
        loss: Some(loss / count).filter(|loss| loss.is_finite()),
    }
}

/// Mean and size of the values of each hidden layer, over units and all images of `set`; `network`
/// as for [`score`]. Empty where they are no finite numbers.
pub fn activity<Part>(network: &Network, set: &Labelled<Part>) -> Vec<Activity> {
    let device = network.mlp.layers[0].weight.device();
    let images: Vec<usize> = (0..set.len()).collect();
    let layers = network.mlp.activations.len();
    let mut sums = vec![(0.0, 0.0, 0.0); layers];
    for some in images.chunks(AT_ONCE) {
        let (pixels, _) = tensors(set, some, &device);
        for (sum, values) in sums.iter_mut().zip(network.hidden(pixels)) {
            let [rows, units] = values.dims();
            sum.0 += (rows * units) as f64;
            sum.1 += values.clone().sum().into_scalar::<f64>();
            sum.2 += values.square().sum().into_scalar::<f64>();
        }
    }
    let layers = sums.into_iter().map(|(count, sum, squares)| {
        let (mean, mean_square) = (sum / count, squares / count);
        mean_square.is_finite().then(|| Activity {
            mean,
            rms: mean_square.sqrt(),
        })
    });
    layers.collect::<Option<_>>().unwrap_or_default()
}
