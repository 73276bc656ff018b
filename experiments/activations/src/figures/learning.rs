//! The short training: losses, and PReLU's slopes.

use retrace_core::activation::prelu;
use retrace_figure::{Axis, Band, Chart, Colour, Figure, Line, Marker, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{Spread, layer_numbers, lists, looks};
use crate::Activations;
use crate::outcome::{Network, Training};

/// Losses during training.
pub(super) fn curves(outcomes: &Outcomes<Activations>) -> Figure {
    let panel = |title: &str, y: Axis, list: fn(&Training) -> Vec<f64>| {
        let x = steps(outcomes);
        let chart = Chart::new(title, "step", y);
        looks().fold(chart, |chart, look| {
            let spread = Spread::of(&lists(outcomes, look.arm, |n| list(&n.training)), x.len());
            let (band, line) = spread.layers(look, &x);
            chart.with(band).with(line)
        })
    };
    Figure::new(
        "learning",
        "Learning two spirals with each activation function",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "The same points, batches and initial weights for all; mean over seeds, the band from \
             the smallest to the largest. The sigmoid's loss stays at ln 2, the loss of not \
             knowing, while the others learn.",
    )
    .panel(panel(
        "Loss on the training points",
        Axis::new("cross-entropy (nats)"),
        |training| {
            let gap = |loss: &Option<f64>| loss.unwrap_or(f64::NAN);
            training.loss.iter().map(gap).collect()
        },
    ))
    .panel(panel(
        "Accuracy on the test points",
        Axis::new("share classified correctly (0-1)").range(0.4, 1.0),
        |training| training.accuracy.clone(),
    ))
}

/// The steps at which all trainings were observed.
fn steps(outcomes: &Outcomes<Activations>) -> Vec<f64> {
    let config = outcomes.config();
    let every = (0..config.steps).step_by(usize::try_from(config.observe_every).unwrap_or(1));
    every
        .chain([config.steps])
        .map(|step| step as f64)
        .collect()
}

/// PReLU's slopes during the training, and a slope a channel at its end.
pub(super) fn slopes(outcomes: &Outcomes<Activations>) -> Figure {
    Figure::new("prelu-slopes", "PReLU's learnt slopes, by hidden layer")
        .columns(2)
        .caption(
            "Left: one slope a layer during the training on the spirals, mean over seeds, the \
             band from the smallest to the largest. Right: a slope a channel, where the channels \
             of all seeds stand at the end; the line is their mean, the bands hold all of them \
             and the middle 80 %.",
        )
        .panel(shared(outcomes))
        .panel(a_channel(outcomes))
}

fn shared(outcomes: &Outcomes<Activations>) -> Chart {
    let chart = Chart::new("One slope a layer", "step", "slope a").with(initial());
    let layers = outcomes.config().hidden_layers;
    let x = steps(outcomes);
    (0..layers).fold(chart, |chart, layer| {
        let of_layer = |n: &Network| -> Vec<f64> {
            let slopes = n.training.slopes.iter();
            slopes
                .filter_map(|s| s.get(layer)?.first().copied())
                .collect()
        };
        let spread = Spread::of(&lists(outcomes, "prelu", of_layer), x.len());
        let share = layer as f64 / layers.max(2).saturating_sub(1) as f64;
        let colour = Colour::series(3).mix(Colour::BLACK, 0.9 * share);
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

fn a_channel(outcomes: &Outcomes<Activations>) -> Chart {
    let layers = outcomes.config().hidden_layers;
    let at_the_end = |n: &Network| -> Vec<Vec<f64>> {
        let channels = n.prelu.as_ref().map(|prelu| &prelu.channels);
        channels
            .and_then(|training| training.slopes.last().cloned())
            .unwrap_or_default()
    };
    // Per layer the channels of all seeds.
    let pooled: Vec<Vec<f64>> = (0..layers)
        .map(|layer| {
            let of_layer = |n: &Network| at_the_end(n).get(layer).cloned().unwrap_or_default();
            lists(outcomes, "prelu", of_layer).concat()
        })
        .collect();
    let quantile = |q: f64| -> Vec<f64> {
        pooled
            .iter()
            .map(|slopes| statistics::quantile(slopes, q))
            .collect()
    };
    let x = layer_numbers(layers);
    let colour = Colour::series(3);
    let ticks = x.iter().map(|layer| (*layer, layer.to_string()));
    let mean: Vec<f64> = pooled
        .iter()
        .map(|slopes| statistics::mean(slopes))
        .collect();
    Chart::new(
        "A slope a channel, at the end",
        Axis::new("hidden layer, 1 at the input").ticks(ticks),
        "slope a",
    )
    .with(initial())
    .with(
        Band::new("all channels", x.clone(), quantile(0.0), quantile(1.0))
            .colour(colour)
            .opacity(0.15),
    )
    .with(
        Band::new("middle 80 %", x.clone(), quantile(0.1), quantile(0.9))
            .colour(colour)
            .opacity(0.3),
    )
    .with(
        Line::new("mean", x, mean)
            .colour(colour)
            .marker(Marker::Circle),
    )
}

fn initial() -> Rule {
    Rule::at_y("initial", prelu::INITIAL_SLOPE)
}
