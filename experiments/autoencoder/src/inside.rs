//! **What happens inside?** In the first hundred steps: gradients, dead maps, how far the answers
//! leave 0..100. After the training: feature maps and kernels. "Jumped around a bit, but
//! motionless", as the post has it, is a network that answers black.

use ndarray::{ArrayD, Axis as Along};
use retrace_figure::{Animation, Axis, Chart, ColourMap, Dash, Figure, Images, Legend, Line, Rule};
use retrace_lab::{Arm as _, Claim, Drawing, Result, statistics};

use crate::arm::{Arm, AtRate, BASELINE, INVERSE_RELU, Optimizer};
use crate::config::{Size, digit};
use crate::loss::{Loss, WHITE};
use crate::network::OutputActivation;
use crate::pictures::{clipped, of_training, row, signed, signed_range};
use crate::probe::{FILMED, Probe};
use crate::rates::{Among, arms, best};
use crate::training::Training;
use crate::{All, OURS};

/// Maps or kernels per row.
const COLUMNS: usize = 8;

/// Gradients and dead maps, the largest answers, kernels, and feature maps.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let mut drawings: Vec<Drawing> = vec![first_steps(results).into(), reach(results).into()];
    drawings.extend(kernels(results).map(Drawing::from));
    drawings.extend(maps(results).map(Drawing::from));
    drawings.extend(maps_film(results).map(Drawing::from));
    Ok(drawings)
}

/// Two panels per arm: gradients, dead maps.
fn first_steps(results: &All) -> Figure {
    let figure = Figure::new(
        "inside",
        "The first hundred steps from inside: gradients and dead maps",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Left: Euclidean norm of the gradient of each layer's weights; a line ends where the \
         gradient is zero or no number, and a gradient that is there at one step only shows as a \
         lone dot. Right: share of each hidden layer's maps that are zero in every pixel of every \
         picture of the batch; layer 6, the last, is no hidden layer. Mean over seeds; step 1 is \
         the network before its first update.",
    );
    let largest = |loss, how| arms(results, loss, how, Among::Usual).pop();
    let relu = (Optimizer::Sgd, OutputActivation::Relu);
    let linear = (Optimizer::Sgd, OutputActivation::Linear);
    let chosen = [
        largest(Loss::Sum, relu),
        largest(Loss::Sum, (Optimizer::Adam, OutputActivation::Relu)),
        largest(Loss::SumC2, relu),
        best(results, Loss::Sum, linear, Among::All),
    ];
    let chosen = chosen.into_iter().flatten().map(Arm::from);
    let panels = chosen
        .chain([INVERSE_RELU, BASELINE])
        .flat_map(|arm| [gradients(results, arm), dead_maps(results, arm)]);
    panels.fold(figure, |figure, panel| figure.panel_sized(panel, 540, 280))
}

fn gradients(results: &All, arm: Arm) -> Chart {
    let y = Axis::new("gradient norm").log();
    let chart = Chart::new(arm.label(), Axis::new("step").log(), y);
    with_layers(results, arm, chart, |probe, layer| {
        let norm = probe.gradients.get(layer).copied().flatten();
        norm.filter(|norm| *norm > 0.0)
    })
}

fn dead_maps(results: &All, arm: Arm) -> Chart {
    let y = Axis::new("share of dead maps (0-1)").range(-0.03, 1.03);
    let chart = Chart::new("", Axis::new("step").log(), y);
    with_layers(results, arm, chart, |probe, layer| {
        probe.dead.get(layer).copied()
    })
}

fn with_layers(
    results: &All,
    arm: Arm,
    chart: Chart,
    number: impl Fn(&Probe, usize) -> Option<f64>,
) -> Chart {
    let layers = results.config().features.len() + 1;
    let line = |layer: usize| {
        let mean = |then: &[&Probe]| {
            let values = then.iter().filter_map(|probe| number(probe, layer));
            statistics::mean(&values.collect::<Vec<_>>())
        };
        let (x, y) = over_probes(results, arm, mean);
        let dash = match layer + 1 == layers {
            true => Dash::Dashed,
            false => Dash::Solid,
        };
        // From the first layer, dark, to the last.
        let shade = 0.9 * layer as f64 / (layers - 1).max(1) as f64;
        Line::new(format!("layer {}", layer + 1), x, y)
            .colour(ColourMap::Viridis.at(shade))
            .dash(dash)
            .width(1.8)
    };
    chart.with_all((0..layers).map(line)).legend(Legend::Below)
}

/// A number of the probes of all seeds at a step, for each step that was probed; steps are counted
/// from 1, the network before its training, for logarithmic axes.
fn over_probes(results: &All, arm: Arm, number: impl Fn(&[&Probe]) -> f64) -> (Vec<f64>, Vec<f64>) {
    let cells = results.of::<Training>().of(&arm);
    let probes: Vec<&Probe> = cells
        .flat_map(|cell| &cell.outcome.history.probes)
        .collect();
    let mut steps: Vec<u64> = probes.iter().map(|probe| probe.done).collect();
    steps.sort_unstable();
    steps.dedup();
    let at = |done: &u64| {
        let then = probes.iter().filter(|probe| probe.done == *done).copied();
        number(&then.collect::<Vec<_>>())
    };
    let y = steps.iter().map(at).collect();
    (steps.iter().map(|done| (done + 1) as f64).collect(), y)
}

/// The largest answer, by loss, during the first hundred steps.
fn reach(results: &All) -> Figure {
    let figure = Figure::new("reach", "The largest answer in the first hundred steps")
        .columns(2)
        .shared_legend()
        .caption(
            "The largest size of an answer to a batch (white is 100; more than 1e8 is off the \
             chart) at the best of the rates that a person tries for each loss; 1 / D has no best, \
             and stands at the largest. Mean over seeds of the logarithm; a line ends where all \
             seeds diverged or answer black. Coloured dashes: with a ReLU after the last layer; \
             grey dots: white.",
        );
    Optimizer::BOTH
        .into_iter()
        .fold(figure, |figure, optimizer| {
            let y = Axis::new("largest |answer|").log().range(1.0, 1e8);
            let chart = Chart::new(optimizer.label(), Axis::new("step").log(), y);
            let lines = Loss::ALL.into_iter().flat_map(|loss| {
                OutputActivation::BOTH.map(|output| reach_line(results, loss, (optimizer, output)))
            });
            let chart = chart
                .with_all(lines.flatten())
                .with(Rule::at_y("white", 100.0).dash(Dash::Dotted));
            figure.panel_sized(chart, 560, 380)
        })
}

fn reach_line(results: &All, loss: Loss, how: (Optimizer, OutputActivation)) -> Option<Line> {
    let arm: AtRate = if loss.is_inverse() {
        arms(results, loss, how, Among::Usual).pop()?
    } else {
        best(results, loss, how, Among::Usual)?
    };
    let largest = |then: &[&Probe]| {
        let ranges = then.iter().filter_map(|probe| probe.range);
        let sizes = ranges.map(|(low, high)| low.abs().max(high.abs()));
        let logs: Vec<f64> = sizes.filter(|size| *size > 0.0).map(f64::ln).collect();
        statistics::mean(&logs).exp()
    };
    let (x, y) = over_probes(results, arm.into(), largest);
    let label = format!("{}, {}", loss.label(), arm.output.label());
    let line = Line::new(label, x, y)
        .colour(loss.colour())
        .dash(arm.output.dash());
    Some(line)
}

/// Kernels of the first layer, of the baseline and of the network trained by 1 / D.
fn kernels(results: &All) -> Option<Figure> {
    let panels = [BASELINE, INVERSE_RELU].into_iter().filter_map(|arm| {
        let kernels = of_training(results, arm, "kernels")?;
        let range = signed_range(kernels);
        let size = Size {
            width: kernels.shape()[3],
            height: kernels.shape()[2],
        };
        let title = format!("{}: -{:.2} to {:.2}", arm.label(), range.1, range.1);
        let images = Images::new(title, COLUMNS).scale(7);
        Some(row(images, kernels, |weights| {
            signed("", weights, size, range)
        }))
    });
    let panels: Vec<Images> = panels.collect();
    let figure = Figure::new("kernels", "Kernels of the first layer after training")
        .columns(2)
        .caption(
            "Seed 0. Red weights are above zero, blue ones below; one scale for all kernels of a \
             network.",
        );
    (!panels.is_empty()).then(|| panels.into_iter().fold(figure, Figure::panel))
}

/// What layers 1 and 4 make of a circle in the end.
fn maps(results: &All) -> Option<Figure> {
    let last = of_training(results, BASELINE, "film")?.shape()[0] - 1;
    let figure = Figure {
        name: "maps".to_owned(),
        title: "Feature maps of layers 1 and 4 for one circle, after training".to_owned(),
        ..maps_frame(results, last)?
    };
    Some(figure.caption(
        "The sound network, seed 0, after the ReLU. Black is zero, white the largest number of the \
         layer.",
    ))
}

/// The same, one frame per snapshot.
fn maps_film(results: &All) -> Option<Animation> {
    let count = of_training(results, BASELINE, "film")?.shape()[0];
    let animation = Animation::new(
        "maps-film",
        "Feature maps of layers 1 and 4 during training",
    )
    .caption(
        "The sound network, seed 0, a new circle. Black is zero, white the largest number of \
             the layer in the whole training.",
    )
    .frame_ms(700);
    let frames: Option<Vec<Figure>> = (0..count).map(|index| maps_frame(results, index)).collect();
    Some(frames?.into_iter().fold(animation, Animation::frame))
}

fn maps_frame(results: &All, index: usize) -> Option<Figure> {
    let cell = results.of::<Training>().get(&BASELINE, 0)?;
    let done = cell.outcome.history.snapshots.get(index)?.done;
    let title = format!("Layers 1 and 4 after {done} steps");
    let mut figure = Figure::new("", title).columns(1);
    for layer in FILMED {
        let maps = of_training(results, BASELINE, &format!("maps-{}", layer + 1))?;
        figure = figure.panel(maps_panel(layer, maps, index));
    }
    Some(figure)
}

fn maps_panel(layer: usize, maps: &ArrayD<f32>, index: usize) -> Images {
    let largest = maps.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let now = maps.index_axis(Along(0), index).to_owned();
    let size = Size {
        width: now.shape()[2],
        height: now.shape()[1],
    };
    let images = Images::new(format!("layer {}", layer + 1), COLUMNS);
    row(images, &now, |values| {
        let lit: Vec<f32> = values.iter().map(|v| v / largest * WHITE as f32).collect();
        clipped("", &lit, size)
    })
}

/// That gradient descent on the sum ends in black: the loss of a network that always answers black
/// is the number of white pixels in the batch.
pub fn claims(results: &All) -> Vec<Claim> {
    let how = (Optimizer::Sgd, OutputActivation::Relu);
    let arm = arms(results, Loss::Sum, how, Among::Usual).pop();
    let arm = arm.expect("a config has rates");
    let highest = results.of::<Training>().values(&arm.into(), |outcome| {
        Some(outcome.last().map_or(f64::INFINITY, |score| score.high))
    });
    let of_all = highest.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let statement = format!(
        "after gradient descent on the sum of squares at rate {}, a network with a ReLU at the end \
         answers black to everything",
        digit(arm.rate)
    );
    let claim = Claim::says("sum-ends-in-black", OURS, statement)
        .measured_by("largest answer to any new picture", "L")
        .largest_is_at_most(0.0, of_all, highest.len())
        .shown_in("losses")
        .if_contradicted(
            "In some seeds the very first step goes so far that the numbers overflow: the training \
             is over before the last layer has gone dark, and there is no answer at all.",
        );
    vec![claim]
}
