//! The weight matrices of L1 beside those of L2: at the end, and on the way.

use retrace_figure::{Animation, ColourMap, Figure, HeatMap};
use retrace_lab::{Finished, Result};

use super::All;
use crate::arm::Method;
use crate::history::frames;
use crate::outcome::Outcome;

/// Weights from here on have the strongest colour.
const REACH: f64 = 1.25;
const SIDES: [Method; 2] = [Method::L1, Method::L2];

/// One matrix, `[unit in][unit out]`.
type Matrix = Vec<Vec<f64>>;

/// All matrices at the end of the training of seed 0, with their values.
pub fn matrices(outcomes: &All) -> Result<Option<Figure>> {
    let Some(shots) = shots(outcomes)? else {
        return Ok(None);
    };
    let Some(last) = shots.last() else {
        return Ok(None);
    };
    let figure = page("weights", last, true).caption(
        "Seed 0, all weights after the last step: red above zero, blue below. L1 keeps a single \
         chain through the layers, one weight a matrix, and everything else is zero to the second \
         digit. L2 keeps many weights, all of them small. All L2 matrices look like outer products \
         because they are: the network is one number wide. W1 has one row, W4 one column, which is \
         drawn lying. Colours end at 1.25 and -1.25.",
    );
    Ok(Some(Figure {
        title: "Weight matrices at the end of training: L1 beside L2".to_owned(),
        ..figure
    }))
}

/// The matrices while they are trained.
pub fn training(outcomes: &All) -> Result<Option<Animation>> {
    let Some(shots) = shots(outcomes)? else {
        return Ok(None);
    };
    let animation = Animation::new("weights-in-training", "Weights in training: L1 beside L2")
        .caption(
            "Seed 0; red weights are above zero, blue ones below. The first ten epochs one by one, \
             then longer steps. L1 takes the same amount off every weight, so that most are gone \
             after a few epochs and one chain takes over; L2 takes a share off, and all fade \
             together.",
        )
        .frame_ms(250);
    Ok(Some(shots.iter().fold(animation, |animation, shot| {
        let mut frame = page("frame", shot, false);
        // Numbers of equal width: a frame must not differ in size from the others.
        frame.title = format!("Weights after epoch {:0>3}: L1 beside L2", shot.epoch);
        animation.frame(frame)
    })))
}

/// The matrices of both sides at one epoch.
struct Shot {
    epoch: u64,
    sides: Vec<(Method, Vec<Matrix>)>,
}

fn shots(outcomes: &All) -> Result<Option<Vec<Shot>>> {
    let mut frames_of = Vec::new();
    for method in SIDES {
        let Some(cell) = outcomes.get(method.name(), 0) else {
            return Ok(None);
        };
        frames_of.push((method, kept(cell)?));
    }
    let sizes = outcomes.config().sizes();
    let epochs = frames(outcomes.config().epochs);
    // A training that diverged has fewer frames; both sides are shown as far as both go.
    let common = frames_of
        .iter()
        .map(|(_, kept)| kept.len())
        .min()
        .unwrap_or(0);
    let shot = |place: usize| Shot {
        epoch: epochs[place],
        sides: frames_of
            .iter()
            .map(|(method, kept)| (*method, matrices_of(&kept[place], &sizes)))
            .collect(),
    };
    Ok(Some((0..common.min(epochs.len())).map(shot).collect()))
}

fn kept(cell: &Finished<Outcome>) -> Result<Vec<Vec<f32>>> {
    let array = cell.arrays.get("weights")?;
    Ok(array
        .outer_iter()
        .map(|row| row.iter().copied().collect())
        .collect())
}

fn matrices_of(weights: &[f32], sizes: &[usize]) -> Vec<Matrix> {
    let mut rest = weights;
    let mut matrices = Vec::new();
    for pair in sizes.windows(2) {
        let (these, others) = rest.split_at((pair[0] * pair[1]).min(rest.len()));
        let rows = these.chunks(pair[1]);
        matrices.push(
            rows.map(|row| row.iter().map(|w| f64::from(*w)).collect())
                .collect(),
        );
        rest = others;
    }
    matrices
}

fn page(name: &str, shot: &Shot, values: bool) -> Figure {
    let mut figure = Figure::new(name, "").columns(SIDES.len());
    let layers = shot.sides.first().map_or(0, |(_, matrices)| matrices.len());
    for layer in 0..layers {
        for (method, matrices) in &shot.sides {
            figure = placed(
                figure,
                map(*method, layer, &matrices[layer], values),
                values,
            );
        }
    }
    figure
}

fn map(method: Method, layer: usize, matrix: &Matrix, values: bool) -> HeatMap {
    // A column is drawn lying, as a row, so that no panel is tall and thin.
    let lying = matrix.first().is_some_and(|row| row.len() == 1);
    let matrix = if lying {
        vec![matrix.concat()]
    } else {
        matrix.clone()
    };
    let title = format!("{}: W{}", method.label(), layer + 1);
    let map = HeatMap::new(title, matrix)
        .map(ColourMap::Diverging)
        .range(-REACH, REACH)
        .bar_label(if lying || layer == 0 { "" } else { "weight" });
    let map = if map.values.len() == 1 {
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

fn placed(figure: Figure, map: HeatMap, values: bool) -> Figure {
    let flat = map.values.len() == 1;
    match (values, flat) {
        (true, true) => figure.panel_sized(map, 540, 110),
        (true, false) => figure.panel_sized(map, 540, 420),
        (false, true) => figure.panel_sized(map, 300, 70),
        (false, false) => figure.panel_sized(map, 300, 250),
    }
}
