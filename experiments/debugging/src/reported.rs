//! What Keras printed of the network, beside what Burn records.

use retrace_lab::{Outcomes, Reported};

use crate::Debugging;
use crate::arm;
use crate::figures::{grouped, sides};
use crate::outcome::{Layer, Structure};
use crate::post::{LINES, Line, PARAMETERS};

const POST: &str = "the post";

/// Parameters and shapes line by line, then their sums; nothing before the table is there.
pub fn all(outcomes: &Outcomes<Debugging>) -> Vec<Reported> {
    let cell = outcomes.get(arm::SUMMARY, 0);
    let Some(structure) = cell.and_then(|cell| cell.outcome.structure()) else {
        return Vec::new();
    };
    let lines = LINES.iter().zip(&structure.layers);
    let sizes = lines.clone().map(|(line, layer)| size(line, layer));
    let shapes = lines.map(|(line, layer)| shapes(line, layer));
    sizes.chain(totals(structure)).chain(shapes).collect()
}

fn size(line: &Line, layer: &Layer) -> Reported {
    Reported::text(
        format!("parameters of {}", line.name),
        POST,
        line.parameters.to_string(),
        layer.parameters.to_string(),
    )
}

fn totals(structure: &Structure) -> [Reported; 3] {
    let row = |quantity, post, ours| Reported::text(quantity, POST, grouped(post), grouped(ours));
    [
        row(
            "all parameters",
            PARAMETERS,
            structure.trainable + structure.fixed,
        ),
        row("trainable parameters", PARAMETERS, structure.trainable),
        row("parameters that are not trainable", 0, structure.fixed),
    ]
}

fn shapes(line: &Line, layer: &Layer) -> Reported {
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
