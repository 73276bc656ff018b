//! The short training: where PReLU's slopes go.

use retrace_core::activation::PreluConfig;
use retrace_figure::{Axis, Band, Chart, Colour, Figure, Line, Marker, Rule};
use retrace_lab::{Outcomes, statistics};

use super::learning::steps;
use super::style::{Spread, layer_numbers, lists};
use crate::Activations;
use crate::config::InitialWeights;
use crate::outcome::Network;

/// PReLU's colour.
const COLOUR: Colour = Colour::series(3);

/// PReLU's slopes during the training, and a slope a channel at its end.
pub(super) fn slopes(outcomes: &Outcomes<Activations>) -> Figure {
    let figure = Figure::new("prelu-slopes", "PReLU's learnt slopes, by hidden layer")
        .columns(2)
        .caption(
            "Above: one slope a layer during the training on the spirals, light near the input, \
             dark near the output; median over seeds, the band holds the middle half. Below: with \
             a slope a channel, where the channels of all seeds stand after the last step. Left \
             from Xavier's initial weights, right from He's; over the 2,000 steps of a full run \
             the layer next to the output ends on top on the left and at the bottom on the right. \
             A shared slope moves further, since it adds up the gradients of all its units.",
        );
    let figure = InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(shared(outcomes, *weights))
    });
    InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(a_channel(outcomes, *weights))
    })
}

fn shared(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Chart {
    let title = format!("One slope a layer, {} weights", weights.whose());
    let layers = outcomes.config().hidden_layers;
    let x = steps(outcomes);
    let chart = Chart::new(title, "step", "slope a").with(initial());
    (0..layers).fold(chart, |chart, layer| {
        let of_layer = |n: &Network| -> Vec<f64> {
            let slopes = n.started(weights).training.slopes.iter();
            slopes
                .filter_map(|s| s.get(layer)?.first().copied())
                .collect()
        };
        let spread = Spread::middle_half(&lists(outcomes, "prelu", of_layer), x.len());
        let share = layer as f64 / layers.max(2).saturating_sub(1) as f64;
        let colour = COLOUR.mix(Colour::BLACK, 0.9 * share);
        let label = format!("layer {}", layer + 1);
        chart
            .with(
                Band::new(label.clone(), x.clone(), spread.low, spread.high)
                    .colour(colour)
                    .opacity(0.1),
            )
            .with(Line::new(label, x.clone(), spread.middle).colour(colour))
    })
}

fn a_channel(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Chart {
    let pooled = channels_at_the_end(outcomes, weights);
    let quantile = |q: f64| -> Vec<f64> {
        let of_layer = |slopes: &Vec<f64>| statistics::quantile(slopes, q);
        pooled.iter().map(of_layer).collect()
    };
    let band = |label: &str, low: f64, high: f64| {
        let x = layer_numbers(pooled.len());
        Band::new(label, x, quantile(low), quantile(high)).colour(COLOUR)
    };
    let x = layer_numbers(pooled.len());
    let ticks = x.iter().map(|layer| (*layer, layer.to_string()));
    let axis = Axis::new("hidden layer, 1 at the input").ticks(ticks);
    let title = format!("A slope a channel, last step, {} weights", weights.whose());
    let mean: Vec<f64> = pooled.iter().map(|s| statistics::mean(s)).collect();
    Chart::new(title, axis, "slope a")
        .with(initial())
        .with(band("all channels", 0.0, 1.0).opacity(0.15))
        .with(band("middle 80 %", 0.1, 0.9).opacity(0.3))
        .with(
            Line::new("mean", x, mean)
                .colour(COLOUR)
                .marker(Marker::Circle),
        )
}

/// For each hidden layer the slopes of its channels, all seeds together.
fn channels_at_the_end(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Vec<Vec<f64>> {
    let of_layer = |n: &Network, layer: usize| -> Vec<f64> {
        let channels = n.started(weights).channels.as_ref();
        let last = channels.and_then(|training| training.slopes.last());
        last.and_then(|layers| layers.get(layer).cloned())
            .unwrap_or_default()
    };
    (0..outcomes.config().hidden_layers)
        .map(|layer| lists(outcomes, "prelu", |n| of_layer(n, layer)).concat())
        .collect()
}

fn initial() -> Rule {
    Rule::at_y("initial", PreluConfig::PAPER.slope)
}
