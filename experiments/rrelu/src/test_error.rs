//! **How good is each network in the end, and what explains it?** Whether batch normalisation helps,
//! and which difference between the post's code and the paper costs accuracy: the range of the slopes,
//! or that a whole layer shares one.

use retrace_figure::{Axis, Bars, Figure};
use retrace_lab::{Arm, Claim, Drawing, Result, Results, seeds};

use crate::arm::{Function, Norm, RRELU, RRELU_AS_WRITTEN, RRELU_LAYER, Variant};
use crate::training::{On, Outcome, Trainings};
use crate::{NEGLIGIBLE, OURS, Rrelu};

const IOFFE: &str = "Ioffe & Szegedy 2015, which the post's second half rests on";

/// Test errors after both trainings.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
    let panel = |on: On| {
        let error = move |outcome: &Outcome| Some(100.0 * (1.0 - on.accuracy(outcome)?));
        let axis = Axis::new("test error (%)");
        bars_of_networks(results, on.title(results), axis, error).digits(2)
    };
    let figure = Figure::new(
        "test-error",
        "Test error of each network after the last epoch",
    )
    .columns(2)
    .caption(
        "Share of test images whose class is not the largest logit, in evaluation; each pale bar \
         is the network above it with batch normalisation. Mean over seeds with its 95 % interval, \
         a dot per seed; a network without a bar diverged in every seed.",
    )
    .panel(panel(On::All))
    .panel(panel(On::Few));
    Ok(vec![figure.into()])
}

/// A bar for each network, the normalised below the plain one, with the mean over seeds, its 95 %
/// interval and a dot per seed.
pub fn bars_of_networks(
    results: &Results<Rrelu>,
    title: String,
    axis: Axis,
    number: impl Fn(&Outcome) -> Option<f64>,
) -> Bars {
    let every = |function| Norm::BOTH.map(|norm| norm.of(function));
    let networks: Vec<Variant> = Function::ALL.into_iter().flat_map(every).collect();
    let names = networks.iter().map(|variant| match variant.norm {
        Norm::Plain => variant.function.label,
        Norm::Batch => "with batch norm.",
    });
    let trainings = results.of::<Trainings>();
    let values = networks
        .iter()
        .map(|variant| trainings.values(variant, &number));
    let colours = networks.iter().map(|variant| variant.colour());
    let series = seeds::bars("", &values.collect::<Vec<_>>());
    Bars::new(title, names, axis)
        .series(series.colour_each(colours.collect::<Vec<_>>()))
        .horizontal()
}

/// Batch normalisation, function by function, and the readings of RReLU.
pub(crate) fn claims(results: &Results<Rrelu>) -> Vec<Claim> {
    let readings = Norm::BOTH.into_iter().flat_map(|norm| {
        [
            range_costs(results, norm),
            sharing_costs_nothing(results, norm),
        ]
    });
    let normalised = Function::ALL.into_iter();
    readings
        .chain(normalised.map(|function| normalisation_helps(results, function)))
        .map(|claim| claim.shown_in("test-error"))
        .collect()
}

fn normalisation_helps(results: &Results<Rrelu>, function: Function) -> Claim {
    let id = format!("bn-helps-{}", function.name);
    let statement = format!("batch normalisation helps {}", function.label);
    let differences = differences(results, Norm::Batch.of(function), Norm::Plain.of(function));
    Claim::says(id, IOFFE, statement)
        .measured_by("test accuracy, with minus without", "")
        .mean_is_above(0.0, &differences)
}

/// Accuracy of `a` minus that of `b` after the training on all images, paired by seed.
fn differences(results: &Results<Rrelu>, a: Variant, b: Variant) -> Vec<f64> {
    let trainings = results.of::<Trainings>();
    trainings.differences(&a, &b, |outcome| On::All.accuracy(outcome))
}

fn range_costs(results: &Results<Rrelu>, norm: Norm) -> Claim {
    let id = format!("slopes-of-3-to-8-cost-accuracy{}", norm.suffix());
    let statement = format!(
        "with one slope per layer, slopes from 3 to 8 are worse than slopes from 1/8 to 1/3, {}",
        norm.title()
    );
    let [a, b] = [RRELU_AS_WRITTEN, RRELU_LAYER].map(|function| norm.of(function));
    Claim::says(id, OURS, statement)
        .measured_by(
            format!("test accuracy, {} minus {}", a.name(), b.name()),
            "",
        )
        .mean_is_below(0.0, &differences(results, a, b))
}

fn sharing_costs_nothing(results: &Results<Rrelu>, norm: Norm) -> Claim {
    let id = format!("a-slope-a-layer-is-as-good{}", norm.suffix());
    let statement = format!(
        "the paper's slopes are as good one per layer as one per element, {}",
        norm.title()
    );
    let [a, b] = [RRELU_LAYER, RRELU].map(|function| norm.of(function));
    Claim::says(id, OURS, statement)
        .measured_by(
            format!("test accuracy, {} minus {}", a.name(), b.name()),
            "",
        )
        .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &differences(results, a, b))
}
