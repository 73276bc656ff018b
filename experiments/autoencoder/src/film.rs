//! One picture during the training: the answer to it, and what layers 1 and 4 make of it.

use burn::tensor::{Device, Tensor};
use ndarray::{ArrayD, IxDyn};
use serde::{Deserialize, Serialize};

use crate::data::{Examples, tensors};
use crate::network::Network;

/// Layers whose maps are filmed, counted from 0; the post's first and fourth.
pub const FILMED: [usize; 2] = [0, 3];

/// Wider maps are thinned out: they are shown small.
const WIDEST: usize = 50;

/// What to film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Film {
    /// The answer.
    Answer,
    /// The answer and the maps.
    Maps,
}

/// A moment.
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
    pub fn frame(self, network: &Network, pictures: &dyn Examples, device: &Device) -> Frame {
        let (inputs, _) = tensors(pictures, &[0], device);
        let values = network.values(inputs);
        let hidden = FILMED.iter().filter_map(|layer| values.hidden.get(*layer));
        let maps = match self {
            Self::Answer => Vec::new(),
            Self::Maps => hidden.map(|layer| Maps::of(layer.clone())).collect(),
        };
        Frame {
            answer: values.output.into_data().iter::<f32>().collect(),
            maps,
        }
    }
}

impl Maps {
    /// Of one picture, `[1, maps, rows, columns]`.
    fn of(layer: Tensor<4>) -> Self {
        let [_, maps, rows, columns] = layer.dims();
        let every = columns.div_ceil(WIDEST);
        let values: Vec<f32> = layer.into_data().iter::<f32>().collect();
        let kept = |side: usize| side.div_ceil(every);
        let value = |index: usize| {
            let (column, rest) = (index % kept(columns), index / kept(columns));
            let (row, map) = (rest % kept(rows), rest / kept(rows));
            values[(map * rows + row * every) * columns + column * every]
        };
        let shape = [maps, kept(rows), kept(columns)];
        Self {
            shape,
            values: (0..shape.iter().product()).map(value).collect(),
        }
    }
}

/// Frames one after the other: the answers `[frames, channels * pixels]`, and the maps of each
/// filmed layer `[frames, maps, rows, columns]`.
pub fn arrays(frames: &[Frame]) -> Vec<(String, ArrayD<f32>)> {
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
