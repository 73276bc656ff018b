//! **Does the small network learn?** The post shows pictures and finds that it does.
//!
//! Here: losses by epoch, all scores against one colour for all pixels, and pictures that nobody
//! chose.

use retrace_figure::{Axis, Chart, Column, Figure, Images, Table};
use retrace_lab::{Arm, Claim, Drawing, Result, Results, seeds, statistics};

use crate::arm::{Photographs, Variant};
use crate::evaluation::Evaluation;
use crate::metrics::Scores;
use crate::pictures::{colours_alone, in_colours, in_grey, in_truth, kept, truths};
use crate::training::{Snapshot, Training, evaluated};
use crate::{Colorization, POST};

/// Losses, scores and pictures.
pub fn figures(results: &Results<Colorization>) -> Result<Vec<Drawing>> {
    let figures = [
        Some(curves(results)),
        scores_table(results),
        triples(results),
        extremes(results),
    ];
    Ok(figures.into_iter().flatten().map(Drawing::from).collect())
}

/// Whether a network is ahead of what is constant.
pub fn claims(results: &Results<Colorization>) -> Vec<Claim> {
    vec![
        distribution(results).shown_in("results"),
        beats(results, "grey", "all grey", |e| &e.grey).shown_in("scores"),
        beats(results, "most-frequent-bin", "the most frequent bin", |e| {
            &e.most_frequent
        })
        .shown_in("results"),
        error(results).shown_in("scores"),
        on_forests(results, Variant::Forests).shown_in("results"),
        on_forests(results, Variant::ForestsAsWritten)
            .shown_in("results")
            .if_contradicted(
                "Weights made of counts leave a step with as much to learn from as a few pixels \
                 (`class-weights`), and all steps of an epoch with the same ones: the rare colours \
                 of those pixels spread over the pictures (`seeds`).",
            ),
    ]
}

const NATS: &str = "cross-entropy (nats)";

/// Rows of the figure: arms whose targets are the same, so that their losses can be compared.
const ROWS: [(&str, &[Variant], &str); 4] = [
    (
        "All scenes",
        &[
            Variant::AsDescribed,
            Variant::AsWritten,
            Variant::SamePatches,
            Variant::RawCounts,
            Variant::BeforeRelu,
            Variant::Unweighted,
        ],
        NATS,
    ),
    (
        "Forests",
        &[Variant::Forests, Variant::ForestsAsWritten],
        NATS,
    ),
    ("Five nearest bins", &[Variant::NearestFive], NATS),
    (
        "Euclidean loss",
        &[Variant::Euclidean],
        "half the squared distance",
    ),
];

type Loss = fn(&Snapshot) -> Option<f64>;

/// Losses by epoch, of all pixels alike.
fn curves(results: &Results<Colorization>) -> Figure {
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
    let columns: [(&str, Loss); 2] = [
        ("patches trained on", |snapshot| snapshot.train),
        ("test pictures", |snapshot| snapshot.test),
    ];
    ROWS.into_iter()
        .fold(figure, |figure, (title, arms, axis)| {
            columns.into_iter().fold(figure, |figure, (what, loss)| {
                let chart = Chart::new(format!("{title}, {what}"), "epoch", Axis::new(axis));
                figure.panel(
                    arms.iter()
                        .fold(chart, |chart, arm| with_curve(chart, results, *arm, loss)),
                )
            })
        })
}

fn with_curve(chart: Chart, results: &Results<Colorization>, arm: Variant, loss: Loss) -> Chart {
    let at = |epoch: u64| -> Vec<f64> {
        let trainings = results.of::<Training>().of(&arm);
        let snapshots = trainings.flat_map(|cell| &cell.outcome.snapshots);
        let then = snapshots.filter(|snapshot| snapshot.epoch == epoch);
        then.filter_map(loss).collect()
    };
    let epochs = 0..=results.config().epochs;
    let x: Vec<f64> = epochs.clone().map(|epoch| epoch as f64).collect();
    let places: Vec<Vec<f64>> = epochs.map(at).collect();
    let curve = seeds::Curve::new(&places, statistics::mean, seeds::RANGE);
    let (label, colour) = (arm.label(), arm.colour());
    chart
        .with(curve.band(&label, &x).colour(colour).opacity(0.12))
        .with(curve.line(&label, &x).colour(colour).dash(arm.dash()))
}

/// What a column holds: its heading, the digits after the point, the number.
type Score = (&'static str, usize, fn(&Scores) -> Option<f64>);
/// Those of the network, or of a colour that it is compared with.
type ScoresOf = fn(&Evaluation) -> &Scores;

const SCORES: [Score; 6] = [
    ("RMSE of a, b", 2, |s| Some(s.rmse)),
    ("PSNR (dB)", 2, |s| s.psnr),
    ("chroma / true", 2, |s| s.chroma_ratio),
    ("accuracy (%)", 1, |s| Some(100.0 * s.accuracy)),
    ("rebalanced (%)", 1, |s| Some(100.0 * s.rebalanced_accuracy)),
    ("rare / true", 2, |s| s.rare_ratio),
];

/// All scores in numbers: one row per network, and one for each colour that they are compared with.
fn scores_table(results: &Results<Colorization>) -> Option<Figure> {
    let first = results.of::<Training>().get(&Variant::AsDescribed, 0)?;
    first.outcome.evaluation.as_ref()?;
    let headings = SCORES.iter().map(|(heading, ..)| *heading);
    let headings = headings.chain([NATS, "of a constant"]).map(Column::numbers);
    let columns = std::iter::once(Column::words("network")).chain(headings);
    let table = [Photographs::All, Photographs::Forests]
        .into_iter()
        .fold(Table::new("", columns), |table, photographs| {
            with_rows(table, results, photographs)
        });
    Some(
        Figure::new("results", "Scores of each network on the test pictures")
            .panel(table)
            .caption(
                "Mean over seeds. RMSE: root of the mean squared error of a and b. PSNR: in sRGB, \
                 mean over pictures. Chroma: mean distance from grey by that of the truth. \
                 Accuracy: area under the curve of the share of pixels within a distance of 0 to \
                 150 of the truth, rebalanced with rare colours counting as much as others. Rare: \
                 pixels whose colour is in a rare bin by those of the truth. Cross-entropy with \
                 the network's own targets, beside the least that one distribution for all pixels \
                 has. Below, the networks and single colours of the forests, measured on forests.",
            ),
    )
}

/// The rows of the networks that see these photographs.
fn with_rows(table: Table, results: &Results<Colorization>, photographs: Photographs) -> Table {
    let arms = Variant::ALL.into_iter();
    let arms = arms.filter(|arm| arm.method().photographs == photographs);
    let table = arms.fold(table.line(), |table, arm| {
        let entropies: [fn(&Evaluation) -> Option<f64>; 2] =
            [|e| e.cross_entropy, |e| e.constant_cross_entropy];
        let entropies = entropies.map(|number| mean(&evaluated(results, arm, number), 3));
        let row = row(results, arm.label(), arm, |e| &e.scores);
        table.row(row.chain(entropies))
    });
    let (reference, suffix) = match photographs {
        Photographs::All => (Variant::AsDescribed, ""),
        Photographs::Forests => (Variant::Forests, ", forests"),
    };
    let constants: [(&str, ScoresOf); 2] = [
        ("all grey", |e| &e.grey),
        ("most frequent bin", |e| &e.most_frequent),
    ];
    constants.into_iter().fold(table, |table, (label, scores)| {
        let row = row(results, format!("{label}{suffix}"), reference, scores);
        table.row(row.chain([String::new(), String::new()]))
    })
}

/// A label and the means of all scores.
fn row(
    results: &Results<Colorization>,
    label: String,
    arm: Variant,
    scores: ScoresOf,
) -> impl Iterator<Item = String> {
    let numbers = SCORES
        .map(|(_, digits, number)| mean(&evaluated(results, arm, |e| number(scores(e))), digits));
    std::iter::once(label).chain(numbers)
}

/// The mean over seeds; nothing where there is none.
fn mean(values: &[f64], digits: usize) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!("{:.digits$}", statistics::mean(values))
}

/// Test pictures: grey, predicted, true, and the predicted colour alone; the post's figure.
fn triples(results: &Results<Colorization>) -> Option<Figure> {
    let arm = Variant::AsDescribed;
    let truths = truths(results, arm)?;
    let cell = results.of::<Training>().get(&arm, 0)?;
    let colours = kept(&cell.arrays, "shown")?;
    let mut images = Images::new("", 4);
    for (lab, colours) in truths.iter().zip(&colours) {
        images = images
            .with(in_grey("grey", lab))
            .with(in_colours("predicted", lab, colours))
            .with(in_truth("true", lab))
            .with(colours_alone("at L = 100", colours));
    }
    Some(
        Figure::new(
            "triples",
            "Test pictures: grey, coloured as described, and true",
        )
        .caption(
            "Test pictures evenly spread over the list, none chosen: what the network gets, \
                 its colours with the true lightness, the true colours, and its own colours alone \
                 at L = 100 as the post shows them. Seed 0, the annealed mean. Colours outside \
                 sRGB are clipped.",
        )
        .panel(images),
    )
}

/// The pictures with the smallest and the largest error.
fn extremes(results: &Results<Colorization>) -> Option<Figure> {
    let cell = results.of::<Training>().get(&Variant::AsDescribed, 0)?;
    let evaluation = cell.outcome.evaluation.as_ref()?;
    let arrays = &cell.arrays;
    let (truths, colours) = (kept(arrays, "extremes.true")?, kept(arrays, "extremes")?);
    let each = evaluation.extremes.len() / 2;
    let mut images = Images::new("", 4);
    for (index, (lab, colours)) in truths.iter().zip(&colours).enumerate() {
        let picture = &evaluation.pictures[*evaluation.extremes.get(index)?];
        let which = if index < each { "best" } else { "worst" };
        let predicted = format!("{which}: RMSE {:.1}", picture.rmse);
        images = images
            .with(in_colours(predicted, lab, colours))
            .with(in_truth(format!("true: {}", picture.category), lab));
    }
    Some(
        Figure::new(
            "best-and-worst",
            "Test pictures with the smallest and the largest error",
        )
        .caption(
            "Coloured as described (seed 0), beside the true colours: the smallest errors, then \
             the largest. RMSE: root of the mean squared error of a and b.",
        )
        .panel(images),
    )
}

/// Without rebalancing: a weighted network is asked for other probabilities than the data's.
fn distribution(results: &Results<Colorization>) -> Claim {
    let more = |e: &Evaluation| Some(e.cross_entropy? - e.constant_cross_entropy?);
    Claim::says(
        "learns-distribution",
        POST,
        "the small network learns: without rebalancing it predicts better than any one \
         distribution for all pixels",
    )
    .measured_by(
        "cross-entropy on the test pictures minus that of the best constant",
        "nats",
    )
    .mean_is_below(0.0, &evaluated(results, Variant::Unweighted, more))
    .if_contradicted(
        "The training was too short (`curves`): what one distribution can say is not yet learnt.",
    )
}

fn beats(results: &Results<Colorization>, id: &str, what: &str, constant: ScoresOf) -> Claim {
    let ahead =
        |e: &Evaluation| Some(e.scores.rebalanced_accuracy - constant(e).rebalanced_accuracy);
    Claim::says(
        format!("beats-{id}"),
        POST,
        format!(
            "the small network learns: as described its rebalanced accuracy is above that of {what}"
        ),
    )
    .measured_by(
        "rebalanced accuracy on the test pictures, minus the constant's",
        "",
    )
    .mean_is_above(0.0, &evaluated(results, Variant::AsDescribed, ahead))
}

/// Without rebalancing, which trades a larger error for rare colours.
fn error(results: &Results<Colorization>) -> Claim {
    let more = |e: &Evaluation| Some(e.scores.rmse - e.grey.rmse);
    Claim::says(
        "beats-grey-by-error",
        POST,
        "the small network learns: without rebalancing its error is below that of all grey",
    )
    .measured_by(
        "RMSE of a and b on the test pictures, minus that of grey",
        "",
    )
    .mean_is_below(0.0, &evaluated(results, Variant::Unweighted, more))
}

/// Nearly all of a forest is green, so that grey alone would be too easy to beat.
fn on_forests(results: &Results<Colorization>, arm: Variant) -> Claim {
    let more = |e: &Evaluation| Some(e.scores.rmse - e.grey.rmse.min(e.most_frequent.rmse));
    Claim::says(
        format!("learns-{}", arm.name()),
        POST,
        format!(
            "the small network learns on {}: its error is below that of grey and of the most \
             frequent bin",
            arm.label().replace(',', "")
        ),
    )
    .measured_by(
        "RMSE of a and b on the test forests, minus the lesser of grey's and the most frequent \
         bin's",
        "",
    )
    .mean_is_below(0.0, &evaluated(results, arm, more))
}
