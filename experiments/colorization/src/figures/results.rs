//! All scores in numbers.

use retrace_figure::{Column, Figure, Table};
use retrace_lab::{Outcomes, statistics};

use crate::Colorization;
use crate::arm::{AS_DESCRIBED, FORESTS, Setup, Which};
use crate::outcome::{End, Outcome, Scores};

/// What a column holds: its heading, the digits after the point, the number.
type Score = (&'static str, usize, fn(&Scores) -> Option<f64>);
/// Whose scores.
type Of = fn(&End) -> &Scores;

const SCORES: [Score; 6] = [
    ("RMSE of a, b", 2, |s| Some(s.rmse)),
    ("PSNR (dB)", 2, |s| s.psnr),
    ("chroma / true", 2, |s| s.chroma_ratio),
    ("accuracy (%)", 1, |s| Some(100.0 * s.accuracy)),
    ("rebalanced (%)", 1, |s| Some(100.0 * s.rebalanced_accuracy)),
    ("rare / true", 2, |s| s.rare_ratio),
];
const ENTROPY: &str = "cross-entropy (nats)";
const BEST: &str = "of a constant";

/// A row a network, and a row for each colour that they are compared with.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    outcomes.get(AS_DESCRIBED.name, 0)?.outcome.end()?;
    let headings = SCORES.iter().map(|(heading, ..)| *heading);
    let headings = headings.chain([ENTROPY, BEST]).map(Column::numbers);
    let columns = std::iter::once(Column::words("network")).chain(headings);
    let table = [Which::All, Which::Forests]
        .into_iter()
        .fold(Table::new("", columns), |table, which| {
            with_pictures(table, outcomes, which)
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

/// The rows of the networks that see these pictures.
fn with_pictures(table: Table, outcomes: &Outcomes<Colorization>, which: Which) -> Table {
    let setups = Setup::ALL.into_iter().filter(|setup| setup.which == which);
    let table = setups.fold(table.line(), |table, setup| {
        let entropies: [fn(&End) -> Option<f64>; 2] =
            [|end| end.cross_entropy, |end| end.constant_cross_entropy];
        let entropies = entropies.map(|number| {
            mean(
                &outcomes.values(setup.name, |outcome| number(outcome.end()?)),
                3,
            )
        });
        let row = row(outcomes, setup.label.to_owned(), setup, |end| &end.scores);
        table.row(row.chain(entropies))
    });
    let (reference, of) = match which {
        Which::All => (AS_DESCRIBED, ""),
        Which::Forests => (FORESTS, ", forests"),
    };
    let constants: [(&str, Of); 2] = [
        ("all grey", |end| &end.grey),
        ("most frequent bin", |end| &end.most_frequent),
    ];
    constants.into_iter().fold(table, |table, (label, scores)| {
        let row = row(outcomes, format!("{label}{of}"), reference, scores);
        table.row(row.chain([String::new(), String::new()]))
    })
}

/// A label and the means of all scores.
fn row(
    outcomes: &Outcomes<Colorization>,
    label: String,
    setup: Setup,
    scores: Of,
) -> impl Iterator<Item = String> {
    let numbers = SCORES.map(|(_, digits, number)| {
        let of = |outcome: &Outcome| number(scores(outcome.end()?));
        mean(&outcomes.values(setup.name, of), digits)
    });
    std::iter::once(label).chain(numbers)
}

/// The mean over seeds; nothing where there is none.
fn mean(values: &[f64], digits: usize) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!("{:.digits$}", statistics::mean(values))
}
