//! Questions to a finished network: new shapes, one bright pixel, and the arrays that show them.

use burn::tensor::{Device, Tensor};
use ndarray::{ArrayD, IxDyn};

use super::Study;
use crate::arm::Subject;
use crate::data::{Examples, Size, Unseen, variance};
use crate::loss::WHITE;
use crate::network::Network;
use crate::outcome::{End, PixelResponse};
use crate::score::{Answers, answers, mean_square};

/// Validation pictures that are shown.
const SHOWN: usize = 3;
/// Pictures of each unseen kind.
const UNSEEN: usize = 8;

impl Study<'_> {
    pub(super) fn end(&self, asked: &Asked<'_>) -> End {
        if self.setup.subject == Subject::Colours {
            return End {
                unseen: Vec::new(),
                pixel: None,
                grey_share: Some(self.grey_share()),
            };
        }
        let radius = self.config.radius_pixels();
        let share = |kind: Unseen| {
            let pictures = kind.examples(UNSEEN, asked.size, radius);
            let answers = asked.answers(&pictures, UNSEEN);
            answers
                .score(1, asked.size.pixels())
                .map_or(f64::NAN, |score| score.share)
        };
        let unseen: Vec<f64> = Unseen::ALL.into_iter().map(share).collect();
        let finite = unseen.iter().all(|share| share.is_finite());
        End {
            unseen: if finite { unseen } else { Vec::new() },
            pixel: response(&asked.response(), asked.size),
            grey_share: None,
        }
    }

    /// What "no colour" leaves, over what the best constant answer leaves.
    fn grey_share(&self) -> f64 {
        let examples = &*self.validation;
        let count = self.config.validation.min(examples.count());
        let truth: Vec<f32> = (0..count)
            .flat_map(|n| examples.example(n).target)
            .collect();
        let grey = mean_square(&vec![0.0; truth.len()], &truth);
        grey / variance(&truth, examples.channels(), examples.size().pixels())
    }

    /// What is kept of seed 0.
    pub(super) fn arrays(&self, asked: &Asked<'_>) -> Vec<(String, ArrayD<f32>)> {
        let examples = &*self.validation;
        let Size { width, height } = asked.size;
        let pictures = |values: Vec<f32>, channels: usize| {
            let count = values.len() / (channels * width * height);
            ArrayD::from_shape_vec(IxDyn(&[count, channels, height, width]), values)
        };
        let shown = SHOWN.min(examples.count());
        let answers = asked.answers(examples, shown);
        let inputs = (0..shown)
            .flat_map(|number| examples.example(number).input)
            .collect();
        let channels = examples.channels();
        let mut arrays = vec![
            ("input", pictures(inputs, 1)),
            ("truth", pictures(answers.targets, channels)),
            ("output", pictures(answers.outputs, channels)),
        ];
        let kernels = asked.network.first_kernels();
        let shape = kernels.dims();
        let kernels = kernels.into_data().iter::<f32>().collect();
        arrays.push(("kernels", ArrayD::from_shape_vec(IxDyn(&shape), kernels)));
        if self.setup.subject != Subject::Colours {
            let radius = self.config.radius_pixels();
            let one = |kind: Unseen| asked.answers(&kind.examples(1, asked.size, radius), 1);
            let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
            for answers in Unseen::ALL.map(one) {
                inputs.extend(answers.targets);
                outputs.extend(answers.outputs);
            }
            arrays.push(("unseen-input", pictures(inputs, 1)));
            arrays.push(("unseen-output", pictures(outputs, 1)));
            arrays.push(("response", pictures(asked.response(), 1)));
        }
        let whole =
            |(name, array): (&str, Result<ArrayD<f32>, _>)| Some((name.to_owned(), array.ok()?));
        arrays.into_iter().filter_map(whole).collect()
    }
}

/// A finished network that is asked questions.
pub(super) struct Asked<'a> {
    pub(super) network: &'a Network,
    pub(super) device: Device,
    pub(super) size: Size,
}

impl Asked<'_> {
    fn answers(&self, examples: &dyn Examples, count: usize) -> Answers {
        let numbers: Vec<usize> = (0..count).collect();
        answers(self.network, examples, &numbers, &self.device)
    }

    /// The change of the answer when the middle pixel of a black picture turns white.
    fn response(&self) -> Vec<f32> {
        let Size { width, height } = self.size;
        let black = Tensor::<4>::zeros([1, 1, height, width], &self.device);
        let (row, column) = (height / 2, width / 2);
        let white = Tensor::full([1, 1, 1, 1], WHITE, &self.device);
        let place = [0..1, 0..1, row..row + 1, column..column + 1];
        let bright = black.clone().slice_assign(place, white);
        let change = self.network.forward(bright) - self.network.forward(black);
        change.into_data().iter::<f32>().collect()
    }
}

/// Where the answer to a bright pixel lies; nothing when there is none.
pub fn response(change: &[f32], size: Size) -> Option<PixelResponse> {
    let (row, column) = (size.height / 2, size.width / 2);
    let squares: Vec<f64> = change
        .iter()
        .map(|value| f64::from(*value).powi(2))
        .collect();
    let all: f64 = squares.iter().sum();
    let own = row * size.width + column;
    let centre = (column as f64 + 0.5, row as f64 + 0.5);
    let far = size
        .centres()
        .zip(&squares)
        .map(|((x, y), square)| ((x - centre.0).powi(2) + (y - centre.1).powi(2)) * square);
    let response = PixelResponse {
        gain: f64::from(change[own]) / WHITE,
        elsewhere: 1.0 - squares[own] / all,
        reach: (far.sum::<f64>() / all).sqrt(),
    };
    (all > 0.0 && all.is_finite()).then_some(response)
}
