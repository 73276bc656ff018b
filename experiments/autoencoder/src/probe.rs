//! A network from inside, during its training: how large each layer's gradient is, how many of its
//! units are dead, and what it makes of one picture.
//!
//! A map that is zero in every pixel of every picture of a batch gets no gradient, and neither does
//! anything before it that goes through it alone: gradient descent cannot bring it back on pictures
//! like these.

use burn::optim::GradientsParams;
use burn::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use retrace_core::layer::gradient_norms;
use serde::{Deserialize, Serialize};

use crate::data::{Examples, tensors};
use crate::loss::Loss;
use crate::network::Network;
use crate::score::range;

/// Layers whose maps are filmed, counted from 0; the post's first and fourth.
pub const FILMED: [usize; 2] = [0, 3];

/// Wider maps are thinned out: they are shown small.
const WIDEST: usize = 50;

/// A pass of one batch forward and backward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Steps done before.
    pub done: u64,
    /// Euclidean norm of the gradient of each layer's weights; absent where it is not finite.
    pub gradients: Vec<Option<f64>>,
    /// Share (0-1) of each hidden layer's maps that are zero in every pixel of every picture.
    pub dead: Vec<f64>,
    /// Share (0-1) of each hidden layer's numbers that are zero.
    pub zero: Vec<f64>,
    /// Smallest and largest answer; absent where one is not finite.
    pub range: Option<(f64, f64)>,
}

/// A pass of a batch forward and backward, without an update.
///
/// # Shapes
/// - inputs: `[batch, 1, height, width]`
/// - targets: `[batch, channels, height, width]`
pub fn probe(
    network: &Network,
    loss: Loss,
    (inputs, targets): (Tensor<4>, Tensor<4>),
    done: u64,
) -> Probe {
    let values = network.values(inputs);
    let output: Vec<f32> = values.output.clone().into_data().iter::<f32>().collect();
    let activity = values.hidden.into_iter().map(activity);
    let (dead, zero) = activity.unzip();
    let gradients = loss.value(values.output, targets).backward();
    let gradients = GradientsParams::from_grads(gradients, network);
    let norms = gradient_norms(network, &gradients).into_iter();
    let norms = norms.filter(|(path, _)| path.ends_with("weight"));
    let finite = output.iter().all(|value| value.is_finite());
    let (low, high) = range(&output);
    Probe {
        done,
        gradients: norms
            .map(|(_, norm)| Some(norm).filter(|norm| norm.is_finite()))
            .collect(),
        dead,
        zero,
        range: finite.then_some((low.into(), high.into())),
    }
}

/// Shares of dead maps and of zeros.
fn activity(hidden: Tensor<4>) -> (f64, f64) {
    let [batch, maps, rows, columns] = hidden.dims();
    let data = hidden.into_data();
    let values: Vec<f32> = data.iter::<f32>().collect();
    let pixels = rows * columns;
    let zero = values.iter().filter(|value| **value == 0.0).count();
    let is_dead = |map: &usize| {
        let pictures =
            (0..batch).map(|picture| &values[(picture * maps + map) * pixels..][..pixels]);
        pictures.flatten().all(|value| *value == 0.0)
    };
    let dead = (0..maps).filter(is_dead).count();
    (dead as f64 / maps as f64, zero as f64 / values.len() as f64)
}

/// What to film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Film {
    /// The answer.
    Answer,
    /// The answer and the maps.
    Maps,
}

/// What a network makes of one picture at one time of its training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The answer to the first validation picture.
    pub answer: Vec<f32>,
    /// Maps of the filmed layers.
    pub maps: Vec<Maps>,
}

/// The maps of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Maps {
    /// Maps, rows and columns.
    pub shape: [usize; 3],
    /// Map after map.
    pub values: Vec<f32>,
}

impl Film {
    /// What `network`, one in evaluation, makes of the first picture.
    pub fn frame(self, network: &Network, pictures: &dyn Examples) -> Frame {
        let (inputs, _) = tensors(pictures, &[0], &network.device());
        let values = network.values(inputs);
        let hidden = FILMED.iter().filter_map(|layer| values.hidden.get(*layer));
        let maps = match self {
            Self::Answer => Vec::new(),
            Self::Maps => hidden
                .map(|layer| Maps::from_layer(layer.clone()))
                .collect(),
        };
        Frame {
            answer: values.output.into_data().iter::<f32>().collect(),
            maps,
        }
    }
}

impl Maps {
    /// Thinned out, from those of one picture, `[1, maps, rows, columns]`.
    fn from_layer(layer: Tensor<4>) -> Self {
        let [_, maps, rows, columns] = layer.dims();
        let every = columns.div_ceil(WIDEST);
        let values: Vec<f32> = layer.into_data().iter::<f32>().collect();
        let thinned = |side: usize| side.div_ceil(every);
        let value = |index: usize| {
            let (column, rest) = (index % thinned(columns), index / thinned(columns));
            let (row, map) = (rest % thinned(rows), rest / thinned(rows));
            values[(map * rows + row * every) * columns + column * every]
        };
        let shape = [maps, thinned(rows), thinned(columns)];
        Self {
            shape,
            values: (0..shape.iter().product()).map(value).collect(),
        }
    }
}

/// Frames one after the other: the answers `[frames, channels * pixels]`, and the maps of each
/// filmed layer `[frames, maps, rows, columns]`.
pub fn frame_arrays(frames: &[Frame]) -> Vec<(String, ArrayD<f32>)> {
    let Some(first) = frames.first() else {
        return Vec::new();
    };
    let together =
        |shape: Vec<usize>, values: Vec<f32>| ArrayD::from_shape_vec(IxDyn(&shape), values).ok();
    let answers = frames.iter().flat_map(|frame| frame.answer.iter().copied());
    let answers = together(vec![frames.len(), first.answer.len()], answers.collect());
    let mut arrays: Vec<_> = answers
        .map(|array| ("film".to_owned(), array))
        .into_iter()
        .collect();
    for (index, maps) in first.maps.iter().enumerate() {
        let [count, rows, columns] = maps.shape;
        let values = frames
            .iter()
            .flat_map(|frame| frame.maps[index].values.iter().copied());
        let shape = vec![frames.len(), count, rows, columns];
        let array = together(shape, values.collect());
        arrays.extend(array.map(|array| (format!("maps-{}", FILMED[index] + 1), array)));
    }
    arrays
}
