//! **Does ELU push the mean of its units towards zero?** The mean activation of each hidden layer.

use retrace_data::Labelled;
use retrace_figure::{BarSeries, Bars, Colour, Figure};
use retrace_lab::digits::tensors;
use retrace_lab::{Claim, Drawing, Result, Results, seeds, statistics};
use serde::{Deserialize, Serialize};

use crate::Rrelu;
use crate::arm::{ELU, Function, Norm, RELU};
use crate::network::Network;
use crate::training::{AT_ONCE, Outcome, Trainings};

const CLEVERT: &str = "the post, after Clevert et al. 2016";

/// Values after an activation function, over units and images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Mean.
    pub mean: f64,
    /// Root mean square.
    pub rms: f64,
}

/// Mean and size of the values of each hidden layer, over units and all images of `set`; `network` is one
/// in evaluation, made by `valid()`. Empty where they are no finite numbers.
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

/// Mean activations after the training on all images.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
    let figure = Figure::new(
        "mean-activation",
        "Mean activation of each hidden layer after training",
    )
    .columns(2)
    .caption(
        "Mean over units and all test images, in evaluation, after the training on all images; the \
         upper bar of each pair is the first hidden layer's, the paler one below it the second's. \
         Mean over seeds with its 95 % interval. ELU's negative values are said to push this \
         towards zero, as normalisation does.",
    );
    let panels = Norm::BOTH.into_iter().map(|norm| panel(results, norm));
    Ok(vec![panels.fold(figure, Figure::panel).into()])
}

fn panel(results: &Results<Rrelu>, norm: Norm) -> Bars {
    let layers = results.config().hidden.len();
    let names = Function::ALL.map(|function| function.label);
    let bars = Bars::new(
        capitalised(norm.title()),
        names,
        "mean activation (paler: deeper)",
    )
    .horizontal();
    (0..layers).fold(bars, |bars, layer| {
        bars.series(series(results, norm, layer))
    })
}

fn series(results: &Results<Rrelu>, norm: Norm, layer: usize) -> BarSeries {
    let mean = |outcome: &Outcome| outcome.activity.get(layer).map(|layer| layer.mean);
    let values = Function::ALL.map(|f| results.of::<Trainings>().values(&norm.of(f), mean));
    let layers = results.config().hidden.len() as f64;
    let pale = 0.6 * layer as f64 / layers.max(1.0);
    let colours = Function::ALL.map(|f| f.colour().mix(Colour::WHITE, pale));
    BarSeries::new("", values.each_ref().map(|v| statistics::mean(v)))
        .colour_each(colours)
        .intervals(values.each_ref().map(|v| seeds::interval(v)))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Of plain and of normalised networks.
pub(crate) fn claims(results: &Results<Rrelu>) -> Vec<Claim> {
    Norm::BOTH
        .into_iter()
        .map(|norm| elu_nearer_zero(results, norm))
        .collect()
}

fn elu_nearer_zero(results: &Results<Rrelu>, norm: Norm) -> Claim {
    let statement = format!(
        "ELU's mean activation is nearer zero than ReLU's {}",
        norm.title()
    );
    let trainings = results.of::<Trainings>();
    let differences = trainings.differences(&norm.of(ELU), &norm.of(RELU), off_zero);
    Claim::says(
        format!("elu-mean-nearer-zero{}", norm.suffix()),
        CLEVERT,
        statement,
    )
    .measured_by(
        "|mean activation| on the test images after training, averaged over hidden layers, \
             ELU minus ReLU",
        "",
    )
    .mean_is_below(0.0, &differences)
    .shown_in("mean-activation")
}

fn off_zero(outcome: &Outcome) -> Option<f64> {
    let layers = outcome.activity.iter();
    let means: Vec<f64> = layers.map(|layer| layer.mean.abs()).collect();
    Some(statistics::mean(&means)).filter(|mean| mean.is_finite())
}
