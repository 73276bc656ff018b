//! What the page of a run lets its reader try: the temperature of one test picture, and what the
//! network says of a pixel, with and without class weights.
//!
//! A page has no room for the distribution of every pixel. It gets those of a grid of pixels, as
//! [`SHOWN`] networks gave them, in [`STEPS`] steps: program and page compute with the same ones.

use ndarray::{Array2, Array3, Axis, Ix3, s};
use retrace_lab::{Arm, Cell, Explorable, Result, Results};
use serde::Serialize;

use crate::Colorization;
use crate::arm::{Variant, Weighting};
use crate::bins::{Grid, annealed_mean, class_weights, square_distance};
use crate::colouring::{Border, TILE, pass};
use crate::colours::{Colours, Counts};
use crate::metrics::{chroma, ratio};
use crate::network::Network;
use crate::pictures::{lab, truths};
use crate::training::Training;

/// Networks of the page: what rebalancing changes is seen between them.
const SHOWN: [Variant; 2] = [Variant::AsDescribed, Variant::Unweighted];
/// The array of the distributions that a cell keeps.
const ARRAY: &str = "explorable.logits";
/// Numbers of the distributions of one network, so that the page stays light.
const MOST_NUMBERS: usize = 125_000;
/// Pixels of the longer side of the grey picture in the page.
const LONGEST: usize = 128;
/// Logits below the largest that are told from each other.
const DEEPEST: f32 = 16.0;
/// Steps of them: the square of `step / STEPS`, so that those near the largest are fine.
const STEPS: f32 = 255.0;
/// a and b are rounded to hundredths.
const HUNDREDTHS: f32 = 100.0;
/// Program and page compute in 32 and in 64 bits.
const ROUNDING: f64 = 2e-5;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    /// Size of the grey picture.
    height: usize,
    width: usize,
    /// L in 255ths of 100, a byte a pixel, row after row, in base 64.
    lightness: String,
    /// Size of the grid of pixels, which are spread evenly over the picture.
    rows: usize,
    columns: usize,
    /// True a and b of these, in hundredths, two bytes each, in base 64.
    truth: String,
    /// Side of a window of a and b.
    window: f64,
    /// The cell of each bin: a down, b to the right.
    cells: Vec<usize>,
    /// Pixels of the training pictures in each bin.
    counts: Vec<u64>,
    lambda: f64,
    deepest: f32,
    networks: Vec<Shown>,
}

/// A network, and what it gives for the pixels of the grid.
#[derive(Serialize)]
struct Shown {
    name: String,
    label: String,
    /// Whether its loss had class weights.
    weighted: bool,
    /// For each pixel a byte a bin, in base 64.
    logits: String,
}

/// Keeps what the page needs of a trained network: its logits for a picture, `[rows, columns, Q]`,
/// each less the largest of its pixel.
///
/// # Errors
/// None of its own.
pub(crate) fn keep(
    cell: &mut Cell<'_>,
    arm: Variant,
    network: &Network,
    photo: &crate::data::Photo,
) -> Result<()> {
    if cell.seed() != 0 || !SHOWN.contains(&arm) {
        return Ok(());
    }
    let lightness = lab(photo).index_axis(Axis(0), 0).to_owned();
    let bins = network.outputs();
    let (rows, columns) = grid(lightness.dim(), bins);
    let down = places(lightness.nrows(), rows);
    let right = places(lightness.ncols(), columns);
    let mut kept = Array3::zeros((rows, columns, bins));
    pass(network, &lightness, Border::Reflect, TILE, |tile, _| {
        for (row, column, logits) in tile.pixels() {
            let place = (down.binary_search(&row), right.binary_search(&column));
            if let (Ok(row), Ok(column)) = place {
                let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let mut own = kept.slice_mut(s![row, column, ..]);
                own.zip_mut_with(&ndarray::aview1(logits), |kept, logit| {
                    *kept = logit - largest;
                });
            }
        }
        Ok(())
    })?;
    cell.keep_array(ARRAY, kept.into_dyn());
    Ok(())
}

/// Rows and columns of the grid on a picture of this size, with so many bins.
fn grid((height, width): (usize, usize), bins: usize) -> (usize, usize) {
    let pixels = MOST_NUMBERS as f64 / bins as f64;
    let share = (pixels / (height * width) as f64).sqrt().min(1.0);
    let of = |side: usize| ((side as f64 * share) as usize).max(1);
    (of(height), of(width))
}

/// The places of `count` pixels spread evenly along a side.
fn places(side: usize, count: usize) -> Vec<usize> {
    (0..count)
        .map(|index| (2 * index + 1) * side / (2 * count))
        .collect()
}

/// The page's data and what it must show; nothing where a network is missing or was trained before
/// distributions were kept.
pub(crate) fn explorable(results: &Results<Colorization>) -> Result<Option<Explorable>> {
    let Some(seen) = Seen::of(results) else {
        return Ok(None);
    };
    let config = results.config();
    let logits = seen.networks.iter().map(|(arm, steps)| Shown {
        name: arm.name(),
        label: arm.label(),
        weighted: is_weighted(*arm),
        logits: Explorable::bytes(steps.iter().copied().collect::<Vec<_>>()),
    });
    let hundredths = seen.truth.iter().flat_map(|value| value.to_le_bytes());
    let lightness = seen.lightness.mapv(|l| (l * 2.55).round() as u8);
    let explorable = Explorable::of(Data {
        height: lightness.nrows(),
        width: lightness.ncols(),
        lightness: Explorable::bytes(lightness.iter().copied().collect::<Vec<_>>()),
        rows: seen.truth.dim().0,
        columns: seen.truth.dim().1,
        truth: Explorable::bytes(hundredths.collect::<Vec<_>>()),
        window: seen.grid.window,
        cells: seen.cells.clone(),
        counts: seen.counts.clone(),
        lambda: config.lambda,
        deepest: DEEPEST,
        networks: logits.collect(),
    })?;
    let settings = (0..SHOWN.len()).flat_map(|k| [0.01, 0.38, 1.0].map(|t| (k, t)));
    Ok(Some(settings.fold(explorable, |explorable, (k, t)| {
        seen.check(explorable, k, t, config.lambda)
    })))
}

/// What the page sees of a run.
struct Seen {
    /// L of the picture, as large as a page has room for.
    lightness: Array2<f32>,
    /// a and b at the pixels of the grid, in hundredths: `[rows, columns, 2]`.
    truth: Array3<i16>,
    grid: Grid,
    cells: Vec<usize>,
    counts: Vec<u64>,
    /// Their logits in steps, `[rows, columns, Q]`.
    networks: Vec<(Variant, Array3<u8>)>,
}

impl Seen {
    fn of(results: &Results<Colorization>) -> Option<Self> {
        let palette = results.of::<Colours>().first()?;
        let Counts { window, pixels } = &palette.outcome.all.coarse;
        let cells: Vec<usize> = (0..pixels.len()).filter(|cell| pixels[*cell] > 0).collect();
        let of_arm = |arm: Variant| {
            let arrays = &results.of::<Training>().get(&arm, 0)?.arrays;
            let logits = arrays.get(ARRAY).ok()?.view();
            let logits = logits.into_dimensionality::<Ix3>().ok()?;
            (logits.dim().2 == cells.len()).then(|| (arm, logits.mapv(step)))
        };
        let networks: Vec<_> = SHOWN.into_iter().map(of_arm).collect::<Option<_>>()?;
        let lab = truths(results, Variant::AsDescribed)?.into_iter().next()?;
        let (rows, columns, _) = networks.first()?.1.dim();
        Some(Self {
            truth: hundredths(&lab, (rows, columns)),
            lightness: smaller(&lab.index_axis(Axis(0), 0).to_owned()),
            grid: Grid { window: *window },
            counts: cells.iter().map(|cell| pixels[*cell]).collect(),
            cells,
            networks,
        })
    }

    /// With the network `k` at the temperature `t` the page shows this of a pixel and of all.
    fn check(&self, explorable: Explorable, k: usize, t: f64, lambda: f64) -> Explorable {
        let centres: Vec<[f32; 2]> = self.cells.iter().map(|c| self.grid.centre(*c)).collect();
        let (arm, steps) = &self.networks[k];
        let (rows, columns, _) = steps.dim();
        let place = (rows / 2, columns / 3);
        let logits = |(row, column)| steps.slice(s![row, column, ..]).mapv(depth).to_vec();
        let colour = |place| annealed_mean(&logits(place), &centres, t as f32);
        let truth =
            |(row, column)| [0, 1].map(|p| f32::from(self.truth[[row, column, p]]) / HUNDREDTHS);
        let (mut mean, mut true_mean, mut squares) = (0.0, 0.0, 0.0);
        for place in ndarray::indices((rows, columns)) {
            let (colour, truth) = (colour(place), truth(place));
            mean += chroma(colour);
            true_mean += chroma(truth);
            squares += f64::from(square_distance(colour, truth));
        }
        let all = (rows * columns) as f64;
        let own = logits(place);
        let likeliest = (0..own.len())
            .rev()
            .max_by(|one, other| own[*one].total_cmp(&own[*other]))
            .unwrap_or_default();
        let sum: f64 = own.iter().map(|d| f64::from(*d).exp()).sum();
        let pixels: u64 = self.counts.iter().sum();
        let share = |count: &u64| *count as f64 / pixels as f64;
        let shares: Vec<f64> = self.counts.iter().map(share).collect();
        let weight = if is_weighted(*arm) {
            class_weights(&shares, lambda)[likeliest]
        } else {
            1.0
        };
        let [a, b] = colour(place).map(f64::from);
        let mut readings = vec![
            ("rmse", (squares / (2.0 * all)).sqrt()),
            ("a", a),
            ("b", b),
            ("probability", 1.0 / sum),
            ("share", shares[likeliest]),
            ("weight", weight),
        ];
        readings.extend(ratio(mean / all, true_mean / all).map(|ratio| ("chroma", ratio)));
        let [t, x, y] = [t.to_string(), place.1.to_string(), place.0.to_string()];
        let state = [("net", arm.name()), ("t", t), ("x", x), ("y", y)];
        let state = state
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        explorable.shows(&state, &readings, ROUNDING)
    }
}

/// Whether the loss of an arm has the text's class weights.
fn is_weighted(arm: Variant) -> bool {
    arm.method().weighting == Weighting::Shares
}

/// How far below the largest a logit is, as a byte.
fn step(logit: f32) -> u8 {
    ((-logit / DEEPEST).max(0.0).sqrt() * STEPS)
        .round()
        .min(STEPS) as u8
}

/// The logit that a byte stands for.
fn depth(step: u8) -> f32 {
    -DEEPEST * (f32::from(step) / STEPS).powi(2)
}

/// a and b of a grid of pixels of a picture.
fn hundredths(lab: &Array3<f32>, (rows, columns): (usize, usize)) -> Array3<i16> {
    let (_, height, width) = lab.dim();
    let (down, right) = (places(height, rows), places(width, columns));
    Array3::from_shape_fn((rows, columns, 2), |(row, column, plane)| {
        (lab[[1 + plane, down[row], right[column]]] * HUNDREDTHS).round() as i16
    })
}

/// Means of squares of pixels, so that no side is longer than [`LONGEST`].
fn smaller(lightness: &Array2<f32>) -> Array2<f32> {
    let side = lightness
        .nrows()
        .max(lightness.ncols())
        .div_ceil(LONGEST)
        .max(1);
    let size = (lightness.nrows() / side, lightness.ncols() / side);
    Array2::from_shape_fn(size, |(row, column)| {
        let (top, left) = (row * side, column * side);
        let square = lightness.slice(s![top..top + side, left..left + side]);
        square.mean().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_keep_a_colour() {
        let centres: Vec<[f32; 2]> = (0..22 * 22)
            .map(|cell| Grid { window: 10.0 }.centre(cell))
            .collect();
        for scale in [0.01_f32, 1.0, 4.0, 40.0] {
            let logit = |k: usize| scale * ((k * k) as f32 * 0.37).sin();
            let logits: Vec<f32> = (0..centres.len()).map(logit).collect();
            let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let kept: Vec<f32> = logits.iter().map(|l| depth(step(l - largest))).collect();
            for t in [0.1, 0.38, 1.0, 2.0] {
                let [one, other] = [&logits, &kept].map(|l| annealed_mean(l, &centres, t));
                assert!(
                    square_distance(one, other).sqrt() < 0.5,
                    "{scale} {t}: {one:?} {other:?}"
                );
            }
        }
    }

    #[test]
    fn a_grid_is_within_its_picture_and_its_budget() {
        for (size, bins) in [
            ((64, 64), 62),
            ((256, 256), 199),
            ((32, 48), 10),
            ((1, 1), 400_000),
        ] {
            let (rows, columns) = grid(size, bins);
            assert!(rows == 1 || rows * columns * bins <= MOST_NUMBERS);
            for (side, count) in [(size.0, rows), (size.1, columns)] {
                let places = places(side, count);
                assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
                assert!(places.iter().all(|place| *place < side));
            }
        }
    }
}
