//! **All weights one: is each layer what one counts by hand?** The post's first script, with its
//! six checks, and why its author divides the logits before softmax.

use ndarray::{ArrayD, Axis, arr1};
use retrace_core::activation::softmax;
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_figure::{Chart, Colour, ColourMap, Column, Figure, HeatMap, Line, Table};
use retrace_lab::{Cell, Claim, Drawing, Error, Finished, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::drawing::{PAIR, digit, grouped, numbers, short};
use crate::hand::{OnesByHand, in_keras_order};
use crate::network::{CLASSES, FLAT, MAPS, NetworkConfig, UNITS};
use crate::values::{Agreement, Check, Values, orders_differ};
use crate::{Debugging, OURS, POST, none_above};

/// The network of ones.
pub const ONES: Single = Single::deterministic("ones", "all weights one");

/// The limit of differences as a share: numbers of 32 bits have 24 for their digits, which is 6e-8
/// of the value.
const EXACT: f64 = 1e-6;

/// The six checks: the tap behind the layer, the end of the claim's id, and what one does by hand.
const CHECKS: [(&str, &str, &str); 6] = [
    ("conv1/after", "conv1", "conv1 counts the ink of 3x3 pixels"),
    (
        "conv2/after",
        "conv2",
        "conv2 adds up 3x3 of conv1's counts, times 32, as 32 equal maps go in",
    ),
    ("pool", "max-pool", "max-pool leaves the largest of 2x2"),
    (
        "flatten",
        "flatten",
        "flatten gives the pooled map 64 times over",
    ),
    (
        "dense1/after",
        "dense1",
        "each unit of dense1 is the sum of the flattened list",
    ),
    (
        "dense2/after",
        "softmax",
        "softmax answers a tenth for each class",
    ),
];

/// The part of the flattened list that is drawn: its middle, where the digit is.
const MIDDLE: std::ops::Range<usize> = FLAT / 2 - 576..FLAT / 2 + 576;

/// The study.
pub struct AllOnes;

/// Measurements of the network of ones, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ones {
    /// Pixels with ink.
    pub ink: usize,
    /// The post's six checks, layer by layer; flatten in Burn's order.
    pub checks: Vec<Check>,
    /// Flatten in Keras' order.
    pub flatten_keras: Check,
    /// Positions of the flattened list at which the two orders hold different numbers.
    pub orders_differ: usize,
    /// Values of the ten logits, before softmax: largest minus smallest.
    pub logit_spread: f64,
    /// A logit by hand.
    pub logit: f64,
    /// The largest logit of the network.
    pub logit_found: f64,
    /// The probability of the first class by hand.
    #[serde(flatten)]
    pub softmax: Softmaxes,
    /// Values of the direct pass against those of the recorded graph.
    pub agreement: Agreement,
}

/// Ways to write the softmax of the logits by hand: the probability of the first class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Softmaxes {
    /// As the formula stands, in 32 bits; absent where it is not a number.
    #[serde(rename = "softmax_plain32")]
    pub plain32: Option<f64>,
    /// As the formula stands, in 64 bits; absent where it is not a number.
    #[serde(rename = "softmax_plain64")]
    pub plain64: Option<f64>,
    /// Of the logits divided by the largest.
    #[serde(rename = "softmax_divided")]
    pub divided: f64,
    /// After the largest was subtracted, which changes nothing but the rounding.
    #[serde(rename = "softmax_subtracted")]
    pub subtracted: f64,
}

impl Softmaxes {
    /// All ways for these logits.
    pub fn new(logits: &[f64]) -> Self {
        let plain = |logits: &[f64]| {
            let exps: Vec<f64> = logits.iter().map(|z| z.exp()).collect();
            exps[0] / exps.iter().sum::<f64>()
        };
        let exps: Vec<f32> = logits.iter().map(|z| (*z as f32).exp()).collect();
        let finite = |value: f64| value.is_finite().then_some(value);
        Self {
            plain32: finite(f64::from(exps[0] / exps.iter().sum::<f32>())),
            plain64: finite(plain(logits)),
            divided: plain(&divided(logits)),
            subtracted: softmax::values(logits, 1.0)[0],
        }
    }
}

/// Logits divided by the largest, as the author does before softmax.
// Deviation: by how much the post divides is not known.
pub(crate) fn divided(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    logits.iter().map(|z| z / largest).collect()
}

impl Study<Debugging> for AllOnes {
    type Arm = Single;
    type Outcome = Ones;

    fn arms(_: &DebuggingConfig) -> Vec<Single> {
        vec![ONES]
    }

    fn run(_: &Single, config: &DebuggingConfig, digits: &Digits, cell: &mut Cell) -> Result<Ones> {
        let pixels = config.binary_digit(digits);
        let network = NetworkConfig::ones().init(cell.device());
        let values = Values::record(&network, &pixels)?;
        keep(cell, &pixels, &values)?;
        compare(&pixels, &values)
    }

    fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
        let Some(first) = results.of::<AllOnes>().first() else {
            return Ok(Vec::new());
        };
        Ok(vec![
            layer_by_layer(first, &digit(results))?.into(),
            flatten(first.arrays.get("flatten")?).into(),
            checks(&first.outcome).into(),
        ])
    }

    fn claims(results: &Results<Debugging>) -> Vec<Claim> {
        let found = results.of::<AllOnes>().first().map(|cell| &cell.outcome);
        let checks = CHECKS.map(|(tap, id, by_hand)| {
            let check = found.and_then(|ones| ones.checks.iter().find(|c| c.stage == tap));
            let says = (format!("ones-{id}"), POST, by_hand);
            Check::within(says, EXACT, check).shown_in("checks")
        });
        let keras = (
            "ones-flatten-channels-last".to_owned(),
            POST,
            "in Keras' order each pooled value stands 64 times in a row",
        );
        let keras = Check::within(keras, 0.0, found.map(|ones| &ones.flatten_keras));
        let mut claims = Vec::from(checks);
        claims.push(keras.shown_in("flatten"));
        claims.extend(softmax_claims(found).map(|claim| claim.shown_in("checks")));
        claims
    }
}

/// Keeps what the figures show: the input, the first map of each layer and the flattened list.
fn keep(cell: &mut Cell, pixels: &[f32], values: &Values) -> Result<()> {
    let input = arr1(pixels).into_shape_with_order((DIGIT_SIDE, DIGIT_SIDE));
    let input = input.map_err(|error| Error::Other(error.into()))?;
    cell.keep_array("input", input.into_dyn());
    for (name, tap) in [
        ("conv1", "conv1/after"),
        ("conv2", "conv2/after"),
        ("pool", "pool"),
    ] {
        let first = values.array(tap)?.index_axis(Axis(0), 0).to_owned();
        cell.keep_array(name, first);
    }
    cell.keep_array("flatten", values.array("flatten")?);
    Ok(())
}

/// The values between the layers against the computation by hand.
fn compare(pixels: &[f32], values: &Values) -> Result<Ones> {
    let expected = OnesByHand::from_image(pixels);
    let flattened = expected.flattened();
    let softmax = Softmaxes::new(&[expected.dense2; CLASSES]);
    let six = [
        expected.conv1.repeated(MAPS[0]).values,
        expected.conv2.repeated(MAPS[1]).values,
        expected.pool.repeated(MAPS[1]).values,
        flattened[0].clone(),
        vec![expected.dense1; UNITS],
        vec![softmax.divided; CLASSES],
    ];
    let check = |((tap, ..), expected): (&(&str, &str, &str), &Vec<f64>)| {
        Ok(Check::new(*tap, &values.numbers(tap)?, expected))
    };
    let logits = values.numbers("dense2/before")?;
    let least = logits.iter().copied().fold(f64::INFINITY, f64::min);
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(Ones {
        ink: pixels.iter().filter(|pixel| **pixel > 0.0).count(),
        checks: CHECKS.iter().zip(&six).map(check).collect::<Result<_>>()?,
        flatten_keras: values.check_keras_order(&flattened[1])?,
        orders_differ: orders_differ(&flattened[0], &flattened[1]),
        logit_spread: most - least,
        logit: expected.dense2,
        logit_found: most,
        softmax,
        agreement: values.agreement,
    })
}

/// The input, and what the first layers make of it.
fn layer_by_layer(first: &Finished<Single, Ones>, digit: &str) -> Result<Figure> {
    let title = format!("All weights one: {digit}, layer by layer");
    let figure = Figure::new("ones", title).columns(2).caption(
        "The first map of each layer after its activation function. All numbers are whole: conv1 \
         counts the ink of 3 x 3 pixels, up to 9, conv2 up to 9 x 9 x 32 = 2,592.",
    );
    let panels = [
        ("input", "input: ink or none", ColourMap::Grey),
        (
            "conv1",
            "conv1: ink of 3 x 3, all 32 maps alike",
            ColourMap::Viridis,
        ),
        (
            "conv2",
            "conv2: 3 x 3 of that, times 32, all 64 alike",
            ColourMap::Viridis,
        ),
        ("pool", "max-pool: the largest of 2 x 2", ColourMap::Viridis),
    ];
    panels
        .into_iter()
        .try_fold(figure, |figure, (name, title, colours)| {
            let rows = first.arrays.get(name)?.outer_iter();
            let rows = rows.map(|row| row.iter().copied().map(f64::from).collect());
            let map: Vec<Vec<f64>> = rows.collect();
            Ok(figure.panel(HeatMap::new(title, map).map(colours)))
        })
}

/// The flattened list in Burn's order and in Keras'.
fn flatten(list: &ArrayD<f32>) -> Figure {
    let chart = |title: &str, list: &[f64], colour: Colour| {
        let positions: Vec<f64> = MIDDLE.map(|at| at as f64).collect();
        let line = Line::new("", positions, &list[MIDDLE]).colour(colour);
        Chart::new(title, "position in the list", "value").with(line.stepped())
    };
    let first: Vec<f64> = numbers(list).collect();
    let last = in_keras_order(first.clone());
    Figure::new("flatten", "Flatten: the same 9,216 numbers in two orders")
        .caption(
            "The network of ones, the middle of the list. Channels first: one map of 12 x 12 \
             after the other, here 64 times the same. Channels last: one place after the other, \
             its 64 maps side by side, here equal. Weights of dense1 from Keras have to change \
             their rows accordingly.",
        )
        .panel_sized(chart("Burn, channels first", &first, PAIR[0]), 760, 250)
        .panel_sized(chart("Keras, channels last", &last, PAIR[1]), 760, 250)
}

/// The six checks as a table, and softmax by hand in four ways.
fn checks(ones: &Ones) -> Figure {
    let title = "All weights one: the network against the sums by hand";
    Figure::new("checks", title)
        .panel(six(ones))
        .panel(four_softmaxes(ones))
        .caption(
            "Above, the post's six checks: the largest value by hand, the largest difference of the \
             network to it, and that difference over the largest value. Below, the softmax of ten \
             equal logits by hand: e^z is infinite for z above 88.7 in 32 bits and above 709.8 in \
             64, and infinity over infinity is no number.",
        )
}

fn six(ones: &Ones) -> Table {
    let columns = [
        Column::words("after"),
        Column::numbers("values"),
        Column::numbers("largest by hand"),
        Column::numbers("difference"),
        Column::numbers("relative"),
    ];
    let title = format!("Six checks; {} of 784 pixels are ink", ones.ink);
    let checks = ones.checks.iter();
    checks.fold(Table::new(title, columns), |table, check| {
        table.row([
            check.stage.split('/').next().unwrap_or_default().to_owned(),
            grouped(check.values as u64),
            check.largest.map_or_else(String::new, in_full),
            check.difference.map_or_else(|| "none".to_owned(), short),
            short(check.relative()),
        ])
    })
}

/// Whole numbers in full.
fn in_full(value: f64) -> String {
    if value.fract() == 0.0 {
        grouped(value as u64)
    } else {
        short(value)
    }
}

fn four_softmaxes(ones: &Ones) -> Table {
    let columns = [
        Column::words("softmax by hand"),
        Column::numbers("each class"),
    ];
    let title = format!("Softmax of ten logits of {}", in_full(ones.logit));
    let ways = [
        ("as the formula stands, 32 bits", ones.softmax.plain32),
        ("as the formula stands, 64 bits", ones.softmax.plain64),
        ("logits divided by the largest", Some(ones.softmax.divided)),
        ("the largest subtracted", Some(ones.softmax.subtracted)),
    ];
    ways.into_iter()
        .fold(Table::new(title, columns), |table, (way, value)| {
            let value = value.map_or_else(|| "not a number".to_owned(), short);
            table.row([way.to_owned(), value])
        })
}

/// The softmax of ten equal logits: as the formula stands, and of the logits divided.
fn softmax_claims(found: Option<&Ones>) -> [Claim; 2] {
    let plain = "softmax written as its formula stands has no value: e^z overflows, in 32 bits \
                 as in 64";
    let plain = Claim::says("plain-softmax-overflows", OURS, plain)
        .measured_by("whether it is a number, 1 or 0", "");
    let has_value = found.into_iter().flat_map(|ones| {
        let ways = [ones.softmax.plain32, ones.softmax.plain64];
        ways.map(|way| f64::from(u8::from(way.is_some())))
    });
    let divided = "ten equal logits have the same softmax divided by the largest or not";
    let divided = Claim::says("division-is-harmless-for-equal-logits", OURS, divided)
        .measured_by("difference of the probabilities", "");
    let difference = found.map(|ones| (ones.softmax.divided - ones.softmax.subtracted).abs());
    [
        none_above(plain, 0.0, has_value),
        none_above(divided, EXACT, difference),
    ]
}
