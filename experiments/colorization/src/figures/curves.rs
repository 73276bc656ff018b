//! Losses on the way, of all pixels alike.

use retrace_figure::{Axis, Band, Chart, Dash, Figure, Line};
use retrace_lab::{Outcomes, statistics};

use crate::Colorization;
use crate::arm::{
    AS_DESCRIBED, AS_WRITTEN, BEFORE_RELU, FORESTS, FORESTS_AS_WRITTEN, RAW_COUNTS, SAME_PATCHES,
    Setup, UNWEIGHTED,
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

type Number = fn(&Look) -> Option<f64>;

/// Cross-entropy by epoch.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Figure {
    let figure = Figure::new(
        "curves",
        "Cross-entropy by epoch, each pixel counting alike",
    )
    .columns(2)
    .caption(
        "Mean over pixels. Left: on the patches of each epoch's last step, after it; right: on \
         windows of test pictures, the same at each look. Mean over seeds, the band from the \
         smallest to the largest. With the author's flat targets not even a perfect network comes \
         near zero. What is learnt by heart on the left and not on the right is the same 32 \
         patches.",
    );
    let panels: [(&str, &[Setup], Number); 4] = [
        ("All scenes, patches trained on", &ALL, |look| look.train),
        ("All scenes, test pictures", &ALL, |look| look.test),
        ("Forests, patches trained on", &ONLY_FORESTS, |look| {
            look.train
        }),
        ("Forests, test pictures", &ONLY_FORESTS, |look| look.test),
    ];
    panels
        .into_iter()
        .fold(figure, |figure, (title, setups, number)| {
            figure.panel(chart(outcomes, title, setups, number))
        })
}

fn chart(
    outcomes: &Outcomes<Colorization>,
    title: &str,
    setups: &[Setup],
    number: Number,
) -> Chart {
    let chart = Chart::new(title, "epoch", Axis::new("cross-entropy (nats)"));
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
