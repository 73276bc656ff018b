//! The numbers that the post prints, beside ours.

use retrace_lab::statistics::mean;
use retrace_lab::{Outcomes, Reported, number};

use crate::Regularization;
use crate::arm::{Method, Work};
use crate::claims::POST;
use crate::figures::sizes_found;

/// The author's total errors of five L1 runs with all units.
pub const AUTHOR_L1: [f64; 5] = [
    22.685_155_24,
    41.645_457_12,
    4.773_836_74,
    24.043_902_11,
    7.255_960_04,
];
/// The same after he had taken units out.
pub const AUTHOR_PRUNED: [f64; 5] = [
    7.619_844_39,
    13.851_778_42,
    11.959_833_47,
    16.954_911_62,
    25.172_947_74,
];

/// The sizes to which the author pruned the network by hand.
const AUTHOR_SIZES: &str = "1-10-10-1-1";

/// All rows. The author's points are lost, so of the total errors only the spread compares.
pub fn all(outcomes: &Outcomes<Regularization>) -> Vec<Reported> {
    let mut rows = total_errors(outcomes, Method::L1.name(), "with L1", AUTHOR_L1);
    rows.extend(total_errors(
        outcomes,
        Work::PRUNED,
        "with L1, pruned and trained afresh",
        AUTHOR_PRUNED,
    ));
    let sizes = sizes_found(outcomes);
    if !sizes.is_empty() {
        let quantity = "units a layer after pruning";
        rows.push(Reported::text(quantity, POST, AUTHOR_SIZES, sizes));
    }
    rows
}

/// The mean and the range; nothing of an arm without a finite total error.
fn total_errors(
    outcomes: &Outcomes<Regularization>,
    arm: &str,
    how: &str,
    author: [f64; 5],
) -> Vec<Reported> {
    let ours = outcomes.values(arm, |outcome| outcome.training()?.total_error);
    let runs: Vec<String> = author.iter().map(|error| format!("{error:.2}")).collect();
    let reported = format!("{:.2}, mean of {}", mean(&author), runs.join(", "));
    let mean_row = Reported::mean(
        format!("total error {how} (the author's points are lost)"),
        POST,
        reported,
        &ours,
    );
    let Some(mean_row) = mean_row else {
        return Vec::new();
    };
    let range = Reported::text(
        format!("smallest and largest total error {how}"),
        POST,
        range(&author, |error| format!("{error:.2}")),
        range(&ours, number),
    );
    vec![mean_row, range]
}

/// `4.77 to 41.65`.
fn range(values: &[f64], written: impl Fn(f64) -> String) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{} to {}", written(least), written(most))
}
