//! The numbers that the post and its papers print, beside ours.

use retrace_lab::{Outcomes, Reported};

use crate::Activations;
use crate::claims::POST;
use crate::claims::activity::{ABOUT_HALF_SAYS, silenced_by_relu};
use crate::claims::functions::to_three_places;
use crate::claims::slopes::{XU, mean_divisors};
use crate::curves::{PUBLISHED, PublishedCase};
use crate::outcome::{Functions, Softmax, functions_of};

/// All rows.
pub fn all(outcomes: &Outcomes<Activations>) -> Vec<Reported> {
    let mut rows = functions_of(outcomes).map_or_else(Vec::new, softmax_cases);
    rows.extend(Reported::mean(
        "average of the divisors a that RReLU draws",
        XU,
        "5.5",
        &mean_divisors(outcomes),
    ));
    rows.extend(Reported::mean(
        "share of ReLU's activations that are zero at the start, Xavier's weights",
        ABOUT_HALF_SAYS,
        "about half",
        &silenced_by_relu(outcomes),
    ));
    rows
}

fn softmax_cases(functions: &Functions) -> Vec<Reported> {
    let case = |(published, found): (&PublishedCase, &Softmax)| {
        Reported::text(
            format!("softmax of {:?}", published.logits),
            POST,
            format!("{:?}", published.probabilities),
            format!("{:?}", to_three_places(&found.probabilities)),
        )
    };
    PUBLISHED.iter().zip(&functions.softmax).map(case).collect()
}
