//! **What is the network made of?** Layers, shapes and parameters as Burn records them, beside what
//! Keras printed. Nothing is computed for it.

use burn::tensor::{Device, Tensor};
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_figure::{Column, Figure, Table};
use retrace_inspect::{Row, trace};
use retrace_lab::{Cell, Claim, Drawing, Error, Reported, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::drawing::grouped;
use crate::network::{Network, NetworkConfig};
use crate::{Debugging, POST, failed, none_above};

/// The table of layers.
pub const SUMMARY: Single = Single::deterministic("summary", "summary");

/// The study.
pub struct Layers;

/// A line of Keras' summary, with the shapes that the post lists after it: `[height, width,
/// channels]`, or a list's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// How ids of claims begin.
    pub id: &'static str,
    /// Keras' name.
    pub name: &'static str,
    /// What goes in.
    pub input: &'static [usize],
    /// What comes out.
    pub output: &'static [usize],
    /// Parameters.
    pub parameters: u64,
}

/// The six lines that the post prints.
pub const LINES: [Line; 6] = [
    line(["conv1", "conv2d_1"], &[28, 28, 1], &[26, 26, 32], 320),
    line(["conv2", "conv2d_2"], &[26, 26, 32], &[24, 24, 64], 18_496),
    line(
        ["max-pool", "max_pooling2d_1"],
        &[24, 24, 64],
        &[12, 12, 64],
        0,
    ),
    line(["flatten", "flatten_1"], &[12, 12, 64], &[9216], 0),
    line(["dense1", "dense_1"], &[9216], &[128], 1_179_776),
    line(["dense2", "dense_2"], &[128], &[10], 1_290),
];

/// All parameters, all of them trainable.
const PARAMETERS: u64 = 1_199_882;

const fn line(
    [id, name]: [&'static str; 2],
    input: &'static [usize],
    output: &'static [usize],
    parameters: u64,
) -> Line {
    Line {
        id,
        name,
        input,
        output,
        parameters,
    }
}

/// A shape of Keras in Burn's order of axes: channels first.
pub fn channels_first(shape: &[usize]) -> Vec<usize> {
    match *shape {
        [height, width, channels] => vec![channels, height, width],
        _ => shape.to_vec(),
    }
}

/// A network's layers, in the order of the forward pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// The layers.
    pub layers: Vec<Layer>,
    /// Parameters that training changes.
    pub trainable: u64,
    /// Parameters that training does not change.
    pub fixed: u64,
    /// Products of a forward pass for one image.
    pub multiply_adds: u64,
}

/// A layer; shapes are Burn's, without the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name: `conv1`.
    pub name: String,
    /// Its operations: `Conv2d + Relu`.
    pub kind: String,
    /// What goes in.
    pub input: Vec<usize>,
    /// What comes out.
    pub output: Vec<usize>,
    /// Trainable or not.
    pub parameters: u64,
    /// Products of a forward pass for one image.
    pub multiply_adds: u64,
}

impl From<&Row> for Layer {
    fn from(row: &Row) -> Self {
        let without_batch = |shape: &Vec<usize>| shape.iter().skip(1).copied().collect();
        let input = row.input_shapes.first();
        Self {
            name: row.layer.clone(),
            kind: row.kind.clone(),
            input: input.map_or_else(Vec::new, without_batch),
            output: without_batch(&row.output_shape),
            parameters: row.parameters(),
            multiply_adds: row.multiply_adds.unwrap_or_default(),
        }
    }
}

impl Study<Debugging> for Layers {
    type Arm = Single;
    type Outcome = Structure;

    fn arms(_: &DebuggingConfig) -> Vec<Single> {
        vec![SUMMARY]
    }

    fn run(_: &Single, _: &DebuggingConfig, _: &Digits, cell: &mut Cell) -> Result<Structure> {
        let build = |device: &Device| Ok::<_, Error>(NetworkConfig::keras().init(device));
        let network = cell.network("weights", 0, build)?;
        let input = Tensor::<4>::zeros([1, 1, DIGIT_SIDE, DIGIT_SIDE], &Device::flex());
        let trace = trace(&network, &input, Network::forward).map_err(failed)?;
        let summary = trace.summary();
        Ok(Structure {
            layers: summary.rows.iter().map(Layer::from).collect(),
            trainable: summary.totals.trainable,
            fixed: summary.totals.fixed,
            multiply_adds: summary.totals.multiply_adds.unwrap_or_default(),
        })
    }

    fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
        let figure = structure(results).map(|structure| figure(structure).into());
        Ok(figure.into_iter().collect())
    }

    fn claims(results: &Results<Debugging>) -> Vec<Claim> {
        let structure = structure(results);
        let lines = || LINES.iter().enumerate();
        let layer = |at: usize| structure.and_then(|found| found.layers.get(at));
        let sizes = lines().map(|(at, line)| size(line, layer(at)));
        let shapes = lines().map(|(at, line)| shapes(line, layer(at)));
        let claims = sizes.chain(shapes).chain(sums(structure));
        claims.map(|claim| claim.shown_in("summary")).collect()
    }
}

fn structure(results: &Results<Debugging>) -> Option<&Structure> {
    Some(&results.of::<Layers>().first()?.outcome)
}

fn figure(structure: &Structure) -> Figure {
    let columns = [
        Column::words("layer"),
        Column::words("output"),
        Column::numbers("parameters"),
        Column::words("layer"),
        Column::words("operations"),
        Column::words("input"),
        Column::words("output"),
        Column::numbers("parameters"),
        Column::numbers("multiply-adds"),
    ];
    let table = Table::new("", columns)
        .group("the post, Keras (H x W x C)", 3)
        .group("ours, Burn (C x H x W)", 6);
    let pairs = LINES.iter().zip(&structure.layers);
    let table = pairs.fold(table, |table, (line, layer)| table.row(row(line, layer)));
    let all = structure.trainable + structure.fixed;
    let table = table
        .line()
        .row(sum(
            "all",
            PARAMETERS,
            all,
            &grouped(structure.multiply_adds),
        ))
        .row(sum("trainable", PARAMETERS, structure.trainable, ""))
        .row(sum("not trainable", 0, structure.fixed, ""));
    let title = "The network: what Keras printed, and what Burn records";
    Figure::new("summary", title).panel(table).caption(
        "Shapes without the batch: Keras has height x width x channels, Burn channels x height x \
         width. Multiply-adds are those of one image.",
    )
}

fn row(line: &Line, layer: &Layer) -> [String; 9] {
    [
        line.name.to_owned(),
        sides(line.output),
        grouped(line.parameters),
        layer.name.clone(),
        layer.kind.clone(),
        sides(&layer.input),
        sides(&layer.output),
        grouped(layer.parameters),
        grouped(layer.multiply_adds),
    ]
}

fn sum(name: &str, post: u64, ours: u64, multiply_adds: &str) -> [String; 9] {
    let [post, ours] = [post, ours].map(grouped);
    [name, "", &post, name, "", "", "", &ours, multiply_adds].map(str::to_owned)
}

/// `32 x 26 x 26`.
fn sides(shape: &[usize]) -> String {
    let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
    sides.join(" x ")
}

const OFF: &str = "parameters too many or too few";

fn size(line: &Line, layer: Option<&Layer>) -> Claim {
    let id = match line.parameters {
        0 => format!("{}-has-no-parameters", line.id),
        some => format!("{}-has-{some}-parameters", line.id),
    };
    let statement = format!("{} has {} parameters", line.name, line.parameters);
    let off = layer.map(|layer| layer.parameters.abs_diff(line.parameters));
    exact(id, statement, OFF, off)
}

fn shapes(line: &Line, layer: Option<&Layer>) -> Claim {
    let sides = |expected: &[usize], found: &[usize]| {
        let expected = channels_first(expected);
        let equal = expected.iter().zip(found).filter(|(a, b)| a == b).count();
        (expected.len().max(found.len()) - equal) as u64
    };
    let off = layer.into_iter().flat_map(|layer| {
        [
            sides(line.input, &layer.input),
            sides(line.output, &layer.output),
        ]
    });
    let statement = format!(
        "{} takes {:?} and gives {:?} (channels last)",
        line.name, line.input, line.output
    );
    let measured = "sides of a shape that differ, in Burn's order of axes";
    exact(format!("{}-shapes", line.id), statement, measured, off)
}

fn sums(structure: Option<&Structure>) -> [Claim; 2] {
    let off = structure.map(|found| (found.trainable + found.fixed).abs_diff(PARAMETERS));
    let all = "the network has 1,199,882 parameters in all";
    let trainable = "all parameters of the network are trainable";
    let fixed = structure.map(|found| found.fixed);
    [
        exact("1199882-parameters", all, OFF, off),
        exact(
            "all-are-trainable",
            trainable,
            "parameters that are not",
            fixed,
        ),
    ]
}

/// A claim of the post that allows no difference.
fn exact(
    id: impl Into<String>,
    statement: impl Into<String>,
    measured: &str,
    off: impl IntoIterator<Item = u64>,
) -> Claim {
    let statement = Claim::says(id, POST, statement).measured_by(measured, "");
    none_above(statement, 0.0, off.into_iter().map(|off| off as f64))
}

/// Parameters and shapes line by line, then their sums; nothing before the table is there.
pub(crate) fn reported(results: &Results<Debugging>) -> Vec<Reported> {
    let Some(structure) = structure(results) else {
        return Vec::new();
    };
    let lines = LINES.iter().zip(&structure.layers);
    let sizes = lines.clone().map(|(line, layer)| {
        let quantity = format!("parameters of {}", line.name);
        let [post, ours] = [line.parameters, layer.parameters].map(|count| count.to_string());
        Reported::text(quantity, POST, post, ours)
    });
    let all = structure.trainable + structure.fixed;
    let sums = [
        ("all parameters", PARAMETERS, all),
        ("trainable parameters", PARAMETERS, structure.trainable),
        ("parameters that are not trainable", 0, structure.fixed),
    ];
    let sums = sums
        .map(|(quantity, post, ours)| Reported::text(quantity, POST, grouped(post), grouped(ours)));
    let shapes = lines.map(|(line, layer)| reported_shapes(line, layer));
    sizes.chain(sums).chain(shapes).collect()
}

fn reported_shapes(line: &Line, layer: &Layer) -> Reported {
    let printed = |shape: &[usize]| {
        let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
        format!("(None, {})", sides.join(", "))
    };
    Reported::text(
        format!("shapes of {}, channels last there, first here", line.name),
        POST,
        format!("{} to {}", printed(line.input), printed(line.output)),
        format!("{} to {}", sides(&layer.input), sides(&layer.output)),
    )
}
