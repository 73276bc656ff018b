//! **What does each penalty do to the weights?** L1 leaves many near zero, L2 makes all of them small:
//! the matrices at the end and on the way, and the share of small weights.

use ndarray::ArrayViewD;
use retrace_figure::{Animation, Axis, Chart, ColourMap, Figure, HeatMap};
use retrace_lab::{Claim, Drawing, Result, Results};

use crate::penalties::{Method, mean_and_band};
use crate::training::{Steps, Training, Trainings, frames};
use crate::{POST, Regularization};

/// The weight matrices, in a picture and an animation, and the share of weights near zero.
pub(crate) fn figures(results: &Results<Regularization>) -> Result<Vec<Drawing>> {
    let snapshots = snapshots(results)?;
    let mut drawings = Vec::new();
    if let Some(last) = snapshots.last() {
        drawings.push(at_the_end(last).into());
        drawings.push(in_training(&snapshots).into());
    }
    drawings.push(near_zero(results).into());
    Ok(drawings)
}

/// One matrix, `[unit in][unit out]`.
type Matrix = Vec<Vec<f64>>;

/// The matrices of L1 and of L2 after an epoch of seed 0.
struct Snapshot {
    epoch: u64,
    sides: [(Method, Vec<Matrix>); 2],
}

/// A training that diverged has fewer frames; both sides are shown as far as both go.
fn snapshots(results: &Results<Regularization>) -> Result<Vec<Snapshot>> {
    let [l1, l2] = Method::L1_AND_L2;
    let sides = side(results, l1)?.into_iter().zip(side(results, l2)?);
    let epochs = frames(results.config().epochs).into_iter().zip(sides);
    let snapshot = |(epoch, (l1, l2))| Snapshot {
        epoch,
        sides: [(Method::L1, l1), (Method::L2, l2)],
    };
    Ok(epochs.map(snapshot).collect())
}

/// The matrices of each frame of seed 0.
fn side(results: &Results<Regularization>, method: Method) -> Result<Vec<Vec<Matrix>>> {
    let variant = Steps::Author.with(method);
    let Some(cell) = results.of::<Trainings>().get(&variant, 0) else {
        return Ok(Vec::new());
    };
    let frames = cell.arrays.get("weights")?.outer_iter();
    let sizes = results.config().sizes();
    Ok(frames.map(|frame| matrices(frame, &sizes)).collect())
}

/// The weights of a frame, layer after layer, as matrices.
fn matrices(frame: ArrayViewD<'_, f32>, sizes: &[usize]) -> Vec<Matrix> {
    let mut weights = frame.into_iter().map(|weight| f64::from(*weight));
    let mut row = |outs: usize| weights.by_ref().take(outs).collect();
    let layers = sizes.windows(2);
    layers
        .map(|pair| (0..pair[0]).map(|_| row(pair[1])).collect())
        .collect()
}

/// All matrices with their values.
fn at_the_end(last: &Snapshot) -> Figure {
    let title = "Weight matrices at the end of training: L1 beside L2";
    page("weights", title, last, true).caption(
        "Seed 0, all weights after the last step: red above zero, blue below. L1 keeps a single \
         chain through the layers, one weight a matrix, and everything else is zero to the second \
         digit. L2 keeps many weights, all of them small. All L2 matrices look like outer products \
         because they are: the network is one number wide. W1 has one row, W4 one column, which is \
         drawn lying. Colours end at 1.25 and -1.25.",
    )
}

fn in_training(snapshots: &[Snapshot]) -> Animation {
    let animation = Animation::new("weights-in-training", "Weights in training: L1 beside L2")
        .caption(
            "Seed 0; red weights are above zero, blue ones below. The first ten epochs one by one, \
             then longer steps. L1 takes the same amount off every weight, so that most are gone \
             after a few epochs and one chain takes over; L2 takes a share off, and all fade \
             together.",
        )
        .frame_ms(250);
    snapshots.iter().fold(animation, |animation, snapshot| {
        // Numbers of equal width: a frame must not differ in size from the others.
        let title = format!("Weights after epoch {:0>3}: L1 beside L2", snapshot.epoch);
        animation.frame(page("frame", &title, snapshot, false))
    })
}

/// A row of panels per layer, L1 on the left; without values it is a frame of the animation.
fn page(name: &str, title: &str, snapshot: &Snapshot, values: bool) -> Figure {
    let mut figure = Figure::new(name, title).columns(snapshot.sides.len());
    for layer in 0..snapshot.sides[0].1.len() {
        for (method, matrices) in &snapshot.sides {
            let map = heat_map(*method, layer, &matrices[layer], values);
            let is_flat = map.values.len() == 1;
            figure = match (values, is_flat) {
                (true, true) => figure.panel_sized(map, 540, 110),
                (true, false) => figure.panel_sized(map, 540, 420),
                (false, true) => figure.panel_sized(map, 300, 70),
                (false, false) => figure.panel_sized(map, 300, 250),
            };
        }
    }
    figure
}

/// Weights from here on have the strongest colour.
const REACH: f64 = 1.25;

fn heat_map(method: Method, layer: usize, matrix: &Matrix, values: bool) -> HeatMap {
    // A column is drawn lying, as a row, so that no panel is tall and thin.
    let is_column = matrix.first().is_some_and(|row| row.len() == 1);
    let rows = if is_column {
        vec![matrix.concat()]
    } else {
        matrix.clone()
    };
    let is_flat = rows.len() == 1;
    let title = format!("{}: W{}", method.label(), layer + 1);
    let map = HeatMap::new(title, rows)
        .map(ColourMap::Diverging)
        .range(-REACH, REACH)
        .bar_label(if is_column || layer == 0 {
            ""
        } else {
            "weight"
        });
    let map = if is_flat {
        map
    } else {
        map.rows("unit in", Vec::<String>::new())
            .columns("unit out", Vec::<String>::new())
    };
    if values {
        map.digits(2)
    } else {
        map.without_bar()
    }
}

/// The share of weights near zero over time.
fn near_zero(results: &Results<Regularization>) -> Figure {
    let config = results.config();
    let epochs: Vec<f64> = (0..=config.epochs).map(|epoch| epoch as f64).collect();
    let title = format!(
        "Weights near zero (smaller than {}) by method",
        config.near_zero
    );
    let axis = Axis::new("share of all weights (0-1)").range(0.0, 1.02);
    let chart = Chart::new("", Axis::new("epoch"), axis);
    let chart = Method::ALL.into_iter().fold(chart, |chart, method| {
        let cells = results.of::<Trainings>().of(&Steps::Author.with(method));
        let shares = cells.map(|cell| cell.outcome.near_zero.clone());
        let curve = mean_and_band(shares, epochs.len());
        chart.with_all(method.layers(&epochs, &curve))
    });
    Figure::new("near-zero", title)
        .caption(
            "Mean over seeds, the band holds the middle 80 % of them. L1 and the elastic net empty \
             the network within a few epochs and keep one weight a layer; L2 makes weights small, \
             but few of them tiny.",
        )
        .panel_sized(chart, 640, 420)
}

/// How many weights are small, and how small they are.
pub(crate) fn claims(results: &Results<Regularization>) -> Vec<Claim> {
    let differences = |a: Method, b: Method, number: fn(&Training) -> Option<f64>| {
        let [a, b] = [a, b].map(|method| Steps::Author.with(method));
        results.of::<Trainings>().differences(&a, &b, number)
    };
    let near_zero = differences(Method::L1, Method::L2, share_near_zero);
    let spread = differences(Method::L2, Method::L1, |training| training.concentration);
    let shrunk = differences(Method::L2, Method::None, |training| training.median_weight);
    vec![
        Claim::says(
            "l1-more-weights-near-zero",
            POST,
            "L1 leaves more weights near zero than L2.",
        )
        .measured_by("share of weights near zero, L1 minus L2", "0-1")
        .mean_is_above(0.0, &near_zero)
        .shown_in("near-zero"),
        Claim::says(
            "l2-spreads",
            POST,
            "L2 spreads over many weights what L1 puts into few.",
        )
        .measured_by("largest |weight| over the norm of all, L2 minus L1", "0-1")
        .mean_is_below(0.0, &spread)
        .shown_in("weights"),
        Claim::says(
            "l2-shrinks-weights",
            POST,
            "L2 makes most weights smaller than they are without a penalty.",
        )
        .measured_by("median |weight|, L2 minus no penalty", "")
        .mean_is_below(0.0, &shrunk),
    ]
}

/// A training that diverged noted its last share long before its end.
fn share_near_zero(training: &Training) -> Option<f64> {
    let last = training.near_zero.last().copied();
    last.filter(|_| training.layers.is_some())
}
