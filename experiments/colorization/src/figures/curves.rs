//! Losses on the way, of all pixels alike.

use retrace_figure::{Axis, Band, Chart, Dash, Figure, Line};
use retrace_lab::{Outcomes, statistics};

use crate::Colorization;
use crate::arm::{
    AS_DESCRIBED, AS_WRITTEN, BEFORE_RELU, EUCLIDEAN, FORESTS, FORESTS_AS_WRITTEN, NEAREST_FIVE,
    RAW_COUNTS, SAME_PATCHES, Setup, UNWEIGHTED,
};
use crate::outcome::Look;

/// Arms whose targets are the same, so that their losses can be compared.
const ALL: [Setup; 6] = [
    AS_DESCRIBED,
    AS_WRITTEN,
    SAME_PATCHES,
    RAW_COUNTS,
    BEFORE_RELU,
    UNWEIGHTED,
];
const ONLY_FORESTS: [Setup; 2] = [FORESTS, FORESTS_AS_WRITTEN];
const OTHER_TARGETS: [Setup; 1] = [NEAREST_FIVE];
const PLANE: [Setup; 1] = [EUCLIDEAN];

const NATS: &str = "cross-entropy (nats)";
const SQUARES: &str = "half the squared distance";

type Number = fn(&Look) -> Option<f64>;

/// Losses by epoch.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Figure {
    let figure = Figure::new(
        "curves",
        "Losses by epoch, each pixel counting alike",
    )
    .columns(2)
    .caption(
        "Mean over pixels, without class weights. Left: on the patches of each epoch's last step, \
         after it; right: on windows of test pictures, the same at each look. Mean over seeds, the \
         band from the smallest to the largest. With the author's flat targets not even a perfect \
         network comes near zero. The five nearest bins are other targets, the Euclidean loss \
         another quantity (a and b in units of 110). What falls on the left and not on the right \
         is learnt by heart.",
    );
    let rows: [(&str, &[Setup], &str); 4] = [
        ("All scenes", &ALL, NATS),
        ("Forests", &ONLY_FORESTS, NATS),
        ("Five nearest bins", &OTHER_TARGETS, NATS),
        ("Euclidean loss", &PLANE, SQUARES),
    ];
    let columns: [(&str, Number); 2] = [
        ("patches trained on", |look| look.train),
        ("test pictures", |look| look.test),
    ];
    rows.into_iter()
        .fold(figure, |figure, (title, setups, axis)| {
            columns.into_iter().fold(figure, |figure, (what, number)| {
                let title = format!("{title}, {what}");
                figure.panel(chart(outcomes, (title, axis), setups, number))
            })
        })
}

fn chart(
    outcomes: &Outcomes<Colorization>,
    (title, axis): (String, &str),
    setups: &[Setup],
    number: Number,
) -> Chart {
    let chart = Chart::new(title, "epoch", Axis::new(axis));
    setups.iter().fold(chart, |chart, setup| {
        let curve = Curve::new(outcomes, *setup, number);
        let band = Band::new(setup.label, curve.x.clone(), curve.low, curve.high);
        let line = Line::new(setup.label, curve.x, curve.mean).colour(setup.colour());
        let dashed = matches!(setup.name, "raw-counts" | "before-relu");
        let line = line.dash(if dashed { Dash::Dashed } else { Dash::Solid });
        chart
            .with(band.colour(setup.colour()).opacity(0.12))
            .with(line)
    })
}

/// A curve with its spread over seeds.
struct Curve {
    x: Vec<f64>,
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Curve {
    fn new(outcomes: &Outcomes<Colorization>, setup: Setup, number: Number) -> Self {
        let at = |epoch: u64| -> Vec<f64> {
            let trainings = outcomes.of(setup.name);
            let looks = trainings.filter_map(|cell| cell.outcome.training());
            let looks = looks.flat_map(|training| &training.looks);
            let then = looks.filter(|look| look.epoch == epoch);
            then.filter_map(number).collect()
        };
        let each = |f: fn(&[f64]) -> f64| {
            let epochs = 0..=outcomes.config().epochs;
            epochs.map(|epoch| f(&at(epoch))).collect::<Vec<f64>>()
        };
        Self {
            x: (0..=outcomes.config().epochs)
                .map(|epoch| epoch as f64)
                .collect(),
            mean: each(statistics::mean),
            low: each(|values| statistics::quantile(values, 0.0)),
            high: each(|values| statistics::quantile(values, 1.0)),
        }
    }
}
