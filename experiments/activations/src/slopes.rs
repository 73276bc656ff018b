//! **What slopes does RReLU draw, and what slopes does PReLU learn?** Away from any network, and in the
//! short training.

use burn::tensor::{Device, Tensor, TensorData};
use rand_distr::{Distribution, StandardNormal};
use retrace_core::activation::{
    Activation, ActivationConfig, PreluConfig, RreluConfig, Sharing, prelu,
};
use retrace_figure::{Axis, Band, Chart, Colour, Figure, Line, Marker, Rule};
use retrace_lab::{Cell, Claim, Drawing, Reported, Result, Results, seeds, statistics};
use serde::{Deserialize, Serialize};

use crate::config::InitialWeights;
use crate::learning::{from_xavier, starting, steps, with};
use crate::networks::{Network, PRELU, RRELU, at_places, layer_numbers, lists, values};
use crate::{Activations, ROUNDING, XU, largest};

/// RReLU's draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnSlopes {
    /// Mean of the divisors a drawn.
    pub mean_divisor: f64,
    /// Mean of the slopes 1/a drawn: the mean output in training for x = -1, sign turned.
    pub mean_slope: f64,
    /// The slope in evaluation.
    pub test_slope: f64,
}

/// Examples and channels of the tensor on which PReLU's gradient is checked.
const CHECKED: [usize; 2] = [256, 4];

/// What the paper's RReLU draws, over `count` inputs of -1.
pub fn drawn(count: usize, cell: &Cell<'_>) -> DrawnSlopes {
    let device = cell.device().clone().autodiff();
    cell.seed_device("rrelu draws", 0);
    let x = Tensor::<2>::full([1, count], -1.0, &device);
    let output = ActivationConfig::RRELU.init(count, &device).forward(x);
    let slopes: Vec<f64> = output.into_data().iter::<f64>().map(|y| -y).collect();
    let divisors: Vec<f64> = slopes.iter().map(|slope| slope.recip()).collect();
    DrawnSlopes {
        mean_divisor: statistics::mean(&divisors),
        mean_slope: statistics::mean(&slopes),
        test_slope: RreluConfig::PAPER.test_slope(),
    }
}

/// How far autodiff's gradient of PReLU's slopes is from the paper's equation
///
/// ```text
/// dE/da_c = sum over positions of channel c with x < 0 of dE/df * x      (He et al. 2015, eq. 8-9)
/// ```
///
/// for normal x and dE/df of this seed: the largest deviation relative to the sum of absolute
/// terms, over one shared slope and one per channel.
pub fn prelu_gradient_deviation(cell: &Cell<'_>) -> f64 {
    let [batch, channels] = CHECKED;
    let draws = |purpose| -> Vec<f32> {
        StandardNormal
            .sample_iter(cell.stream(purpose, 0))
            .take(batch * channels)
            .collect()
    };
    let (x, upstream) = (draws("prelu inputs"), draws("prelu upstream"));
    let device = cell.device().clone().autodiff();
    [Sharing::Shared, Sharing::PerChannel]
        .into_iter()
        .flat_map(|sharing| {
            let found = gradients_by_autodiff(sharing, &x, &upstream, &device);
            let groups = found.len();
            found
                .into_iter()
                .enumerate()
                .map(move |(group, found)| (group, groups, found))
        })
        .map(|(group, groups, found)| {
            // A shared slope has one group of all positions, channel c is every fourth one.
            let positions = |all: &[f32]| -> Vec<f64> {
                all.iter()
                    .skip(group)
                    .step_by(groups)
                    .map(|v| f64::from(*v))
                    .collect()
            };
            relative_deviation(found, &positions(&x), &positions(&upstream))
        })
        .fold(0.0, f64::max)
}

fn relative_deviation(found: f64, x: &[f64], upstream: &[f64]) -> f64 {
    let sizes: Vec<f64> = upstream.iter().map(|g| -g.abs()).collect();
    let expected = prelu::slope_gradient(x, upstream);
    (found - expected).abs() / prelu::slope_gradient(x, &sizes)
}

/// dE/da with `E = sum of upstream * f(x)`, so that dE/df is the upstream.
fn gradients_by_autodiff(
    sharing: Sharing,
    x: &[f32],
    upstream: &[f32],
    device: &Device,
) -> Vec<f64> {
    let tensor = |v: &[f32]| Tensor::<2>::from_data(TensorData::new(v.to_vec(), CHECKED), device);
    let config = ActivationConfig::Prelu(PreluConfig {
        sharing,
        ..PreluConfig::PAPER
    });
    let Activation::Prelu(layer) = config.init(CHECKED[1], device) else {
        return Vec::new();
    };
    let gradients = (layer.forward(tensor(x)) * tensor(upstream))
        .sum()
        .backward();
    let gradient = layer.alpha.val().grad(&gradients);
    gradient.map_or_else(Vec::new, |g| g.into_data().iter::<f64>().collect())
}

/// PReLU's colour.
const COLOUR: Colour = Colour::series(3);

/// PReLU's slopes during the training, and those of channels at its end.
pub(crate) fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
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
        figure.panel(shared(results, *weights))
    });
    let figure = InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(per_channel(results, *weights))
    });
    Ok(vec![figure.into()])
}

fn shared(results: &Results<Activations>, weights: InitialWeights) -> Chart {
    let title = format!("One slope a layer, {} weights", weights.whose());
    let layers = results.config().hidden_layers;
    let x = steps(results);
    let chart = Chart::new(title, "step", "slope a").with(initial());
    (0..layers).fold(chart, |chart, layer| {
        let of_layer = |n: &Network| -> Vec<f64> {
            let slopes = n.started(weights).training.slopes.iter();
            slopes
                .filter_map(|s| s.get(layer)?.first().copied())
                .collect()
        };
        let places = at_places(&lists(results, PRELU, of_layer), x.len());
        let curve = seeds::Curve::new(&places, statistics::median, seeds::MIDDLE_HALF);
        let share = layer as f64 / layers.max(2).saturating_sub(1) as f64;
        let colour = COLOUR.mix(Colour::BLACK, 0.9 * share);
        let label = format!("layer {}", layer + 1);
        chart
            .with(curve.band(&label, &x).colour(colour).opacity(0.1))
            .with(curve.line(&label, &x).colour(colour))
    })
}

fn per_channel(results: &Results<Activations>, weights: InitialWeights) -> Chart {
    let pooled = channels_at_the_end(results, weights);
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
fn channels_at_the_end(results: &Results<Activations>, weights: InitialWeights) -> Vec<Vec<f64>> {
    let of_layer = |n: &Network, layer: usize| -> Vec<f64> {
        let channels = n.started(weights).channels.as_ref();
        let last = channels.and_then(|training| training.slopes.last());
        last.and_then(|layers| layers.get(layer).cloned())
            .unwrap_or_default()
    };
    (0..results.config().hidden_layers)
        .map(|layer| lists(results, PRELU, |n| of_layer(n, layer)).concat())
        .collect()
}

fn initial() -> Rule {
    Rule::at_y("initial", PreluConfig::PAPER.slope)
}

/// Why the slopes do not fall there.
const SLOPES_TURN: &str = "What fell with depth in He et al.'s convolution network does not have \
    to fall here. A slope that a whole layer shares adds up the gradients of all its units and \
    leaves the range from 0 to 1; from Xavier's weights it is the layers near the input whose \
    slopes go down, towards a function more like |x|, and those near the output rise.";

/// The averages of RReLU, PReLU's gradient, and its slopes by depth.
pub(crate) fn claims(results: &Results<Activations>) -> Vec<Claim> {
    let mut claims = rrelu_averages(results).to_vec();
    claims.push(prelu_gradient(results));
    claims.extend(InitialWeights::BOTH.map(|weights| {
        from_xavier(
            weights,
            slopes_fall_with_depth(results, weights),
            SLOPES_TURN,
        )
    }));
    claims
}

/// The mean of the divisors that RReLU drew, one per seed.
fn mean_divisors(results: &Results<Activations>) -> Vec<f64> {
    values(results, RRELU, |n| {
        Some(n.drawn_slopes.as_ref()?.mean_divisor)
    })
}

/// "An average of all the a is taken" can be read in two ways, and they differ.
fn rrelu_averages(results: &Results<Activations>) -> [Claim; 2] {
    let excess = values(results, RRELU, |n| {
        let slopes = n.drawn_slopes.as_ref()?;
        Some(slopes.mean_slope - slopes.test_slope)
    });
    [
        Claim::says(
            "rrelu-test-divisor-is-the-mean",
            XU,
            "the divisor at test, 5.5, is the average of the divisors drawn in training",
        )
        .measured_by("mean of the divisors drawn", "")
        .mean_is_within((5.45, 5.55), &mean_divisors(results)),
        Claim::says(
            "rrelu-test-output-is-the-mean",
            "a reading of the post",
            "the output at test is the average of the outputs in training",
        )
        .measured_by(
            "mean of the slopes drawn minus the slope at test, 1/5.5",
            "",
        )
        .mean_is_within((-0.005, 0.005), &excess)
        .if_contradicted(
            "The mean of 1/a is larger than 1 over the mean of a: for a ~ U(3, 8) the slopes \
             average ln(8/3)/5, and the slope at test is 1/5.5. So RReLU at test is a little \
             flatter than it was on average.",
        ),
    ]
}

fn prelu_gradient(results: &Results<Activations>) -> Claim {
    let deviations = values(results, PRELU, |n| n.slope_gradient_deviation);
    Claim::says(
        "prelu-gradient-is-the-papers",
        "He et al. 2015, eq. 8 and 9, which the post repeats",
        "PReLU's slope has the gradient: sum of dE/df times x over the positions with x < 0",
    )
    .measured_by(
        "largest difference from autodiff, relative to the sum of absolute terms",
        "",
    )
    .largest_is_at_most(
        ROUNDING,
        largest(deviations.iter().copied()),
        deviations.len(),
    )
}

fn slopes_fall_with_depth(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let id = "prelu-slopes-fall-with-depth";
    let falls = values(results, PRELU, |n: &Network| {
        let slopes = n.started(weights).training.slopes.last()?;
        Some(slopes.first()?.first()? - slopes.last()?.first()?)
    });
    let statement = "PReLU learns larger slopes near the input than near the output";
    Claim::says(
        with(id, weights),
        "He et al. 2015, which the post cites",
        starting(statement, weights),
    )
    .measured_by(
        "learnt slope of the first hidden layer minus that of the last",
        "",
    )
    .mean_is_above(0.0, &falls)
    .shown_in("prelu-slopes")
}

/// The paper's average of RReLU's divisors, beside ours.
pub(crate) fn reported(results: &Results<Activations>) -> Option<Reported> {
    Reported::mean(
        "average of the divisors a that RReLU draws",
        XU,
        "5.5",
        &mean_divisors(results),
    )
}
