//! What the post says in numbers, or nearly, beside ours.

use retrace_lab::{Outcomes, Reported, number};

use crate::HomographyPost;
use crate::claims::{POST, rectified};
use crate::dlt::FEWEST_PAIRS;
use crate::outcome::{Equations, Rectified};

/// Entries of H.
const ENTRIES: usize = 9;

/// All of them.
pub fn all(outcomes: &Outcomes<HomographyPost>) -> Vec<Reported> {
    rectified(outcomes).map_or_else(Vec::new, |rectified| {
        let mut rows = of_equations(&rectified.equations);
        rows.extend(of_holes(rectified));
        rows
    })
}

fn of_equations(equations: &[Equations]) -> Vec<Reported> {
    let four = equations.iter().find(|one| one.pairs == FEWEST_PAIRS);
    let enough = equations.iter().find(|one| one.null_space == 1);
    let most = equations.last();
    let least = most.and_then(|one| one.singular_values.last());
    let rows = [
        four.map(|one| {
            let rank = ENTRIES - one.null_space;
            let quantity = "degrees of freedom of H (ours: rank of A for four exact pairs)";
            Reported::text(quantity, POST, "8", rank.to_string())
        }),
        enough.map(|one| {
            let quantity = "pairs that determine H";
            Reported::text(quantity, POST, "at least 4", one.pairs.to_string())
        }),
        most.zip(least).map(|(one, least)| {
            let quantity = format!("least singular value of A, {} exact pairs", one.pairs);
            Reported::text(quantity, POST, "zero", number(*least))
        }),
    ];
    rows.into_iter().flatten().collect()
}

fn of_holes(rectified: &Rectified) -> [Reported; 2] {
    let frame = rectified.frame;
    let row = |step: &str, reported: &str, holes: u64| {
        let quantity = format!("empty pixels of the whole picture after {step}");
        let measured = format!("{holes} of {}", frame.covered);
        Reported::text(quantity, POST, reported, measured)
    };
    [
        row("moving each pixel", "plenty", frame.forward_holes),
        row("filling from the inverse", "not any", frame.inverse_holes),
    ]
}
